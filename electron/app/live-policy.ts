/**
 * The policy of one engine as it is now: the file's content, followed when another Bulkhead (the command line
 * beside the app) or an editor changes it.
 */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, realpath } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { isEmptyPolicy, type Policy } from '../../shared/policy/model.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import type { BeforeWrite, PolicyStore } from '../store/policy-store.ts';

export interface LivePolicy {
  readonly policy: ReadableSignal<Policy>;
  /** Why the file could not be read at its last change; the policy before that stays in force meanwhile. */
  readonly fault: ReadableSignal<ErrorShape | null>;
  /**
   * Changes the policy as it is in the file at that moment; nobody else's change is lost.  `edit` only computes.
   *
   * @param text what the file is to say word for word, whose policy `edit` gives.
   * @throws BulkheadError as `PolicyStore.update`, and what `edit` throws; nothing is changed then.
   */
  update(edit: (policy: Policy) => Policy, beforeWrite?: BeforeWrite, text?: string): Promise<Policy>;
  close(): void;
}

/** An editor's save is several events: they are answered together, when they are over. */
const SETTLE_MS = 150;
/** How long an empty or missing file must stay so before it is believed to lift every rule. */
const SECOND_LOOK_MS = 300;

/**
 * @param engineKey names the engine; one file each.
 * @param follow whether to watch the file (an app does, a single command does not).
 * @param onFound told when the file was found changed, after the policy is: by hand, or by another Bulkhead.
 * @throws BulkheadError `POLICY_FILE` when the file exists and cannot be understood, `STORAGE` when it cannot be read.
 */
export async function openLivePolicy(
  store: PolicyStore,
  engineKey: string,
  follow: boolean,
  onFound?: (before: Policy, after: Policy) => void,
): Promise<LivePolicy> {
  const policy = createSignal(await store.read(engineKey));
  const fault = createSignal<ErrorShape | null>(null);
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  // Readings and changes follow each other: none may put back what a later one has changed.
  let chain: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = chain.then(work);
    chain = turn.catch(() => undefined);
    return turn;
  };

  const take = (next: Policy): void => {
    fault.set(null);
    if (!isDeepStrictEqual(next, policy.get())) policy.set(next);
  };
  const takeFound = (next: Policy): void => {
    const before = policy.get();
    take(next);
    if (policy.get() !== before) onFound?.(before, next);
  };
  const reread = async (): Promise<void> => {
    try {
      const next = await store.read(engineKey);
      const liftsAll = isEmptyPolicy(next) && !isEmptyPolicy(policy.get());
      if (liftsAll) {
        // Many editors empty or remove a file before they write it again.
        await pause(SECOND_LOOK_MS);
        takeFound(await store.read(engineKey));
      } else takeFound(next);
    } catch (thrown) {
      fault.set(toErrorShape(thrown));
    }
  };
  const changed = (): void => {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void inTurn(reread), SETTLE_MS);
    timer.unref();
  };
  const watchers = follow ? await watchFile(store.path(engineKey), changed) : [];
  return {
    policy,
    fault,
    update: (edit, beforeWrite, text) =>
      inTurn(async () => {
        const next = await store.update(engineKey, edit, beforeWrite, text);
        take(next);
        return next;
      }),
    close: () => {
      closed = true;
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Watches folders, since an atomic write replaces the file itself: the file's own, and where a link leads. */
async function watchFile(path: string, changed: () => void): Promise<FSWatcher[]> {
  await mkdir(dirname(path), { recursive: true });
  const real = await realpath(path).catch(() => path);
  return [...new Set([path, real])].map((file) => {
    const name = basename(file);
    const watcher = watch(dirname(file), { persistent: false }, (_event, seen) => {
      if (seen === null || seen === name) changed();
    });
    // A removed folder or exhausted watches must not end the app: the policy then follows its own writes only.
    watcher.on('error', () => watcher.close());
    return watcher;
  });
}
