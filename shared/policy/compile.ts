/**
 * From denied pairs to the nftables table of every namespace concerned. Rules N1–N9 of SPEC.md.
 *
 * Only addresses, ports and hardware addresses enter the text, each re-written from its parsed form: no name of a
 * container, network or project ever does.
 */
import { isUp, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { ipv4Text, ipv6Text, macText } from './address.ts';
import type { Denied, Ruleset, SeveredFlow } from './model.ts';
import { indexTopology, type Index } from './stack.ts';
import { containerTable, emptyHostWalls, emptyWalls, hostTable, type HostWalls, type Walls } from './tables.ts';

interface Addresses {
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
}

/**
 * The tables that close `pairs` (ordered, endpoint ids) in this topology, sorted by place.  Pairs with a side that is
 * not running, has no address, is a zone, or is in the same or the host's stack need or allow no table and add none.
 */
export function compile({ pairs }: Denied, topology: Topology): Ruleset {
  const index = indexTopology(topology);
  const bridges = new Set(topology.networks.filter(({ driver }) => driver === 'bridge').map(({ id }) => id));
  const macOwners = countMacs(index);
  const places = new Map<string, Walls>();
  const host = emptyHostWalls();
  const wallsOf = (owner: ContainerEndpoint): Walls => {
    const present = places.get(owner.id);
    if (present) return present;
    const made = emptyWalls();
    places.set(owner.id, made);
    return made;
  };

  for (const pair of pairs) {
    const a = liveOwner(index, pair.from);
    const b = liveOwner(index, pair.to);
    if (!a || !b || a.id === b.id) continue;
    const source = addressesOf(a);
    const target = addressesOf(b);
    if (count(source) === 0 || count(target) === 0) continue;
    const outside = wallsOf(a);
    const inside = wallsOf(b);
    fill(outside.to4, target.ipv4);
    fill(outside.to6, target.ipv6);
    fill(inside.from4, source.ipv4);
    fill(inside.from6, source.ipv6);
    const macs = macsOf(a, (id) => bridges.has(id), macOwners);
    fill(
      inside.fromMac,
      macs
        .filter(({ networkId }) => b.attachments.some((other) => other.networkId === networkId))
        .map(({ mac }) => mac),
    );
    for (const flow of flows(source, target)) {
      outside.sever.set(`${flow.from} ${flow.to}`, flow);
      inside.sever.set(`${flow.from} ${flow.to}`, flow);
    }
    fill(host.pairs4, join(source.ipv4, target.ipv4));
    fill(host.pairs6, join(source.ipv6, target.ipv6));
    closeDoors(
      host,
      source,
      macs.map(({ mac }) => mac),
      b,
    );
  }

  const tables = [...places.entries()].map(([place, walls]) => containerTable(place, walls));
  const machine = hostTable(host);
  if (machine) tables.push(machine);
  return { tables: tables.sort((one, other) => (one.place < other.place ? -1 : 1)) };
}

/** The container whose namespace the endpoint lives in, when that namespace exists now and is not the host's. */
function liveOwner(index: Index, id: string): ContainerEndpoint | null {
  const container = index.container(id);
  if (!container || !isUp(container)) return null;
  const stack = index.stackOf(container);
  return stack.kind === 'own' && isUp(stack.owner) ? stack.owner : null;
}

function addressesOf({ attachments }: ContainerEndpoint): Addresses {
  return {
    ipv4: attachments.flatMap(({ ipv4 }) => (ipv4 === null ? [] : (ipv4Text(ipv4) ?? []))),
    ipv6: attachments.flatMap(({ ipv6 }) => (ipv6 === null ? [] : (ipv6Text(ipv6) ?? []))),
  };
}

function count({ ipv4, ipv6 }: Addresses): number {
  return ipv4.length + ipv6.length;
}

/** How many attachments carry each hardware address: one that several carry tells nobody apart. */
function countMacs(index: Index): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const endpoint of index.topology.endpoints) {
    if (endpoint.kind !== 'container') continue;
    for (const { mac } of endpoint.attachments) {
      const text = mac === null ? null : macText(mac);
      if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return counts;
}

/** Only on bridges is the sender's hardware address the container's own (ipvlan and routers show another's). */
function macsOf(
  { attachments }: ContainerEndpoint,
  isBridge: (networkId: string) => boolean,
  owners: ReadonlyMap<string, number>,
): readonly { readonly networkId: string; readonly mac: string }[] {
  return attachments.flatMap(({ networkId, mac }) => {
    const text = mac === null || !isBridge(networkId) ? null : macText(mac);
    return text !== null && owners.get(text) === 1 ? [{ networkId, mac: text }] : [];
  });
}

function flows(source: Addresses, target: Addresses): readonly SeveredFlow[] {
  const cross = (ones: readonly string[], others: readonly string[]): SeveredFlow[] =>
    ones.flatMap((from) => others.map((to) => ({ from, to })));
  return [...cross(source.ipv4, target.ipv4), ...cross(source.ipv6, target.ipv6)];
}

function join(ones: readonly string[], others: readonly string[]): readonly string[] {
  return ones.flatMap((one) => others.map((other) => `${one} . ${other}`));
}

function fill(set: Set<string>, elements: readonly string[]): void {
  for (const element of elements) set.add(element);
}

/** Refuses B's published ports to A: by port alone where B has it on every address, else by address and port. */
function closeDoors(host: HostWalls, source: Addresses, macs: readonly string[], b: ContainerEndpoint): void {
  for (const { protocol, hostPort, address } of b.publishedPorts) {
    if (!['tcp', 'udp', 'sctp'].includes(protocol) || !Number.isInteger(hostPort)) continue;
    if (hostPort < 1 || hostPort > 65535) continue;
    const port = `${protocol} . ${hostPort}`;
    if (address === '0.0.0.0' || address === '') fill(host.doors4, join(source.ipv4, [port]));
    if (address === '::' || address === '') {
      fill(host.doors6, join(source.ipv6, [port]));
      fill(host.doorsMac, join(macs, [port]));
    }
    if (address === '0.0.0.0' || address === '::' || address === '') continue;
    const ipv4 = ipv4Text(address);
    const ipv6 = ipv6Text(address);
    if (ipv4 !== null) fill(host.bound4, join(source.ipv4, [`${ipv4} . ${port}`]));
    if (ipv6 !== null) fill(host.bound6, join(source.ipv6, [`${ipv6} . ${port}`]));
  }
}
