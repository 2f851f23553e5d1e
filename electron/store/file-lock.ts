/**
 * A lock between processes: a file beside the one it guards, made only where there is none.  It names its holder, so
 * that the lock of a process that died is recognised and broken.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { BulkheadError } from '../../shared/errors.ts';
import { isGone, ownIdentity, type ProcessIdentity } from '../lib/process-identity.ts';
import { codeOf } from './storage-error.ts';

/** How often a held lock is tried again; a little randomness keeps two waiters out of step. */
const RETRY_MS = 40;
/** Writing one's name into a new lock takes no time: a nameless lock this old was left by a crash. */
const NAMELESS_MS = 3000;

/**
 * Runs `work` while holding the lock of `file` (absolute; its folder is made).
 *
 * @param waitMs how long to wait for another holder, in milliseconds.
 * @throws BulkheadError `STORAGE` when another held it all that time; the system's error when no lock can be made.
 */
export async function withFileLock<T>(file: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const mine = JSON.stringify({ ...(await ownIdentity()), token: randomBytes(8).toString('hex') });
  const deadline = performance.now() + waitMs;
  while (!(await make(lock, mine))) {
    if (await isStale(lock)) await breakLock(lock);
    else if (performance.now() >= deadline) throw await busy(file, lock);
    else await delay(RETRY_MS * (1 + Math.random()));
  }
  try {
    return await work();
  } finally {
    // Not ours any more when someone removed it by hand and another took it.
    if ((await textOf(lock)) === mine) await rm(lock, { force: true });
  }
}

/** Whether the file was made; `false` when there is one already. */
async function make(path: string, text: string): Promise<boolean> {
  let handle;
  try {
    handle = await open(path, 'wx', 0o600);
  } catch (thrown) {
    const code = codeOf(thrown);
    // Windows says EPERM while a removed file is still open somewhere.
    if (code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32')) return false;
    throw thrown;
  }
  try {
    await handle.writeFile(text, 'utf8');
  } catch (thrown) {
    await rm(path, { force: true });
    throw thrown;
  } finally {
    await handle.close();
  }
  return true;
}

async function isStale(lock: string): Promise<boolean> {
  const text = await textOf(lock);
  if (text === null) return false;
  const holder = holderIn(text);
  if (!holder) return (await ageOf(lock)) > NAMELESS_MS;
  return isGone(holder);
}

/** One breaker at a time, who looks again: or a second one would remove the lock that the first has just taken. */
async function breakLock(lock: string): Promise<void> {
  const breaking = `${lock}.break`;
  if (!(await make(breaking, ''))) {
    if ((await ageOf(breaking)) > NAMELESS_MS) await rm(breaking, { force: true });
    await delay(RETRY_MS);
    return;
  }
  try {
    if (await isStale(lock)) await rm(lock, { force: true });
  } finally {
    await rm(breaking, { force: true });
  }
}

async function busy(file: string, lock: string): Promise<BulkheadError> {
  const holder = holderIn((await textOf(lock)) ?? '');
  const who = holder ? ` (process ${holder.pid} on ${JSON.stringify(holder.host)})` : '';
  return new BulkheadError({
    code: 'STORAGE',
    message: `${file} could not be written: another Bulkhead is changing it${who}.`,
    hint: `Try again in a moment. If no other Bulkhead is running, delete ${lock}.`,
  });
}

function holderIn(text: string): ProcessIdentity | null {
  try {
    const found: unknown = JSON.parse(text);
    if (typeof found !== 'object' || found === null) return null;
    const { pid, started, host } = found as Readonly<Record<string, unknown>>;
    // Zero and negative numbers would ask about groups of processes.
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return null;
    return typeof started === 'string' && typeof host === 'string' ? { pid, started, host } : null;
  } catch {
    return null;
  }
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function ageOf(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
}
