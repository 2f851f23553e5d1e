import type { EngineState } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const engineRouter = (core: Core) => ({
  watch: procedures.engine.watch.handler(({ signal }) =>
    latest<EngineState>(
      signal,
      () => core.engine.state(),
      (listener) => core.engine.onState(listener),
    ),
  ),
  choices: procedures.engine.choices.handler(() => core.engine.choices()),
  use: procedures.engine.use.handler(({ input }) => core.engine.use(input.address)),
  retry: procedures.engine.retry.handler(() => core.engine.retry()),
  doctor: procedures.engine.doctor.handler(() => core.engine.doctor()),
  discover: procedures.engine.discover.handler(({ signal }) =>
    core.engine.discover(signal ?? new AbortController().signal),
  ),
});
