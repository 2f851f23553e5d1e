/** All engines that are known, side by side: found on this machine, named by docker contexts, added by the user. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { daemonUsage } from './engine.ts';
import { procedure } from './procedure.ts';
import { errorShape } from './schemas.ts';

export const engineCard = z.object({
  /** What `engine.use` takes. */
  address: z.string(),
  /** How it was found: `docker context`, `Colima`, …; one that was added says `added`. */
  source: z.string(),
  /** Names of the docker contexts that lead there. */
  contexts: z.array(z.object({ name: z.string(), description: z.string(), current: z.boolean() })),
  /** The user added it, and may take it away. */
  added: z.boolean(),
  state: z.enum(['asking', 'reachable', 'unreachable']),
  /** Of the last try. */
  error: errorShape.nullable(),
  /** How long it took to answer (ms); null before it has. */
  ms: z.number().nullable(),
  name: z.string(),
  version: z.string(),
  operatingSystem: z.string(),
  containers: z.object({ running: z.number(), all: z.number() }).nullable(),
  daemon: daemonUsage.nullable(),
});

export const enginesContract = {
  /** Now and after every change; each engine is asked for as long as somebody looks. */
  watch: procedure.output(eventIterator(z.array(engineCard))),
  /** Keeps an address for later; `BAD_INPUT` for what is none. */
  add: procedure.input(z.object({ address: z.string().min(1).max(1024) })),
  forget: procedure.input(z.object({ address: z.string().min(1).max(1024) })),
};

export type EngineCard = z.infer<typeof engineCard>;
