/**
 * Turns many small notes into few batches.
 *
 * The first note after a quiet time is worked on at once, since whoever waits for it wants it now; notes that come
 * while a batch runs, or within `gapMs` after it, are worked on together.  Batches never overlap.
 */
export interface Coalescer<Note> {
  add(note: Note): void;
  /** Drops what waits and runs nothing more; a batch that is running ends by itself. */
  close(): void;
}

export interface CoalesceOptions<Note> {
  readonly gapMs: number;
  /** Works on one batch; a rejection goes to `onError` and the next batch runs all the same. */
  readonly run: (notes: readonly Note[]) => Promise<void>;
  readonly onError: (thrown: unknown) => void;
}

export function coalesce<Note>({ gapMs, run, onError }: CoalesceOptions<Note>): Coalescer<Note> {
  let waiting: Note[] = [];
  let state: 'quiet' | 'busy' | 'closed' = 'quiet';
  let timer: NodeJS.Timeout | undefined;

  const work = async (): Promise<void> => {
    state = 'busy';
    const notes = waiting;
    waiting = [];
    try {
      await run(notes);
    } catch (thrown) {
      if (!isClosed()) onError(thrown);
    }
    if (isClosed()) return;
    timer = setTimeout(() => {
      if (waiting.length > 0) void work();
      else state = 'quiet';
    }, gapMs);
  };
  // Behind a function, because the compiler does not see that `close` may have run during an `await`.
  const isClosed = (): boolean => state === 'closed';

  return {
    add: (note) => {
      if (isClosed()) return;
      waiting.push(note);
      if (state === 'quiet') void work();
    },
    close: () => {
      state = 'closed';
      waiting = [];
      clearTimeout(timer);
    },
  };
}
