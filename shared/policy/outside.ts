/** Which addresses the zones stand for in tables: as the predictor has them, with everything public counted as internet. */
import { joined, rangeOf, without } from '../firewall/address.ts';
import { LAN } from '../reachability/foreign/zones.ts';
import type { AddressRange } from '../topology/firewall.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { ipv4Text, ipv6Text, linkLocalOf } from './address.ts';

/** Addresses and ranges (`first-last`) of both families, as nft reads them. */
export interface ZoneSets {
  readonly host4: readonly string[];
  readonly host6: readonly string[];
  readonly lan4: readonly string[];
  readonly lan6: readonly string[];
  readonly internet4: readonly string[];
  readonly internet6: readonly string[];
}

const ranges = (...texts: readonly string[]): readonly AddressRange[] =>
  joined(texts.map(rangeOf).filter((range) => range !== null));

/** Loopback, group and broadcast addresses are nobody's outside. */
const NOWHERE = ranges(
  '0.0.0.0/8',
  '127.0.0.0/8',
  '224.0.0.0/4',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::/10',
  'ff00::/8',
);
const EVERYWHERE = ranges('0.0.0.0/0', '::/0');
/** What reaches the neighbours of a container that stands on the network around the machine itself. */
const NEIGHBOURS4 = ranges('224.0.0.0/4', '255.255.255.255');
const NEIGHBOURS6 = ranges('fe80::/10', 'ff00::/8');

export interface Outside {
  /** For the machine, and for containers behind it. */
  readonly behind: ZoneSets;
  /** For a container that is (also) a neighbour of the machine (macvlan, ipvlan): its link is the network around. */
  readonly beside: ZoneSets;
}

const known = new WeakMap<Topology, Outside>();

/** Worked out when first asked for: most policies speak of no zone. */
export function outsideOf(topology: Topology): Outside {
  let outside = known.get(topology);
  if (!outside) known.set(topology, (outside = workOut(topology)));
  return outside;
}

/** Whether the container is (also) a neighbour of the machine. */
export function isBeside({ attachments }: ContainerEndpoint, drivers: ReadonlyMap<string, string>): boolean {
  return attachments.some(({ networkId }) => ['macvlan', 'ipvlan'].includes(drivers.get(networkId) ?? ''));
}

function workOut(topology: Topology): Outside {
  const { engine, networks, endpoints } = topology;
  const attachments = endpoints.filter(isContainer).flatMap((container) => container.attachments);
  const own = [
    ...engine.hostAddresses,
    ...Object.values(engine.hostInterfaces ?? {}).flat(),
    ...networks
      .filter(({ driver }) => driver === 'bridge')
      .flatMap(({ subnets }) => subnets.map(({ gateway }) => gateway)),
  ];
  const isOutward = (address: string): boolean => !/^(?:127\.|::1$|fe80:)/i.test(address);
  const host4 = own.flatMap((address) => ipv4Text(address) ?? []).filter(isOutward);
  const host6 = own.flatMap((address) => ipv6Text(address) ?? []).filter(isOutward);
  const subnets = networks
    .filter(({ driver }) => driver === 'bridge' || driver === 'overlay')
    .flatMap((network) => network.subnets.map(({ subnet }) => subnet));
  const containers = attachments.flatMap(({ ipv4, ipv6 }) => [ipv4 ?? '', ipv6 ?? '']);
  const inside = ranges(...subnets, ...host4, ...host6, ...containers);
  const lan = [...LAN[4], ...LAN[6]];
  const links = ranges(...attachments.flatMap(({ mac }) => linkLocalOf(mac ?? '') ?? []));
  const lanBehind = without(without(lan, joined(inside)), ranges('fe80::/10'));
  const lanBeside = joined([...lanBehind, ...NEIGHBOURS4, ...without(NEIGHBOURS6, links)]);
  const internet = without(without(EVERYWHERE, joined([...lan, ...NOWHERE])), inside);
  const sets = (near: readonly AddressRange[]): ZoneSets => ({
    host4: [...new Set(host4)],
    host6: [...new Set(host6)],
    lan4: texts(near, 8),
    lan6: texts(near, 32),
    internet4: texts(internet, 8),
    internet6: texts(internet, 32),
  });
  return {
    behind: sets(lanBehind),
    beside: sets(lanBeside),
  };
}

/** As `first-last`, those of one family: keys of 8 digits are IPv4, of 32 IPv6. */
function texts(all: readonly AddressRange[], digits: 8 | 32): readonly string[] {
  return all
    .filter(({ first }) => first.length === digits)
    .map(({ first, last }) => (first === last ? textOf(first) : `${textOf(first)}-${textOf(last)}`));
}

function textOf(key: string): string {
  if (key.length === 8) return (key.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');
  return ipv6Text((key.match(/..../g) ?? []).join(':')) ?? '';
}
