/**
 * A topology made ready for judging: networks reduced to the traits that decide, containers to the network stack they
 * use.  Built once per topology and kept as long as it.
 */
import type {
  ContainerEndpoint,
  Endpoint,
  Link,
  PublishedPort,
  RoutedPort,
  Topology,
  ZoneKind,
} from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import {
  addressesOf,
  familyOf,
  gatewaysOf,
  isLoopback,
  netOf,
  traitsOf,
  unknownNet,
  type Family,
  type Leg,
  type Net,
  type Traits,
} from './network.ts';
import { exitsOf, NO_EXIT, servingNet, type Exit } from './exits.ts';

/** Published ports of one stack that share a binding address. */
export interface Binding {
  readonly address: string;
  readonly family: Family;
  readonly reach: 'any' | 'loopback' | 'one';
  readonly ports: readonly PublishedPort[];
}

/**
 * A network stack.  Endpoints with the same stack object are one to every packet.
 *
 * `machine` is the rootless engine's host, whose stack is not the one its bridges are in.
 */
export interface Stack {
  readonly index: number;
  readonly kind: 'bridges' | 'bare' | 'none' | 'host' | 'machine' | 'stranded' | 'missing' | 'lan' | 'internet';
  /** The container whose stack it is or was; `null` for the machine, zones and missing owners. */
  readonly owner: ContainerEndpoint | null;
  readonly legs: readonly Leg[];
  readonly bindings: readonly Binding[];
  /** What is published on routed networks, at the container's own address. */
  readonly routed: readonly RoutedPort[];
  /** The bridge to which published ports lead, per family (SPEC "The way out"). */
  readonly serve4: Net | null;
  readonly serve6: Net | null;
  /** Where packets go that none of its own networks takes, per family. */
  readonly exit4: Exit;
  readonly exit6: Exit;
  /** One bit per network. */
  readonly nets: Uint32Array;
}

/** An endpoint in its place. */
export interface Party {
  readonly index: number;
  readonly endpoint: Endpoint;
  readonly stack: Stack;
  /** `stopped` or `paused` endpoints take no part in traffic. */
  readonly activity: 'live' | 'paused' | 'stopped';
}

export interface Scene {
  readonly topology: Topology;
  readonly traits: Traits;
  readonly parties: readonly Party[];
  readonly stacks: readonly Stack[];
  /** All addresses of the machine on bridges. */
  readonly gateways: ReadonlySet<string>;
  party(id: string): Party | undefined;
}

const scenes = new WeakMap<Topology, Scene>();

/** The scene of a topology; the same object for the same topology. */
export function sceneOf(topology: Topology): Scene {
  const known = scenes.get(topology);
  if (known) return known;
  const scene = build(topology);
  scenes.set(topology, scene);
  return scene;
}

/**
 * Addresses that stand for the machine's further ones of that family, beside the gateways of the pair's own networks: its
 * own addresses where they are known, else the gateway of any other network.
 */
export function farAddresses({ traits, gateways }: Scene, family: Family, from: Stack, to: Stack): readonly string[] {
  const own = addressesOf(traits, family);
  if (own.length > 0) return own;
  for (const gateway of gateways) {
    if (familyOf(gateway) === family && !isGatewayOf(from, family, gateway) && !isGatewayOf(to, family, gateway)) {
      return [gateway];
    }
  }
  return [];
}

function isGatewayOf({ legs }: Stack, family: Family, address: string): boolean {
  return legs.some(({ net }) => gatewaysOf(net, family).includes(address));
}

function build(topology: Topology): Scene {
  const traits = traitsOf(topology);
  const nets = new Map<string, Net>();
  for (const network of topology.networks) {
    // `host` and `none` are listed as networks, but nothing is reached through them.
    if (network.driver !== 'host' && network.driver !== 'null') {
      nets.set(network.id, netOf(network, nets.size, traits));
    }
  }
  const voids = new Set(
    topology.networks.filter(({ driver }) => driver === 'host' || driver === 'null').map(({ id }) => id),
  );
  const lookUp = (id: string): Net | null => {
    if (voids.has(id)) return null;
    const known = nets.get(id);
    if (known) return known;
    const unknown = unknownNet(id, nets.size, traits);
    nets.set(id, unknown);
    return unknown;
  };
  const { parties, stacks } = placeAll(topology, traits, lookUp, nets);
  const byId = new Map(parties.map((party) => [party.endpoint.id, party]));
  return {
    topology,
    traits,
    parties,
    stacks,
    gateways: new Set([...nets.values()].flatMap((net) => [...net.gateways4, ...net.gateways6])),
    party: (id) => byId.get(id),
  };
}

/** What is known of a stack before networks are numbered. */
type Draft = Omit<Stack, 'index' | 'nets'>;

const EMPTY: Omit<Draft, 'kind'> = {
  owner: null,
  legs: [],
  bindings: [],
  routed: [],
  serve4: null,
  serve6: null,
  exit4: NO_EXIT,
  exit6: NO_EXIT,
};

