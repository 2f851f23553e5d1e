/** Which engines Bulkhead ever left anything on: whoever takes it off the machine has to go to each of them. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withFileLock } from './file-lock.ts';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

export interface EngineMarks {
  /** Keeps the engine's address; content where it is kept already.  Rejects with the system's error. */
  remember(engineKey: string): Promise<void>;
  /** One that cannot be read is passed over. @throws BulkheadError `STORAGE` */
  list(): Promise<readonly string[]>;
  /** Content where there is none. */
  forget(engineKey: string): Promise<void>;
  /** The absolute path of the engine's mark. */
  path(engineKey: string): string;
}

const SUFFIX = '.engine';
const LOCK_WAIT_MS = 10_000;

export function createEngineMarks(configDir: string): EngineMarks {
  const folder = policiesIn(configDir);
  const path = (engineKey: string): string => join(folder, `${nameOfEngine(engineKey)}${SUFFIX}`);
  const isKept = async (engineKey: string): Promise<boolean> =>
    (await readFile(path(engineKey), 'utf8').catch(() => '')) === `${engineKey}\n`;
  return {
    path,
    remember: async (engineKey) => {
      if (await isKept(engineKey)) return;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = path(engineKey);
      await withFileLock(file, LOCK_WAIT_MS, async () => {
        if (!(await isKept(engineKey))) await writeWhole(file, `${engineKey}\n`);
      });
    },
    forget: (engineKey) => rm(path(engineKey), { force: true }),
    list: async () => {
      let names: readonly string[];
      try {
        names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort();
      } catch (thrown) {
        if (codeOf(thrown) === 'ENOENT') return [];
        throw storageError('read', folder, thrown);
      }
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
      return texts.map((text) => text.trim()).filter((address) => address !== '');
    },
  };
}

/** Where everything is kept that is about one engine. */
export function policiesIn(configDir: string): string {
  return join(configDir, 'policies');
}

/**
 * `unix-var-run-docker-sock-1f3a9c2e`: readable, and one name per key on any file system, whatever the key holds.
 */
export function nameOfEngine(engineKey: string): string {
  const readable = engineKey
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
  const hash = createHash('sha256').update(engineKey).digest('hex').slice(0, 8);
  return `${readable === '' ? 'engine' : readable}-${hash}`;
}
