/** A driver and a wire in memory, for tests of the guard: tables live in namespaces, as on a real engine. */
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { ZONES, type ContainerEndpoint, type Topology } from '../../shared/topology/model.ts';
import type { EngineDriver, Place, PlacedTable, Wire } from '../engine/driver.ts';
import { createSignal } from '../lib/signal.ts';
import { fingerprintOf } from '../engine/fingerprint.ts';

export interface FakeDriver extends EngineDriver {
  stop(name: string): void;
  start(name: string): void;
  restart(name: string): void;
  addressOf(name: string): string;
  /** Tables put or taken away behind the guard's back. */
  putOnWire(name: string, script: string): void;
  flush(name: string): void;
  scriptOn(name: string): string | undefined;
  /** Names of places that hold a table, sorted. */
  placesOnWire(): readonly string[];
  /** Places loaded since the start or `forgetLoads`, sorted. */
  loads(): readonly string[];
  forgetLoads(): void;
  /** Makes loads wait until the returned function is called. */
  holdLoads(): () => void;
  failLoads(name: string, error: string | null): void;
  failReads(name: string, error: string | null): void;
  /** Makes the engine one on which Bulkhead was before. */
  leaveTrace(): void;
  mostLoadsAtOnce(): number;
  loseWire(): void;
  wiresOpened(): number;
  wiresOpen(): number;
}

export function policyOf(...rules: Policy['rules']): Policy {
  return { ...EMPTY_POLICY, rules };
}

const idOf = (name: string): string => `id-${name}`;
const nameOf = (id: string): string => id.replace(/^id-/, '');

export function pair(from: string, to: string): string {
  return `${nameOf(from)}>${nameOf(to)}`;
}

/** Containers of these names, all running, on one bridge; one named `agent` in the host's network. */
export function createFakeDriver(names: readonly string[]): FakeDriver {
  let lastPid = 100;
  let running = new Map(names.map((name) => [name, (lastPid += 1)]));
  const topology = createSignal(topologyOf(names, running));
  const tables = new Map<string, string>();
  const failures = new Map<string, string>();
  const unreadable = new Map<string, string>();
  let loaded: string[] = [];
  let gate: Promise<void> = Promise.resolve();
  let loading = 0;
  let traced = false;
  let most = 0;
  let opened = 0;
  let current: { readonly wire: Wire; readonly end: (reason: string) => void } | null = null;

  const keyOf = (name: string): string => (name === 'host' ? 'host 0' : `${idOf(name)} ${running.get(name) ?? 0}`);
  const set = (next: Map<string, number>): void => {
    running = next;
    topology.set(topologyOf(names, running));
  };
  const stop = (name: string): void => {
    tables.delete(keyOf(name));
    set(new Map([...running].filter(([other]) => other !== name)));
  };
  const start = (name: string): void => set(new Map([...running, [name, (lastPid += 1)]]));
  const alive = ({ place, pid }: Place): boolean => place === 'host' || running.get(nameOf(place)) === pid;

  const createWire = (): Wire => {
    let end: (reason: string) => void = () => undefined;
    const closed = new Promise<string>((resolve) => (end = resolve));
    const wire: Wire = {
      capabilities: {
        nftVersion: '1',
        kernel: '6',
        architecture: 'x86_64',
        bridgeConntrack: true,
        bridgeNetfilter: false,
        userlandProxy: false,
        ip6tables: null,
        ipvs: false,
        hostAddresses: [],
      },
      machine: () => Promise.resolve(wire.capabilities),
      filters: () => Promise.resolve({ firewalls: new Map(), outside: [], bridged4: false, bridged6: false }),
      watchFilters: () => Promise.resolve(),
      load: async (wanted, places, remove) => {
        loading += 1;
        most = Math.max(most, loading);
        await gate;
        loading -= 1;
        const results = wanted.map(({ place, script }) => {
          const where = places.find((candidate) => candidate.place === place);
          const name = nameOf(place);
          const error = !where || !alive(where) ? 'gone' : (failures.get(name) ?? null);
          if (error === null) {
            tables.set(keyOf(name), script);
            loaded.push(name);
          }
          return { place, error };
        });
        for (const { place } of remove) tables.delete(keyOf(nameOf(place)));
        return [...results, ...remove.map(({ place }) => ({ place, error: null }))];
      },
      read: (places) =>
        Promise.resolve(
          places.flatMap(({ place, pid }): PlacedTable[] => {
            const error = unreadable.get(nameOf(place));
            if (error !== undefined) return [{ place, fingerprint: '', error }];
            const script = tables.get(`${place} ${pid}`);
            return script === undefined ? [] : [{ place, fingerprint: fingerprintOf(script) }];
          }),
        ),
      listening: () => Promise.resolve([]),
      probe: () => Promise.resolve(),
      closed,
      close: () => {
        if (current?.wire === wire) current = null;
        end('closed');
        return Promise.resolve();
      },
    };
    current = { wire, end };
    opened += 1;
    return wire;
  };

  return {
    kind: 'demo',
    address: 'fake',
    topology: () => topology.get(),
    onTopology: (listener) => topology.subscribe(listener),
    health: () => ({ phase: 'connected' }),
    onHealth: () => () => undefined,
    refresh: () => Promise.resolve(topology.get()),
    get manage(): never {
      throw new Error('not in this fake');
    },
    openWire: () => Promise.resolve(current?.wire ?? createWire()),
    clear: () => Promise.resolve(),
    hasTrace: () => Promise.resolve(traced),
    close: () => Promise.resolve(),
    stop,
    start,
    restart: (name) => {
      stop(name);
      start(name);
    },
    addressOf: (name) => addressOf(running.get(name) ?? 0),
    putOnWire: (name, script) => void tables.set(keyOf(name), script),
    flush: (name) => void tables.delete(keyOf(name)),
    scriptOn: (name) => tables.get(keyOf(name)),
    placesOnWire: () => [...tables.keys()].map((key) => nameOf(key.split(' ')[0] ?? '')).sort(),
    loads: () => [...loaded].sort(),
    forgetLoads: () => void (loaded = []),
    holdLoads: () => {
      let open: () => void = () => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return () => open();
    },
    failLoads: (name, error) => void (error === null ? failures.delete(name) : failures.set(name, error)),
    failReads: (name, error) => void (error === null ? unreadable.delete(name) : unreadable.set(name, error)),
    leaveTrace: () => void (traced = true),
    mostLoadsAtOnce: () => most,
    loseWire: () => {
      const lost = current;
      current = null;
      lost?.end('lost');
    },
    wiresOpened: () => opened,
    wiresOpen: () => (current ? 1 : 0),
  };
}

