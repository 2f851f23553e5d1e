/**
 * Compose projects that were opened or taken down here: a project that has no container leaves no label that would tell of
 * it.  One file for all engines; what it says is asked for again each time, so that several Bulkheads lose nothing.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { withFileLock } from './file-lock.ts';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

const project = z.object({
  name: z.string(),
  folder: z.string(),
  files: z.array(z.string()),
  envFiles: z.array(z.string()),
});
/** By engine, newest first. */
const schema = z.record(z.string(), z.array(project));

export interface KnownProject {
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly envFiles: readonly string[];
}

export interface ProjectStore {
  list(): Promise<readonly KnownProject[]>;
  /** In place of what was known of one of that name. */
  remember(project: KnownProject): Promise<void>;
  forget(name: string): Promise<void>;
  onChange(listener: () => void): () => void;
}

const FILE = 'compose-projects.json';
const LOCK_WAIT_MS = 5000;
/** So many of each engine are kept. */
const KEPT = 100;

/** @param engine whose: its address */
export function createProjectStore(configDir: string, engine: () => string): ProjectStore {
  const file = join(configDir, FILE);
  const listeners = new Set<() => void>();
  const read = async (): Promise<z.infer<typeof schema>> => {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (thrown) {
      if (codeOf(thrown) === 'ENOENT') return {};
      throw storageError('read', file, thrown);
    }
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      // Not ours, or cut short: nothing is in it that could not be opened again.
      return {};
    }
  };
  const change = async (edit: (own: readonly KnownProject[]) => readonly KnownProject[]): Promise<void> => {
    const key = engine();
    await withFileLock(file, LOCK_WAIT_MS, async () => {
      const all = await read();
      const next = { ...all, [key]: edit(all[key] ?? []).slice(0, KEPT) };
      await writeWhole(file, `${JSON.stringify(next, null, 2)}\n`);
    });
    for (const listener of [...listeners]) listener();
  };
  return {
    list: async () => (await read())[engine()] ?? [],
    remember: ({ name, folder, files, envFiles }) =>
      change((own) => [
        { name, folder, files: [...files], envFiles: [...envFiles] },
        ...own.filter((one) => one.name !== name),
      ]),
    forget: (name) => change((own) => own.filter((one) => one.name !== name)),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
