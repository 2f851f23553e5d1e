/** Addresses of engines that the user added: one file for all, in the user's configuration folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { BulkheadError } from '../../shared/errors.ts';
import { withFileLock } from './file-lock.ts';
import { storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

const listed = z.object({ version: z.literal(1), addresses: z.array(z.string()) });
const WAIT_MS = 5000;

export interface EngineList {
  /** None where the file is not there, or makes no sense. */
  read(): Promise<readonly string[]>;
  /** @throws BulkheadError `STORAGE` */
  change(edit: (addresses: readonly string[]) => readonly string[]): Promise<void>;
}

export function createEngineList(configDir: string): EngineList {
  const file = join(configDir, 'engines.json');
  const read = async (): Promise<readonly string[]> => {
    try {
      return listed.parse(JSON.parse(await readFile(file, 'utf8'))).addresses;
    } catch {
      return [];
    }
  };
  return {
    read,
    change: (edit) =>
      withFileLock(file, WAIT_MS, async () => {
        const addresses = [...edit(await read())];
        await writeWhole(file, `${JSON.stringify({ version: 1, addresses }, null, 2)}\n`);
      }).catch((thrown: unknown) => {
        throw thrown instanceof BulkheadError ? thrown : storageError('written', file, thrown);
      }),
  };
}