/** A new start gets a new address, as on a busy engine. */
function addressOf(pid: number): string {
  return `172.18.0.${pid - 90}`;
}

function topologyOf(names: readonly string[], running: ReadonlyMap<string, number>): Topology {
  const containers = names.map((name): ContainerEndpoint => {
    const pid = running.get(name) ?? 0;
    return {
      kind: 'container',
      id: idOf(name),
      name,
      image: 'image',
      state: pid > 0 ? 'running' : 'exited',
      project: '',
      service: '',
      networkMode: { kind: name === 'agent' ? 'host' : 'own' },
      attachments: [{ networkId: 'net', ipv4: pid > 0 ? addressOf(pid) : null, ipv6: null, mac: null, aliases: [] }],
      publishedPorts:
        name === 'db' && pid > 0 ? [{ protocol: 'tcp', port: 80, address: '0.0.0.0', hostPort: 8080 }] : [],
      exposedPorts: [],
      links: [],
      mounts: [],
      privileged: false,
      capAdd: [],
      pidMode: '',
      ipcMode: '',
      labels: {},
      pid,
      startedAt: pid,
    };
  });
  return {
    engine: {
      name: 'fake',
      version: '1',
      apiVersion: '1.51',
      kind: 'demo',
      operatingSystem: '',
      firewallBackend: '',
      swarm: false,
      rootless: false,
      bridgeNetfilter: false,
      userlandProxy: true,
      hostAddresses: [],
    },
    endpoints: [...containers, ...ZONES],
    networks: [
      {
        id: 'net',
        name: 'net',
        driver: 'bridge',
        scope: 'local',
        internal: false,
        ipv6: false,
        ingress: false,
        attachable: false,
        subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }],
        options: {},
        labels: {},
        project: '',
      },
    ],
  };
}
