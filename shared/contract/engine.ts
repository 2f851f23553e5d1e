/** The connected engine: what it says of itself, what it takes on its disk, what can go, and what happens on it. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { WARNING_CODES } from '../engine/warnings.ts';
import { prunePreview } from './images.ts';
import { startedJob } from './jobs.ts';
import { procedure } from './procedure.ts';
import * as s from './schemas.ts';

const names = z.array(z.string());

/** What is not told is `''`, 0 or empty. */
export const engineDetail = z.object({
  name: z.string(),
  version: z.string(),
  commit: z.string(),
  builtAt: z.string(),
  /** Versions of its API: the one spoken now, and those it understands. */
  api: z.object({ used: z.string(), oldest: z.string(), newest: z.string() }),
  operatingSystem: z.string(),
  kernel: z.string(),
  architecture: z.string(),
  cpus: z.number(),
  /** Bytes. */
  memory: z.number(),
  storageDriver: z.string(),
  storageFacts: z.array(z.object({ name: z.string(), value: z.string() })),
  rootDir: z.string(),
  loggingDriver: z.string(),
  cgroupDriver: z.string(),
  cgroupVersion: z.string(),
  /** `seccomp (builtin)`, `rootless`. */
  security: names,
  runtimes: names,
  defaultRuntime: z.string(),
  /** Registries reached through others, and those asked without TLS. */
  mirrors: names,
  insecureRegistries: names,
  proxies: names,
  /** containerd, runc and what else it is made of, with their versions. */
  components: z.array(z.object({ name: z.string(), version: z.string() })),
  firewallBackend: z.string(),
  swarm: z.string(),
  liveRestore: z.boolean(),
  containers: z.object({ running: z.number(), paused: z.number(), stopped: z.number() }),
  images: z.number(),
  warnings: z.array(z.object({ code: z.enum(WARNING_CODES), text: z.string() })),
});

export const diskKind = z.enum(['images', 'containers', 'volumes', 'build-cache']);

/** Bytes; null: the engine does not tell. */
export const diskUsage = z.object({
  kind: diskKind,
  count: z.number(),
  /** In use. */
  active: z.number(),
  size: z.number().nullable(),
  reclaimable: z.number().nullable(),
});

/** What is to go, as chosen. */
export const pruneChoice = z.object({
  /** Those that do not run. */
  containers: z.boolean(),
  /** Nobody is on them once those containers have gone; `images` and `volumes` alike. */
  networks: z.boolean(),
  images: z.enum(['none', 'dangling', 'unused']),
  volumes: z.enum(['none', 'anonymous', 'unused']),
  buildCache: z.boolean(),
});

/** In the order in which they go. */
export const PRUNED_KINDS = ['containers', 'networks', 'volumes', 'images', 'build-cache'] as const;

export const prunePlan = z.object({
  kinds: z.array(prunePreview.extend({ kind: z.enum(PRUNED_KINDS) })),
  /** Bytes that come free at least. */
  bytes: z.number(),
  /** Bytes of layers that the build cache has too: they come free only when it goes as well. */
  heldByCache: z.number(),
});

const ids = z.array(z.string().min(1).max(512)).max(100_000);

/** Exactly what was shown goes, and nothing that has become unused since. */
export const pruneEverything = z.object({ kinds: z.array(z.object({ kind: z.enum(PRUNED_KINDS), ids })).max(5) });

export const engineEvent = z.object({
  /** Grows by one with each event of a stream. */
  seq: z.number(),
  /** Milliseconds since 1970, by the engine's clock. */
  at: z.number(),
  type: z.string(),
  /** Without what comes after a colon. */
  action: z.string(),
  /** What came after it: the command of an exec, a health. */
  detail: z.string(),
  id: z.string(),
  /** `''`: it has none. */
  name: z.string(),
  attributes: z.record(z.string(), z.string()),
});

export const eventsNews = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('events'), events: z.array(engineEvent) }),
  /** The engine is away: nothing is heard until `back`. */
  z.object({ kind: z.literal('away'), error: s.errorShape }),
  /** It answers again.  What it still knew of the time between follows; one that was started anew knows nothing. */
  z.object({ kind: z.literal('back') }),
]);

/** What the engine's own process takes, where it can be seen. */
export const daemonUsage = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('seen'),
    pid: z.number(),
    /** Of one core: 1 is one core busy all the time; null before the second look. */
    cpu: z.number().nullable(),
    /** Bytes in memory. */
    memory: z.number(),
  }),
  z.object({ kind: z.literal('unseen'), why: z.enum(['remote', 'system', 'virtual', 'hidden', 'several', 'demo']) }),
]);

export const engineContract = {
  /** The state now, then every change. */
  watch: procedure.output(eventIterator(s.engineState)),
  /** Engines that could be used, best first; the demo is last. */
  choices: procedure.output(z.array(s.engineChoice)),
  /** Leaves the present engine and connects to another; its outcome shows in `watch`. */
  use: procedure.input(z.object({ address: z.string().min(1).max(1024) })),
  /** Tries again at once. */
  retry: procedure,
  doctor: procedure.output(s.doctorReport),
  /** Asks service registries and load balancers among the containers which names they hold. */
  discover: procedure.output(s.discoveryResult),
  detail: procedure.output(engineDetail),
  /** Takes the engine a while: it looks through its disk. */
  usage: procedure.output(z.array(diskUsage)),
  prunePlan: procedure.input(pruneChoice).output(prunePlan),
  prune: procedure.input(pruneEverything).output(startedJob),
  /** What the engine still knows of the past, then everything that happens. */
  events: procedure.output(eventIterator(eventsNews)),
  /** Now, then every other second. */
  daemon: procedure.output(eventIterator(daemonUsage)),
};

export type EngineDetail = z.infer<typeof engineDetail>;
export type DiskUsage = z.infer<typeof diskUsage>;
export type PruneChoice = z.infer<typeof pruneChoice>;
export type PrunePlan = z.infer<typeof prunePlan>;
export type PrunedKind = (typeof PRUNED_KINDS)[number];
export type PruneEverything = z.infer<typeof pruneEverything>;
export type EngineEvent = z.infer<typeof engineEvent>;
export type EventsNews = z.infer<typeof eventsNews>;
export type DaemonUsage = z.infer<typeof daemonUsage>;
