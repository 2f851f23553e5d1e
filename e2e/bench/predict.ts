/**
 * The predictor on a large engine: the whole matrix, and the matrix after one endpoint has changed.  In processor time,
 * which on an idle machine is the time one waits.
 */
import { ALL_PORTS, minus, parsePorts } from '../../shared/ports.ts';
import { sketch, type ContainerSketch } from '../../shared/reachability/fixtures.ts';
import { evaluate, reevaluate } from '../../shared/reachability/index.ts';
import { FLAG_DENIED, type Denial, type Matrix } from '../../shared/reachability/model.ts';
import { isContainer, type Endpoint, type Topology } from '../../shared/topology/model.ts';
import { inTurn, rowOf, worked, type Row } from './row.ts';

const SIZE = { containers: 997, networks: 100, denials: 10_000 };
const ROUNDS = 40;
const WARM_UPS = 15;

/** Under a guarded posture nearly every pair has a denial, each with a list of ports where rules allow some. */
const GUARDED = { containers: 300, networks: 30 };

export async function predictionRows(): Promise<Row[]> {
  return [...(await openRows()), ...(await guardedRows('whole')), ...(await guardedRows('partial'))];
}

async function guardedRows(kind: 'whole' | 'partial'): Promise<Row[]> {
  const { topology } = largeEngine(GUARDED);
  const ids = topology.endpoints.filter(isContainer).map(({ id }) => id);
  const make = (): readonly Denial[] =>
    ids.flatMap((from, i) =>
      ids.flatMap((to, j): Denial[] => {
        if (from === to) return [];
        const ports =
          kind === 'partial' ? { ports: minus(ALL_PORTS, parsePorts([PORT_TEXTS[(i + j) % 3] ?? ''])) } : {};
        return [{ from, to, state: 'held', policy: 'posture: guarded', ...ports }];
      }),
    );
  const denials = make();
  const plain = (): number => worked(() => plainLoop(topology, denials));
  const scale = `${ids.length} containers, all guarded, ${denials.length} ${kind} denials`;
  const whole = await inTurn(
    ROUNDS,
    WARM_UPS,
    () => {
      const fresh = structuredClone({ topology, denials });
      return worked(() => evaluate(fresh.topology, fresh.denials));
    },
    plain,
  );
  let last = reevaluate(null, topology, denials);
  const update = await inTurn(
    ROUNDS,
    WARM_UPS,
    (round) => {
      const next = withOneChanged(last.scene.topology, (round * 7919) % GUARDED.containers);
      const list = make();
      const ms = worked(() => (last = reevaluate(last, next, list)));
      if (round % 20 === 0) mustEqual(last.matrix, evaluate(structuredClone(next), list));
      return ms;
    },
    plain,
  );
  const baselineName = 'a plain nested loop';
  return [
    rowOf({ name: `evaluate: ${scale}`, ...whole, baselineName, limits: { median: { atMost: 250 } } }),
    rowOf({
      name: 'the same after one endpoint changed',
      ...update,
      baselineName,
      limits: { median: { atMost: 200 } },
    }),
  ];
}

const PORT_TEXTS = ['tcp/80', 'tcp/1-1023', 'udp'];

async function openRows(): Promise<Row[]> {
  const { topology, denials } = largeEngine(SIZE);
  const size = topology.endpoints.length;
  const scale = `${size} endpoints, ${SIZE.networks} networks, ${SIZE.denials} rules`;
  const plain = (): number => worked(() => plainLoop(topology, denials));

  // Fresh objects each time: nothing may be kept from the round before.
  const whole = await inTurn(
    ROUNDS,
    WARM_UPS,
    () => {
      const fresh = structuredClone({ topology, denials });
      return worked(() => evaluate(fresh.topology, fresh.denials));
    },
    plain,
  );

  let last = reevaluate(null, topology, denials);
  const update = await inTurn(
    ROUNDS * 5,
    WARM_UPS * 3,
    (round) => {
      const next = withOneChanged(last.scene.topology, (round * 7919) % SIZE.containers);
      // The guard makes its list anew after each event.
      const list = denials.map((denial) => ({ ...denial }));
      const ms = worked(() => (last = reevaluate(last, next, list)));
      if (round % 50 === 0) mustEqual(last.matrix, evaluate(structuredClone(next), list));
      return ms;
    },
    plain,
  );
  const baselineName = 'a plain nested loop';
  return [
    rowOf({ name: `evaluate: ${scale}`, ...whole, baselineName, limits: { median: { atMost: 50 } } }),
    rowOf({ name: 'the same after one endpoint changed', ...update, baselineName, limits: { median: { atMost: 5 } } }),
  ];
}

/**
 * The least one could do: for each pair, whether the two share a network, and whether a rule denies them.  By numbers,
 * because names put together for a million pairs would be cleaned up in somebody else's time.
 */
function plainLoop({ endpoints }: Topology, denials: readonly Denial[]): Uint8Array {
  const size = endpoints.length;
  const nets = endpoints.map(
    (one) => new Set(isContainer(one) ? one.attachments.map(({ networkId }) => networkId) : []),
  );
  const places = new Map(endpoints.map(({ id }, at) => [id, at]));
  const denied = new Set(denials.map(({ from, to }) => (places.get(from) ?? 0) * size + (places.get(to) ?? 0)));
  const cells = new Uint8Array(size * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) {
      let meets = false;
      for (const net of nets[i] ?? []) if (nets[j]?.has(net)) meets = true;
      cells[i * size + j] = meets && !denied.has(i * size + j) ? 1 : 0;
    }
  }
  return cells;
}

interface EngineSize {
  readonly containers: number;
  readonly networks: number;
  readonly denials?: number;
}

/** The same engine each time, drawn by a generator of its own. */
function largeEngine({ containers: count, networks, denials: rules = 0 }: EngineSize): {
  readonly topology: Topology;
  readonly denials: readonly Denial[];
} {
  const below = seeded(1);
  const containers: Record<string, ContainerSketch> = {};
  for (let index = 0; index < count; index += 1) {
    const on = new Set(Array.from({ length: 1 + below(3) }, () => `net${below(networks)}`));
    containers[`container-${index}`] = {
      on: [...on].join(' '),
      publish: below(3) === 0 ? [`${10_000 + index}:80`] : [],
      mounts: below(4) === 0 ? [`volume-${below(200)}:/data`] : [],
      expose: [80],
      state: below(20) === 0 ? 'exited' : 'running',
      privileged: below(100) === 0,
    };
  }
  const topology = sketch({ containers });
  const name = (): string => `container-${below(count)}`;
  const denials = Array.from({ length: rules }, (): Denial => {
    return { from: name(), to: name(), state: 'held', policy: 'a → b' };
  });
  return { topology, denials };
}

/** Numerical Recipes' linear congruential generator: `below(n)` is 0…n-1. */
function seeded(seed: number): (end: number) => number {
  let state = seed;
  return (end) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

function withOneChanged(topology: Topology, at: number): Topology {
  const endpoints = topology.endpoints.map((one, index): Endpoint => {
    if (index !== at || !isContainer(one)) return one;
    return { ...one, state: one.state === 'running' ? 'paused' : 'running', startedAt: one.startedAt + 1 };
  });
  return { ...topology, endpoints };
}

function mustEqual(one: Matrix, other: Matrix): void {
  const same = Buffer.compare(one.verdicts, other.verdicts) === 0 && Buffer.compare(one.flags, other.flags) === 0;
  if (!same || !one.flags.some((flags) => (flags & FLAG_DENIED) !== 0))
    throw new Error('The update is not what it must be.');
}
