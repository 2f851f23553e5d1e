/** Whose packets our tables have counted: from sets and rules back to ordered pairs.  Rules K1–K6 of SPEC.md. */
import { addressKey, joined, overlap, rangeOf } from '../firewall/address.ts';
import type { AddressRange } from '../topology/firewall.ts';
import { isContainer, isService, type Topology, type ZoneKind } from '../topology/model.ts';
import { ipv4Text, ipv6Text, linkLocalOf, macText } from './address.ts';
import { isAboutAnswers } from './nft-text.ts';
import { outsideOf, type ZoneSets } from './outside.ts';
import { liveOwner } from './side.ts';
import { indexTopology } from './stack.ts';
import { serviceAddresses } from './swarm.ts';

interface Amount {
  readonly packets: number;
  readonly bytes: number;
}

/** What one place's tables have counted since they were loaded; what counted nothing is left out. */
export interface Counted {
  /** `host`, or the id of the container whose namespace it is. */
  readonly place: string;
  /** When the table was loaded (ms since 1970); null where it does not say. */
  readonly since: number | null;
  /** By rule: table and chain (`inet bulkhead input`), and what the rule matches, as nft lists it; `''`: all that is left. */
  readonly rules: readonly (Amount & {
    readonly chain: string;
    readonly rule: string;
    readonly verdict: 'drop' | 'accept';
  })[];
  /** By element of a set, as nft lists it. */
  readonly elements: readonly (Amount & { readonly set: string; readonly element: string })[];
}

/** What one place has counted of one ordered pair: by ids of the stacks' owners, of services, or zones. */
export interface PairCount extends Amount {
  readonly from: string;
  readonly to: string;
  readonly what: 'refused' | 'passed';
}

/** Adds up to one line for each pair and kind; what stands for no pair is left out (K6). */
export function pairCounts(topology: Topology, { place, rules, elements }: Counted): readonly PairCount[] {
  const owners = ownersIn(topology);
  const sums = new Map<string, PairCount>();
  const add = (pair: readonly [string, string] | null, what: PairCount['what'], { packets, bytes }: Amount): void => {
    if (!pair || pair[0] === pair[1]) return;
    const [from, to] = pair;
    const key = `${from}\n${to}\n${what}`;
    const before = sums.get(key) ?? { packets: 0, bytes: 0 };
    sums.set(key, { from, to, what, packets: before.packets + packets, bytes: before.bytes + bytes });
  };
  for (const one of elements) {
    const set = setOf(one.set);
    if (!set) continue;
    const pair =
      place === 'host' ? pairAtHost(owners, set.rest, one.element) : pairAt(owners, place, set.rest, one.element);
    // The machine lets pass what the containers' own tables count already.
    if (set.what === 'refused' || place !== 'host') add(pair, set.what, one);
  }
  for (const one of rules) {
    if (place !== 'host') add(zonePair(place, one.chain, one.rule), one.verdict === 'drop' ? 'refused' : 'passed', one);
  }
  return [...sums.values()];
}

interface CountedSet {
  readonly what: PairCount['what'];
  /** Whom it lists: `from4`, `to_lan6`, `pairs4`, `doors4`. */
  readonly rest: string;
}

const LISTS = /^(denied|ports|barred|refused|except|allowed|open)_(?:icmp_|other_)?(.+)$/;
const PASSING: ReadonlySet<string> = new Set(['except', 'allowed', 'open']);

function setOf(name: string): CountedSet | null {
  if (/^(?:pairs[46]|doors[46]|doors_mac|bound[46]|(?:lan|internet)_(?:doors|bound)[46])$/.test(name)) {
    return { what: 'refused', rest: name };
  }
  const [, kind = '', rest = ''] = LISTS.exec(name) ?? [];
  return kind === '' ? null : { what: PASSING.has(kind) ? 'passed' : 'refused', rest };
}

/** In a container's own table one side is always itself. */
function pairAt(owners: Owners, place: string, rest: string, element: string): readonly [string, string] | null {
  const fields = element.split(' . ');
  if (/^(?:doors|bound)/.test(rest)) {
    const other = owners.behindDoor(fields, rest.startsWith('bound'));
    return other === null ? null : [place, other];
  }
  const other = owners.of(fields[0] ?? '');
  if (other === null) return null;
  if (rest.startsWith('from')) return [other, place];
  return rest.startsWith('to') ? [place, other] : null;
}

