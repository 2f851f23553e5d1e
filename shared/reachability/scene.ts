/**
 * A topology made ready for judging: networks reduced to the traits that decide, containers to the network stack they
 * use.  Built once per topology and kept as long as it; from a scene of the same ground, whatever is still the same is
 * taken over as the same object, so that who changed can be told by identity.
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
import { isContainer, isService } from '../topology/model.ts';
import {
  addressOf,
  familyOf,
  hidingOf,
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
import { givenTwice, type GivenTwice } from './given-twice.ts';
import { contains } from './subnet.ts';
import { ownersAmong, type Ownership } from './owners.ts';
import { legsOf, servicesOf, tasksIn, type Services } from './services.ts';

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
  readonly kind:
    | 'bridges'
    | 'bare'
    | 'none'
    | 'host'
    | 'machine'
    | 'stranded'
    | 'missing'
    | 'lan'
    | 'internet'
    /** No stack at all, but the stacks of a Swarm service's tasks: `scene.services` knows them. */
    | 'service';
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
  /** The bridge on which it has an address that the machine may look for outside. */
  readonly astray: Net | null;
  /** One bit per network. */
  readonly nets: Uint32Array;
  /**
   * All of the above but the place in the scene.  While a scene is made from the one before and this stack stays as it
   * is, it is the same object: what is worked out of it may be kept by it.
   */
  readonly content: Draft;
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
  /** Networks that hide some of the network outside from everybody, the machine too: the first of each family. */
  readonly hider4: Net | null;
  readonly hider6: Net | null;
  readonly services: Services;
  /** Overlay addresses that two have. */
  readonly twice: GivenTwice;
  party(id: string): Party | undefined;
  /** What the next scene may take over. */
  readonly parts: Parts;
}

/** By network id; by the key of a stack, with the container it was read from where there is just one. */
interface Parts {
  readonly nets: ReadonlyMap<string, Net>;
  readonly stacks: ReadonlyMap<string, Kept>;
}

interface Kept {
  readonly draft: Draft;
  readonly source: ContainerEndpoint | null;
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
 * The scene of a topology, made from that of an earlier one; equal to `sceneOf`'s.  `null` where more than endpoints
 * differ, or the engine left out networks that are in use.
 */
export function sceneAfter(previous: Scene, topology: Topology): Scene | null {
  if (!onSameGround(previous.topology, topology)) return null;
  // Or they would gather for as long as the app runs.
  for (const { rule } of previous.parts.nets.values()) if (rule === 'R804') return null;
  const scene = build(topology, previous);
  scenes.set(topology, scene);
  return scene;
}

/** Whether nothing but the endpoints differs, by identity; what a topology may come to hold besides counts too. */
function onSameGround(before: Topology, after: Topology): boolean {
  const { endpoints: _, networks, ...facts } = before;
  const { endpoints: __, networks: now, ...factsNow } = after;
  return (
    networks.length === now.length && networks.every((network, at) => network === now[at]) && isSame(facts, factsNow)
  );
}

/** Same fields with identical values. */
function isSame(a: object, b: object): boolean {
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => Object.is(value, (b as Readonly<Record<string, unknown>>)[key]))
  );
}

