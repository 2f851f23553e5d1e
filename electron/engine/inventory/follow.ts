/**
 * Follows one engine over one connection: lists everything once, then fetches again only what events say has changed,
 * and everything now and then, because events get lost.
 */
import { setMaxListeners } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { BULKHEAD_LABEL, type EngineFacts, type Network, type Volume } from '../../../shared/topology/model.ts';
import { coalesce } from '../../lib/coalesce.ts';
import { mapLimited } from '../../lib/limit.ts';
import type { DockerApi } from '../connection/api.ts';
import { cancelled, connectionFault, isConnectionFault, RefusalError } from '../connection/faults.ts';
import type { Parts } from './assemble.ts';
import { arrayOf, objectOf, textMapOf, textOf } from './json.ts';
import { createJsonReader } from './lines.ts';
import { toContainer, type RawContainer } from './to-container.ts';
import { toNotes, type Note } from './to-event.ts';
import { engineTime, toFacts } from './to-facts.ts';
import { NO_SWARM, readSwarm, type SwarmParts } from './swarm.ts';
import { bridgesOfPodman, toNetwork, withBridge } from './to-network.ts';
import { toVolume } from './to-volume.ts';

export interface Following {
  /** Lists everything again; `onParts` has been called when it resolves. */
  refresh(): Promise<void>;
  /** Resolves with why the connection is no longer good.  Never rejects; not before `close` or a fault. */
  readonly ended: Promise<Error>;
  /** Stops timers and the event stream. */
  close(): void;
}

export interface FollowOptions {
  /** Ends it, also while the first listing runs. */
  readonly signal: AbortSignal;
  /** After the first listing and whenever something may have changed. */
  readonly onParts: (parts: Parts) => void;
  /** Shortest time between two complete listings that nobody asked for (ms).  Default one minute. */
  readonly reconcileMs?: number;
}

/** Inspections at a time: quick, and no burden for the engine. */
const IN_FLIGHT = 8;
/** Events within this time (ms) of the last fetch are answered together. */
const GAP_MS = 40;
const PODMAN_EVENTS = ['container', 'network', 'volume'];
const EVENTS = [...PODMAN_EVENTS, 'service', 'node'];
const RECONCILE_MS = 60_000;
const VOLUMES_TIMEOUT_MS = 3000;
/** Services have no events for what their tasks do: while one is not as wanted it is listed again, ever less often. */
const SETTLE_MS = 500;
/** A complete listing may take at most this part of the time, however large the engine. */
const RECONCILE_SHARE = 1 / 50;

