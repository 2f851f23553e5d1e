/**
 * The journal of one engine: a file of lines beside its policy file, to which every change adds two, one when it begins and
 * one when it has ended.  What a crash leaves unended is judged by the policy file at the next start.
 */
import { randomBytes } from 'node:crypto';
import { open, readFile, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BulkheadError } from '../../shared/errors.ts';
import {
  isMethod,
  isPause,
  isReplacement,
  type Actor,
  type JournalEntry,
  type Outcome,
  type RecordedChange,
  type UndoStep,
} from '../../shared/contract/journal.ts';
import { differenceOf, isNoDifference, standing } from '../../shared/policy/index.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { isGone, ownIdentity } from '../lib/process-identity.ts';
import { withFileLock } from './file-lock.ts';
import { entriesIn, printOf, type EndLine, type KeptEntry, type StartLine, type StepLine } from './journal-lines.ts';
import type { StepListener } from './steps.ts';
import { codeOf, storageError } from './storage-error.ts';
import { syncFolder } from './write-whole.ts';

export interface NewEntry {
  readonly who: Actor;
  readonly change: RecordedChange;
  readonly before: Policy;
  readonly after: Policy;
  /** It is written also where the policy stays as it is: it changes networks or links. */
  readonly beside?: true;
}

export interface Journal {
  /** The absolute path of the engine's file, whether it exists or not. */
  path(engineKey: string): string;
  /**
   * All entries that are kept, newest first; none where there is no file.
   *
   * @throws BulkheadError `STORAGE` when the file cannot be read.
   */
  list(engineKey: string): Promise<readonly JournalEntry[]>;
  /**
   * Writes that a change begins; it is on the disk when this resolves.  To be called before the policy file is changed,
   * under its lock.
   *
   * @returns the entry's id; `null` for a change that changes nothing, which is not written.
   * @throws BulkheadError `STORAGE`: nothing was written, and the change must not be made.
   */
  begin(engineKey: string, entry: NewEntry): Promise<string | null>;
  /**
   * As `begin`, for a change that was found made in the policy file, unless another Bulkhead has written it down.
   */
  beginFound(engineKey: string, entry: Pick<NewEntry, 'before' | 'after'>): Promise<string | null>;
  /**
   * Writes that one step of a method is done, and what leads back from it; `null`: all were taken back.
   *
   * @throws BulkheadError `STORAGE`.
   */
  step(engineKey: string, id: string, back: UndoStep | null): Promise<void>;
  /**
   * Writes how a change ended.
   *
   * @throws BulkheadError `STORAGE`; it is written with the next entry then, if this process lives so long.
   */
  end(engineKey: string, id: string, outcome: Outcome): Promise<void>;
  /** Gives up what this process began and cannot end: it is left to `judge`, here or at the next start. */
  leave(id: string): void;
  /**
   * Ends what was left, and what others began and left unended when they died, by what the policy file holds now.
   *
   * @param policy reads the file.
   * @param putBack puts a container back whose making anew was cut off, before that is ended: whoever is killed meanwhile leaves it to
   *   the next, and so does who rejects.  Resolves with whether the new one stands; null: that is not known.
   * @returns what it ended, newest first.
   */
  judge(
    engineKey: string,
    policy: () => Promise<Policy>,
    putBack?: (entry: JournalEntry) => Promise<boolean | null>,
  ): Promise<readonly JournalEntry[]>;
}

export interface JournalOptions {
  /** The file of an engine: absolute. */
  readonly fileOf: (engineKey: string) => string;
  /** How long a change waits for one of another process, in milliseconds. */
  readonly lockWaitMs: number;
  readonly onStep?: StepListener | undefined;
  /** Called before anything is written of an engine; what it throws prevents that. */
  readonly onBegin?: ((engineKey: string) => Promise<void>) | undefined;
  /** When a file of this many bytes is put away and a new one begun; the one put away before is dropped. */
  readonly maxBytes?: number | undefined;
}

