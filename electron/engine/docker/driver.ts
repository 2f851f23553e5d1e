/** A real engine behind `EngineDriver`: connected, followed, and connected again whenever it was away. */
import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import { BulkheadError, toErrorShape } from '../../../shared/errors.ts';
import {
  isContainer,
  isService,
  isUp,
  runningTasks,
  type Catalogue,
  type Endpoint,
  type EngineFacts,
  type Topology,
} from '../../../shared/topology/model.ts';
import { backoffMs, pause } from '../../lib/backoff.ts';
import { createSignal } from '../../lib/signal.ts';
import { connect, type DockerApi } from '../connection/index.ts';
import { readable, readCatalogues } from '../discovery/index.ts';
import type { DriverHealth, EngineDriver, MachineFacts, Wire, WireOptions } from '../driver.ts';
import { assemble, follow, type Following, type Parts } from '../inventory/index.ts';
import type { Identity } from '../../lib/identity.ts';
import { createManagement } from './management.ts';
import { createRebuild } from './rebuild.ts';
import { clearEngine, hasTrace } from './clear.ts';
import { followFilters, type FilterFollower } from './follow-filters.ts';
import { otherBulkheads } from './others.ts';
import { shareWire } from './shared-wire.ts';

export interface DockerDriverOptions {
  /** As `--engine` takes it, except `demo`. */
  readonly address: string;
  /** Which Bulkhead this is; absent: it tells nobody. */
  readonly identity?: Identity;
  /** Starts the helper on the engine and talks to it. */
  readonly openWire: (api: DockerApi, options: WireOptions) => Promise<Wire>;
  /** Cancels the first connecting; without effect once the driver is handed out. */
  readonly signal?: AbortSignal;
  /** For tests: shortest time between complete listings (ms). */
  readonly reconcileMs?: number;
}

const BACKOFF = { firstMs: 250, capMs: 5000 };

/** What is known of the machine once a wire is open. */
type WireFacts = Pick<
  EngineFacts,
  'bridgeNetfilter' | 'userlandProxy' | 'ip6tables' | 'ipvs' | 'hostAddresses' | 'hostInterfaces' | 'hostRoutes'
>;

/** One connection that has been listed completely. */
interface Line {
  readonly api: DockerApi;
  readonly following: Following;
}

/**
 * Resolves after the first complete listing.
 *
 * @throws BulkheadError as `connect` does, when the engine cannot be reached or listed the first time.  After that the
 * driver reconnects by itself, keeping the last topology, and tells so by its health.
 */
