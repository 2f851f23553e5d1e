/** Puts the parts together: names become ids, our own containers go, everything gets its place. */
import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import {
  BULKHEAD_LABEL,
  compareEndpoints,
  ZONES,
  type Attachment,
  type ContainerEndpoint,
  type EngineFacts,
  type Link,
  type Network,
  type NetworkMode,
  type Topology,
  type Volume,
} from '../../../shared/topology/model.ts';
import { NO_SWARM, type SwarmParts } from './swarm.ts';
import type { RawAttachment, RawContainer, RawLink } from './to-container.ts';

export interface Parts {
  readonly facts: EngineFacts;
  readonly containers: Iterable<RawContainer>;
  readonly networks: Iterable<Network>;
  readonly volumes: Iterable<Volume>;
  /** Absent: no Swarm. */
  readonly swarm?: SwarmParts;
}

/**
 * A topology of the parts.  What is equal in `previous` is taken from it, down to the whole: who looks for changes need
 * only compare objects by identity.
 */
export function assemble(
  { facts: own, containers, networks, volumes, swarm = NO_SWARM }: Parts,
  previous: Topology | null = null,
): Topology {
  const facts: EngineFacts = {
    ...own,
    ...(swarm.nodes ? { swarmNodes: swarm.nodes } : {}),
    ...(swarm.entries.length > 0 ? { meshEntries: swarm.entries } : {}),
  };
  const shown = [...containers].filter(({ endpoint }) => !(BULKHEAD_LABEL in endpoint.labels));
  const directory = createDirectory(shown, [...networks]);
  const resolved = shown.map((raw) => withGatewayBridge(resolve(raw, directory), swarm));
  const endpoints = [...resolved, ...swarm.services].sort(compareEndpoints);
  const present = withGateways([...networks], shown, directory).sort(
    (a, b) => compare(a.name, b.name) || compare(a.id, b.id),
  );
  const kept = [...volumes].sort((a, b) => compare(a.name, b.name));
  if (!previous) return { engine: facts, endpoints: [...endpoints, ...ZONES], networks: present, volumes: kept };
  const now: Topology = {
    engine: isDeepStrictEqual(facts, previous.engine) ? previous.engine : facts,
    endpoints: takenFrom(previous.endpoints, [...endpoints, ...ZONES], ({ id }) => id),
    networks: takenFrom(previous.networks, present, ({ id }) => id),
    volumes: takenFrom(previous.volumes ?? [], kept, ({ name }) => name),
  };
  const same = now.engine === previous.engine && now.endpoints === previous.endpoints;
  return same && now.networks === previous.networks && now.volumes === previous.volumes ? previous : now;
}

/** `now`, with objects of `before` where they are equal; `before` itself where all are. */
function takenFrom<Item extends object>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => string,
): readonly Item[] {
  const known = new Map(before.map((item) => [keyOf(item), item]));
  const taken = now.map((item) => {
    const old = known.get(keyOf(item));
    return old && isEqual(old, item) ? old : item;
  });
  return taken.length === before.length && taken.every((item, at) => item === before[at]) ? before : taken;
}

/** Field by field: those of a container that was not looked at again are the same objects, and most are that. */
function isEqual<Item extends object>(a: Item, b: Item): boolean {
  const keys = Object.keys(a) as (keyof Item)[];
  return (
    keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key] || isDeepStrictEqual(a[key], b[key]))
  );
}

/** Only the bridge itself tells who hangs on it besides the networks it was asked to join. */
function withGatewayBridge(container: ContainerEndpoint, { gateways }: SwarmParts): ContainerEndpoint {
  const place = gateways.get(container.id);
  if (!place || !isUp(container) || container.attachments.some(({ networkId }) => networkId === place.networkId)) {
    return container;
  }
  const attachments = [...container.attachments, { ...place, aliases: [] }];
  return { ...container, attachments: attachments.sort((a, b) => compare(a.networkId, b.networkId)) };
}

interface Directory {
  readonly networkIds: ReadonlySet<string>;
  readonly networkByName: ReadonlyMap<string, string>;
  readonly containerIds: readonly string[];
  readonly containerByName: ReadonlyMap<string, string>;
}

function createDirectory(containers: readonly RawContainer[], networks: readonly Network[]): Directory {
  return {
    networkIds: new Set(networks.map(({ id }) => id)),
    networkByName: new Map([
      // The name Podman itself has for what its Docker API calls `bridge`.
      ...networks.filter(({ name }) => name === 'bridge').map(({ id }) => ['podman', id] as const),
      ...networks.map(({ id, name }) => [name, id] as const),
    ]),
    containerIds: containers.map(({ endpoint }) => endpoint.id),
    containerByName: new Map(containers.map(({ endpoint }) => [endpoint.name, endpoint.id])),
  };
}

