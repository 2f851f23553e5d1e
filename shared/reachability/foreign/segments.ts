/** The hooks that a connection's packets pass, there and back, on one stretch of their way. */
import type { AddressRange, FirewallHook, PortRange } from '../../topology/firewall.ts';
import type { Packet } from '../../firewall/packet.ts';
import { minds, type Filter, type Passage } from '../../firewall/walk.ts';
import type { Family } from '../network.ts';

/** The two ends of a connection, as its first packet names them. */
export interface Ends {
  readonly source: readonly AddressRange[] | null;
  readonly destination: readonly AddressRange[] | null;
  readonly sport: PortRange;
  readonly dport: PortRange;
}

/** What does not change on a stretch. */
export interface Flow {
  readonly family: Family;
  readonly protocol: Packet['protocol'];
  readonly ends: Ends;
  /** As the sender addressed it, where the machine redirects it. */
  readonly asked?: Ends;
  /** The machine's address behind which the sender is hidden: answers come to it first. */
  readonly hiddenBehind?: readonly AddressRange[] | null;
}

export interface Segment {
  readonly there: readonly Passage[];
  readonly back: readonly Passage[];
}

export type Interfaces = readonly string[] | null;

const NONE: readonly string[] = [];

interface Spot {
  readonly iif: Interfaces;
  readonly oif: Interfaces;
  readonly localSource?: boolean;
  readonly localDestination?: boolean;
}

function packetOf(flow: Flow, ends: Ends, first: boolean, spot: Spot): Packet {
  const { source, destination, sport, dport } = ends;
  return {
    family: flow.family,
    protocol: flow.protocol,
    iif: spot.iif,
    oif: spot.oif,
    source: first ? source : destination,
    destination: first ? destination : source,
    sport: first ? sport : dport,
    dport: first ? dport : sport,
    original: flow.asked ?? ends,
    redirected: flow.asked !== undefined,
    first,
    localSource: spot.localSource ?? false,
    localDestination: spot.localDestination ?? false,
  };
}

/** In a container's own stack; `side` says which end of the connection it is. */
export function inside(filter: Filter | null, side: 'from' | 'to', flow: Flow, interfaces: Interfaces): Segment {
  if (!filter) return { there: [], back: [] };
  const through = (hook: FirewallHook, first: boolean): Passage[] => {
    const outgoing = hook === 'output';
    const spot: Spot = outgoing
      ? { iif: NONE, oif: interfaces, localSource: true }
      : { iif: interfaces, oif: NONE, localDestination: true };
    const packet = packetOf(flow, flow.ends, first, spot);
    const hooks: FirewallHook[] = outgoing ? ['output', 'postrouting'] : ['prerouting', 'input'];
    return hooks.flatMap((one) => at(filter, one, packet));
  };
  return side === 'from'
    ? { there: through('output', true), back: through('input', false) }
    : { there: through('input', true), back: through('output', false) };
}

const BRIDGED: Readonly<Record<'through' | 'up' | 'down', readonly [there: FirewallHook[], back: FirewallHook[]]>> = {
  through: [
    ['prerouting', 'forward', 'postrouting'],
    ['prerouting', 'forward', 'postrouting'],
  ],
  up: [
    ['prerouting', 'input'],
    ['output', 'postrouting'],
  ],
  down: [
    ['output', 'postrouting'],
    ['prerouting', 'input'],
  ],
};

/** Below IP, in a bridge: through it, up to the machine, or down from it.  The names of its ports are not known. */
export function inBridge(filter: Filter, way: 'through' | 'up' | 'down', flow: Flow): Segment {
  const along = (hooks: readonly FirewallHook[], first: boolean): Passage[] => {
    const minded = hooks.filter((hook) => minds(filter, 'bridge', hook));
    if (minded.length === 0) return [];
    const packet = packetOf(flow, flow.ends, first, { iif: null, oif: null });
    return minded.map((hook) => ({ filter, hook, level: 'bridge', packet }));
  };
  return { there: along(BRIDGED[way][0], true), back: along(BRIDGED[way][1], false) };
}

/** Through the machine, from one interface to another. */
export function forwarded(filter: Filter, flow: Flow, iif: Interfaces, oif: Interfaces): Segment {
  const spot = { iif, oif };
  const turned = { iif: oif, oif: iif };
  const there = packetOf(flow, flow.ends, true, spot);
  const back = packetOf(flow, flow.ends, false, turned);
  const early = flow.asked && packetOf(flow, flow.asked, true, { ...spot, localDestination: true });
  const hidden: Packet | undefined =
    flow.hiddenBehind === undefined ? undefined : { ...back, destination: flow.hiddenBehind, localDestination: true };
  return {
    there: [...entering(filter, there, early), ...at(filter, 'forward', there), ...at(filter, 'postrouting', there)],
    back: [...entering(filter, back, hidden), ...at(filter, 'forward', back), ...at(filter, 'postrouting', back)],
  };
}

/** Up to the machine itself. */
export function received(filter: Filter, flow: Flow, iif: Interfaces): Segment {
  const there = packetOf(flow, flow.ends, true, { iif, oif: NONE, localDestination: true });
  const back = packetOf(flow, flow.ends, false, { iif: NONE, oif: iif, localSource: true });
  return {
    there: [...entering(filter, there), ...at(filter, 'input', there)],
    back: [...at(filter, 'output', back), ...at(filter, 'postrouting', back)],
  };
}

/** From the machine itself. */
export function sent(filter: Filter, flow: Flow, oif: Interfaces): Segment {
  const spot = { iif: NONE, oif, localSource: true };
  const there = packetOf(flow, flow.ends, true, spot);
  const early = flow.asked && packetOf(flow, flow.asked, true, { ...spot, localDestination: true });
  const back = packetOf(flow, flow.ends, false, { iif: oif, oif: NONE, localDestination: true });
  return {
    there: [...at(filter, 'output', there, early), ...at(filter, 'postrouting', there)],
    back: [...entering(filter, back), ...at(filter, 'input', back)],
  };
}

/** Nothing where no chain minds: most hooks of most machines. */
function at(filter: Filter, hook: FirewallHook, packet: Packet, early?: Packet): Passage[] {
  return minds(filter, 'ip', hook) ? [{ filter, hook, level: 'ip', packet, ...(early ? { early } : {}) }] : [];
}

function entering(filter: Filter, packet: Packet, early?: Packet): Passage[] {
  // On devices nothing has been redirected yet.
  return [...at(filter, 'ingress', early ?? packet), ...at(filter, 'prerouting', packet, early)];
}

/** One stretch after the other: answers pass them backwards. */
export function chained(segments: readonly Segment[]): readonly Passage[] {
  return [...segments.flatMap(({ there }) => there), ...[...segments].reverse().flatMap(({ back }) => back)];
}
