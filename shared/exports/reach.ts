/** What a policy lets each endpoint open towards another, as sets of the target's own ports. */
import { ALL_PORTS, isEmpty, minus, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import { decide } from '../policy/index.ts';
import { causeText } from '../policy/resolve.ts';
import type { Policy } from '../policy/model.ts';
import { deniedParts, setOf, type PartOfWay } from '../reachability/denied-ports.ts';
import { denialIndexOf, stopsOf } from '../reachability/denials.ts';
import { waysOf } from '../reachability/explain.ts';
import type { Denial } from '../reachability/model.ts';
import { sceneOf } from '../reachability/scene.ts';
import {
  isContainer,
  isUp,
  type Attachment,
  type ContainerEndpoint,
  type Endpoint,
  type Topology,
} from '../topology/model.ts';

/**
 * Ports of B by any way, published ones under the container's own number.  `unknown`: those that only ways lead to of
 * which the prediction does not know.
 */
export interface Reach {
  readonly open: PortSet;
  readonly unknown: PortSet;
  /** Of both, what passes at B's own address on a network that both are on. */
  readonly near: PortSet;
}

/** By ids of endpoints. */
export type Reaches = (from: string, to: string) => Reach;

const NOTHING: Reach = { open: NO_PORTS, unknown: NO_PORTS, near: NO_PORTS };

/**
 * Unknown only because of routers before the machine: this engine lets them in, and its policy does not speak of those
 * (SPEC R512, R826).
 */
const DECIDED_BEFORE_THE_MACHINE: ReadonlySet<string> = new Set(['R512', 'R826']);

export function reachesOf(topology: Topology, denials: readonly Denial[]): Reaches {
  const scene = sceneOf(topology);
  const index = denialIndexOf(scene, denials);
  const known = new Map<string, Reach>();
  const work = (fromId: string, toId: string): Reach => {
    const [from, to] = [scene.party(fromId), scene.party(toId)];
    if (!from || !to) return NOTHING;
    const stops = stopsOf(index, from, to);
    const near = nearAddresses(from.endpoint, to.endpoint);
    let [open, unknown, met] = [NO_PORTS, NO_PORTS, NO_PORTS];
    for (const way of waysOf(topology, from, to)) {
      if (way.verdict === 'blocked') continue;
      const isOpen = way.verdict === 'open' || DECIDED_BEFORE_THE_MACHINE.has(way.rule);
      for (const { part, stoppedBy } of deniedParts(scene, to.stack, way, stops)) {
        if (stoppedBy !== null) continue;
        const ports = portsOf(part);
        if (isOpen) open = unionOf(open, ports);
        else unknown = unionOf(unknown, ports);
        if (near.has(way.address)) met = unionOf(met, ports);
      }
    }
    return { open, unknown: minus(unknown, open), near: met };
  };
  return (from, to) => {
    const key = `${from}\n${to}`;
    let reach = known.get(key);
    if (!reach) known.set(key, (reach = work(from, to)));
    return reach;
  };
}

/** Addresses of the one on networks that the other is on, too. */
function nearAddresses(from: Endpoint, to: Endpoint): ReadonlySet<string> {
  if (!isContainer(from) || !isContainer(to)) return new Set();
  const networks = new Set(from.attachments.map(({ networkId }) => networkId));
  const shared = to.attachments.filter(({ networkId }) => networks.has(networkId));
  return new Set(shared.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6].filter((address) => address !== null)));
}

function portsOf({ ports, except }: PartOfWay): PortSet {
  return ports ? setOf(ports) : minus(ALL_PORTS, setOf(except ?? []));
}

/** The denials a policy wants, as if every one were on the wire. */
export function wantedDenials(policy: Policy, topology: Topology): readonly Denial[] {
  return decide(policy, topology).pairs.map(({ from, to, ports, cause }) => ({
    from,
    to,
    ports,
    state: 'held',
    policy: causeText(cause),
  }));
}

/** Whether anything at all passes, or may. */
export function passes({ open, unknown }: Reach): boolean {
  return !isEmpty(open) || !isEmpty(unknown);
}

/**
 * The same topology with every container running: what is exported is what the policy means, whoever happens to be
 * stopped today.  Addresses that nobody has yet are made up.
 */
export function asRunning(topology: Topology): Topology {
  const stopped = topology.endpoints.filter(isContainer).filter((one) => one.state !== 'running');
  if (stopped.length === 0) return topology;
  const places = new Map(stopped.map(({ id }, at) => [id, at]));
  const families = new Map(topology.networks.map((network) => [network.id, familiesOf(network)]));
  const endpoints = topology.endpoints.map((one) => {
    if (!isContainer(one)) return one;
    const at = places.get(one.id);
    // All began together: nobody is left with the stack that an owner had before its last start.
    if (at === undefined) return { ...one, startedAt: 1 };
    return {
      ...one,
      state: 'running' as const,
      pid: one.pid || MADE_UP_PID + at,
      startedAt: 1,
      attachments: isUp(one) ? one.attachments : addressed(one, at, families),
    };
  });
  return { ...topology, endpoints };
}

const MADE_UP_PID = 4_000_000;

interface Families {
  readonly four: boolean;
  readonly six: boolean;
}

function familiesOf({ subnets, ipv6 }: Topology['networks'][number]): Families {
  const four = subnets.length === 0 || subnets.some(({ subnet }) => !subnet.includes(':'));
  return { four, six: ipv6 && subnets.some(({ subnet }) => subnet.includes(':')) };
}

function addressed(
  { attachments }: ContainerEndpoint,
  at: number,
  families: ReadonlyMap<string, Families>,
): readonly Attachment[] {
  return attachments.map((attachment, leg): Attachment => {
    const { four, six } = families.get(attachment.networkId) ?? { four: true, six: false };
    const number = at * 8 + leg + 1;
    return {
      ...attachment,
      ipv4: attachment.ipv4 ?? (four ? `100.127.${String(number >> 8)}.${String(number & 255)}` : null),
      ipv6: attachment.ipv6 ?? (six ? `fdff:ffff::${number.toString(16)}` : null),
    };
  });
}
