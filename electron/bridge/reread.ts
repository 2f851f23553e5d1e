/** A stream of what can only be read whole: now, and again after each change. */
import type { Unsubscribe } from '../app/core.ts';
import { asContractError } from './contract.ts';
import { stream } from './stream.ts';

export interface RereadOptions<T> {
  readonly read: (signal: AbortSignal) => Promise<T>;
  /** Calls back when what is read may have changed. */
  readonly onChange: (listener: () => void) => Unsubscribe;
  /** Changes within this time (ms) are answered together. */
  readonly gapMs?: number;
}

const GAP_MS = 150;

/** One reading at a time; what fails ends the stream with its error, and the page asks again. */
export function reread<T>(
  signal: AbortSignal | undefined,
  { read, onChange, gapMs = GAP_MS }: RereadOptions<T>,
): AsyncIteratorObject<T, undefined, void> {
  return stream<T>({
    signal,
    keyOf: () => '',
    start: ({ push, end }) => {
      const life = new AbortController();
      let timer: NodeJS.Timeout | undefined;
      let isReading = false;
      let isStale = false;
      const look = async (): Promise<void> => {
        timer = undefined;
        isReading = true;
        isStale = false;
        try {
          const value = await read(life.signal);
          if (!life.signal.aborted) push(value);
        } catch (thrown) {
          if (!life.signal.aborted) end(asContractError(thrown));
        }
        isReading = false;
        if (isStale) schedule();
      };
      const schedule = (): void => {
        if (life.signal.aborted) return;
        if (isReading) isStale = true;
        else timer ??= setTimeout(() => void look(), gapMs);
      };
      // Followed first: a change while it is read for the first time must not be missed.
      const stop = onChange(schedule);
      void look();
      return () => {
        life.abort();
        clearTimeout(timer);
        stop();
      };
    },
  });
}
