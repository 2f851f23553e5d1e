/** The shapes that cross between the core and the page, checked at run time on both sides of the contract. */
import * as z from 'zod';
import { ERROR_CODES } from '../errors.ts';
import { POWERS } from '../methods/model.ts';
import { LONGEST_PAUSE_MINUTES } from '../policy/pause.ts';

export const errorShape = z.object({ code: z.enum(ERROR_CODES), message: z.string(), hint: z.string() });

const params = z.record(z.string(), z.string());

/** An engine that was found, or looked for. */
export const engineChoice = z.object({
  /** What `--engine` takes. */
  address: z.string(),
  /** Which finder proposed it: `DOCKER_HOST`, `docker context`, `Colima`, … */
  source: z.string(),
});

export const engineView = z.object({
  address: z.string(),
  kind: z.enum(['docker', 'demo']),
  name: z.string(),
  version: z.string(),
  apiVersion: z.string(),
  firewallBackend: z.string(),
  operatingSystem: z.string(),
});

/** Where the core stands with its engine. */
export const engineState = z.discriminatedUnion('phase', [
  z.object({ phase: z.literal('connecting'), address: z.string() }),
  z.object({ phase: z.literal('connected'), engine: engineView }),
  z.object({ phase: z.literal('reconnecting'), engine: engineView, error: errorShape, attempt: z.number() }),
  z.object({
    phase: z.literal('failed'),
    error: errorShape,
    tried: z.array(engineChoice.extend({ error: errorShape })),
  }),
]);

/** The guard stands aside: what the policy denies is open.  Milliseconds since 1970; `until` null: until it is resumed. */
export const pause = z.object({ since: z.number(), until: z.number().nullable() });

/** How the guard stands: whether every denied pair is held on the wire. */
export const guardState = z.object({
  /** `paused`: nothing of ours is on the wire, because somebody wanted it so for a while. */
  phase: z.enum(['idle', 'working', 'holding', 'failing', 'paused']),
  denied: z.number(),
  held: z.number(),
  impossible: z.number(),
  error: errorShape.nullable(),
  /** Tables that somebody else took away or changed and that were put back, since the engine was connected; absent: none. */
  repaired: z.number().optional(),
  /** Absent: it is not paused. */
  pause: pause.optional(),
});

export const endpointView = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['container', 'service', 'host', 'lan', 'internet']),
  project: z.string(),
  service: z.string(),
  state: z.string(),
  image: z.string(),
  networks: z.array(z.string()),
  addresses: z.array(z.string()),
  ports: z.array(z.string()),
  /** Which service registry or load balancer it is whose names can be asked for; absent when it is none. */
  discovery: z.string().optional(),
  /** Absent: not isolated.  `by`: the name that the policy isolates it by, which is the one to release. */
  isolation: z.object({ from: z.enum(['everything', 'internet']), by: z.string() }).optional(),
});

/** What asking registries and load balancers for their names gave. */
export const discoveryResult = z.object({
  read: z.number(),
  unread: z.array(z.object({ name: z.string(), why: z.string() })),
});

export const networkView = z.object({
  id: z.string(),
  name: z.string(),
  driver: z.string(),
  internal: z.boolean(),
  subnets: z.array(z.string()),
});

/** What cannot work on this engine, and why; the page has the words. */
export const limit = z.object({
  what: z.enum(['firewall', 'guard', 'methods', 'counters']),
  code: z.enum(['no-tables', 'no-bridge-tables', 'no-counters', 'no-rebuild']),
});

/** What the policy holds of whole names, as selectors: which are guarded, isolated, or cut from the internet. */
export const standing = z.object({
  posture: z.enum(['open', 'guarded']),
  guarded: z.array(z.string()),
  isolated: z.array(z.string()),
  offline: z.array(z.string()),
});

/** One whole picture of the matrix.  `verdicts` and `flags` are base64 of `Matrix`'s byte arrays, row by row. */
export const matrixFrame = z.object({
  revision: z.number(),
  endpoints: z.array(endpointView),
  networks: z.array(networkView),
  verdicts: z.string(),
  flags: z.string(),
  guard: guardState,
  standing,
  /** Absent: nothing is known to be impossible. */
  limits: z.array(limit).optional(),
});

