/**
 * Everything of Bulkhead's away from every engine it ever changed: what an uninstaller asks for, and `bulkhead clear --all`.
 *
 * Asked are the engines that the journal marked, and those of this machine, where a helper of a lost configuration may stand.  Engines
 * elsewhere that nothing was ever changed of are not even called.
 */
import { toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { isEmptyPolicy, type Plan } from '../../shared/policy/model.ts';
import type { EngineDriver } from '../engine/driver.ts';
import { createPolicyStore, type PolicyStore } from '../store/policy-store.ts';
import { isAnythingToGiveBack } from './clear.ts';
import { DEMO_ADDRESS, engineChoices, openDriver } from './open-driver.ts';
import { openSession, type Session } from './session.ts';

export type Left =
  /** There was something, and `plan` says what was done about it. */
  | { readonly address: string; readonly outcome: 'cleared'; readonly plan: Plan }
  /** Nothing of Bulkhead's is there. */
  | { readonly address: string; readonly outcome: 'clean' }
  | {
      readonly address: string;
      readonly outcome: 'failed';
      readonly error: ErrorShape;
      readonly thrown: unknown;
      /** The file by which the engine is known. */
      readonly mark: string;
    };

export interface LeaveOptions {
  readonly configDir: string;
  /** Only tell what would be done. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each engine when it is done. */
  readonly onLeft?: (left: Left) => void;
}

/** Never rejects for an engine: one that cannot be reached keeps none of the others. @throws BulkheadError `STORAGE`, or the signal's reason */
export async function clearEverywhere(options: LeaveOptions): Promise<readonly Left[]> {
  const store = createPolicyStore({ configDir: options.configDir });
  const marked = new Set(await store.marks.list());
  const local = (await engineChoices()).map(({ address }) => address).filter((address) => LOCAL.test(address));
  const done: Left[] = [];
  for (const address of new Set([...marked, ...local])) {
    options.signal?.throwIfAborted();
    if (address === DEMO_ADDRESS) continue;
    const left = await leave(address, marked.has(address), store, options);
    if (left && left.outcome !== 'failed' && !options.dryRun) await store.marks.forget(address);
    if (left === null) continue;
    done.push(left);
    options.onLeft?.(left);
  }
  return done;
}

const LOCAL = /^(unix|npipe):/;

/** @returns null of an engine that is not there and need not be */
async function leave(
  address: string,
  isMarked: boolean,
  store: PolicyStore,
  { configDir, dryRun = false, signal }: LeaveOptions,
): Promise<Left | null> {
  let driver: EngineDriver;
  try {
    driver = await openDriver(address, { configDir, ...(signal ? { signal } : {}) });
  } catch (thrown) {
    signal?.throwIfAborted();
    return isMarked ? failed(address, thrown, store) : null;
  }
  try {
    const key = driver.address;
    // What was read of the file is what is to be in force; a file that cannot be understood may have been.
    const isWanted = await store.read(key).then(
      (policy) => !isEmptyPolicy(policy),
      () => true,
    );
    const isThere =
      isWanted ||
      (await driver.hasTrace?.({ own: true })) === true ||
      isAnythingToGiveBack(await store.journal.list(key), driver.topology());
    if (!isThere) {
      await driver.close();
      return { address, outcome: 'clean' };
    }
  } catch (thrown) {
    await driver.close();
    return failed(address, thrown, store);
  }
  return clearOne(driver, store, { dryRun, ...(signal ? { signal } : {}) });
}

/** Closes the driver. */
async function clearOne(
  driver: EngineDriver,
  store: PolicyStore,
  { dryRun, signal }: Pick<LeaveOptions, 'dryRun' | 'signal'>,
): Promise<Left> {
  const { address } = driver;
  let session: Session;
  try {
    session = await openSession({ driver, store, follow: false, who: 'cli', toleratesFault: true });
  } catch (thrown) {
    await driver.close();
    return failed(address, thrown, store);
  }
  try {
    // Nobody asked those who share the engine.
    const change = { action: 'clear', own: true } as const;
    const plan = await session.plan(change);
    if (!dryRun) await session.apply(change, signal ? { signal } : {});
    return { address, outcome: 'cleared', plan };
  } catch (thrown) {
    signal?.throwIfAborted();
    return failed(address, thrown, store);
  } finally {
    // That it ended badly changes nothing of what was cleared.
    await session.close().catch(() => undefined);
  }
}

function failed(address: string, thrown: unknown, { marks }: PolicyStore): Left {
  return { address, outcome: 'failed', error: toErrorShape(thrown), thrown, mark: marks.path(address) };
}
