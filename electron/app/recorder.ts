/** Writes down in the journal what a session changes of the policy, and how that ended. */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type {
  Actor,
  JournalEntry,
  Outcome,
  RecordedChange,
  RecordedResult,
  UndoStep,
} from '../../shared/contract/journal.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { differenceOf, standing, type Difference } from '../../shared/policy/index.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { createSignal } from '../lib/signal.ts';
import type { BeforeWrite, PolicyStore } from '../store/policy-store.ts';
import { storageError } from '../store/storage-error.ts';

export interface RecorderOptions {
  readonly store: PolicyStore;
  readonly engineKey: string;
  readonly who: Actor;
  /** Tell of changes that others write, too. */
  readonly follow: boolean;
  /** As `Journal.judge` takes it. */
  readonly putBack?: ((entry: JournalEntry) => Promise<boolean | null>) | undefined;
}

/** One change from its first word to its last. */
export interface Recording {
  /** To be handed to the store: nothing is changed that could not be written down first. */
  readonly beforeWrite: BeforeWrite;
  /**
   * Writes how it ended, where it was begun at all.
   *
   * @throws BulkheadError `STORAGE`: the change is what it is, and the journal does not say so yet.
   */
  done(result: RecordedResult | null): Promise<void>;
  /**
   * The same for a failure; never rejects, since there is one to be told already.
   *
   * @param applied whether the change is made; absent: that is looked up in the file.
   */
  failed(
    thrown: unknown,
    how: { readonly state: 'failed' | 'interrupted'; readonly applied?: boolean | null },
  ): Promise<void>;
}

/** As `Recording`, of steps each of which is written down when it is done. */
export interface BesideRecording extends Omit<Recording, 'beforeWrite'> {
  step(back: UndoStep | null): Promise<void>;
  /** The engine is gone half way: it is put back, and ended, when it answers again (`settle`) or at the next start. */
  leave(): void;
}

export interface Recorder {
  list(): Promise<readonly JournalEntry[]>;
  /**
   * @param change asked when the change is about to be made.
   * @param by who asked for it, where that is not whose recorder it is.
   */
  record(change: () => RecordedChange, by?: Actor): Recording;
  /** A change beside the policy, which stays as it is; rejects where that cannot be written down. */
  recordBeside(change: RecordedChange, policy: Policy, by?: Actor): Promise<BesideRecording>;
  /** A change that was found made in the file; `null` when another Bulkhead made it and writes it down. */
  recordFound(before: Policy, after: Policy): Promise<Recording | null>;
  /** Ends what was left half way when the engine was gone, where anything was. */
  settle(): Promise<void>;
  /** Called after the journal has changed. */
  onChange(listener: () => void): () => void;
  close(): void;
}

/** Two lines of one change are told together. */
const SETTLE_MS = 100;

/** Ends what a crash left open before it resolves, unless nothing can be written: then that waits for another time. */
export async function openRecorder({ store, engineKey, who, follow, putBack }: RecorderOptions): Promise<Recorder> {
  const { journal } = store;
  const revision = createSignal(0);
  const changed = (): void => revision.set(revision.get() + 1);
  /** Whether something is left that could not be ended. */
  let left = false;
  const judge = async (): Promise<void> => {
    try {
      await journal.judge(engineKey, () => store.read(engineKey), putBack);
      left = false;
    } catch (thrown) {
      if (!(thrown instanceof BulkheadError)) throw thrown;
      left = true;
    }
  };
  await judge();
  await store.tidy(engineKey);
  const folder = dirname(journal.path(engineKey));
  if (follow) {
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((thrown: unknown) => {
      throw storageError('written', folder, thrown);
    });
  }
  const stop = follow ? watchFile(journal.path(engineKey), changed) : () => undefined;

  let settling: Promise<void> = Promise.resolve();

  const end = async (id: string | null, outcome: Outcome): Promise<void> => {
    if (id === null) return;
    await journal.end(engineKey, id, outcome);
    changed();
  };

  const isApplied = async (made: Difference | null): Promise<boolean | null> => {
    if (!made) return false;
    const where = await store.read(engineKey).then(
      (policy) => standing(policy, made),
      () => 'neither' as const,
    );
    return where === 'neither' ? null : where === 'after';
  };

  const recording = (first: string | null, change: () => RecordedChange, by = who): Recording => {
    let id = first;
    let made: Difference | null = null;
    return {
      beforeWrite: async (before, after) => {
        id = await journal.begin(engineKey, { who: by, change: change(), before, after });
        made = differenceOf(before, after);
        changed();
      },
      done: async (result) => {
        try {
          await end(id, { state: 'done', applied: true, result, error: null });
        } catch (thrown) {
          throw inForceButNotWritten(thrown);
        }
      },
      failed: async (thrown, { state, applied }) => {
        const error = toErrorShape(thrown);
        const holds = applied === undefined ? await isApplied(made) : applied;
        await end(id, { state, applied: holds, result: null, error }).catch(() => undefined);
      },
    };
  };

  return {
    list: () => journal.list(engineKey),
    record: (change, by) => recording(null, change, by),
    recordBeside: async (change, policy, by = who) => {
      const entry = { who: by, change, before: policy, after: policy, beside: true } as const;
      const id = await journal.begin(engineKey, entry);
      changed();
      return {
        ...recording(id, () => change),
        step: async (back) => {
          if (id !== null) await journal.step(engineKey, id, back);
        },
        leave: () => {
          if (id !== null) journal.leave(id);
          left = true;
        },
      };
    },
    recordFound: async (before, after) => {
      const id = await journal.beginFound(engineKey, { before, after });
      changed();
      return id === null ? null : recording(id, () => ({ action: 'edit' }));
    },
    settle: () =>
      (settling = settling.then(async () => {
        if (!left) return;
        await judge();
        changed();
      })),
    onChange: (listener) => revision.subscribe(listener),
    close: () => {
      stop();
      revision.clear();
    },
  };
}

/** Other processes add to the file. */
function watchFile(file: string, changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const name = basename(file);
  let watcher: FSWatcher | null = null;
  try {
    watcher = watch(dirname(file), { persistent: false }, (_event, seen) => {
      if (seen !== null && seen !== name) return;
      clearTimeout(timer);
      timer = setTimeout(changed, SETTLE_MS);
      timer.unref();
    });
    watcher.on('error', () => watcher?.close());
  } catch {
    // Without a watch (no folder, no more watches) the history tells what this process does, and the rest when asked.
  }
  return () => {
    clearTimeout(timer);
    watcher?.close();
  };
}

function inForceButNotWritten(thrown: unknown): unknown {
  if (!(thrown instanceof BulkheadError)) return thrown;
  const { code, message, hint } = thrown;
  return new BulkheadError(
    { code, message: `The change is saved and in force, but its end is not in the journal: ${message}`, hint },
    { cause: thrown },
  );
}
