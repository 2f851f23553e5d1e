/**
 * The policy of one engine as it is now: the file's content, followed when another Bulkhead (the command line
 * beside the app) or an editor changes it.
 */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import type { PolicyStore } from '../store/policy-store.ts';

export interface LivePolicy {
  readonly policy: ReadableSignal<Policy>;
  /** Why the file could not be read at its last change; the policy before that stays in force meanwhile. */
  readonly fault: ReadableSignal<ErrorShape | null>;
  save(policy: Policy): Promise<void>;
  close(): void;
}

/**
 * @param engineKey names the engine; one file each.
 * @param follow whether to watch the file (an app does, a single command does not).
 * @throws BulkheadError `POLICY_FILE` when the file exists and cannot be understood, `STORAGE` when it cannot be read.
 */
export async function openLivePolicy(store: PolicyStore, engineKey: string, follow: boolean): Promise<LivePolicy> {
  const policy = createSignal(await store.read(engineKey));
  const fault = createSignal<ErrorShape | null>(null);
  const reread = async (): Promise<void> => {
    try {
      const next = await store.read(engineKey);
      fault.set(null);
      if (!isDeepStrictEqual(next, policy.get())) policy.set(next);
    } catch (thrown) {
      fault.set(toErrorShape(thrown));
    }
  };
  const watcher = follow ? await watchFile(store.path(engineKey), () => void reread()) : null;
  return {
    policy,
    fault,
    save: async (next) => {
      await store.write(engineKey, next);
      fault.set(null);
      policy.set(next);
    },
    close: () => watcher?.close(),
  };
}

/** Watches the folder, since an atomic write replaces the file itself. */
async function watchFile(path: string, changed: () => void): Promise<FSWatcher> {
  await mkdir(dirname(path), { recursive: true });
  const name = basename(path);
  const watcher = watch(dirname(path), { persistent: false }, (_event, file) => {
    if (file === null || file === name) changed();
  });
  // A removed folder or exhausted watches must not end the app: the policy then follows its own writes only.
  watcher.on('error', () => watcher.close());
  return watcher;
}
