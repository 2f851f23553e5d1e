/** Prediction against measurement: probes the wire for each pair and compares. */
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { indexTopology } from '../../shared/policy/stack.ts';
import { probeTargets } from '../../shared/reachability/index.ts';
import type { Denial, ProbeTarget } from '../../shared/reachability/model.ts';
import { isContainer, isUp, type Endpoint, type Topology } from '../../shared/topology/model.ts';
import type { EngineDriver, Place, ProbeOutcome, ProbeRequest, Wire, WireProgress } from '../engine/driver.ts';
import { HOST } from './enforcement.ts';
import { sampleOf, type OrderedPair } from './sample.ts';
import { leaseWire } from './wire-lease.ts';

export interface VerifyOptions {
  readonly driver: EngineDriver;
  /** Asked once, when the probes are made out. */
  readonly denials: () => readonly Denial[];
  /** Ordered pairs of endpoint ids. */
  readonly pairs: readonly OrderedPair[];
  /** Probe no more pairs than these, each endpoint about equally often; absent: all. */
  readonly atMost?: number;
  readonly signal?: AbortSignal;
  readonly onProbe?: (probe: ProbeView) => void;
  readonly onProgress?: (done: number, total: number) => void;
  readonly onWireProgress?: (progress: WireProgress) => void;
}

export interface VerifyTally {
  readonly agree: number;
  readonly disagree: number;
  readonly errors: number;
  /** Present where something was not tried. */
  readonly untried?: Untried;
}

/** Pairs of which nothing was tried, by why: they are neither right nor wrong. */
export interface Untried {
  /** With `lan`, `internet` or a Swarm service: nobody there can be asked to answer, or to call. */
  readonly outside: number;
  /** A side does not run. */
  readonly idle: number;
  /** Left out, because there are many. */
  readonly left: number;
}

interface Trial {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly target: ProbeTarget;
  readonly request: ProbeRequest;
}

/**
 * Probes every target of every pair; pairs with a side that does not run, or is outside of this machine, have none.
 *
 * @throws BulkheadError when the wire cannot be opened; the signal's reason when aborted.
 */
export async function verifyPairs(options: VerifyOptions): Promise<VerifyTally> {
  const { driver, signal, onProbe, onProgress, onWireProgress } = options;
  signal?.throwIfAborted();
  const tally = { agree: 0, disagree: 0, errors: 0 };
  if (options.pairs.length === 0) return tally;
  const { wire, release } = await leaseWire(driver, {
    ...(signal ? { signal } : {}),
    ...(onWireProgress ? { onProgress: onWireProgress } : {}),
  });
  try {
    // Only now: opening the wire told more of the machine, and that decides what to try.
    const topology = driver.topology();
    const { within, untried } = sorted(topology, options.pairs, options.atMost);
    const trials = trialsFor(topology, options.denials(), within);
    onProgress?.(0, trials.length);
    let done = 0;
    const tell = (trial: Trial, outcome: ProbeOutcome): void => {
      const { measured, detail, ms } = judged(trial, outcome, topology, driver.topology());
      if (measured === 'error') tally.errors += 1;
      else if (measured === trial.target.predicted) tally.agree += 1;
      else tally.disagree += 1;
      done += 1;
      onProbe?.({
        from: trial.from.name,
        to: trial.to.name,
        address: trial.target.address,
        port: portText(trial.target, outcome),
        predicted: trial.target.predicted,
        measured,
        ms,
        detail,
      });
      onProgress?.(done, trials.length);
    };
    const again: Trial[] = [];
    await probeAll(wire, trials, signal, (trial, outcome) => {
      // A lost packet is no block, and a busy service no missing one: what is not as predicted is tried once more.
      if (outcome.measured !== trial.target.predicted && outcome.measured !== 'open') again.push(trial);
      else tell(trial, outcome);
    });
    await probeAll(wire, again, signal, tell);
    return untried ? { ...tally, untried } : tally;
  } finally {
    release();
  }
}