export const verdict = z.enum(['open', 'partial', 'blocked', 'unknown']);

export const reason = z.object({ rule: z.string(), text: z.string(), params });

export const channel = z.object({
  layer: z.enum(['network', 'name', 'data', 'control']),
  kind: z.string(),
  via: z.string(),
  address: z.string(),
  ports: z.array(z.string()).optional(),
  except: z.array(z.string()).optional(),
  /** By which names A knows B this way. */
  names: z.array(z.string()).optional(),
  verdict: z.enum(['open', 'blocked', 'unknown']),
  rules: z.array(z.string()),
  far: z.literal(true).optional(),
});

export const denialState = z.enum(['held', 'pending', 'failed', 'paused', 'impossible']);

export const obstacle = z.object({ rule: z.string(), text: z.string(), params, severity: z.enum(['stop', 'warn']) });

export const probeView = z.object({
  from: z.string(),
  to: z.string(),
  address: z.string(),
  /** `tcp/80`, `udp/53`, `icmp`. */
  port: z.string(),
  predicted: z.enum(['open', 'blocked']),
  measured: z.enum(['open', 'blocked', 'error']),
  ms: z.number(),
  detail: z.string(),
});

/** One cell explained: names are for people, ids for further calls. */
export const cellView = z.object({
  from: endpointView,
  to: endpointView,
  verdict,
  enforced: z.boolean(),
  channels: z.array(channel),
  reasons: z.array(reason),
  /** Null when no rule of the user's policy denies this pair. */
  denial: z
    .object({
      state: denialState,
      policy: z.string(),
      /** What of the pair it is about; absent: everything, or everything but `except`. */
      ports: z.array(z.string()).optional(),
      except: z.array(z.string()).optional(),
    })
    .nullable(),
});

const flow = z.object({
  packets: z.number(),
  bytes: z.number(),
  packetsPerSecond: z.number(),
  bytesPerSecond: z.number(),
});

/** What our tables have counted of one ordered pair (shared/policy/SPEC.md, K1–K6); null: nothing of ours counts it. */
export const trafficView = z
  .object({
    refused: flow,
    /** By a list of allowed ports or sides, answers included. */
    passed: flow,
    /** From when on (ms since 1970); null where that is not known. */
    since: z.number().nullable(),
  })
  .nullable();

/** Pairs that are being refused, the busiest first. */
export const trafficHits = z.array(z.object({ from: z.string(), to: z.string(), packetsPerSecond: z.number() }));

export const planStep = z.object({ kind: z.string(), text: z.string(), params });

const cellChange = z.object({ from: z.string(), to: z.string(), before: verdict, after: verdict });

/** What a change would do to the whole matrix; endpoints by name. */
export const effectView = z.object({
  closes: z.array(cellChange),
  stays: z.array(
    z.object({
      from: z.string(),
      to: z.string(),
      layer: z.string(),
      kind: z.string(),
      via: z.string(),
      address: z.string(),
      ports: z.array(z.string()).nullable(),
    }),
  ),
  breaks: z.array(cellChange),
  opens: z.array(cellChange),
  names: z.array(z.object({ from: z.string(), to: z.string(), names: z.array(z.string()) })),
});

export const planView = z.object({
  action: z.enum([
    'block',
    'allow',
    'isolate',
    'release',
    'guard',
    'unguard',
    'undo',
    'apply',
    'pause',
    'resume',
    'rerun',
    'clear',
  ]),
  /** The source of a rule, the one name of another change, the id of the one that is taken back, or the minutes of a pause. */
  from: z.string(),
  /** The target of a rule; else `''`, `internet` where an isolation is from that alone, or the power that is taken away. */
  to: z.string(),
  /** Of a container that leaves the machine's network: those that could be published. */
  ports: z.array(z.string()).nullable(),
  pairs: z.array(z.object({ from: z.string(), to: z.string() })),
  steps: z.array(planStep),
  obstacles: z.array(obstacle),
  possible: z.boolean(),
  /** Of methods besides the firewall. */
  effect: effectView.optional(),
});

