/** Networks as compartments, and who is in which. */
import type { ContainerEndpoint, Endpoint, Network, Topology } from '../topology/model.ts';
import { isContainer, isService, isZone } from '../topology/model.ts';
import { byText, type Compartment } from './model.ts';

export interface Places {
  /** Sorted by key. */
  readonly compartments: readonly Compartment[];
  /** Endpoint id → sorted compartment keys. */
  readonly of: ReadonlyMap<string, readonly string[]>;
}

/** No network can have these for a key: names cannot begin with a space. */
const HOST_KEY = ' host';
const NONE_KEY = ' none';

/** Only compartments that somebody shown is in. */
export function placesOf(topology: Topology, shown: readonly Endpoint[]): Places {
  const keys = networkKeys(topology.networks);
  const byId = new Map(topology.endpoints.map((endpoint) => [endpoint.id, endpoint]));
  const of = new Map<string, readonly string[]>();
  for (const endpoint of shown) if (!isZone(endpoint)) of.set(endpoint.id, compartmentsOf(endpoint, keys, byId));
  const used = new Set([...of.values()].flat());
  const compartments = topology.networks.flatMap((network): readonly Compartment[] => {
    const key = keys.get(network.id);
    return key !== undefined && used.has(key) ? [ofNetwork(network, key)] : [];
  });
  const extra = [HOST_KEY, NONE_KEY].filter((key) => used.has(key)).map(ours);
  const known = new Set([...compartments, ...extra].map(({ key }) => key));
  const unlisted = [...used].filter((key) => !known.has(key)).map((key) => bare(key));
  return { compartments: [...compartments, ...extra, ...unlisted].toSorted((a, b) => byText(a.key, b.key)), of };
}

function networkKeys(networks: readonly Network[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const times = new Map<string, number>();
  for (const { id, name } of networks) {
    const time = (times.get(name) ?? 0) + 1;
    times.set(name, time);
    keys.set(id, time === 1 ? name : `${name}#${time}`);
  }
  return keys;
}

function compartmentsOf(
  endpoint: Endpoint,
  keys: ReadonlyMap<string, string>,
  byId: ReadonlyMap<string, Endpoint>,
): readonly string[] {
  const key = (networkId: string): string => keys.get(networkId) ?? networkId.slice(0, 12);
  if (isContainer(endpoint)) {
    const owner = stackOwner(endpoint, byId);
    if (owner.networkMode.kind === 'host') return [HOST_KEY];
    const joined = owner.attachments.map(({ networkId }) => key(networkId));
    return joined.length > 0 ? sorted(joined) : [NONE_KEY];
  }
  if (!isService(endpoint)) return [];
  const joined = endpoint.networks.map(({ networkId }) => key(networkId));
  return joined.length > 0 ? sorted(joined) : [NONE_KEY];
}

/** Whose network stack it has: its own, or another's in the end. */
export function stackOwner(container: ContainerEndpoint, byId: ReadonlyMap<string, Endpoint>): ContainerEndpoint {
  let owner = container;
  const seen = new Set([owner.id]);
  while (owner.networkMode.kind === 'container') {
    const next = byId.get(owner.networkMode.containerId);
    if (!next || !isContainer(next) || seen.has(next.id)) break;
    seen.add(next.id);
    owner = next;
  }
  return owner;
}

function sorted(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].toSorted(byText);
}

function ofNetwork({ name, driver, subnets, internal, project }: Network, key: string): Compartment {
  return {
    key,
    name,
    kind: 'network',
    driver,
    subnets: subnets.map(({ subnet }) => subnet),
    internal,
    shut: false,
    project,
  };
}

function ours(key: string): Compartment {
  const isHost = key === HOST_KEY;
  return {
    key,
    name: isHost ? 'host network' : 'no network',
    kind: isHost ? 'host' : 'none',
    driver: isHost ? 'host' : 'none',
    subnets: [],
    internal: false,
    shut: false,
    project: '',
  };
}

function bare(key: string): Compartment {
  return { ...ours(key), name: key, kind: 'network', driver: '' };
}
