/**
 * Streams for the contract: from callbacks to an async iterator that stops its source as soon as the reader leaves.
 *
 * Not an async generator, because `return()` of one that waits for its next value takes effect only after that value.
 */
import type { Unsubscribe } from '../app/core.ts';
import { asContractError } from './contract.ts';

/** Where a source puts what it makes. */
export interface Sink<T> {
  readonly push: (value: T) => void;
  /** No more values; with an error, the reader gets it after the values that wait. */
  readonly end: (error?: unknown) => void;
}

export interface StreamOptions<T> {
  /** Aborts when the reader leaves, whether or not it ever asked for a value. */
  readonly signal: AbortSignal | undefined;
  /** Begins at once; returns the way to stop, which is called exactly once. */
  readonly start: (sink: Sink<T>) => Unsubscribe;
  /** Waiting values with the same key are superseded by the newest; null: every one counts. */
  readonly keyOf: (value: T) => string | null;
}

/** A reader so far behind that this many values wait for it has to ask again. */
const MOST_WAITING = 50_000;

export function stream<T>({ signal, start, keyOf }: StreamOptions<T>): AsyncIteratorObject<T, undefined, void> {
  /** In the order in which they go out. */
  const waiting = new Map<string | number, T>();
  let reader: { resolve: (result: IteratorResult<T, undefined>) => void; reject: (thrown: unknown) => void } | null =
    null;
  let sequence = 0;
  let state: 'running' | 'ended' | 'left' = 'running';
  let failure: { readonly thrown: unknown } | null = null;
  let stop: Unsubscribe | null = null;

  const finish = (how: 'ended' | 'left'): void => {
    if (state === 'running') {
      signal?.removeEventListener('abort', leave);
      stop?.();
    }
    state = how;
  };
  const leave = (): void => {
    finish('left');
    waiting.clear();
    failure = null;
    reader?.resolve({ done: true, value: undefined });
    reader = null;
  };
  const end = (error?: unknown): void => {
    if (state !== 'running') return;
    if (error !== undefined) failure = { thrown: error };
    finish('ended');
    if (!reader) return;
    if (failure) reader.reject(failure.thrown);
    else reader.resolve({ done: true, value: undefined });
    failure = null;
    reader = null;
  };
  const push = (value: T): void => {
    if (state !== 'running') return;
    if (reader) {
      reader.resolve({ done: false, value });
      reader = null;
      return;
    }
    const key = keyOf(value) ?? (sequence += 1);
    // Removed first, so that the newest takes its place at the end of the order.
    waiting.delete(key);
    waiting.set(key, value);
    if (waiting.size > MOST_WAITING)
      end(asContractError(new Error('The reader of this stream did not keep up with it.')));
  };

  if (signal?.aborted) {
    state = 'left';
  } else {
    signal?.addEventListener('abort', leave, { once: true });
    const stopSource = start({ push, end });
    // A source may have ended while it was starting.
    if (isRunning()) stop = stopSource;
    else stopSource();
  }
  function isRunning(): boolean {
    return state === 'running';
  }

  return {
    next: () => {
      const first = waiting.entries().next();
      if (!first.done) {
        const [key, value] = first.value;
        waiting.delete(key);
        return Promise.resolve({ done: false, value });
      }
      if (failure) {
        const { thrown } = failure;
        failure = null;
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- passed on as it came
        return Promise.reject(thrown);
      }
      if (state !== 'running') return Promise.resolve({ done: true, value: undefined });
      return new Promise((resolve, reject) => (reader = { resolve, reject }));
    },
    return: () => {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw: (thrown) => {
      leave();
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- passed on as it came
      return Promise.reject(thrown);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** The value now (unless null), then the newest after each change: a slow reader skips what was superseded. */
export function latest<T>(
  signal: AbortSignal | undefined,
  now: () => T | null,
  subscribe: (listener: (value: T) => void) => Unsubscribe,
): AsyncIteratorObject<T, undefined, void> {
  return stream<T>({
    signal,
    keyOf: () => '',
    start: ({ push }) => {
      const unsubscribe = subscribe(push);
      const value = now();
      if (value !== null) push(value);
      return unsubscribe;
    },
  });
}

/** Everything a long call tells while it runs, in order; of progress only the newest.  Leaving cancels the call. */
export function running<T extends { readonly kind: string }>(
  signal: AbortSignal | undefined,
  call: (running: { readonly signal: AbortSignal; readonly onEvent: (event: T) => void }) => Promise<void>,
): AsyncIteratorObject<T, undefined, void> {
  return stream<T>({
    signal,
    keyOf: ({ kind }) => (kind === 'progress' ? kind : null),
    start: ({ push, end }) => {
      const controller = new AbortController();
      call({ signal: controller.signal, onEvent: push }).then(
        () => end(),
        (thrown: unknown) => end(asContractError(thrown)),
      );
      return () => controller.abort();
    },
  });
}

/** Everything that comes within `gapMs`, together: for what comes from many sources, none of which may be lost. */
export function batched<T>(
  signal: AbortSignal | undefined,
  gapMs: number,
  start: (push: (value: T) => void) => Unsubscribe,
): AsyncIteratorObject<T[], undefined, void> {
  return stream<T[]>({
    signal,
    keyOf: () => null,
    start: ({ push }) => {
      let waiting: T[] = [];
      let timer: NodeJS.Timeout | undefined;
      const stop = start((value) => {
        waiting.push(value);
        timer ??= setTimeout(() => {
          timer = undefined;
          push(waiting);
          waiting = [];
        }, gapMs);
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  });
}

/** What a generator makes, at the reader's pace; it must heed its signal, which aborts as soon as the reader leaves. */
export function pulled<T>(
  signal: AbortSignal | undefined,
  make: (stopped: AbortSignal) => AsyncGenerator<T, void, void>,
): AsyncIteratorObject<T, undefined, void> {
  const leaving = new AbortController();
  const source = make(leaving.signal);
  const leave = (): void => {
    leaving.abort();
    // Not awaited: it takes effect after the value that the generator waits for, if that ever comes.
    source.return().catch(() => undefined);
  };
  if (signal?.aborted) leave();
  signal?.addEventListener('abort', leave, { once: true });
  return {
    next: async () => {
      try {
        const next = await source.next();
        if (!next.done) return next;
      } catch (thrown) {
        if (!leaving.signal.aborted) throw asContractError(thrown);
      }
      signal?.removeEventListener('abort', leave);
      return { done: true, value: undefined };
    },
    return: () => {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    throw: (thrown) => {
      leave();
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- passed on as it came
      return Promise.reject(thrown);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
