/**
 * From what is denied to the nftables table of every namespace concerned. Rules N1–N15, G2 of SPEC.md.
 *
 * Only addresses, ports, hardware addresses and interface names enter the text, each re-written from its parsed form: no
 * name of a container, network or project ever does.
 */
import { ALL_PORTS, isEmpty, isEveryPort, minus, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import { isContainer, isService, type Topology, type ZoneKind } from '../topology/model.ts';
import { admissionOf } from './admission.ts';
import { addDoors, closeDoors } from './doors.ts';
import { emptyHostWalls, hostTable, type HostWalls, type ZoneWalls } from './host-table.ts';
import type { Denied, NamespaceTable, Ruleset, SeveredFlow } from './model.ts';
import { isBeside, outsideOf, type ZoneSets } from './outside.ts';
import { addPorts } from './port-walls.ts';
import { countMacs, liveOwner, sideOf, type Side } from './side.ts';
import { indexTopology } from './stack.ts';
import { tableScript } from './nft-text.ts';
import { doorways, elsewhereAddresses, meshDoors, serviceAddresses, type Addresses } from './swarm.ts';
import { containerTable, emptyWalls, type Walls } from './tables.ts';

const ZONES: readonly ZoneKind[] = ['host', 'lan', 'internet'];
const EVERY4 = '0.0.0.0-255.255.255.255';
const EVERY6 = '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff';

/**
 * The tables that make it true in this topology, sorted by place.  Pairs with a side that is not running, has no address,
 * or is in the same or the host's stack need or allow no table and add none.
 */
export function compile(
  { pairs, closed = new Set(), guardedNetworks = new Set() }: Denied,
  topology: Topology,
): Ruleset {
  const index = indexTopology(topology);
  const drivers = new Map(topology.networks.map(({ id, driver }) => [id, driver]));
  const macOwners = countMacs(topology);
  const sides = new Map<string, Side>();
  const sideAt = (id: string): Side | null => {
    const owner = liveOwner(index, id);
    if (!owner) return null;
    let side = sides.get(owner.id);
    if (!side) sides.set(owner.id, (side = sideOf(owner, index.membersOf(owner), drivers, macOwners)));
    return side.ipv4.length + side.ipv6.length > 0 ? side : null;
  };
  const zonesOf = ({ owner }: Side): ZoneSets =>
    isBeside(owner, drivers) ? outsideOf(topology).beside : outsideOf(topology).behind;
  const places = new Map<string, Walls>();
  const wallsOf = (side: Side): Walls => {
    let walls = places.get(side.owner.id);
    if (!walls) places.set(side.owner.id, (walls = emptyWalls(() => zonesOf(side))));
    return walls;
  };
  const services = new Map(topology.endpoints.filter(isService).map((service) => [service.id, service]));
  const closedOwners = new Set([...closed].flatMap((id) => sideAt(id)?.owner.id ?? []));
  const isClosed = ({ owner }: Side): boolean => closedOwners.has(owner.id);
  const host = emptyHostWalls();
  /** Denied by owners' ids, zones' and services': members of one stack are one side. */
  const denied = new Map<string, PortSet>();
  const note = (from: string, to: string, ports: PortSet): void => {
    const key = `${from}\n${to}`;
    const before = denied.get(key);
    denied.set(key, before ? unionOf(before, ports) : ports);
  };

  for (const { from, to, ports = ALL_PORTS } of pairs) {
    if (isEmpty(ports)) continue;
    const a = sideAt(from);
    const b = sideAt(to);
    const source = ZONES.find((zone) => zone === from);
    const target = ZONES.find((zone) => zone === to);
    const service = services.get(to);
    const sender = services.get(from);
    if (a && b) {
      if (a.owner.id === b.owner.id) continue;
      note(a.owner.id, b.owner.id, ports);
      refuse(isClosed(a) ? null : wallsOf(a), isClosed(b) ? null : wallsOf(b), a, b, ports);
      addPorts(host.pairs4, joined(a.ipv4, b.ipv4), ports);
      addPorts(host.pairs6, joined(a.ipv6, b.ipv6), ports);
      for (const member of b.members) closeDoors(host, a, member, ports);
    } else if (a && target) {
      note(a.owner.id, target, ports);
      refuseTowards(host, target, a, ports);
      if (isClosed(a)) continue;
      const walls = wallsOf(a);
      walls.toZone.set(target, unionOf(walls.toZone.get(target) ?? NO_PORTS, ports));
      for (const flow of zoneFlows(walls.zones(), target, 'to', ports)) sever(walls, flow);
    } else if (b && source) {
      note(source, b.owner.id, ports);
      refuseFrom(host, source, b, ports);
      if (isClosed(b)) continue;
      const walls = wallsOf(b);
      walls.fromZone.set(source, unionOf(walls.fromZone.get(source) ?? NO_PORTS, ports));
      for (const flow of zoneFlows(walls.zones(), source, 'from', ports)) sever(walls, flow);
    } else if (a && service) {
      note(a.owner.id, service.id, ports);
      const published = doorways(service, topology, ports);
      for (const door of meshDoors(service, ports)) for (const caller of a.ipv4) host.mesh4.add(`${caller} . ${door}`);
      for (const way of published) {
        addPorts(host.pairs4, joined(a.ipv4, way.ipv4), way.ports);
        addPorts(host.pairs6, joined(a.ipv6, way.ipv6), way.ports);
      }
      if (isClosed(a)) continue;
      const walls = wallsOf(a);
      for (const way of [{ ...serviceAddresses(service, topology), ports }, ...published]) {
        addPorts(walls.to4, way.ipv4, way.ports);
        addPorts(walls.to6, way.ipv6, way.ports);
        for (const flow of flows(a, way, way.ports)) sever(walls, flow);
      }
    } else if (source && service) {
      for (const door of meshDoors(service, ports)) host.zoneMesh[source].add(door);
      for (const way of doorways(service, topology, ports)) {
        addPorts(host[source].from4, way.ipv4, way.ports);
        addPorts(host[source].from6, way.ipv6, way.ports);
      }
    } else if (sender && b) {
      note(sender.id, b.owner.id, ports);
      if (isClosed(b)) continue;
      const walls = wallsOf(b);
      const far = elsewhereAddresses(sender, topology);
      addPorts(walls.from4, far.ipv4, ports);
      addPorts(walls.from6, far.ipv6, ports);
      for (const flow of flows(far, b, ports)) sever(walls, flow);
    }
  }

  const owners = [...new Set(topology.endpoints.filter(isContainer).map(({ id }) => id))].flatMap((id) => {
    const side = sideAt(id);
    return side?.owner.id === id ? [side] : [];
  });
  const allowed = (from: string, to: string): PortSet => minus(ALL_PORTS, denied.get(`${from}\n${to}`) ?? NO_PORTS);
  for (const side of owners) {
    const own = side.owner.id;
    if (isClosed(side)) {
      const walls = wallsOf(side);
      for (const peer of owners) {
        if (peer.owner.id === own) continue;
        admit(walls, side, peer, allowed(peer.owner.id, own), 'from');
        admit(walls, side, peer, allowed(own, peer.owner.id), 'to');
      }
      for (const zone of ZONES) {
        walls.fromZone.set(zone, allowed(zone, own));
        walls.toZone.set(zone, allowed(own, zone));
        for (const flow of zoneFlows(walls.zones(), zone, 'from', allowed(zone, own))) keep(walls, flow);
        for (const flow of zoneFlows(walls.zones(), zone, 'to', allowed(own, zone))) keep(walls, flow);
      }
      for (const service of services.values()) {
        const ports = allowed(own, service.id);
        for (const way of [{ ...serviceAddresses(service, topology), ports }, ...doorways(service, topology, ports)]) {
          addPorts(walls.to4, way.ipv4, way.ports);
          addPorts(walls.to6, way.ipv6, way.ports);
          for (const flow of flows(side, way, way.ports)) keep(walls, flow);
        }
        const far = elsewhereAddresses(service, topology);
        addPorts(walls.from4, far.ipv4, allowed(service.id, own));
        addPorts(walls.from6, far.ipv6, allowed(service.id, own));
        for (const flow of flows(far, side, allowed(service.id, own))) keep(walls, flow);
      }
      sever(walls, { from: EVERY4, to: EVERY4 });
      sever(walls, { from: EVERY6, to: EVERY6 });
    }
    const walls = places.get(own);
    if (!walls) continue;
    if (!isClosed(side) && isEmpty(walls.toZone.get('host') ?? NO_PORTS)) continue;
    // Ways to others through the machine's ports are theirs, not the machine's.
    for (const peer of owners) {
      for (const member of peer.members) {
        addDoors(walls.published, member, peer === side ? ALL_PORTS : allowed(own, peer.owner.id));
      }
    }
    for (const service of services.values()) {
      for (const door of meshDoors(service, allowed(own, service.id))) walls.published.any4.add(door);
    }
  }
  for (const { members } of owners) for (const member of members) addDoors(host.published, member, ALL_PORTS);

  const tables: NamespaceTable[] = [...places.entries()].map(([place, walls]) =>
    containerTable(place, walls, closedOwners.has(place)),
  );
  const machine = hostTable(host, () => outsideOf(topology).behind);
  const passes = (one: string, other: string): boolean =>
    !isEmpty(allowed(one, other)) || !isEmpty(allowed(other, one));
  const gate = admissionOf(guardedNetworks, topology, owners, {
    isBetween: (one, other) => passes(one.owner.id, other.owner.id),
    isOutward: ({ owner }) => [...ZONES, ...services.keys()].some((place) => passes(owner.id, place)),
  });
  if (gate) {
    const script = `${machine?.script ?? tableScript([], [])}${gate.script}`;
    tables.push({ place: 'host', script, sever: [], admit: gate.admit, closed: gate.closed });
  } else if (machine) tables.push(machine);
  return { tables: tables.sort((one, other) => (one.place < other.place ? -1 : 1)) };
}

/** A → B in both namespaces; one that is closed has its own way to refuse (`null`). */
function refuse(outer: Walls | null, inner: Walls | null, a: Side, b: Side, ports: PortSet): void {
  const ends = flows(a, b, ports);
  if (outer) {
    addPorts(outer.to4, b.ipv4, ports);
    addPorts(outer.to6, b.ipv6, ports);
    for (const flow of ends) sever(outer, flow);
  }
  if (inner) {
    addPorts(inner.from4, a.ipv4, ports);
    addPorts(inner.from6, a.ipv6, ports);
    addPorts(inner.fromMac, macsTowards(a, b), ports);
    for (const flow of ends) sever(inner, flow);
  }
}

function macsTowards({ hardware }: Side, b: Side): readonly string[] {
  return hardware
    .filter(({ networkId }) => b.owner.attachments.some((other) => other.networkId === networkId))
    .map(({ mac }) => mac);
}

/** Lets a closed container have what is allowed with one peer. */
function admit(walls: Walls, side: Side, peer: Side, ports: PortSet, way: 'from' | 'to'): void {
  if (isEmpty(ports)) return;
  if (way === 'from') {
    addPorts(walls.from4, peer.ipv4, ports);
    addPorts(walls.from6, peer.ipv6, ports);
    addPorts(walls.fromMac, macsTowards(peer, side), ports);
    for (const flow of flows(peer, side, ports)) keep(walls, flow);
    return;
  }
  const links = peer.hardware
    .filter(({ networkId }) => side.owner.attachments.some((other) => other.networkId === networkId))
    .map(({ link }) => link);
  addPorts(walls.to4, peer.ipv4, ports);
  addPorts(walls.to6, [...peer.ipv6, ...links], ports);
  for (const flow of flows(side, peer, ports)) keep(walls, flow);
}

function refuseTowards(host: HostWalls, zone: ZoneKind, a: Side, ports: PortSet): void {
  const walls: ZoneWalls = host[zone];
  addPorts(walls.to4, a.ipv4, ports);
  addPorts(walls.to6, a.ipv6, ports);
  if (zone === 'host') addPorts(host.toHostMac, a.macs, ports);
}

function refuseFrom(host: HostWalls, zone: ZoneKind, b: Side, ports: PortSet): void {
  const walls: ZoneWalls = host[zone];
  const links = zone === 'host' ? b.hardware.map(({ link }) => link) : [];
  addPorts(walls.from4, b.ipv4, ports);
  addPorts(walls.from6, [...b.ipv6, ...links], ports);
  if (zone === 'host') return;
  for (const member of b.members) addDoors(zone === 'lan' ? host.lanDoors : host.internetDoors, member, ports);
}

function sever({ sever: all }: Walls, flow: SeveredFlow): void {
  const { from, to, tcp, keep } = flow;
  all.set(`${keep ? 'keep ' : ''}${from} ${to}${tcp ? ` ${tcp.join(' ')}` : ''}`, flow);
}

function keep(walls: Walls, flow: SeveredFlow): void {
  sever(walls, { ...flow, keep: true });
}

/** Connections opened from one to the other that `ports` speak of; without TCP there are none. */
function flows(source: Addresses, target: Addresses, ports: PortSet): readonly SeveredFlow[] {
  if (ports.tcp.length === 0) return [];
  const tcp = isEveryPort({ ...ALL_PORTS, tcp: ports.tcp }) ? {} : { tcp: ports.tcp };
  const cross = (ones: readonly string[], others: readonly string[]): SeveredFlow[] =>
    ones.flatMap((from) => others.map((to) => ({ from, to, ...tcp })));
  return [...cross(source.ipv4, target.ipv4), ...cross(source.ipv6, target.ipv6)];
}

/** In the container's own namespace its own address needs no telling: every connection there is its own. */
function zoneFlows(zones: ZoneSets, zone: ZoneKind, way: 'from' | 'to', ports: PortSet): readonly SeveredFlow[] {
  const other: Addresses = { ipv4: zones[`${zone}4`], ipv6: zones[`${zone}6`] };
  const own: Addresses = { ipv4: [EVERY4], ipv6: [EVERY6] };
  return way === 'to' ? flows(own, other, ports) : flows(other, own, ports);
}

function joined(ones: readonly string[], others: readonly string[]): readonly string[] {
  return ones.flatMap((one) => others.map((other) => `${one} . ${other}`));
}
