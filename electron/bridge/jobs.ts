import type { JobDetail, JobView } from '../../shared/contract/jobs.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest, stream } from './stream.ts';

export const jobsRouter = (core: Core) => ({
  watch: procedures.jobs.watch.handler(({ signal }) =>
    latest<JobView[]>(
      signal,
      () => core.jobs.list(),
      (listener) => core.jobs.onList(listener),
    ),
  ),
  follow: procedures.jobs.follow.handler(({ input, signal }) =>
    stream<JobDetail>({
      signal,
      keyOf: () => '',
      start: ({ push, end }) => {
        const tell = (job: JobDetail): void => {
          push(job);
          if (job.state !== 'running') end();
        };
        const stop = core.jobs.onDetail(input.id, tell);
        tell(core.jobs.detail(input.id));
        return stop;
      },
    }),
  ),
  cancel: procedures.jobs.cancel.handler(({ input }) => core.jobs.cancel(input.id)),
  tidy: procedures.jobs.tidy.handler(() => core.jobs.tidy()),
});
