import type { MachineUse } from '../../shared/contract/overview.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const overviewRouter = (core: Core) => ({
  watch: procedures.overview.watch.handler(({ signal }) =>
    latest(
      signal,
      () => core.overview.now(),
      (listener) =>
        core.overview.onChange(() => {
          const now = core.overview.now();
          if (now) listener(now);
        }),
    ),
  ),
  use: procedures.overview.use.handler(({ signal }) =>
    latest<MachineUse>(
      signal,
      () => null,
      (listener) => core.overview.onUse(listener),
    ),
  ),
});