/** `tcp/80`, `udp/53`, `icmp`. */
function portText({ protocol, port }: ProbeTarget, outcome: ProbeOutcome): string {
  return protocol === 'icmp' ? protocol : `${protocol}/${outcome.port ?? port}`;
}

/** The pairs that can be probed, no more than `atMost`, and how many cannot or are not; `null`: none of these. */
function sorted(
  topology: Topology,
  pairs: readonly OrderedPair[],
  atMost = Infinity,
): { readonly within: readonly OrderedPair[]; readonly untried: Untried | null } {
  const byId = new Map(topology.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const placeOf = placeFinder(topology);
  let outside = 0;
  let idle = 0;
  const reachable = pairs.filter(({ from, to }) => {
    const ends = [byId.get(from), byId.get(to)].filter((end) => end !== undefined);
    const isOutside = ends.some((end) => !isContainer(end) && end.kind !== 'host');
    const isIdle = ends.length < 2 || ends.some((end) => placeOf(end) === null);
    if (isOutside) outside += 1;
    else if (isIdle) idle += 1;
    return !isOutside && !isIdle;
  });
  const within = sampleOf(reachable, atMost);
  const left = reachable.length - within.length;
  return { within, untried: outside + idle + left > 0 ? { outside, idle, left } : null };
}

async function probeAll(
  wire: Wire,
  trials: readonly Trial[],
  signal: AbortSignal | undefined,
  onOutcome: (trial: Trial, outcome: ProbeOutcome) => void,
): Promise<void> {
  if (trials.length === 0) return;
  const requests = trials.map(({ request }) => request);
  await wire.probe(
    requests,
    (index, outcome) => {
      const trial = trials[index];
      if (trial) onOutcome(trial, outcome);
    },
    signal,
  );
  signal?.throwIfAborted();
}

function trialsFor(topology: Topology, denials: readonly Denial[], pairs: readonly OrderedPair[]): Trial[] {
  const placeOf = placeFinder(topology);
  const byId = new Map(topology.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  return pairs.flatMap((pair) => {
    const from = byId.get(pair.from);
    const to = byId.get(pair.to);
    const source = from && placeOf(from);
    const sink = to && placeOf(to);
    if (!from || !to || !source || !sink) return [];
    return probeTargets(topology, denials, from.id, to.id).map((target) => ({
      from,
      to,
      target,
      request: {
        from: source,
        to: sink,
        address: target.address,
        port: target.port,
        listenPort: target.way === 'published' ? target.containerPort : target.port,
        ...(target.protocol === 'tcp' ? {} : { protocol: target.protocol }),
      },
    }));
  });
}

/** The namespace an endpoint lives in now, named once however many share it; null when there is none to enter. */
function placeFinder(topology: Topology): (endpoint: Endpoint) => Place | null {
  const index = indexTopology(topology);
  return (endpoint) => {
    if (!isContainer(endpoint)) return endpoint.kind === 'host' ? HOST : null;
    if (!isUp(endpoint)) return null;
    const stack = index.stackOf(endpoint);
    if (stack.kind === 'host') return HOST;
    if (stack.kind === 'gone' || !isUp(stack.owner) || stack.owner.pid === 0) return null;
    return { place: stack.owner.id, pid: stack.owner.pid };
  };
}

/** An end that was restarted or left meanwhile makes the comparison meaningless, whatever was measured. */
function judged({ from, to }: Trial, outcome: ProbeOutcome, before: Topology, after: Topology): ProbeOutcome {
  if (before === after) return outcome;
  const same = (endpoint: Endpoint): boolean => {
    if (!isContainer(endpoint)) return true;
    const now = after.endpoints.find(({ id }) => id === endpoint.id);
    return now !== undefined && isContainer(now) && now.pid === endpoint.pid && now.startedAt === endpoint.startedAt;
  };
  if (same(from) && same(to)) return outcome;
  return { ...outcome, measured: 'error', detail: 'it was restarted while it was measured' };
}
