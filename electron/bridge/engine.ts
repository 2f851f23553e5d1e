import type { DaemonUsage, EventsNews } from '../../shared/contract/engine.ts';
import type { EngineState } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { watchDaemon } from '../app/daemon-watch.ts';
import { prunePlan, startPruneEverything } from '../app/prune-plan.ts';
import { procedures } from './contract.ts';
import { latest, stream } from './stream.ts';

const { engine } = procedures;

export const engineRouter = (core: Core) => {
  const domain = () => core.manage().engine;
  const stage = () => ({ manage: core.manage(), topology: core.topology.known() });
  return {
    watch: engine.watch.handler(({ signal }) =>
      latest<EngineState>(
        signal,
        () => core.engine.state(),
        (listener) => core.engine.onState(listener),
      ),
    ),
    choices: engine.choices.handler(() => core.engine.choices()),
    use: engine.use.handler(({ input }) => core.engine.use(input.address)),
    retry: engine.retry.handler(() => core.engine.retry()),
    doctor: engine.doctor.handler(() => core.engine.doctor()),
    discover: engine.discover.handler(({ signal }) => core.engine.discover(signal ?? new AbortController().signal)),
    detail: engine.detail.handler(({ signal }) => domain().detail({ signal })),
    usage: engine.usage.handler(({ signal }) => domain().usage({ signal })),
    prunePlan: engine.prunePlan.handler(({ input, signal }) => prunePlan(stage(), input, signal)),
    prune: engine.prune.handler(({ input }) => ({ job: startPruneEverything(core.jobs, stage(), input) })),
    events: engine.events.handler(({ signal }) => {
      const now = domain();
      return stream<EventsNews>({ signal, keyOf: () => null, start: ({ push }) => now.follow(push) });
    }),
    daemon: engine.daemon.handler(({ signal }) => {
      const state = core.engine.state();
      const address = 'engine' in state ? state.engine.address : 'demo';
      return stream<DaemonUsage>({ signal, keyOf: () => '', start: ({ push }) => watchDaemon(address, push) });
    }),
  };
};