/** An endpoint id or a selector (`shop/web`, a container name, `host`). */
const endpointName = z.string().min(1).max(512);

export const change = z.discriminatedUnion('action', [
  z.object({
    action: z.enum(['block', 'allow']),
    from: endpointName,
    to: endpointName,
    /** `tcp/5432`, `udp/5000-5100`, `icmp`; absent: everything. */
    ports: z.array(z.string().max(64)).min(1).max(256).optional(),
    /** For a block; absent: the firewall. */
    method: z.enum(['network', 'unlink']).optional(),
  }),
  /** `only`: from the internet alone. */
  z.object({ action: z.enum(['isolate', 'release']), name: endpointName, only: z.literal('internet').optional() }),
  /** `network:NAME`, `project:NAME`, or `posture` for the whole engine. */
  z.object({ action: z.enum(['guard', 'unguard']), name: endpointName }),
  /** Takes back one change of the journal. */
  z.object({ action: z.literal('undo'), entry: z.string().min(1).max(64) }),
  /** The guard stands aside for so long, or (absent) until it is resumed; the policy stays as it is (ADR 16). */
  z.object({ action: z.literal('pause'), minutes: z.int().min(1).max(LONGEST_PAUSE_MINUTES).optional() }),
  z.object({ action: z.literal('resume') }),
  /** Makes a container (id or name) anew without a power, and otherwise as it is. */
  z.object({
    action: z.literal('rerun'),
    name: endpointName,
    without: z.enum(POWERS),
    /** Of one that leaves the machine's network: publish the ports that it declares. */
    publish: z.literal(true).optional(),
  }),
  /** Everything of Bulkhead's away from the engine, and the policy empty. */
  z.object({
    action: z.literal('clear'),
    /** Of other Bulkheads on the engine nothing. */
    own: z.literal(true).optional(),
  }),
]);

/** Pairs of which nothing was tried: with `lan`, `internet` or a service; with a side that does not run; left out of many. */
export const untried = z.object({ outside: z.number(), idle: z.number(), left: z.number() });

/** What an apply tells while it runs; the last one is `done`. */
export const applyEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), step: z.string(), detail: z.string() }),
  z.object({ kind: z.literal('probe'), probe: probeView }),
  z.object({
    kind: z.literal('done'),
    /** True when every probe measured what the policy wants. */
    holds: z.boolean(),
    agree: z.number(),
    disagree: z.number(),
    errors: z.number(),
    untried: untried.optional(),
  }),
]);

export const verifyEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal('probe'), probe: probeView }),
  z.object({
    kind: z.literal('done'),
    agree: z.number(),
    disagree: z.number(),
    errors: z.number(),
    untried: untried.optional(),
  }),
]);

export const doctorFinding = z.object({
  id: z.string(),
  level: z.enum(['ok', 'info', 'warn', 'fail']),
  title: z.string(),
  detail: z.string(),
  hint: z.string(),
});

export const doctorReport = z.object({ version: z.literal(1), findings: z.array(doctorFinding) });

export type EngineChoice = z.infer<typeof engineChoice>;
export type EngineView = z.infer<typeof engineView>;
export type EngineState = z.infer<typeof engineState>;
export type Pause = z.infer<typeof pause>;
export type GuardState = z.infer<typeof guardState>;
export type Standing = z.infer<typeof standing>;
export type EndpointView = z.infer<typeof endpointView>;
export type DiscoveryResult = z.infer<typeof discoveryResult>;
export type NetworkView = z.infer<typeof networkView>;
export type MatrixFrame = z.infer<typeof matrixFrame>;
export type CellView = z.infer<typeof cellView>;
export type Limit = z.infer<typeof limit>;
export type TrafficView = z.infer<typeof trafficView>;
export type TrafficHits = z.infer<typeof trafficHits>;
export type PlanView = z.infer<typeof planView>;
export type Change = z.infer<typeof change>;
export type ApplyEvent = z.infer<typeof applyEvent>;
export type VerifyEvent = z.infer<typeof verifyEvent>;
export type ProbeView = z.infer<typeof probeView>;
export type DoctorFinding = z.infer<typeof doctorFinding>;
export type DoctorReport = z.infer<typeof doctorReport>;
