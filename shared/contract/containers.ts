/** Containers: what the list shows of each, and what can be done to them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';
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

export const containersContract = {
  watch: procedure.output(eventIterator(z.array(containerView))),
  act: procedure.input(containerAction).output(startedJob),
};

export type PublishedPortView = z.infer<typeof publishedPort>;
export type Health = z.infer<typeof health>;
export type ContainerView = z.infer<typeof containerView>;
export type LifecycleAction = z.infer<typeof lifecycleAction>;
export type ContainerAction = z.infer<typeof containerAction>;
