/** The demo's wire: holds the tables it is given and lets `physics` decide what passes. */
import type { PlacedTable, ProbeOutcome, Wire } from '../driver.ts';
import { countedIn } from './chatter.ts';
import { fingerprintOf } from '../fingerprint.ts';
import { parseTable } from './nft.ts';
import { whoAnswers, type Stack } from './physics.ts';
import type { DemoWorld } from './world.ts';

export interface DemoWire extends Wire {
  /** A stopped container's namespace takes its table with it, as on a real machine. */
  forgetEndedNamespaces(): void;
}

/** Tables by `place`, each with the process whose namespace it was loaded into.  They outlive a wire, as on a real kernel. */
export type DemoTables = Map<string, { readonly pid: number; readonly script: string; readonly loadedAt: number }>;

/** @param now gives the time in milliseconds since 1970. */
export function createDemoWire(world: DemoWorld, tables: DemoTables, now: () => number, onClose: () => void): DemoWire {
  let end: (why: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => (end = resolve));
  const stackOf = (place: string): Stack => {
    if (place === 'host') return 'host';
    const container = world.find(place);
    return container.described.networkMode === 'host' ? 'host' : container;
  };
  const fault = (place: string): string | null =>
    place === 'host' || world.find(place).pid !== 0 ? null : 'The container has ended.';

  const machine = { bridgeNetfilter: false, userlandProxy: true, ip6tables: null, hostAddresses: [world.hostAddress] };
  return {
    capabilities: {
      nftVersion: 'simulated',
      kernel: 'simulated',
      architecture: process.arch,
      bridgeConntrack: true,
      elementCounters: true,
      ...machine,
    },
    machine: () => Promise.resolve(machine),
    filters: () => Promise.resolve({ firewalls: new Map(), outside: [], bridged4: false, bridged6: false }),
    watchFilters: () => Promise.resolve(),
    load: (wanted, places, remove) => {
      for (const { place } of remove) tables.delete(place);
      return Promise.resolve(
        wanted.map(({ place, script }) => {
          const error = attempt(() => {
            const ended = fault(place);
            if (ended !== null) throw new Error(ended);
            parseTable(script);
          });
          const pid = places.find((one) => one.place === place)?.pid ?? 0;
          const before = countedIn(world, tables, place, now());
          if (error === null) tables.set(place, { pid, script, loadedAt: now() });
          return { place, error, ...(before ? { before } : {}) };
        }),
      );
    },
    read: (places) =>
      Promise.resolve(
        places.flatMap(({ place }): PlacedTable[] => {
          const table = tables.get(place);
          return table ? [{ place, fingerprint: fingerprintOf(table.script) }] : [];
        }),
      ),
    counters: (places) => Promise.resolve(places.flatMap(({ place }) => countedIn(world, tables, place, now()) ?? [])),
    listening: ({ place }) => Promise.resolve(place === 'host' ? [] : [...world.find(place).described.listens]),
    probe: (requests, onOutcome, signal) => {
      const scripts = new Map([...tables].map(([place, { script }]) => [place, script]));
      requests.forEach(({ from, to, address, port, listenPort, protocol = 'tcp' }, index) => {
        signal?.throwIfAborted();
        const outcome = ((): ProbeOutcome => {
          try {
            // Port 0: any port of the target; in the direct way every port goes the same way.
            const tried = port === 0 ? listenPort || 1 : port;
            const reached = whoAnswers({ world, tables: scripts }, stackOf(from.place), address, tried, protocol);
            const open = reached !== null && reached === stackOf(to.place);
            return { measured: open ? 'open' : 'blocked', ms: open ? 0.4 : 1000, detail: '' };
          } catch (thrown) {
            return { measured: 'error', ms: 0, detail: thrown instanceof Error ? thrown.message : String(thrown) };
          }
        })();
        onOutcome(index, outcome);
      });
      return Promise.resolve();
    },
    closed,
    close: () => {
      end('closed');
      onClose();
      return Promise.resolve();
    },
    forgetEndedNamespaces: () => {
      for (const [place, { pid }] of tables) {
        if (place !== 'host' && world.containers.get(place)?.pid !== pid) tables.delete(place);
      }
    },
  };
}

function attempt(act: () => void): string | null {
  try {
    act();
    return null;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
