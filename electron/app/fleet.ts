/** All engines that are known, each asked by itself for as long as somebody looks: one that fails says so and keeps no other. */
import { homedir } from 'node:os';
import type { EngineCard } from '../../shared/contract/engines.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { connect, knownEngines, parseAddress, type DockerApi, type KnownEngine } from '../engine/connection/index.ts';
import { numberOf, objectOf, textOf } from '../engine/inventory/json.ts';
import { createDaemonMeter } from '../engine/machine/daemon.ts';
import { pause } from '../lib/backoff.ts';
import type { EngineList } from '../store/engine-list.ts';

export interface Fleet {
  /** Calls back now and after each change (coalesced); returns the way to stop. */
  onCards(listener: (cards: EngineCard[]) => void): () => void;
  /** @throws BulkheadError `BAD_INPUT`, `STORAGE` */
  add(address: string): Promise<void>;
  forget(address: string): Promise<void>;
}

export interface FleetOptions {
  readonly list: EngineList;
  /** For tests. */
  readonly known?: (added: readonly string[]) => Promise<readonly KnownEngine[]>;
  readonly pollMs?: number;
}

/** An engine is asked how it is so often, and one that does not answer tried again (ms). */
const POLL_MS = 2000;
const RETRY_MS = 8000;
/** Contexts and sockets are looked for again (ms). */
const LOOK_MS = 10_000;
const PATIENCE_MS = 8000;
const TELL_MS = 60;

/** What is not known yet. */
const UNASKED = {
  state: 'asking',
  error: null,
  ms: null,
  name: '',
  version: '',
  operatingSystem: '',
  containers: null,
  daemon: null,
} as const;

export function createFleet({ list, known = findKnown, pollMs = POLL_MS }: FleetOptions): Fleet {
  const listeners = new Set<(cards: EngineCard[]) => void>();
  const watchers = new Map<string, { readonly stop: () => void; card: EngineCard }>();
  let order: readonly string[] = [];
  let life: AbortController | null = null;
  let telling: NodeJS.Timeout | undefined;

  const cards = (): EngineCard[] => order.flatMap((address) => watchers.get(address)?.card ?? []);
  const tell = (): void => {
    telling ??= setTimeout(() => {
      telling = undefined;
      const now = cards();
      for (const listener of [...listeners]) listener(now);
    }, TELL_MS);
  };

  const look = async (): Promise<void> => {
    const engines = await known(await list.read());
    if (!life || life.signal.aborted) return;
    order = engines.map(({ address }) => address);
    for (const [address, { stop }] of watchers) {
      if (order.includes(address)) continue;
      stop();
      watchers.delete(address);
    }
    for (const { address, source, contexts, added } of engines) {
      const told = { address, source, contexts: [...contexts], added };
      const watcher = watchers.get(address);
      if (watcher) watcher.card = { ...watcher.card, ...told };
      else {
        const stop = watch(address, pollMs, (news) => {
          const found = watchers.get(address);
          if (found) found.card = { ...found.card, ...news };
          tell();
        });
        watchers.set(address, { stop, card: { ...told, ...UNASKED } });
      }
    }
    tell();
  };
  const begin = async ({ signal }: AbortController): Promise<void> => {
    while (!signal.aborted) {
      await look();
      await pause(LOOK_MS, signal);
    }
  };
  const end = (): void => {
    life?.abort();
    life = null;
    clearTimeout(telling);
    telling = undefined;
    for (const { stop } of watchers.values()) stop();
    watchers.clear();
    order = [];
  };

  return {
    onCards: (listener) => {
      listeners.add(listener);
      if (life) tell();
      else {
        life = new AbortController();
        void begin(life);
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) end();
      };
    },
    add: async (text) => {
      const address = text.trim();
      const { kind } = parseAddress(address);
      if (kind === 'demo') {
        throw new BulkheadError({ code: 'BAD_INPUT', message: 'The demo engine is listed already.', hint: '' });
      }
      await list.change((addresses) => [...addresses.filter((one) => one !== address), address]);
      await look();
    },
    forget: async (address) => {
      const kept = async (one: string): Promise<boolean> => {
        const [engine] = (await known([one])).filter(({ added }) => added);
        return engine?.address !== address && one !== address;
      };
      const addresses = await list.read();
      const keeps = new Set<string>();
      for (const one of addresses) if (await kept(one)) keeps.add(one);
      await list.change((present) => present.filter((one) => keeps.has(one) || !addresses.includes(one)));
      await look();
    },
  };
}

function findKnown(added: readonly string[]): Promise<readonly KnownEngine[]> {
  return knownEngines({ env: process.env, homedir: homedir(), platform: process.platform }, added);
}

type News = Partial<Omit<EngineCard, 'address' | 'source' | 'contexts' | 'added'>>;

/** Keeps one connection and asks by it; returns the way to stop. */
function watch(address: string, pollMs: number, onNews: (news: News) => void): () => void {
  const life = new AbortController();
  const { signal } = life;
  if (address === 'demo') {
    queueMicrotask(() => onNews({ state: 'reachable', name: 'demo' }));
    return () => undefined;
  }
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      let api: DockerApi | null = null;
      try {
        api = await connect(address, { signal, timeoutMs: PATIENCE_MS });
        const meter = createDaemonMeter(api.address);
        for (;;) {
          const startedAt = performance.now();
          const info = objectOf(await api.request('/info', { signal, timeoutMs: PATIENCE_MS }));
          const ms = Math.round(performance.now() - startedAt);
          if (isOver(signal)) break;
          onNews({
            state: 'reachable',
            error: null,
            ms,
            name: textOf(info['Name']),
            version: api.server.version,
            operatingSystem: textOf(info['OperatingSystem']),
            containers: { running: numberOf(info['ContainersRunning']), all: numberOf(info['Containers']) },
            daemon: await meter(),
          });
          await pause(pollMs, signal);
          if (isOver(signal)) break;
        }
      } catch (thrown) {
        if (isOver(signal)) return;
        // Its last figures would look like the present ones.
        onNews({ state: 'unreachable', error: toErrorShape(thrown), ms: null, containers: null, daemon: null });
      } finally {
        api?.close();
      }
      await pause(RETRY_MS, signal);
    }
  };
  void run();
  return () => life.abort();
}

/** Read anew each time: it changes while one waits. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
