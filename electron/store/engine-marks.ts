/** Which engines Bulkhead ever changed anything of: whoever takes it off the machine has to go to each of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

export interface EngineMarks {
  /** Keeps the engine's address; content where it is kept already.  Rejects with the system's error. */
  remember(engineKey: string): Promise<void>;
  /** @throws BulkheadError `STORAGE` */
  list(): Promise<readonly string[]>;
}

const SUFFIX = '.engine';

export interface EngineMarksOptions {
  /** Where they are; made when first written to. */
  readonly folder: string;
  /** Name of an engine's mark, without its suffix. */
  readonly nameOf: (engineKey: string) => string;
}

export function createEngineMarks({ folder, nameOf }: EngineMarksOptions): EngineMarks {
  const known = new Set<string>();
  return {
    remember: async (engineKey) => {
      if (known.has(engineKey)) return;
      const file = join(folder, `${nameOf(engineKey)}${SUFFIX}`);
      // Marks are all alike, whoever writes one at the same time.
      if ((await readFile(file, 'utf8').catch(() => '')) !== `${engineKey}\n`) await writeWhole(file, `${engineKey}\n`);
      known.add(engineKey);
    },
    list: async () => {
      try {
        const names = (await readdir(folder)).filter((name) => name.endsWith(SUFFIX));
        const texts = await Promise.all(names.sort().map((name) => readFile(join(folder, name), 'utf8')));
        return texts.map((text) => text.trim()).filter((address) => address !== '');
      } catch (thrown) {
        if (codeOf(thrown) === 'ENOENT') return [];
        throw storageError('read', folder, thrown);
      }
    },
  };
}
