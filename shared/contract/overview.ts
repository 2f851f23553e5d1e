/** The first look at an engine: what runs, what can be called from outside, and what deserves a second look. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { RISK_KINDS } from '../exposure/risks.ts';
import { POWERS } from '../methods/model.ts';
import { procedure } from './procedure.ts';

const outside = z.enum(['lan', 'internet']);
const named = z.object({ id: z.string(), name: z.string() });

export const exposedView = named.extend({
  zones: z.array(outside),
  /** `ports` null: every one. */
  ways: z.array(z.object({ address: z.string(), ports: z.array(z.string()).nullable() })),
});

export const riskView = named.extend({
  kind: z.enum(RISK_KINDS),
  params: z.record(z.string(), z.string()),
  remedies: z.array(
    z.union([
      z.object({ kind: z.literal('block'), from: outside, to: z.string(), ports: z.array(z.string()).optional() }),
      z.object({ kind: z.enum(['isolate', 'offline']), name: z.string() }),
      z.object({
        kind: z.literal('rerun'),
        name: z.string(),
        without: z.enum(POWERS),
        not: z.literal('swarm').optional(),
      }),
    ]),
  ),
});

export const overview = z.object({
  running: z.number(),
  stopped: z.number(),
  unhealthy: z.array(named),
  networks: z.number(),
  volumes: z.number(),
  exposed: z.array(exposedView),
  risks: z.array(riskView),
});

/** What the containers take together. Processors in percent of one core, memory in bytes. */
export const machineUse = z.object({
  machine: z.object({ cpus: z.number(), memory: z.number() }),
  cpu: z.number(),
  memory: z.number(),
  /** Of so many that run, so many told. */
  seen: z.number(),
  running: z.number(),
  /** The most first. */
  busiest: z.array(named.extend({ cpu: z.number(), memory: z.number() })),
});

export const overviewContract = {
  /** Now, then after every change of the matrix.  Silent while no engine is connected. */
  watch: procedure.output(eventIterator(overview)),
  /** Looked at every quarter of a minute while somebody listens. */
  use: procedure.output(eventIterator(machineUse)),
};

export type Overview = z.infer<typeof overview>;
export type MachineUse = z.infer<typeof machineUse>;
export type RiskView = z.infer<typeof riskView>;
