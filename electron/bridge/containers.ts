import type { ContainerView, StatsUpdate } from '../../shared/contract/containers.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { batched, latest } from './stream.ts';

/** Samples of many containers are told together, about this often (ms). */
const STATS_GAP_MS = 250;

export const containersRouter = (core: Core) => {
  const { containers } = procedures;
  const domain = () => core.manage().containers;
  return {
    watch: containers.watch.handler(({ signal }) =>
      latest<ContainerView[]>(
        signal,
        () => core.containers.list(),
        (listener) => core.containers.onList(listener),
      ),
    ),
    act: containers.act.handler(({ input }) => ({ job: core.containers.act(input) })),
    run: containers.run.handler(({ input }) => ({ job: core.containers.run(input) })),
    commit: containers.commit.handler(({ input }) => ({ job: core.containers.commit(input) })),
    inspect: containers.inspect.handler(async ({ input }) => ({ ...(await domain().inspect(input.ref)) })),
    mounts: containers.mounts.handler(({ input }) => core.containers.mounts(input.ref)),
    top: containers.top.handler(async ({ input }) => {
      const { titles, rows } = await domain().top(input.ref);
      return { titles: [...titles], rows: rows.map((row) => [...row]) };
    }),
    stats: containers.stats.handler(({ input, signal }) =>
      batched<StatsUpdate>(signal, STATS_GAP_MS, (push) => {
        const stops = input.ids.map((id) =>
          core.containers.stats.watch(id, (samples) => push({ id, samples: [...samples] })),
        );
        return () => stops.forEach((stop) => stop());
      }),
    ),
    rename: containers.rename.handler(({ input }) => domain().rename(input.ref, input.name)),
    spec: containers.spec.handler(async ({ input }) => {
      const of = domain();
      const [spec, untold, changedFiles] = await Promise.all([
        of.specOf(input.ref),
        of.untold(input.ref),
        of.changedFiles(input.ref),
      ]);
      return { spec, untold, changedFiles };
    }),
    export: containers.export.handler(async ({ input: { ref } }) => {
      const manage = domain();
      // A container that is gone is told now, not as a broken download.
      await manage.inspect(ref);
      const name = `${ref}.tar`;
      const open = (signal: AbortSignal) => manage.export(ref, { signal });
      return { path: core.downloads.offer({ name, type: 'application/x-tar', open }), name };
    }),
  };
};
