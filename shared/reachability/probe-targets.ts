/** What to try on the wire for one pair (SPEC "Probing"). */
import { ALL_PORTS, hasPort, isEveryPort, minus, type PortSet } from '../ports.ts';
import type { Endpoint, Topology } from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import { deniedParts, setOf, type PartOfWay } from './denied-ports.ts';
import { denialIndexOf, stopsOf } from './denials.ts';
import { waysOf } from './explain.ts';
import type { Denial, ProbeTarget } from './model.ts';
import { sceneOf, type Party, type Scene } from './scene.ts';
import type { Way } from './sink.ts';

/**
 * The targets of one ordered pair of endpoint ids, each once, each with what is predicted.  Empty for `lan`, `internet` and
 * services, for the diagonal, and where either side is not running.  Ways whose verdict is unknown are left out: there is
 * nothing to compare.
 *
 * TCP is always tried; UDP and pings where a held denial of some ports is about them, each at one port that is denied and
 * at one that is not.  `port` 0 asks the wire to choose: a port on which B listens, or a listener of its own.
 */
export function probeTargets(
  topology: Topology,
  denials: readonly Denial[],
  fromId: string,
  toId: string,
): readonly ProbeTarget[] {
  const scene = sceneOf(topology);
  const from = scene.party(fromId);
  const to = scene.party(toId);
  if (!from || !to || from === to || !isWithinReach(from) || !isWithinReach(to)) return [];
  const stops = stopsOf(denialIndexOf(scene, denials), from, to);
  const found = new Map<string, ProbeTarget>();
  const aim: Aim = {
    to: to.endpoint,
    taken: to.stack.kind === 'host' ? publishedIn(scene) : new Set(),
    denied: stops.own ?? null,
  };
  for (const way of waysOf(topology, from, to)) {
    // By the mesh any task may answer; at a task's address for it not even the task itself gets through.
    if (way.kind === 'ingress' || way.address === '') continue;
    // 127.0.0.1 would be the sender's own loopback, where nothing of this is to be found by design.
    if (way.rule === 'R203') continue;
    for (const { part, stoppedBy } of deniedParts(scene, to.stack, way, stops)) {
      const predicted = stoppedBy ? 'blocked' : way.verdict;
      if (predicted === 'unknown') continue;
      for (const one of targetsOf(way, part, aim)) {
        const target = { ...one, predicted };
        found.set(`${target.address} ${target.protocol} ${String(target.port)} ${target.way}`, target);
      }
    }
  }
  return [...found.values()];
}

/** Endpoints with a network namespace that the wire can enter. */
function isWithinReach({ endpoint, activity, stack }: Party): boolean {
  return activity === 'live' && (isContainer(endpoint) || stack.kind === 'host');
}

/** Ports of the machine that lead into containers. */
function publishedIn({ stacks }: Scene): ReadonlySet<number> {
  return new Set(stacks.flatMap(({ bindings }) => bindings.flatMap(({ ports }) => ports.map((one) => one.hostPort))));
}

interface Aim {
  readonly to: Endpoint;
  /** Numbers that are somebody else's on that stack. */
  readonly taken: ReadonlySet<number>;
  /** What of the pair a held denial stops, where that is not everything. */
  readonly denied: PortSet | null;
}

type Target = Omit<ProbeTarget, 'predicted'>;

function targetsOf(way: Way, part: PartOfWay, aim: Aim): readonly Target[] {
  const common = { address: way.address, channel: way.kind };
  const protocols = protocolsOf(aim);
  if (way.kind === 'published') {
    return (part.ports ?? []).flatMap((one): Target[] =>
      'hostPort' in one && isOneOf(one.protocol, protocols)
        ? [{ ...common, protocol: one.protocol, port: one.hostPort, way: 'published', containerPort: one.port }]
        : [],
    );
  }
  const direct = (protocol: ProbeTarget['protocol'], port: number): Target => ({
    ...common,
    protocol,
    port,
    way: 'direct',
    containerPort: port,
  });
  // Ports that the way itself is about are tried one by one, those that a denial cuts out of all at one of them.
  if (way.ports !== null) {
    return (part.ports ?? []).flatMap(({ protocol, port }) =>
      isOneOf(protocol, protocols) ? [direct(protocol, port)] : [],
    );
  }
  const set = part.ports ? setOf(part.ports) : minus(ALL_PORTS, setOf(part.except ?? []));
  return protocols.flatMap((protocol) => {
    if (protocol === 'icmp') return set.icmp ? [direct('icmp', 0)] : [];
    const port = portIn(set, protocol, aim);
    return port === null ? [] : [direct(protocol, port)];
  });
}

function protocolsOf({ denied }: Aim): readonly ProbeTarget['protocol'][] {
  return [
    'tcp',
    ...(denied && denied.udp.length > 0 ? ['udp' as const] : []),
    ...(denied?.icmp ? ['icmp' as const] : []),
  ];
}

function isOneOf(protocol: string, protocols: readonly ProbeTarget['protocol'][]): protocol is ProbeTarget['protocol'] {
  return protocols.some((one) => one === protocol);
}

/**
 * One port of the set: a declared one where it can be, 0 (any) where all will do, `null` when there is none.  On the
 * machine's own stack a published port leads elsewhere, so such a number is not taken.
 */
function portIn(set: PortSet, protocol: 'tcp' | 'udp', { to, taken }: Aim): number | null {
  const isMeant = (port: number): boolean => !taken.has(port) && hasPort(set, protocol, port);
  const exposed = isContainer(to) ? to.exposedPorts : [];
  const declared = exposed.find((one) => one.protocol === protocol && isMeant(one.port))?.port;
  if (declared !== undefined) return declared;
  if (isEveryPort({ ...ALL_PORTS, [protocol]: set[protocol] })) return 0;
  const spare = SPARE_PORTS.find(isMeant);
  if (spare !== undefined) return spare;
  const first = set[protocol].map(([from]) => from).find(isMeant);
  return first ?? null;
}

/** Ports to try where nothing is declared and not every port will do. */
const SPARE_PORTS: readonly number[] = Array.from({ length: 64 }, (_, at) => 18_000 + at * 211);
