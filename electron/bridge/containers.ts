import type { ContainerView } from '../../shared/contract/containers.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const containersRouter = (core: Core) => ({
  watch: procedures.containers.watch.handler(({ signal }) =>
    latest<ContainerView[]>(
      signal,
      () => core.containers.list(),
      (listener) => core.containers.onList(listener),
    ),
  ),
  act: procedures.containers.act.handler(({ input }) => ({ job: core.containers.act(input) })),
});
