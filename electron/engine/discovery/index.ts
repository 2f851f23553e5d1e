/**
 * Reads what service registries and load balancers hold.  This is traffic of our own towards the user's containers, so it
 * happens when the user asks for it and at no other time.
 */
import { discoveryToolOf, type DiscoveryKind } from '../../../shared/topology/discovery.ts';
import { isContainer, type Catalogue, type ContainerEndpoint, type Topology } from '../../../shared/topology/model.ts';
import { mapLimited } from '../../lib/limit.ts';
import { consul } from './consul.ts';
import { etcd } from './etcd.ts';
import { askAt, type CatalogueReader } from './reader.ts';
import { traefik } from './traefik.ts';

const READERS: Partial<Record<DiscoveryKind, CatalogueReader>> = { consul, etcd, traefik };

/** One that could not be read, and why, in words for people. */
export interface Unread {
  readonly containerId: string;
  readonly why: string;
}

export interface Read {
  readonly catalogues: readonly Catalogue[];
  readonly unread: readonly Unread[];
}

const IN_FLIGHT = 4;

/** The running containers whose catalogue can be read. */
export function readable(topology: Topology): readonly ContainerEndpoint[] {
  return topology.endpoints
    .filter(isContainer)
    .filter((container) => container.state === 'running' && readerOf(container) !== undefined);
}

/**
 * Reads every readable catalogue, each at the first of its container's addresses that answers.  Never rejects for what a
 * container answers. @throws when `signal` ends it.
 */
export async function readCatalogues(topology: Topology, signal: AbortSignal): Promise<Read> {
  const catalogues: Catalogue[] = [];
  const unread: Unread[] = [];
  await mapLimited(readable(topology), IN_FLIGHT, async (container) => {
    const reader = readerOf(container);
    if (!reader) return;
    let why = 'It has no address that can be reached from here.';
    for (const address of addressesOf(container)) {
      try {
        const entries = await reader.read(askAt(address, reader.port, signal));
        catalogues.push({ containerId: container.id, entries });
        return;
      } catch (thrown) {
        signal.throwIfAborted();
        why = thrown instanceof Error ? thrown.message : String(thrown);
      }
    }
    unread.push({ containerId: container.id, why });
  });
  return { catalogues, unread };
}

function readerOf(container: ContainerEndpoint): CatalogueReader | undefined {
  const tool = discoveryToolOf(container);
  return tool ? READERS[tool.kind] : undefined;
}

/** IPv4 first; in host mode it is on this machine. */
function addressesOf({ networkMode, attachments }: ContainerEndpoint): readonly string[] {
  if (networkMode.kind === 'host') return ['127.0.0.1'];
  const addresses = attachments.flatMap(({ ipv4, ipv6 }) => [ipv4, ipv6]).filter((address) => address !== null);
  return addresses.toSorted((a, b) => Number(a.includes(':')) - Number(b.includes(':')));
}
