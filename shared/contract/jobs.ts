/**
 * Jobs: long actions on the engine.  A procedure that starts one answers at once with its id; the core runs it whether or
 * not a page looks on, tells how it goes here, and ends it when it is cancelled or the engine is left.
 */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './procedure.ts';
import { errorShape } from './schemas.ts';

/** What kinds there are; each domain adds its own.  The page has a sentence for each (`jobs.kind.*`). */
export const jobKind = z.enum([
  'container-start',
  'container-stop',
  'container-restart',
  'container-pause',
  'container-unpause',
  'container-kill',
  'container-remove',
  'container-run',
  'container-replace',
  'container-commit',
  'engine-prune',
  'file-upload',
  'image-pull',
  'image-push',
  'image-remove',
  'image-prune',
  'image-build',
  'image-load',
  'network-remove',
  'network-prune',
  'volume-remove',
  'volume-prune',
  'volume-clone',
  'volume-restore',
  'compose-up',
  'compose-down',
  'compose-start',
  'compose-stop',
  'compose-restart',
  'compose-pull',
  'compose-build',
  'compose-scale',
  'service-scale',
  'service-update',
  'service-rollback',
  'service-remove',
]);

export const jobState = z.enum(['running', 'done', 'failed', 'cancelled']);

export const jobView = z.object({
  id: z.string(),
  kind: jobKind,
  /** Names of the first few objects that it is about. */
  about: z.array(z.string()),
  /** How many there are in all. */
  count: z.number(),
  state: jobState,
  /** Milliseconds since 1970. */
  startedAt: z.number(),
  /** Null while it runs. */
  endedAt: z.number().nullable(),
  /** How far it is, in `unit`; `total` is null where that is not known. */
  done: z.number(),
  total: z.number().nullable(),
  unit: z.enum(['items', 'bytes']),
  /** The engine's newest words, `''` when it has said nothing. */
  line: z.string(),
  /** Ids of the objects that it has not finished with. */
  pending: z.array(z.string()),
  /** Of a failed one. */
  error: errorShape.nullable(),
  /** What came of it: ids and names by what they are, e.g. `{ image: 'sha256:…' }`. */
  result: z.record(z.string(), z.string()),
});

/** One of the things a job works on: a layer, a container, a step of a build. */
export const jobPart = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** The engine's words for what it does with it now. */
  text: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  error: errorShape.nullable(),
});

export const jobDetail = jobView.extend({
  parts: z.array(jobPart),
  /** The last lines of output. */
  lines: z.array(z.string()),
});

/** What starting a job answers. */
export const startedJob = z.object({ job: z.string() });

const jobId = z.object({ id: z.string().min(1).max(64) });

export const jobsContract = {
  /** Jobs that run, and the last ones that have ended: newest first, now and after every change (coalesced). */
  watch: procedure.output(eventIterator(z.array(jobView))),
  /** One with all it tells, until it has ended.  `NOT_FOUND` for one that was forgotten. */
  follow: procedure.input(jobId).output(eventIterator(jobDetail)),
  /** Asks it to stop; what it did stays done. */
  cancel: procedure.input(jobId),
  /** Forgets those that have ended. */
  tidy: procedure,
};

export type JobKind = z.infer<typeof jobKind>;
export type JobView = z.infer<typeof jobView>;
export type JobPart = z.infer<typeof jobPart>;
export type JobDetail = z.infer<typeof jobDetail>;
