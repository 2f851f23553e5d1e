/** The pause of one engine's guard as it is now: what is remembered, followed when another Bulkhead changes it, and its end. */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Pause } from '../../shared/contract/schemas.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import type { PauseStore } from '../store/pause-store.ts';

export interface LivePause {
  /** Null: the guard does its work.  Never one that is over. */
  readonly pause: ReadableSignal<Pause | null>;
  /** @throws BulkheadError `STORAGE`; nothing is changed then. */
  set(pause: Pause | null): Promise<void>;
  close(): void;
}

export interface LivePauseOptions {
  readonly store: PauseStore;
  readonly engineKey: string;
  /** Whether to watch the file and the clock (an app does, a single command does not). */
  readonly follow: boolean;
  /** Told when a pause came to its end here, also one that had when this began; `pause` says so already. */
  readonly onOver: () => void;
  /** Milliseconds since 1970; for tests. */
  readonly now?: () => number;
  /** How often the clock is looked at (ms); for tests. */
  readonly lookEveryMs?: number;
}

/** Timers stand still while a machine sleeps, and clocks are set: the time itself is looked at. */
const LOOK_EVERY_MS = 5_000;
const SETTLE_MS = 100;
/** Clocks of machines are put right by a little now and then. */
const CLOCK_SLACK_MS = 60_000;

/** A clock that stands before the beginning was set back: nobody knows how long the pause would last. */
export function isOver({ since, until }: Pause, now: number): boolean {
  return (until !== null && now >= until) || now < since - CLOCK_SLACK_MS;
}

/** @throws BulkheadError `STORAGE` when the file is there and cannot be read. */
export async function openLivePause(options: LivePauseOptions): Promise<LivePause> {
  const { store, engineKey, follow, onOver, now = Date.now, lookEveryMs = LOOK_EVERY_MS } = options;
  const pause = createSignal<Pause | null>(null);
  let closed = false;
  let settling: NodeJS.Timeout | undefined;
  let alarm: NodeJS.Timeout | undefined;
  let chain: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = chain.then(work);
    chain = turn.catch(() => undefined);
    return turn;
  };

  const end = async (over: Pause): Promise<void> => {
    // First: whatever becomes of the file, its time has passed.
    pause.set(null);
    // A command that comes by leaves the rest to an app, which writes down that it resumed.
    if (follow && !closed && (await store.end(engineKey, over))) onOver();
  };
  const take = async (next: Pause | null): Promise<void> => {
    if (next && isOver(next, now())) return end(next);
    if (!closed && !isDeepStrictEqual(next, pause.get())) pause.set(next);
    arm();
  };
  const look = (): void => {
    const present = pause.get();
    if (present && isOver(present, now())) void inTurn(() => end(present)).catch(() => undefined);
    else arm();
  };
  const arm = (): void => {
    clearTimeout(alarm);
    const present = pause.get();
    if (!follow || closed || !present) return;
    const left = present.until === null ? lookEveryMs : present.until - now();
    alarm = setTimeout(look, Math.max(0, Math.min(left, lookEveryMs)));
    alarm.unref();
  };

  const changed = (): void => {
    clearTimeout(settling);
    if (closed) return;
    settling = setTimeout(() => {
      // What cannot be read now stays as it was known; its end comes all the same.
      void inTurn(async () => take(await store.read(engineKey))).catch(() => undefined);
    }, SETTLE_MS);
    settling.unref();
  };
  const watcher = follow ? await watchFile(store.path(engineKey), changed) : null;
  try {
    await inTurn(async () => take(await store.read(engineKey)));
  } catch (thrown) {
    watcher?.close();
    throw thrown;
  }
  return {
    pause,
    set: (next) =>
      inTurn(async () => {
        await store.write(engineKey, next);
        await take(next);
      }),
    close: () => {
      closed = true;
      clearTimeout(settling);
      clearTimeout(alarm);
      watcher?.close();
    },
  };
}

async function watchFile(file: string, changed: () => void): Promise<FSWatcher | null> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const name = basename(file);
    const watcher = watch(dirname(file), { persistent: false }, (_event, seen) => {
      if (seen === null || seen === name) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // Without a watch this Bulkhead's own changes and the clock are followed all the same.
    return null;
  }
}
