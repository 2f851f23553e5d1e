import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { StepListener } from './steps.ts';

/** For the user alone: names of containers and networks are nobody else's business. */
const NEW_FILE_MODE = 0o600;

/**
 * Replaces the file by `text` in one step: whoever reads it, also after a crash, finds the old text or the new one.  The
 * mode of an old file is kept.  Only under the file's lock.  Rejects with the system's error; nothing is left behind then.
 */
export async function writeWhole(file: string, text: string, onStep?: StepListener): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => NEW_FILE_MODE,
  );
  await removeLeftovers(file);
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile(text, 'utf8');
      await handle.sync();
    } finally {
      await handle.close();
    }
    onStep?.('before the file is renamed');
    await rename(temporary, file);
    onStep?.('after the file is renamed');
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
  await syncFolder(folder);
}

/** Half files of those who died while writing: whoever writes now holds the lock, so none of them is at work. */
export async function removeLeftovers(file: string): Promise<void> {
  const left = (await besideOf(file)).filter((rest) => /^[0-9a-f]{12}\.tmp$/.test(rest));
  for (const rest of left) await rm(`${file}.${rest}`, { force: true }).catch(() => undefined);
}

/** Whether half a file or a lock stands beside it: of somebody who writes now, or has died while writing. */
export async function hasLeftovers(file: string): Promise<boolean> {
  return (await besideOf(file)).some((rest) => /^(?:[0-9a-f]{12}\.tmp|lock)$/.test(rest));
}

/** What the files beside it are called after its own name. */
async function besideOf(file: string): Promise<readonly string[]> {
  const start = `${basename(file)}.`;
  const names = await readdir(dirname(file)).catch((): string[] => []);
  return names.flatMap((name) => (name.startsWith(start) ? [name.slice(start.length)] : []));
}

/** Makes the renaming itself last; some systems cannot open folders, and the file is whole anyway. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows and some network file systems refuse.
  }
}
