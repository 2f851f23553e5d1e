/**
 * Everybody's packet filters on the machine and in containers, kept as they are for as long as a wire is open.
 *
 * The kernel tells when nftables rules change, and containers come and go: then, and only then, they are read again.
 * Legacy iptables tell nothing, so a machine that has some is read whenever containers change.
 */
import { bridgesOf, hasForeign } from '../../../shared/firewall/own.ts';
import type { Firewall, FirewallFacts } from '../../../shared/topology/firewall.ts';
import { isContainer, isUp, type Topology } from '../../../shared/topology/model.ts';
import { coalesce } from '../../lib/coalesce.ts';
import type { FilterReading, Place, Wire } from '../driver.ts';

export interface FilterFollower {
  /** Reads everything anew.  Never rejects: what could not be read stays as it was last seen. */
  refresh(): Promise<void>;
  /** To be called when the topology has changed. */
  update(): void;
  /** `null` until the first reading has ended. */
  facts(): FirewallFacts | null;
  close(): void;
}

export interface FilterFollowerOptions {
  readonly wire: Pick<Wire, 'filters' | 'watchFilters'>;
  readonly topology: () => Topology;
  /** Called at once with the places whose rules have changed, whoever changed them. */
  readonly onNews?: (places: readonly string[]) => void;
  /** Called after readings that told something new. */
  readonly onChange: () => void;
}

const HOST: Place = { place: 'host', pid: 0 };
/** Programs that change rules, the engine among them, make many steps (ms). */
const GAP_MS = 150;
const NOTHING: Firewall = { chains: [], unread: [] };

export function followFilters({ wire, topology, onNews, onChange }: FilterFollowerOptions): FilterFollower {
  const life = new AbortController();
  let watching = new AbortController();
  let watched = '';
  let machine: Omit<FilterReading, 'firewalls'> | null = null;
  let host: Firewall | null = null;
  let told: FirewallFacts | null = null;
  /** By place and process: a container that was started again has nothing of what was there before. */
  const inside = new Map<string, Firewall>();

  const places = (): readonly Place[] => topology().endpoints.flatMap(ownPlace);

  const read = async (some: readonly Place[]): Promise<void> => {
    const reading = await wire.filters(some);
    if (life.signal.aborted) return;
    const { firewalls, ...rest } = reading;
    machine = rest;
    host = firewalls.get(HOST.place) ?? host;
    for (const place of some) if (place !== HOST) inside.set(keyOf(place), firewalls.get(place.place) ?? NOTHING);
  };

  /** Listens before reading: what changes in between is read once more. */
  const watch = (all: readonly Place[]): void => {
    const key = all.map(keyOf).join(' ');
    if (key === watched) return;
    watched = key;
    watching.abort();
    watching = new AbortController();
    const { signal } = watching;
    const hear = (changed: readonly string[]): void => {
      onNews?.(changed);
      work.add(changed);
    };
    void wire.watchFilters([HOST, ...all], hear, signal);
  };

  const catchUp = async (changed: ReadonlySet<string> | 'all'): Promise<void> => {
    const all = places();
    watch(all);
    const known = new Set(all.map(keyOf));
    for (const key of [...inside.keys()]) if (!known.has(key)) inside.delete(key);
    const stale = (place: Place): boolean => changed === 'all' || changed.has(place.place);
    const some = all.filter((place) => stale(place) || !inside.has(keyOf(place)));
    const silent = host?.chains.some(({ legacy }) => legacy) ?? true;
    if (stale(HOST) || silent) some.unshift(HOST);
    if (some.length > 0) await read(some);
    if (life.signal.aborted) return;
    told = summary();
    onChange();
  };

  /**
   * As the readings are now.  Kept as it is until the next one, also when the wire is lost: bridges that go later would
   * make rules of the engine look like somebody else's.
   */
  const summary = (): FirewallFacts | null => {
    if (!machine || !host) return null;
    const bridges = bridgesOf(topology().networks);
    const foreign = places().flatMap((place) => {
      const firewall = inside.get(keyOf(place));
      return firewall && hasForeign(firewall, bridges) ? [[place.place, firewall] as const] : [];
    });
    return {
      ...machine,
      // Most machines have nothing but the engine's rules, which change all the time and say nothing new.
      host: hasForeign(host, bridges) || foreign.length > 0 ? host : NOTHING,
      containers: Object.fromEntries(foreign),
    };
  };

  const work = coalesce<readonly string[]>({
    gapMs: GAP_MS,
    run: (notes) => catchUp(new Set(notes.flat())),
    // The wire is lost, or the helper is busy: the next change tries again.
    onError: () => undefined,
  });

  return {
    refresh: () => catchUp('all').catch(() => undefined),
    update: () => {
      const all = places();
      const legacy = host?.chains.some((chain) => chain.legacy) ?? true;
      if (legacy || all.map(keyOf).join(' ') !== watched) work.add([]);
    },
    facts: () => {
      if (!told) return null;
      // A container that was started again has nothing of what was there before.
      const still = places().filter((place) => inside.has(keyOf(place)));
      const { containers, ...rest } = told;
      const kept = still.flatMap(({ place }) => (containers[place] ? [[place, containers[place]] as const] : []));
      return { ...rest, containers: Object.fromEntries(kept) };
    },
    close: () => {
      life.abort();
      watching.abort();
      work.close();
    },
  };
}

function keyOf({ place, pid }: Place): string {
  return `${place} ${pid}`;
}

/** The namespace of a running container that has one of its own. */
function ownPlace(endpoint: Topology['endpoints'][number]): readonly Place[] {
  if (!isContainer(endpoint) || !isUp(endpoint) || endpoint.pid === 0) return [];
  return endpoint.networkMode.kind === 'own' || endpoint.networkMode.kind === 'none'
    ? [{ place: endpoint.id, pid: endpoint.pid }]
    : [];
}
