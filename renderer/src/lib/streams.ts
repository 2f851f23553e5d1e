/** Streams that outlive a lost carrier: open, read, and when it ends without being asked to, open again. */
import type { ErrorShape } from '../../../shared/errors.ts';
import { errorOf } from './errors.ts';

export interface FollowOptions<T> {
  readonly open: (signal: AbortSignal) => Promise<AsyncIterable<T>>;
  readonly onValue: (value: T) => void;
  /** The stream ended or could not be opened; it will be tried again. */
  readonly onDown: (error: ErrorShape) => void;
  /** Waits before the next try, in milliseconds; resolves early when aborted.  Injected by tests. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/**
 * Reads a stream until the returned function is called, reconnecting with doubling waits.
 *
 * A value resets the wait.  After the stop no callback is made, even when a value was already on its way.
 */
export function follow<T>({ open, onValue, onDown, wait = pause }: FollowOptions<T>): () => void {
  const controller = new AbortController();
  const { signal } = controller;

  const run = async (): Promise<void> => {
    let delay = FIRST_WAIT_MS;
    while (!signal.aborted) {
      let error: ErrorShape = { code: 'INTERNAL', message: 'The stream ended.', hint: '' };
      try {
        for await (const value of await open(signal)) {
          if (signal.aborted) return;
          onValue(value);
          delay = FIRST_WAIT_MS;
        }
      } catch (thrown) {
        error = errorOf(thrown);
      }
      if (signal.aborted) return;
      onDown(error);
      await wait(delay, signal);
      delay = Math.min(delay * 2, LONGEST_WAIT_MS);
    }
  };
  void run();
  return () => controller.abort();
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