function placeAll(
  topology: Topology,
  traits: Traits,
  lookUp: (networkId: string) => Net | null,
  nets: ReadonlyMap<string, Net>,
): { readonly parties: readonly Party[]; readonly stacks: readonly Stack[] } {
  const containers = new Map(topology.endpoints.filter(isContainer).map((container) => [container.id, container]));
  const drafts = new Map<string, { readonly index: number; readonly draft: Draft }>();
  const keep = (key: string, make: () => Draft): number => {
    const known = drafts.get(key);
    if (known) return known.index;
    const index = drafts.size;
    drafts.set(key, { index, draft: make() });
    return index;
  };
  const places = topology.endpoints.map((endpoint) => {
    if (!isContainer(endpoint)) return keep(`zone:${endpoint.kind}`, () => zoneStack(endpoint.kind, traits));
    const { key, make } = stackOf(endpoint, containers, traits, lookUp);
    return keep(key, make);
  });
  const words = Math.ceil(nets.size / 32);
  const stacks = [...drafts.values()].map(({ index, draft }): Stack => ({
    ...draft,
    index,
    nets: bitsOf(draft, words),
  }));
  const parties = topology.endpoints.map((endpoint, index): Party => {
    const stack = stacks[places[index] ?? -1];
    if (!stack) throw new Error('Every endpoint has a stack.');
    return { index, endpoint, stack, activity: activityOf(endpoint) };
  });
  return { parties, stacks };
}

function bitsOf({ legs }: Draft, words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const { net } of legs) {
    const word = net.index >>> 5;
    bits[word] = (bits[word] ?? 0) | (1 << (net.index & 31));
  }
  return bits;
}

function activityOf(endpoint: Endpoint): Party['activity'] {
  if (!isContainer(endpoint) || endpoint.state === 'running') return 'live';
  return endpoint.state === 'paused' ? 'paused' : 'stopped';
}

/** The machine shares its stack with host-mode containers, except where a rootless engine hides in its own. */
function zoneStack(kind: ZoneKind, { rootless }: Traits): Draft {
  return { ...EMPTY, kind: kind === 'host' && rootless ? 'machine' : kind };
}

function stackOf(
  container: ContainerEndpoint,
  containers: ReadonlyMap<string, ContainerEndpoint>,
  traits: Traits,
  lookUp: (networkId: string) => Net | null,
): { readonly key: string; readonly make: () => Draft } {
  let owner = container;
  let stranded: ContainerEndpoint | null = null;
  // A chain longer than there are containers is a loop.
  for (let step = 0; owner.networkMode.kind === 'container'; step += 1) {
    const next = containers.get(owner.networkMode.containerId);
    if (!next || step > containers.size) {
      const missing = owner.networkMode.containerId;
      return { key: `missing:${missing}`, make: () => ({ ...EMPTY, kind: 'missing' }) };
    }
    if (hasLeft(next, owner)) stranded ??= next;
    owner = next;
  }
  if (owner.networkMode.kind === 'host') {
    return { key: traits.rootless ? 'host' : 'zone:host', make: () => ({ ...EMPTY, kind: 'host' }) };
  }
  if (stranded) {
    const left = stranded;
    return { key: `stranded:${container.id}`, make: () => ({ ...EMPTY, kind: 'stranded', owner: left }) };
  }
  const own = owner;
  return { key: own.id, make: () => ownStack(own, lookUp, traits.internalRoutes) };
}

/**
 * Whether `member` joined a stack of `owner` that `owner` no longer uses: it has stopped, or started again later
 * (measured on 20.10.24 and 28.5.2: the member keeps a namespace with nothing but loopback).
 */
function hasLeft(owner: ContainerEndpoint, member: ContainerEndpoint): boolean {
  if (activityOf(member) === 'stopped') return false;
  if (activityOf(owner) === 'stopped') return true;
  return owner.startedAt > member.startedAt && member.startedAt > 0;
}

function ownStack(owner: ContainerEndpoint, lookUp: (networkId: string) => Net | null, internalRoutes: boolean): Draft {
  if (owner.networkMode.kind === 'none') return { ...EMPTY, kind: 'none', owner };
  const legs: Leg[] = [];
  for (const { networkId, ipv4, ipv6, gatewayPriority = 0 } of owner.attachments) {
    const net = lookUp(networkId);
    // A bridge without an address is not connected now; other drivers may not tell the engine theirs.
    if (net && (ipv4 !== null || ipv6 !== null || net.kind === 'opaque')) {
      legs.push({ net, v4: ipv4, v6: ipv6, priority: gatewayPriority });
    }
  }
  return {
    kind: legs.length === 0 ? 'bare' : 'bridges',
    owner,
    legs,
    bindings: bindingsOf(owner.publishedPorts),
    routed: owner.routedPorts ?? [],
    serve4: servingNet(legs, 4),
    serve6: servingNet(legs, 6),
    ...exitsOf(legs, internalRoutes),
  };
}

function bindingsOf(published: readonly PublishedPort[]): readonly Binding[] {
  const byAddress = new Map<string, PublishedPort[]>();
  for (const port of published) {
    const address = port.address === '' ? '0.0.0.0' : port.address;
    const ports = byAddress.get(address);
    if (ports) ports.push(port);
    else byAddress.set(address, [port]);
  }
  return [...byAddress].map(([address, ports]) => ({
    address,
    family: familyOf(address),
    reach: reachOf(address),
    ports,
  }));
}

function reachOf(address: string): Binding['reach'] {
  if (address === '0.0.0.0' || address === '::') return 'any';
  return isLoopback(address) ? 'loopback' : 'one';
}

/** The legacy link by which `from` knows `to`, if there is one. */
export function linkBetween(from: ContainerEndpoint | null, to: ContainerEndpoint | null): Link | undefined {
  if (!from || !to) return undefined;
  return from.links.find(({ targetName, networkId }) => networkId === undefined && targetName === to.name);
}