export async function createDockerDriver(options: DockerDriverOptions): Promise<EngineDriver> {
  const { address, openWire, signal, reconcileMs, identity = { instance: '', by: '' } } = options;
  const life = new AbortController();
  // Every request of a listing listens: more than Node takes for a leak.
  setMaxListeners(0, life.signal);
  const health = createSignal<DriverHealth>({ phase: 'connected' });
  let parts: Parts | null = null;
  let wireFacts: WireFacts | null = null;
  let line: Line | null = null;
  /** The wire that is open now. */
  let present: Wire | null = null;
  /** By container, with the start it was read in. */
  let readings: readonly Reading[] = [];
  /** What its helper sees of packet filters.  It outlives the wire: what was seen last is the best that is known. */
  let filters: FilterFollower | null = null;

  const rulesListeners = new Set<(places: readonly string[]) => void>();

  const topology = createSignal<Topology | null>(null);
  /** The last one as the engine tells it, whose unchanged parts the next one takes over. */
  let bare: Topology | null = null;
  const publish = (): void => {
    if (parts === null || life.signal.aborted) return;
    const firewall = filters?.facts();
    const told = { ...wireFacts, ...(firewall ? { firewall } : {}) };
    const before = bare;
    bare = assemble({ ...parts, facts: { ...parts.facts, ...told } }, bare);
    const next = withCatalogues(bare, readings);
    const isNews = bare !== before || !isDeepStrictEqual(next.catalogues, topology.get()?.catalogues);
    if (isNews) topology.set(next);
  };

  /** What the engine does to the machine when its networks change (`br_netfilter`, IPv6 chains) is told by the wire alone. */
  const askMachine = async (): Promise<void> => {
    const wireNow = present;
    if (!wireNow) return;
    const facts = await wireNow.machine().catch(() => null);
    // A wire that is lost says so itself; what it told last stays the best that is known.
    if (!facts || wireNow !== present) return;
    wireFacts = factsOf(facts, known(topology.get()));
    publish();
  };

  const open = async (stopped: AbortSignal): Promise<Line> => {
    const api = await connect(address, { signal: stopped });
    try {
      const following = await follow(api, {
        signal: stopped,
        onParts: ({ containers, networks, volumes, ...rest }) => {
          const before = parts;
          parts = { ...rest, containers: [...containers], networks: [...networks], volumes: [...volumes] };
          publish();
          if (before && changesMachine(before, parts)) void askMachine();
          if (present) filters?.update();
        },
        ...(reconcileMs === undefined ? {} : { reconcileMs }),
      });
      return { api, following };
    } catch (thrown) {
      api.close();
      throw thrown;
    }
  };

  /** Stays with the present line until it ends, then comes back as often as it takes. */
  const keep = async (first: Line): Promise<void> => {
    let present = first;
    while (!life.signal.aborted) {
      let error = await present.following.ended;
      // Hijacked streams, the wire's among them, go with it: whoever holds one learns it now, not at some timeout.
      present.api.close();
      line = null;
      for (let attempt = 1; !line && !life.signal.aborted; attempt += 1) {
        health.set({ phase: 'reconnecting', error: toErrorShape(error), attempt });
        await pause(backoffMs(attempt, BACKOFF), life.signal);
        if (life.signal.aborted) return;
        try {
          present = line = await open(life.signal);
          health.set({ phase: 'connected' });
        } catch (thrown) {
          error = thrown instanceof Error ? thrown : new Error(String(thrown));
        }
      }
    }
  };

  const connected = (): Line => {
    if (line) return line;
    const now = health.get();
    throw new BulkheadError(
      now.phase === 'reconnecting'
        ? now.error
        : { code: 'ENGINE_UNREACHABLE', message: 'The engine was left.', hint: 'Connect to it again.' },
    );
  };

  const wire = shareWire(async (wireOptions) => {
    const opened = await openWire(connected().api, wireOptions);
    present = opened;
    void opened.closed.then(() => {
      if (present === opened) present = null;
    });
    wireFacts = factsOf(opened.capabilities, known(topology.get()));
    publish();
    const follower = followFilters({
      wire: opened,
      topology: () => known(topology.get()),
      onNews: (places) => rulesListeners.forEach((listener) => listener(places)),
      onChange: publish,
    });
    await follower.refresh();
    // Only now: until then what an earlier wire saw is the best that is known.
    filters?.close();
    filters = follower;
    publish();
    return opened;
  });

  const giveUp = (): void => life.abort();
  if (signal?.aborted) giveUp();
  signal?.addEventListener('abort', giveUp, { once: true });
  const first = await open(life.signal).finally(() => signal?.removeEventListener('abort', giveUp));
  line = first;
  const keeping = keep(first);
  return {
    kind: 'docker',
    address: first.api.address,
    topology: () => known(topology.get()),
    onTopology: (listener) => topology.subscribe((value) => value && listener(value)),
    health: () => health.get(),
    onHealth: (listener) => health.subscribe(listener),
    onRules: (listener) => {
      rulesListeners.add(listener);
      return () => rulesListeners.delete(listener);
    },
    refresh: async () => {
      await connected().following.refresh();
      await askMachine();
      if (present) await filters?.refresh();
      return known(topology.get());
    },
    manage: createManagement(() => connected().api),
    rebuild: createRebuild(() => connected().api),
    openWire: (wireOptions) => wire.get(wireOptions),
    others: () => otherBulkheads(connected().api, identity),
    clear: async ({ own = false } = {}) => {
      await wire.close({ stopHelper: true });
      await clearEngine(connected().api, own ? identity : null);
    },
    discover: async (asked) => {
      const now = known(topology.get());
      if (!isBesideContainers(first.api.address, now.engine)) {
        const why = 'The containers of this engine cannot be reached directly from here.';
        return { read: 0, unread: readable(now).map(({ id }) => ({ containerId: id, why })) };
      }
      const { catalogues, unread } = await readCatalogues(now, AbortSignal.any([asked, life.signal]));
      readings = catalogues.map((catalogue) => ({ catalogue, startedAt: startOf(now, catalogue.containerId) }));
      publish();
      return { read: catalogues.length, unread };
    },
    hasTrace: async ({ own = false } = {}) => hasTrace(connected().api, own ? identity : null),
    close: async () => {
      topology.clear();
      health.clear();
      filters?.close();
      await wire.close();
      life.abort();
      await keeping;
      line?.api.close();
      line = null;
    },
  };
}

