/** How a long action tells how it goes.  A job's report is one. */
import type { JobPart, JobView } from '../../../shared/contract/jobs.ts';
import type { Cancellable } from './containers.ts';

export interface Progress {
  /** Tells of one part; what is left out stays as it was. */
  part(id: string, change: Partial<Omit<JobPart, 'id'>>): void;
  /** One line of output. */
  line(text: string): void;
  progress(change: { readonly done: number; readonly total: number | null; readonly unit: JobView['unit'] }): void;
}

export interface Reported extends Cancellable {
  readonly report: Progress;
}
