/** What the ways of packets are put together from: ends, legs, stretches. */
import { EPHEMERAL } from '../../firewall/packet.ts';
import type { Passage } from '../../firewall/walk.ts';
import type { AddressRange, PortRange } from '../../topology/firewall.ts';
import type { Exit } from '../exits.ts';
import { exitOf, servedBy } from '../judge-bridges.ts';
import { addressesOf, addressOf, type Family, familyOf, gatewaysOf, type Leg, modeOf, type Net } from '../network.ts';
import type { RuleId } from '../reasons.ts';
import type { Scene, Stack } from '../scene.ts';
import { filterInside, type Foreign } from './foreign.ts';
import { chained, type Flow, forwarded, inBridge, inside, type Interfaces, type Segment, sent } from './segments.ts';
import { one } from './zones.ts';

export interface Pair {
  readonly foreign: Foreign;
  readonly scene: Scene;
  readonly from: Stack;
  readonly to: Stack;
}

/** A way as it was judged, without its ports. */
export interface Judged {
  readonly rule: RuleId;
  readonly via: Net | null;
  readonly address: string;
  /** For ways out, which name no address: the family that is asked for. */
  readonly family?: Family;
}

/** One service: its port as the sender asks for it, and as it is where it listens. */
export interface Service {
  readonly protocol: Flow['protocol'];
  readonly asked: PortRange;
  readonly served: PortRange;
}

export type Course = readonly Passage[];

/** Gives the courses to one service; `null`: a way on which no packets go, or whose route is not known. */
export type Route = (service: Service) => readonly Course[];

export type Addresses = readonly AddressRange[] | null;

export function flowOf(family: Family, { protocol, served }: Service, source: Addresses, destination: Addresses): Flow {
  return { family, protocol, ends: { source, destination, sport: EPHEMERAL, dport: served } };
}

/** As `flowOf`, with the port that the sender asks for. */
export function askedFlow(family: Family, service: Service, source: Addresses, destination: Addresses): Flow {
  return flowOf(family, { ...service, served: service.asked }, source, destination);
}

/** The name of a container's interface is known only where it has one. */
export function interfacesOf({ legs }: Stack): Interfaces {
  return legs.length === 1 ? ['eth0'] : null;
}

export function fromInside({ foreign, from }: Pair, flow: Flow): Segment {
  return inside(filterInside(foreign, from), 'from', flow, interfacesOf(from));
}

export function toInside({ foreign, to }: Pair, flow: Flow): Segment {
  return inside(filterInside(foreign, to), 'to', flow, interfacesOf(to));
}

/** The leg through which packets to an address beyond its own networks leave, where that is a bridge. */
export function exitLegs({ from }: Pair, family: Family): readonly Leg[] {
  const { kind, net }: Exit = exitOf(from, family);
  if (kind === 'none' || kind === 'unsure') return [];
  return from.legs.filter((leg) => leg.net === net && leg.net.kind === 'bridge' && addressOf(leg, family) !== null);
}

/** The leg whose gateway the address is, else the way out. */
export function legsTowards(pair: Pair, address: string): readonly Leg[] {
  const family = familyOf(address);
  const near = pair.from.legs.filter(
    (leg) => gatewaysOf(leg.net, family).includes(address) && addressOf(leg, family) !== null,
  );
  return near.length > 0 ? near : exitLegs(pair, family);
}

/** What other networks see of a container on that one: `undefined` its own address, else the machine's there. */
export function behind(net: Net, target: Net, family: Family): Addresses | undefined {
  const mode = modeOf(net, family);
  const hides = net !== target && net.masquerade && !net.internal && (mode === 'nat' || mode === 'unprotected');
  return hides ? gatewayAddresses(target, family) : undefined;
}

const interfaces = new WeakMap<Scene, Map<Net, Interfaces>>();

/**
 * The machine's interface on a network.  Docker calls it what it says or by the network's id; of Podman, which does not
 * tell, it is the one that holds the gateway.
 */
export function interfaceOf(scene: Scene, net: Net): Interfaces {
  let known = interfaces.get(scene);
  if (!known) interfaces.set(scene, (known = new Map<Net, Interfaces>()));
  let found = known.get(net);
  if (found === undefined) known.set(net, (found = findInterface(scene, net)));
  return found;
}

function findInterface({ topology, traits }: Scene, { bridge, gateways4, gateways6 }: Net): Interfaces {
  // What holds an address may be a network that is gone, whose subnet a new one has taken since it was looked at.
  if (!traits.podman) return [bridge];
  for (const [name, addresses] of Object.entries(topology.engine.hostInterfaces ?? {})) {
    if (addresses.some((one) => gateways4.includes(one) || gateways6.includes(one))) return [name];
  }
  return null;
}

export function across(pair: Pair, leg: Leg, target: Net, flow: Flow): Course {
  const { host } = pair.foreign;
  const hidden = behind(leg.net, target, flow.family);
  // The sender knows the address it asked for; the target may see another sender.
  const early: Flow = flow.asked ? { ...flow, ends: flow.asked } : flow;
  const late: Flow = hidden === undefined ? flow : { ...flow, ends: { ...flow.ends, source: hidden } };
  return chained([
    fromInside(pair, withoutAsked(early)),
    inBridge(host, 'up', withoutAsked(early)),
    forwarded(
      host,
      hidden === undefined ? flow : { ...flow, hiddenBehind: hidden },
      interfaceOf(pair.scene, leg.net),
      interfaceOf(pair.scene, target),
    ),
    inBridge(host, 'down', withoutAsked(late)),
    toInside(pair, withoutAsked(late)),
  ]);
}

/** Inside containers and bridges nothing is redirected. */
export function withoutAsked({ family, protocol, ends }: Flow): Flow {
  return { family, protocol, ends };
}

/** The leg of the target that serves published ports of that family. */
export function servingLegs(to: Stack, family: Family): readonly Leg[] {
  const serving = servedBy(to, family);
  return to.legs.filter((leg) => leg.net === serving && addressOf(leg, family) !== null);
}

/** From the machine itself down to a container. */
export function downTo(pair: Pair, net: Net, flow: Flow): readonly Segment[] {
  const { host } = pair.foreign;
  const plain = withoutAsked(flow);
  return [sent(host, flow, interfaceOf(pair.scene, net)), inBridge(host, 'down', plain), toInside(pair, plain)];
}

/** The machine's address on a bridge, from which it talks to containers there; `null` where there are several. */
export function gatewayAddresses(net: Net, family: Family): Addresses {
  const [gateway, ...others] = gatewaysOf(net, family);
  return others.length === 0 ? one(gateway) : null;
}

/** The machine's own addresses, which one of them is not told; `null`: not known. */
export function machineAddresses({ traits }: Scene, family: Family): Addresses {
  const own = addressesOf(traits, family);
  if (own.length === 1) return one(own[0]);
  const all = own.flatMap((address) => one(address) ?? []);
  return all.length > 0 ? all : null;
}