function resolve(raw: RawContainer, directory: Directory): ContainerEndpoint {
  const networkMode = modeOf(raw.networkMode, directory);
  return {
    ...raw.endpoint,
    networkMode,
    // The engine lists `host` and `none` as networks of such a container; nobody meets there.
    attachments:
      networkMode.kind === 'own'
        ? raw.attachments
            .map((attachment) => attach(attachment, directory, isUp(raw.endpoint)))
            .filter((attachment) => attachment !== null)
            .sort((a, b) => compare(a.networkId, b.networkId))
        : [],
    links: raw.links.flatMap((link) => linkOf(link, raw.attachments, directory)),
    pidMode: namespaceOf(raw.pidMode, directory),
    ipcMode: namespaceOf(raw.ipcMode, directory),
  };
}

/** A link of a network that is not there any more is none. */
function linkOf(raw: RawLink, attachments: readonly RawAttachment[], directory: Directory): readonly Link[] {
  const { targetName, alias, networkName } = raw;
  if (networkName === '') return [{ targetName, alias }];
  const attachment = attachments.find((one) => one.networkName === networkName);
  const networkId = attachment ? networkIdOf(attachment, directory) : '';
  return networkId === '' ? [] : [{ targetName, alias, networkId }];
}

function modeOf(mode: string, directory: Directory): NetworkMode {
  if (mode === 'host' || mode === 'none') return { kind: mode };
  if (mode.startsWith('container:')) return { kind: 'container', containerId: containerId(mode.slice(10), directory) };
  return { kind: 'own' };
}

function namespaceOf(mode: string, directory: Directory): string {
  if (mode === 'host') return mode;
  return mode.startsWith('container:') ? `container:${containerId(mode.slice(10), directory)}` : '';
}

/** A full id wins over a name, a name over a shortened id; what nobody has any more stays as it is written. */
function containerId(text: string, { containerIds, containerByName }: Directory): string {
  if (containerIds.includes(text)) return text;
  const named = containerByName.get(text.replace(/^\//, ''));
  if (named !== undefined) return named;
  const starting = text.length < 12 ? [] : containerIds.filter((id) => id.startsWith(text));
  return starting.length === 1 ? (starting[0] ?? text) : text;
}

function isUp({ state }: Pick<ContainerEndpoint, 'state'>): boolean {
  return state === 'running' || state === 'paused';
}

/** A stopped container's addresses are somebody else's by now. */
function attach(raw: RawAttachment, directory: Directory, up: boolean): Attachment | null {
  const networkId = networkIdOf(raw, directory);
  if (networkId === '') return null;
  const { ipv4, ipv6, mac, aliases, gatewayPriority } = raw;
  const named = { networkId, aliases, ...(gatewayPriority === 0 ? {} : { gatewayPriority }) };
  return up ? { ...named, ipv4, ipv6, mac } : { ...named, ipv4: null, ipv6: null, mac: null };
}

/**
 * Before its first start a container knows a network only by the name, or id, it was given; Podman writes the name where
 * the id belongs.
 */
function networkIdOf({ networkId, networkName }: RawAttachment, { networkIds, networkByName }: Directory): string {
  if (networkId !== '') return networkIds.has(networkId) ? networkId : (networkByName.get(networkId) ?? networkId);
  if (networkIds.has(networkName)) return networkName;
  const name = networkName === 'default' ? 'bridge' : networkName;
  return networkByName.get(name) ?? '';
}

/**
 * A network does not always tell its gateway; its containers do, unless it is internal.  Then it is the first address of
 * the pool, which the engine takes before any container gets one (measured on 20.10, 26.1, 28.5) unless a range was chosen.
 */
function withGateways(networks: Network[], containers: readonly RawContainer[], directory: Directory): Network[] {
  const told = new Map<string, Set<string>>();
  for (const { attachments } of containers) {
    for (const attachment of attachments) {
      const id = networkIdOf(attachment, directory);
      const gateways = told.get(id) ?? new Set<string>();
      for (const gateway of attachment.gateways) gateways.add(gateway);
      told.set(id, gateways);
    }
  }
  return networks.map((network) => {
    if (network.driver !== 'bridge' || network.subnets.every(({ gateway }) => gateway !== '')) return network;
    const gateways = [...(told.get(network.id) ?? [])];
    return {
      ...network,
      subnets: network.subnets.map((pool) => {
        const { subnet, gateway, range } = pool;
        const said = gateways.find((candidate) => candidate.includes(':') === subnet.includes(':'));
        return { ...pool, gateway: gateway || said || (range === undefined ? firstAddress(subnet) : '') };
      }),
    };
  });
}

/** `10.1.2.0/24` → `10.1.2.1`, `fd00::/64` → `fd00::1`; `''` for what is no subnet. */
function firstAddress(subnet: string): string {
  const [base = '', length = ''] = subnet.split('/');
  if (isIP(base) === 6) {
    const at = base.lastIndexOf(':') + 1;
    const last = Number.parseInt(base.slice(at) || '0', 16);
    return last % 2 === 0 ? `${base.slice(0, at)}${(last + 1).toString(16)}` : '';
  }
  if (isIP(base) !== 4) return '';
  const bytes = base.split('.').map(Number);
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(number / size) * size + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