interface Reading {
  readonly catalogue: Catalogue;
  readonly startedAt: number;
}

/** What a container said in an earlier start is not kept. */
function withCatalogues(topology: Topology, readings: readonly Reading[]): Topology {
  const present = readings.filter(({ catalogue, startedAt }) => startOf(topology, catalogue.containerId) === startedAt);
  return present.length === 0 ? topology : { ...topology, catalogues: present.map(({ catalogue }) => catalogue) };
}

/** When a running container started; 0 when it does not run. */
function startOf({ endpoints }: Topology, id: string): number {
  const found = endpoints.find((endpoint) => endpoint.id === id);
  return found && isContainer(found) && isUp(found) ? found.startedAt : 0;
}

/**
 * Whether this process is on the machine whose bridges the containers are on.  Elsewhere their addresses are somebody
 * else's, whom we have no business to ask.
 */
function isBesideContainers(address: string, { rootless, operatingSystem }: EngineFacts): boolean {
  return (
    process.platform === 'linux' &&
    address.startsWith('unix://') &&
    !rootless &&
    !operatingSystem.includes('Docker Desktop')
  );
}

function known(topology: Topology | null): Topology {
  if (topology) return topology;
  throw new Error('A driver is handed out only after its first listing.');
}

/**
 * A module that is not loaded filters nothing: for the topology that is known, and no.  Where neither the engine's
 * settings nor a docker-proxy are seen, its absence tells something only if it would have work: a published TCP port.
 * Nor is IPVS loaded before a service needs it.
 */
function factsOf(facts: MachineFacts, { engine, endpoints }: Topology): WireFacts {
  const { bridgeNetfilter, userlandProxy, ip6tables, ipvs, hostAddresses, interfaces, routes } = facts;
  const published = endpoints.some(
    (endpoint) =>
      isContainer(endpoint) && isUp(endpoint) && endpoint.publishedPorts.some(({ protocol }) => protocol === 'tcp'),
  );
  return {
    bridgeNetfilter: bridgeNetfilter ?? false,
    userlandProxy: userlandProxy ?? (published ? false : null),
    // Chains that were not seen tell nothing; what the engine says of itself stays.
    ip6tables: ip6tables ?? engine.ip6tables ?? null,
    ipvs: ipvs === false ? (endpoints.some(hasVirtualAddress) ? false : null) : (ipvs ?? null),
    hostAddresses,
    ...(interfaces ? { hostInterfaces: interfaces } : {}),
    ...(routes ? { hostRoutes: routes } : {}),
  };
}

/** Networks make the engine load `br_netfilter` and write IPv6 chains, the first service that has an address IPVS. */
function changesMachine(before: Parts, after: Parts): boolean {
  const balanced = ({ swarm }: Parts): boolean => swarm?.services.some(hasVirtualAddress) ?? false;
  return balanced(before) !== balanced(after) || !isDeepStrictEqual(before.networks, after.networks);
}

function hasVirtualAddress(endpoint: Endpoint): boolean {
  return isService(endpoint) && endpoint.virtualAddresses.length > 0 && runningTasks(endpoint).length > 0;
}
