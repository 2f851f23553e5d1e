/** The policy files: one per engine, in the user's configuration folder. */
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { editPolicy, parsePolicy } from '../../shared/policy/index.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

export interface PolicyStoreOptions {
  /** Absolute; made when first written to. */
  readonly configDir: string;
}

export interface PolicyStore {
  /**
   * The engine's policy; the empty one where there is no file.
   *
   * @throws BulkheadError `POLICY_FILE` (cannot be understood; says where), `STORAGE` (cannot be read).
   */
  read(engineKey: string): Promise<Policy>;
  /**
   * Changes the engine's file so that it holds `policy`, keeping the user's comments and order.  The file is whole at
   * every moment: the old text or the new one.
   *
   * @throws BulkheadError `POLICY_FILE` (the present file cannot be understood and is left alone), `STORAGE`.
   */
  write(engineKey: string, policy: Policy): Promise<void>;
  /** The absolute path of the engine's file, whether it exists or not. */
  path(engineKey: string): string;
}

export function createPolicyStore({ configDir }: PolicyStoreOptions): PolicyStore {
  const path = (engineKey: string): string => join(configDir, 'policies', fileNameOf(engineKey));
  /** The last write to each file: writes to one file follow each other, since each edits the text before it. */
  const turns = new Map<string, Promise<void>>();

  const edit = async (file: string, policy: Policy): Promise<void> => {
    const before = await readText(file);
    if (before === null && policy.rules.length === 0) return;
    const after = locating(file, () => editPolicy(before ?? '', policy));
    if (after === before) return;
    try {
      await writeWhole(await throughLinks(file), after);
    } catch (thrown) {
      throw storageError('written', file, thrown);
    }
  };

  return {
    path,
    read: async (engineKey) => {
      const file = path(engineKey);
      const text = await readText(file);
      return text === null ? EMPTY_POLICY : locating(file, () => parsePolicy(text));
    },
    write: (engineKey, policy) => {
      const file = path(engineKey);
      const turn = (turns.get(file) ?? Promise.resolve()).then(() => edit(file, policy));
      const settled = turn.catch(() => undefined);
      turns.set(file, settled);
      void settled.then(() => turns.get(file) === settled && turns.delete(file));
      return turn;
    },
  };
}

/**
 * `unix-var-run-docker-sock-1f3a9c2e.yaml`: readable, and one name per key on any file system, whatever the key holds.
 */
function fileNameOf(engineKey: string): string {
  const readable = engineKey
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 64);
  const hash = createHash('sha256').update(engineKey).digest('hex').slice(0, 8);
  return `${readable === '' ? 'engine' : readable}-${hash}.yaml`;
}

/** `null` when there is no such file. */
async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw storageError('read', file, thrown);
  }
}

/** Where the file really is: people keep such files in a repository and link to them. */
async function throughLinks(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return file;
    throw thrown;
  }
}

/** Adds the file's path to what the text alone could not know. */
function locating<T>(file: string, understand: () => T): T {
  try {
    return understand();
  } catch (thrown) {
    const shape = toErrorShape(thrown);
    if (shape.code !== 'POLICY_FILE') throw thrown;
    throw new BulkheadError({ ...shape, message: `${file}:${shape.message}` }, { cause: thrown });
  }
}