const MAX_BYTES = 1024 * 1024;
/** An entry's difference beyond this (in characters) is left out. */
const MAX_ENTRY = 256 * 1024;
const MAX_MESSAGE = 2000;
const NEW_FILE_MODE = 0o600;

/** What this process has begun and not ended: nobody in it may judge that. */
const underWay = new Set<string>();

export function createJournal({ fileOf, lockWaitMs, onStep, onBegin, maxBytes = MAX_BYTES }: JournalOptions): Journal {
  /** Ends that could not be written, by file: lines with their line breaks. */
  const owed = new Map<string, string>();
  /** Entries that account for what was read from the policy file before, by file. */
  const consumed = new Map<string, Set<string>>();

  /** @param make gives the line to add, by what the file holds; `null`: none. Runs under the file's lock. */
  const add = async (file: string, make: (kept: () => Promise<readonly KeptEntry[]>) => Promise<string | null>) => {
    try {
      await withFileLock(file, lockWaitMs, async () => {
        const line = await make(() => readKept(file));
        if (line === null) return;
        const text = (owed.get(file) ?? '') + line;
        await append(file, text, maxBytes);
        owed.delete(file);
      });
    } catch (thrown) {
      throw thrown instanceof BulkheadError ? thrown : storageError('written', file, thrown);
    }
  };

  const startLine = async ({ who, change, before, after, beside }: NewEntry): Promise<StartLine | null> => {
    const difference = differenceOf(before, after);
    if (isNoDifference(difference) && !beside) return null;
    const id = randomBytes(5).toString('hex');
    const line = {
      kind: 'start',
      id,
      at: Date.now(),
      who,
      change,
      print: printOf(after),
      by: await ownIdentity(),
    } as const;
    // As plain data, which is what the file gives back.
    const plain = JSON.stringify(difference);
    return { ...line, difference: plain.length > MAX_ENTRY ? null : (JSON.parse(plain) as StartLine['difference']) };
  };

  const mark = async (engineKey: string): Promise<void> => {
    try {
      await onBegin?.(engineKey);
    } catch (thrown) {
      throw storageError('written', fileOf(engineKey), thrown);
    }
  };

  const consume = (file: string, ids: readonly string[]): void => {
    const known = consumed.get(file) ?? new Set();
    for (const id of ids) known.add(id);
    consumed.set(file, known);
  };

  return {
    path: fileOf,
    list: async (engineKey) => {
      const kept = await readKept(fileOf(engineKey));
      return kept.map(({ entry }) => entry).reverse();
    },
    begin: async (engineKey, entry) => {
      const file = fileOf(engineKey);
      const line = await startLine(entry);
      if (!line) return null;
      onStep?.('before the journal’s start');
      underWay.add(line.id);
      try {
        await mark(engineKey);
        await add(file, () => Promise.resolve(textOf(line)));
      } catch (thrown) {
        underWay.delete(line.id);
        throw thrown;
      }
      consume(file, [line.id]);
      onStep?.('after the journal’s start');
      return line.id;
    },
    beginFound: async (engineKey, { before, after }) => {
      const file = fileOf(engineKey);
      const line = await startLine({ who: 'file', change: { action: 'edit' }, before, after });
      if (!line) return null;
      let begun = false;
      underWay.add(line.id);
      try {
        await mark(engineKey);
        await add(file, async (kept) => {
          const all = await kept();
          const known = consumed.get(file) ?? new Set();
          const its = all.findLastIndex(
            ({ entry, print }) => print === line.print && entry.applied !== false && !known.has(entry.id),
          );
          if (its < 0) {
            begun = true;
            return textOf(line);
          }
          // Those before it are past; one still under way may be about to show in the file.
          const past = all.slice(0, its).filter(({ entry }) => entry.state !== 'started');
          consume(
            file,
            [...past, ...all.slice(its, its + 1)].map(({ entry }) => entry.id),
          );
          return null;
        });
      } finally {
        if (!begun) underWay.delete(line.id);
      }
      if (begun) consume(file, [line.id]);
      return begun ? line.id : null;
    },
    step: (engineKey, id, back) => add(fileOf(engineKey), () => Promise.resolve(textOf({ kind: 'step', id, back }))),
    end: async (engineKey, id, { error, ...outcome }) => {
      const file = fileOf(engineKey);
      const short = error && { ...error, message: error.message.slice(0, MAX_MESSAGE) };
      const line = textOf({ kind: 'end', id, at: Date.now(), ...outcome, error: short });
      onStep?.('before the journal’s end');
      try {
        await add(file, () => Promise.resolve(line));
      } catch (thrown) {
        owed.set(file, (owed.get(file) ?? '') + line);
        throw thrown;
      }
      underWay.delete(id);
      onStep?.('after the journal’s end');
    },
    leave: (id) => void underWay.delete(id),
    judge: async (engineKey, policy, putBack) => {
      const file = fileOf(engineKey);
      const kept = await readKept(file);
      // Whatever is written down by now is what the file holds by now.
      consume(
        file,
        kept.flatMap(({ entry }) => (entry.state === 'started' ? [] : [entry.id])),
      );
      const own = await ownIdentity();
      const isOwn = ({ by }: KeptEntry): boolean =>
        by.pid === own.pid && by.started === own.started && by.host === own.host;
      const ended: JournalEntry[] = [];
      for (const one of kept.filter(({ entry }) => entry.state === 'started').toReversed()) {
        const { id, difference } = one.entry;
        if (isOwn(one) ? underWay.has(id) : !(await isGone(one.by))) continue;
        const isCutOff = one.entry.wayBack.some(({ kind }) => kind === 'restore');
        const stands = isCutOff && putBack ? await putBack(one.entry) : null;
        let applied: boolean | null = null;
        if (isReplacement(one.entry)) applied = isCutOff ? stands : false;
        // Of a method, its way back, or a pause half way nobody knows: the policy does not tell.  What is left of it can be taken back.
        else if (!isMethod(one.entry) && !isPause(one.entry) && difference && !isNoDifference(difference)) {
          const where = standing(await policy(), difference);
          applied = where === 'neither' ? null : where === 'after';
        }
        const end = {
          kind: 'end',
          id,
          at: Date.now(),
          state: 'interrupted',
          applied,
          result: null,
          error: null,
        } as const;
        await add(file, () => Promise.resolve(textOf(end)));
        consume(file, [id]);
        ended.push(one.entry);
      }
      return ended;
    },
  };
}

