/** What is remembered of a pause of the guard: one small file for each engine, beside its policy file. Rules Z2, Z3 of shared/policy/SPEC.md. */
import { readFile, rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { pause as pauseSchema, type Pause } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { withFileLock } from './file-lock.ts';
import type { StepListener } from './steps.ts';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

const kept = pauseSchema.extend({ version: z.literal(1) });

export interface PauseStore {
  /** The absolute path of the engine's file, whether it exists or not. */
  path(engineKey: string): string;
  /**
   * Null where there is none, and where the file makes no sense: a guard that does its work is the safe side.
   *
   * @throws BulkheadError `STORAGE`
   */
  read(engineKey: string): Promise<Pause | null>;
  /** @throws BulkheadError `STORAGE` */
  write(engineKey: string, pause: Pause | null): Promise<void>;
  /**
   * Forgets this very pause.
   *
   * @returns false where it is no longer the one that is remembered: somebody else has resumed, or paused anew.
   * @throws BulkheadError `STORAGE`
   */
  end(engineKey: string, pause: Pause): Promise<boolean>;
}

export interface PauseStoreOptions {
  readonly fileOf: (engineKey: string) => string;
  readonly lockWaitMs: number;
  readonly onStep?: StepListener | undefined;
}

export function createPauseStore({ fileOf, lockWaitMs, onStep }: PauseStoreOptions): PauseStore {
  const locked = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await withFileLock(file, lockWaitMs, work);
    } catch (thrown) {
      throw thrown instanceof BulkheadError ? thrown : storageError('written', file, thrown);
    }
  };
  return {
    path: fileOf,
    read: (engineKey) => readPause(fileOf(engineKey)),
    write: async (engineKey, pause) => {
      const file = fileOf(engineKey);
      // Nothing to forget: not even a folder is made for the lock.
      if (pause === null && (await readText(file)) === null) return;
      await locked(file, async () => {
        onStep?.('before the pause is kept');
        if (pause === null) await rm(file, { force: true });
        else await writeWhole(file, `${JSON.stringify({ version: 1, ...pause })}\n`);
        onStep?.('after the pause is kept');
      });
    },
    end: (engineKey, pause) => {
      const file = fileOf(engineKey);
      return locked(file, async () => {
        if (!isDeepStrictEqual(await readPause(file), pause)) return false;
        await rm(file, { force: true });
        return true;
      });
    },
  };
}

async function readPause(file: string): Promise<Pause | null> {
  const text = await readText(file);
  if (text === null) return null;
  try {
    const { since, until } = kept.parse(JSON.parse(text));
    return { since, until };
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw storageError('read', file, thrown);
  }
}
