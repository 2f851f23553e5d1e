/** The policy files: one per engine, in the user's configuration folder. */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { editPolicy, parsePolicy } from '../../shared/policy/index.ts';
import { EMPTY_POLICY, isEmptyPolicy, type Policy } from '../../shared/policy/model.ts';
import { policySchemaText } from '../../shared/policy/schema.ts';
import { createEngineMarks, nameOfEngine, policiesIn, type EngineMarks } from './engine-marks.ts';
import { withFileLock } from './file-lock.ts';
import { createJournal, type Journal } from './journal.ts';
import { createPauseStore, type PauseStore } from './pause-store.ts';
import type { StepListener } from './steps.ts';
import { codeOf, storageError } from './storage-error.ts';
import { hasLeftovers, removeLeftovers, writeWhole } from './write-whole.ts';

export interface PolicyStoreOptions {
  /** Absolute; made when first written to. */
  readonly configDir: string;
  /** How long a change waits for one of another process, in milliseconds; 10 s unless told. */
  readonly lockWaitMs?: number;
  /** Told how far a change is: for tests that cut it off there. */
  readonly onStep?: StepListener;
}

/** Called with a change of the file when it is certain and not made yet; what it throws prevents it. */
export type BeforeWrite = (before: Policy, after: Policy) => Promise<void>;

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
  /**
   * Changes the engine's policy as it is in the file at that moment: no other `update` or `write`, of this process or
   * another, comes between reading and writing.
   *
   * @param edit gives the policy afterwards.  It must only compute: it may be called more than once.  What it throws
   *   is thrown on, and nothing is changed.
   * @param beforeWrite called under the file's lock, unless the text stays as it is.
   * @param text what the file is to say word for word, whose policy `edit` gives; absent: the present text, edited.
   * @returns the policy afterwards.
   * @throws BulkheadError as `write`; `STORAGE` also when another process keeps the file to itself for too long.
   */
  update(
    engineKey: string,
    edit: (policy: Policy) => Policy,
    beforeWrite?: BeforeWrite,
    text?: string,
  ): Promise<Policy>;
  /** The file word for word; `null` where there is none. @throws BulkheadError `STORAGE` */
  text(engineKey: string): Promise<string | null>;
  /** Whether the engine has a file, be it an empty policy. */
  has(engineKey: string): Promise<boolean>;
  /** The absolute path of the engine's file, whether it exists or not. */
  path(engineKey: string): string;
  /** Which engines anything was ever left on. */
  readonly marks: EngineMarks;
  /** What was changed of the policies, and by whom. */
  readonly journal: Journal;
  /** For how long guards stand aside. */
  readonly pause: PauseStore;
  /** Takes away what those left lying who died while they wrote of this engine; never rejects, and waits for nobody. */
  tidy(engineKey: string): Promise<void>;
}

const LOCK_WAIT_MS = 10_000;

export function createPolicyStore({ configDir, lockWaitMs = LOCK_WAIT_MS, onStep }: PolicyStoreOptions): PolicyStore {
  const path = (engineKey: string): string => join(policiesIn(configDir), `${nameOfEngine(engineKey)}.yaml`);
  const marks = createEngineMarks(configDir);
  /** The last change of each file: those of one process follow each other without asking for the lock in vain. */
  const turns = new Map<string, Promise<unknown>>();

  const change = async (
    file: string,
    edit: (policy: Policy) => Policy,
    beforeWrite?: BeforeWrite,
    text?: string,
  ): Promise<Policy> => {
    const before = await readText(file);
    const policy = before === null ? EMPTY_POLICY : locating(file, () => parsePolicy(before));
    const next = edit(policy);
    if (before === null && isEmptyPolicy(next)) return next;
    const after = text ?? locating(file, () => editPolicy(before ?? '', next));
    if (after !== before) {
      await beforeWrite?.(policy, next);
      if (before === null) await writeSchema(configDir);
      await writeWhole(await throughLinks(file), after, onStep);
    }
    return next;
  };

  const locked = async (
    file: string,
    edit: (policy: Policy) => Policy,
    beforeWrite?: BeforeWrite,
    text?: string,
  ): Promise<Policy> => {
    // Nothing to say and no file: not even a folder is made for the lock.
    if ((await readText(file)) === null) {
      const next = edit(EMPTY_POLICY);
      if (isEmptyPolicy(next)) return next;
    }
    let thrownByEdit: unknown;
    const guarded = (policy: Policy): Policy => {
      try {
        return edit(policy);
      } catch (thrown) {
        thrownByEdit = thrown;
        throw thrown;
      }
    };
    try {
      return await withFileLock(await throughLinks(file), lockWaitMs, () => change(file, guarded, beforeWrite, text));
    } catch (thrown) {
      if (thrown instanceof BulkheadError || thrown === thrownByEdit) throw thrown;
      throw storageError('written', file, thrown);
    }
  };

  const update: PolicyStore['update'] = (engineKey, edit, beforeWrite, text) => {
    const file = path(engineKey);
    const turn = (turns.get(file) ?? Promise.resolve()).then(() => locked(file, edit, beforeWrite, text));
    const settled = turn.catch(() => undefined);
    turns.set(file, settled);
    void settled.then(() => turns.get(file) === settled && turns.delete(file));
    return turn;
  };

  const journalOf = (engineKey: string): string => path(engineKey).replace(/\.yaml$/, '.journal.jsonl');
  const pauseOf = (engineKey: string): string => path(engineKey).replace(/\.yaml$/, '.pause.json');

  return {
    path,
    tidy: async (engineKey) => {
      const policy = await throughLinks(path(engineKey)).catch(() => path(engineKey));
      for (const file of [policy, journalOf(engineKey), pauseOf(engineKey)]) {
        if (!(await hasLeftovers(file))) continue;
        await withFileLock(file, 0, () => removeLeftovers(file)).catch(() => undefined);
      }
    },
    has: async (engineKey) => (await readText(path(engineKey))) !== null,
    marks,
    journal: createJournal({
      fileOf: journalOf,
      lockWaitMs,
      onStep,
      onBegin: (engineKey) => marks.remember(engineKey),
    }),
    pause: createPauseStore({
      fileOf: pauseOf,
      lockWaitMs,
      onStep,
    }),
    read: async (engineKey) => {
      const file = path(engineKey);
      const text = await readText(file);
      return text === null ? EMPTY_POLICY : locating(file, () => parsePolicy(text));
    },
    write: async (engineKey, policy) => {
      await update(engineKey, () => policy);
    },
    update,
    text: (engineKey) => readText(path(engineKey)),
  };
}

/** Beside the policies' folder, where the first lines of a new file say that it is; an editor alone misses it. */
async function writeSchema(configDir: string): Promise<void> {
  await writeWhole(join(configDir, 'policy.schema.json'), policySchemaText()).catch(() => undefined);
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
export function locating<T>(file: string, understand: () => T): T {
  try {
    return understand();
  } catch (thrown) {
    const shape = toErrorShape(thrown);
    if (shape.code !== 'POLICY_FILE') throw thrown;
    throw new BulkheadError({ ...shape, message: `${file}:${shape.message}` }, { cause: thrown });
  }
}