function textOf(line: StartLine | EndLine | StepLine): string {
  return `${JSON.stringify(line)}\n`;
}

/** The file put away before it is part of it. */
async function readKept(file: string): Promise<readonly KeptEntry[]> {
  const texts = await Promise.all([olderOf(file), file].map(readText));
  return entriesIn(texts.join('\n'));
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return '';
    throw storageError('read', file, thrown);
  }
}

function olderOf(file: string): string {
  return `${file}.1`;
}

/** Adds whole lines and waits until they are on the disk, or leaves the file as it was. Only under the file's lock. */
async function append(file: string, lines: string, maxBytes: number): Promise<void> {
  let handle = await open(file, 'a+', NEW_FILE_MODE);
  try {
    let { size } = await handle.stat();
    if (size > 0 && size + Buffer.byteLength(lines) > maxBytes) {
      await handle.close();
      await rename(file, olderOf(file));
      handle = await open(file, 'a+', NEW_FILE_MODE);
      size = 0;
    }
    try {
      // A line torn by a crash is ended, so that it spoils no other.
      await handle.writeFile(`${(await isTorn(handle, size)) ? '\n' : ''}${lines}`, 'utf8');
      await handle.sync();
    } catch (thrown) {
      await handle.truncate(size).catch(() => undefined);
      throw thrown;
    }
    if (size === 0) await syncFolder(dirname(file));
  } finally {
    await handle.close();
  }
}

async function isTorn(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer.toString('utf8') !== '\n';
}