function build(topology: Topology, previous: Scene | null = null): Scene {
  const traits = previous?.traits ?? traitsOf(topology);
  const nets = new Map(previous?.parts.nets);
  for (const network of previous ? [] : topology.networks) {
    // `host` and `none` are listed as networks, but nothing is reached through them.
    if (network.driver !== 'host' && network.driver !== 'null') {
      // An id that is listed twice is one network, and keeps its number: the next has that of the map's size.
      nets.set(network.id, netOf(network, nets.get(network.id)?.index ?? nets.size, traits));
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
  const { parties, stacks, drafts } = placeAll(topology, traits, lookUp, nets, previous);
  const byId = new Map(parties.map((party) => [party.endpoint.id, party]));
  const services = servicesOf(parties, (id) => nets.get(id) ?? null);
  return {
    topology,
    traits,
    parties,
    stacks,
    services,
    twice: givenTwice(parties, services, traits),
    gateways: previous?.gateways ?? new Set([...nets.values()].flatMap((net) => [...net.gateways4, ...net.gateways6])),
    hider4: previous?.hider4 ?? hiderAmong(nets, 4),
    hider6: previous?.hider6 ?? hiderAmong(nets, 6),
    party: (id) => byId.get(id),
    parts: { nets, stacks: drafts },
  };
}

function hiderAmong(nets: ReadonlyMap<string, Net>, family: Family): Net | null {
  return [...nets.values()].find((net) => hidingOf(net, family) === 'everybody') ?? null;
}

/**
 * The network whose subnet lies over addresses of the network outside, so that from that stack, or for what it answers,
 * some of them are out of reach.
 */
export function hiderFrom(
  scene: Pick<Scene, 'hider4' | 'hider6'>,
  { legs }: Pick<Stack, 'legs'>,
  family: Family,
): Net | null {
  const own = legs.find((leg) => addressOf(leg, family) !== null && hidingOf(leg.net, family) !== 'nobody');
  return own?.net ?? (family === 4 ? scene.hider4 : scene.hider6);
}

/** What is known of a stack before networks are numbered. */
type Draft = Omit<Stack, 'index' | 'nets' | 'content'>;

const EMPTY: Omit<Draft, 'kind'> = {
  owner: null,
  legs: [],
  bindings: [],
  routed: [],
  serve4: null,
  serve6: null,
  exit4: NO_EXIT,
  exit6: NO_EXIT,
  astray: null,
};

function placeAll(
  topology: Topology,
  traits: Traits,
  lookUp: (networkId: string) => Net | null,
  nets: ReadonlyMap<string, Net>,
  previous: Scene | null,
): { readonly parties: readonly Party[]; readonly stacks: readonly Stack[]; readonly drafts: Parts['stacks'] } {
  const ownerOf = ownersAmong(new Map(topology.endpoints.filter(isContainer).map((one) => [one.id, one])));
  const drafts = new Map<string, { readonly index: number } & Kept>();
  /** `source`: the one container that, on this ground, decides all of it. */
  const keep = (key: string, make: () => Draft, source: ContainerEndpoint | null = null): number => {
    const known = drafts.get(key);
    if (known) return known.index;
    const index = drafts.size;
    const old = previous?.parts.stacks.get(key);
    const asBefore = source !== null && old?.source === source ? old.draft : null;
    drafts.set(key, { index, draft: asBefore ?? sameOr(old?.draft, make()), source });
    return index;
  };
  const tasks = tasksIn(topology);
  const places = topology.endpoints.map((endpoint) => {
    if (isService(endpoint)) {
      const here = tasks.get(endpoint.id) ?? [];
      const legs = legsOf(endpoint, here, (id) => nets.get(id) ?? null);
      return keep(`service:${endpoint.id}`, () => ({ ...EMPTY, kind: 'service', legs }));
    }
    if (!isContainer(endpoint)) return keep(`zone:${endpoint.kind}`, () => zoneStack(endpoint.kind, traits));
    const { key, make, source = null } = stackOf(endpoint, ownerOf, traits, lookUp);
    return keep(key, make, source);
  });
  const words = Math.ceil(nets.size / 32);
  const stacks = [...drafts.values()].map(({ index, draft }): Stack => {
    const old = previous?.stacks[index];
    if (old?.content === draft && old.nets.length === words) return old;
    return { ...draft, index, nets: bitsOf(draft, words), content: draft };
  });
  const parties = topology.endpoints.map((endpoint, index): Party => {
    const stack = stacks[places[index] ?? -1];
    if (!stack) throw new Error('Every endpoint has a stack.');
    const old = previous?.parties[index];
    if (old?.endpoint === endpoint && old.stack === stack) return old;
    return { index, endpoint, stack, activity: activityOf(endpoint) };
  });
  return { parties, stacks, drafts };
}

function sameOr(old: Draft | undefined, made: Draft): Draft {
  return old && isSame(old, made) ? old : made;
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
  ownerOf: (container: ContainerEndpoint) => Ownership,
  traits: Traits,
  lookUp: (networkId: string) => Net | null,
): { readonly key: string; readonly make: () => Draft; readonly source?: ContainerEndpoint } {
  const ownership = ownerOf(container);
  if (ownership.kind === 'missing') {
    return { key: `missing:${ownership.id}`, make: () => ({ ...EMPTY, kind: 'missing' }) };
  }
  const { owner, left } = ownership;
  if (owner.networkMode.kind === 'host') {
    return { key: traits.rootless ? 'host' : 'zone:host', make: () => ({ ...EMPTY, kind: 'host' }) };
  }
  if (left) {
    return { key: `stranded:${container.id}`, make: () => ({ ...EMPTY, kind: 'stranded', owner: left }) };
  }
  return { key: `own:${owner.id}`, make: () => ownStack(owner, lookUp, traits.internalRoutes), source: owner };
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
    astray: legs.find(isAstray)?.net ?? null,
  };
}

function isAstray({ net, v4, v6 }: Leg): boolean {
  return net.rivals.some((rival) => (v4 !== null && contains(rival, v4)) || (v6 !== null && contains(rival, v6)));
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
