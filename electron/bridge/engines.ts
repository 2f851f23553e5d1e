import type { EngineCard } from '../../shared/contract/engines.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { stream } from './stream.ts';

const { engines } = procedures;

export const enginesRouter = (core: Core) => ({
  watch: engines.watch.handler(({ signal }) =>
    stream<EngineCard[]>({ signal, keyOf: () => '', start: ({ push }) => core.fleet.onCards(push) }),
  ),
  add: engines.add.handler(({ input }) => core.fleet.add(input.address)),
  forget: engines.forget.handler(({ input }) => core.fleet.forget(input.address)),
});