function pairAtHost(owners: Owners, rest: string, element: string): readonly [string, string] | null {
  const fields = element.split(' . ');
  const [first = '', second = ''] = fields;
  const both = (from: string | null, to: string | null): readonly [string, string] | null =>
    from === null || to === null ? null : [from, to];
  if (/^pairs/.test(rest)) return both(owners.of(first), owners.of(second));
  if (/^(?:doors|bound)/.test(rest))
    return both(owners.of(first), owners.behindDoor(fields.slice(1), /^bound/.test(rest)));
  const [, zone = '', kind = ''] = /^(lan|internet)_(doors|bound)/.exec(rest) ?? [];
  if (zone !== '') return both(zone, owners.behindDoor(fields, kind === 'bound'));
  const [, way = '', side = ''] = /^(to|from)_(host|lan|internet)/.exec(rest) ?? [];
  if (way === '') return null;
  return way === 'to' ? both(owners.of(first), side) : both(side, owners.of(first));
}

/** Zones are asked by rules of their own: `ct direction reply ip daddr @lan4`, which counts by itself. */
function zonePair(place: string, chain: string, rule: string): readonly [string, string] | null {
  const [, zone = ''] = /@(host|lan|internet)[46]\b/.exec(rule) ?? [];
  if (zone === '' || /@open_/.test(rule)) return null;
  const isCalled = chain.endsWith('input') !== isAboutAnswers(chain, rule);
  return isCalled ? [zone, place] : [place, zone];
}

interface Owners {
  /** Who has an IP or hardware address: the owner of a stack, a service, or else the zone that it is in. */
  of(address: string): string | null;
  /** Whose port of the machine it is: `[address,] protocol, port`. */
  behindDoor(fields: readonly string[], withAddress: boolean): string | null;
}

const known = new WeakMap<Topology, Owners>();

function ownersIn(topology: Topology): Owners {
  let owners = known.get(topology);
  if (!owners) known.set(topology, (owners = workOut(topology)));
  return owners;
}

function workOut(topology: Topology): Owners {
  const index = indexTopology(topology);
  const addresses = new Map<string, string>();
  const doors = new Map<string, string>();
  for (const endpoint of topology.endpoints) {
    if (isService(endpoint)) {
      const { ipv4, ipv6 } = serviceAddresses(endpoint, topology);
      for (const address of [...ipv4, ...ipv6]) addresses.set(address, endpoint.id);
    }
    if (!isContainer(endpoint)) continue;
    const owner = liveOwner(index, endpoint.id);
    if (!owner) continue;
    for (const { ipv4, ipv6, mac } of endpoint.attachments) {
      const all = [ipv4Text(ipv4 ?? ''), ipv6Text(ipv6 ?? ''), macText(mac ?? ''), linkLocalOf(mac ?? '')];
      for (const address of all) if (address !== null) addresses.set(address, owner.id);
    }
    for (const { address, protocol, hostPort } of endpoint.publishedPorts) {
      const port = `${protocol} . ${hostPort}`;
      const bound = ipv4Text(address) ?? ipv6Text(address);
      const isAny = ['0.0.0.0', '::', ''].includes(address);
      doors.set(isAny ? port : `${bound ?? ''} . ${port}`, owner.id);
    }
  }
  const { behind } = outsideOf(topology);
  const zones = (['host', 'lan', 'internet'] as const).map((zone) => ({
    zone,
    ranges: rangesOf(zone, behind),
  }));
  const zoneAt = (address: string): ZoneKind | null => {
    const key = addressKey(address);
    if (key === null) return null;
    return zones.find(({ ranges }) => overlap([{ first: key, last: key }], ranges) === 'inside')?.zone ?? null;
  };
  return {
    of: (address) => addresses.get(ipv6Text(address) ?? address) ?? zoneAt(address),
    behindDoor: (fields, withAddress) => {
      if (!withAddress) return doors.get(fields.join(' . ')) ?? null;
      const [address = '', ...port] = fields;
      return doors.get(`${ipv6Text(address) ?? address} . ${port.join(' . ')}`) ?? null;
    },
  };
}

function rangesOf(zone: ZoneKind, sets: ZoneSets): readonly AddressRange[] {
  return joined([...sets[`${zone}4`], ...sets[`${zone}6`]].flatMap((text) => rangeOf(text) ?? []));
}
