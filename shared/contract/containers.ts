/** Containers: what the list shows of each, and what can be done to them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';
import { runSpec } from './run-spec.ts';
import { endpointView } from './schemas.ts';

/** An id, or a name, of one object of the engine. */
export const objectRef = z.string().min(1).max(256);

export const publishedPort = z.object({
  /** The binding address on the machine: `0.0.0.0`, `::`, `127.0.0.1` or one address of it. */
  address: z.string(),
  hostPort: z.number(),
  port: z.number(),
  protocol: z.enum(['tcp', 'udp', 'sctp']),
});

export const health = z.enum(['starting', 'healthy', 'unhealthy']);

export const containerView = endpointView.extend({
  /** Milliseconds since 1970; 0: never. */
  startedAt: z.number(),
  finishedAt: z.number(),
  createdAt: z.number(),
  /** Absent: it has no health check, or does not run. */
  health: health.optional(),
  /** Of one that has ended. */
  exitCode: z.number().optional(),
  published: z.array(publishedPort),
});

export const lifecycleAction = z.enum(['start', 'stop', 'restart', 'pause', 'unpause', 'kill', 'remove']);

/** One action on one or many containers, as one job. */
export const containerAction = z.object({
  ids: z.array(objectRef).min(1).max(5000),
  action: lifecycleAction,
  /** For `remove`: kill those that run. */
  force: z.boolean().optional(),
  /** For `remove`: their anonymous volumes too. */
  volumes: z.boolean().optional(),
});

const ref = z.object({ ref: objectRef });

/** A file that the core hands out once: where the page fetches it, and what it is called. */
export const download = z.object({ path: z.string(), name: z.string() });

/** One look at what a running container uses. */
export const statsSample = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  /** Percent of one processor core: two busy cores are 200. */
  cpu: z.number(),
  /** Bytes, without the cache that the kernel would give back; the limit is 0 where there is none. */
  memory: z.number(),
  memoryLimit: z.number(),
  /** Bytes since its start. */
  received: z.number(),
  sent: z.number(),
  read: z.number(),
  written: z.number(),
  pids: z.number(),
});

export const statsUpdate = z.object({ id: z.string(), samples: z.array(statsSample) });

export const mountView = z.object({
  type: z.string(),
  /** Volume name, or the path on the machine. */
  source: z.string(),
  destination: z.string(),
  writable: z.boolean(),
  /** Other containers that have the same. */
  sharedWith: z.array(z.object({ name: z.string(), writable: z.boolean() })),
});

export const runRequest = z.object({
  spec: runSpec,
  start: z.boolean(),
  /** Whatever the spec does not tell is as that container has it. */
  like: objectRef.optional(),
  /** With `like`: it takes that one's place, which is removed once the new one stands. */
  replace: z.boolean().optional(),
});

export const containersContract = {
  watch: procedure.output(eventIterator(z.array(containerView))),
  act: procedure.input(containerAction).output(startedJob),
  /** As the engine tells it. */
  inspect: procedure.input(ref).output(z.record(z.string(), z.unknown())),
  mounts: procedure.input(ref).output(z.array(mountView)),
  /** Its processes now: a table as the machine's `ps` makes it. */
  top: procedure.input(ref).output(z.object({ titles: z.array(z.string()), rows: z.array(z.array(z.string())) })),
  /** What these use, about once a second: first what is known already.  Those that do not run say nothing. */
  stats: procedure.input(z.object({ ids: z.array(objectRef).max(100) })).output(eventIterator(z.array(statsUpdate))),
  rename: procedure.input(z.object({ ref: objectRef, name: z.string().min(1).max(255) })),
  /**
   * What it would take to run another like it.
   *
   * `untold`: how many variables and labels are too long to be in it, and are kept all the same; `changedFiles`: how many
   * files of its own a new one would not have.
   */
  spec: procedure.input(ref).output(z.object({ spec: runSpec, untold: z.number(), changedFiles: z.number() })),
  run: procedure.input(runRequest).output(startedJob),
  /** Makes an image of it. */
  commit: procedure
    .input(
      z.object({
        ref: objectRef,
        /** `name:tag`; `''`: without a name. */
        image: z.string().max(512),
        comment: z.string().max(4096),
        /** Whether it stands still meanwhile. */
        pause: z.boolean(),
      }),
    )
    .output(startedJob),
  /** Its files as a tar archive. */
  export: procedure.input(ref).output(download),
};

export type PublishedPortView = z.infer<typeof publishedPort>;
export type Health = z.infer<typeof health>;
export type ContainerView = z.infer<typeof containerView>;
export type LifecycleAction = z.infer<typeof lifecycleAction>;
export type StatsSample = z.infer<typeof statsSample>;
export type StatsUpdate = z.infer<typeof statsUpdate>;
export type MountView = z.infer<typeof mountView>;
export type RunRequest = z.infer<typeof runRequest>;
export type ContainerAction = z.infer<typeof containerAction>;