/** Resolves after the first complete listing. @throws BulkheadError when the engine cannot be listed. */
export async function follow(
  api: DockerApi,
  { signal, onParts, reconcileMs = RECONCILE_MS }: FollowOptions,
): Promise<Following> {
  const abort = new AbortController();
  // Every request that is under way listens: more than Node takes for a leak.
  setMaxListeners(0, abort.signal);
  const stop = (): void => abort.abort();
  if (signal.aborted) throw cancelled();
  signal.addEventListener('abort', stop, { once: true });

  let facts: EngineFacts;
  let containers = new Map<string, RawContainer>();
  let networks = new Map<string, Network>();
  let volumes = new Map<string, Volume>();
  let swarm: SwarmParts = NO_SWARM;
  let timer: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let settleMs = SETTLE_MS;
  let chain: Promise<void> = Promise.resolve();
  let queuedListing: Promise<void> | null = null;
  let end = (_why: Error): void => undefined;
  const ended = new Promise<Error>((resolve) => (end = resolve));

  const get = (path: string, query = {}): Promise<unknown> => api.request(path, { query, signal: abort.signal });

  /** One after the other: a listing must not overwrite what a later event brought, nor the reverse. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = chain.then(work);
    chain = turn.catch(() => undefined);
    return turn;
  };

  const listAll = async (): Promise<void> => {
    queuedListing = null;
    clearTimeout(timer);
    const started = performance.now();
    // The containers first: most that follows waits for their list.
    const [inspected, info, nets, bridges, vols] = await Promise.all([
      inspectAll(),
      get('/info'),
      get('/networks'),
      readBridges('/libpod/networks/json'),
      // One volume driver that is away makes the engine refuse, or wait: what was known of volumes will do.  An engine
      // that is away itself refuses the other three too.
      api.request('/volumes', { timeoutMs: VOLUMES_TIMEOUT_MS, signal: abort.signal }).catch(() => null),
    ]);
    facts = toFacts(info, { apiVersion: api.apiVersion, ...api.server });
    containers = new Map(inspected.flatMap((raw) => (raw ? [[raw.endpoint.id, raw]] : [])));
    networks = new Map(arrayOf(nets).flatMap((json) => entryOf(withBridge(toNetwork(json), bridges))));
    if (vols !== null) volumes = new Map(arrayOf(objectOf(vols)['Volumes']).flatMap((json) => namedOf(toVolume(json))));
    swarm = await listSwarm();
    abort.signal.throwIfAborted();
    tell();
    timer = setTimeout(reconcile, Math.max(reconcileMs, (performance.now() - started) / RECONCILE_SHARE));
  };

  /** Costs nothing where there is no Swarm. */
  const listSwarm = async (): Promise<SwarmParts> => {
    clearTimeout(settling);
    if (!facts.swarm) return NO_SWARM;
    const manager = facts.swarmManager === true;
    const last = swarm;
    try {
      const read = await readSwarm(get, { manager, nodeId: facts.swarmNodeId ?? '' });
      if (read.bridge) networks.set(read.bridge.id, read.bridge);
      const unsettled = read.services.some(
        ({ desired, tasks }) => tasks.filter((one) => one.running).length !== desired,
      );
      if (unsettled && settleMs < reconcileMs) {
        settling = setTimeout(() => {
          settleMs *= 2;
          notes.add({ kind: 'swarm', id: 'swarm' });
        }, settleMs);
      } else if (!unsettled) settleMs = SETTLE_MS;
      return read;
    } catch (thrown) {
      // A manager without a quorum, or one that has just left: what it said last stands until the next listing.
      return afterRefusal(thrown, last) ?? NO_SWARM;
    }
  };

  const inspectAll = async (): Promise<readonly (RawContainer | null)[]> => {
    const ids = arrayOf(await get('/containers/json', { all: true }))
      .map(objectOf)
      .filter((entry) => !(BULKHEAD_LABEL in textMapOf(entry['Labels'])))
      .map((entry) => textOf(entry['Id']))
      .filter((id) => id !== '');
    const inspected = new Map<string, RawContainer | null>();
    const faults: Error[] = [];
    await api.requestEach(ids.map(pathOf), { signal: abort.signal }, (index, answer) => {
      const id = ids[index] ?? '';
      if ('json' in answer) {
        const raw = toContainer(answer.json);
        if (raw?.endpoint.id === id) inspected.set(id, raw);
      } else if (answer.error instanceof RefusalError) {
        inspected.set(id, afterRefusal(answer.error, containers.get(id) ?? null));
      } else faults.push(answer.error);
    });
    if (faults[0]) throw faults[0];
    // An answer that speaks of another container, or none, may be the answer to another question.
    const missed = ids.filter((id) => !inspected.has(id));
    await mapLimited(missed, IN_FLIGHT, async (id) => void inspected.set(id, await inspect(id, null)));
    return ids.map((id) => inspected.get(id) ?? null);
  };

  const inspect = async (id: string, last: RawContainer | null): Promise<RawContainer | null> => {
    try {
      return toContainer(await get(pathOf(id)));
    } catch (thrown) {
      return afterRefusal(thrown, last);
    }
  };

  /** Podman tells by its own paths alone what it calls a bridge; without that, nothing is known of it. */
  const readBridges = async (path: string): Promise<ReadonlyMap<string, string>> => {
    if (api.server.kind !== 'podman') return new Map();
    try {
      return bridgesOfPodman(await get(path));
    } catch (thrown) {
      // A version that does not know the path, or a network that has gone meanwhile.
      if (thrown instanceof RefusalError) return new Map();
      throw thrown;
    }
  };

  const readNetwork = async (id: string, last: Network | null): Promise<Network | null> => {
    const name = encodeURIComponent(id);
    try {
      const [json, bridges] = await Promise.all([
        get(`/networks/${name}`),
        readBridges(`/libpod/networks/${name}/json`),
      ]);
      return withBridge(toNetwork(json), bridges);
    } catch (thrown) {
      return afterRefusal(thrown, last);
    }
  };

  const readVolume = async (name: string, last: Volume | null): Promise<Volume | null> => {
    const path = `/volumes/${encodeURIComponent(name)}`;
    try {
      return toVolume(await api.request(path, { timeoutMs: VOLUMES_TIMEOUT_MS, signal: abort.signal }));
    } catch (thrown) {
      return thrown instanceof RefusalError ? afterRefusal(thrown, last) : last;
    }
  };

  const update = async (notes: readonly Note[]): Promise<void> => {
    // The last word on each thing counts.
    const latest = [...new Map(notes.map((note) => [`${note.kind.replace('-gone', '')} ${note.id}`, note])).values()];
    await mapLimited(latest, IN_FLIGHT, async ({ kind, id }) => {
      switch (kind) {
        case 'container-gone':
          containers.delete(id);
          return;
        case 'network-gone':
          networks.delete(id);
          return;
        case 'container':
          replace(containers, id, await inspect(id, containers.get(id) ?? null));
          return;
        case 'network':
          replace(networks, id, await readNetwork(id, networks.get(id) ?? null));
          return;
        case 'volume-gone':
          volumes.delete(id);
          return;
        case 'volume':
          replace(volumes, id, await readVolume(id, volumes.get(id) ?? null));
          return;
        case 'swarm':
          // It has just become a node: only a whole listing tells in what part.
          if (!facts.swarm) reconcile();
      }
    });
    // A container that came or went may be a task, or hang on the gateway bridge: no other event tells of either.
    swarm = await listSwarm();
    abort.signal.throwIfAborted();
    tell();
  };

  const tell = (): void =>
    onParts({ facts, containers: containers.values(), networks: networks.values(), volumes: volumes.values(), swarm });

  let over: Error | null = null;
  const fail = (thrown: unknown): void => finish(connectionFault(api.address, thrown));
  const finish = (why: Error): void => {
    over ??= why;
    signal.removeEventListener('abort', stop);
    clearTimeout(timer);
    clearTimeout(settling);
    notes.close();
    abort.abort();
    end(why);
  };

  const notes = coalesce<Note>({
    gapMs: GAP_MS,
    run: (batch) => inTurn(() => update(batch)),
    // An odd answer to one request is no reason to give up the connection; the next listing sees it again.
    onError: (thrown) => {
      if (isConnectionFault(thrown)) fail(thrown);
    },
  });

  const refresh = (): Promise<void> => (queuedListing ??= inTurn(listAll));
  const reconcile = (): void =>
    void refresh().catch((thrown: unknown) => {
      if (isConnectionFault(thrown)) fail(thrown);
      else if (!abort.signal.aborted) timer = setTimeout(reconcile, reconcileMs);
    });

  try {
    // What changes while it is listed is told twice rather than never: events are asked for from a moment ago, by the
    // engine's own clock, and wait for the end of the listing.
    const since = api.clock ?? engineTime(await get('/info')) ?? (Date.now() / 1000 - 1).toFixed(3);
    const listing = refresh();
    const streaming = api.stream('/events', {
      query: { since, filters: { type: api.server.kind === 'podman' ? PODMAN_EVENTS : EVENTS } },
      signal: abort.signal,
    });
    const reading = streaming.then((events) =>
      read(events, (event) => toNotes(event).forEach((note) => notes.add(note)), fail),
    );
    await Promise.all([reading, listing]);
  } catch (thrown) {
    finish(cancelled());
    throw thrown;
  }
  return {
    // Who asks just when the engine goes has cancelled nothing: it is told what it was.
    refresh: () =>
      refresh().catch((thrown: unknown) => {
        throw over ?? thrown;
      }),
    ended,
    close: () => finish(cancelled()),
  };
}

function pathOf(id: string): string {
  return `/containers/${encodeURIComponent(id)}/json`;
}

function read(events: IncomingMessage, onEvent: (event: unknown) => void, onEnd: (why: unknown) => void): void {
  events.setEncoding('utf8');
  events.on('data', createJsonReader(onEvent));
  let why: unknown = Object.assign(new Error('the stream of events ended'), { code: 'ECONNRESET' });
  events.once('error', (error) => (why = error));
  events.once('close', () => onEnd(why));
}

/** Gone, or told as it was: an engine may refuse to describe what it is just taking apart. */
function afterRefusal<Kept>(thrown: unknown, last: Kept | null): Kept | null {
  if (!(thrown instanceof RefusalError)) throw thrown;
  return thrown.status === 404 ? null : last;
}

function replace<Value>(map: Map<string, Value>, id: string, value: Value | null): void {
  if (value === null) map.delete(id);
  else map.set(id, value);
}

function namedOf(volume: Volume | null): [string, Volume][] {
  return volume ? [[volume.name, volume]] : [];
}

function entryOf(network: Network | null): [string, Network][] {
  return network ? [[network.id, network]] : [];
}
