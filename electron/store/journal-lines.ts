/** The lines of a journal file, and the entries they tell. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import {
  actor,
  difference,
  outcome,
  recordedChange,
  undoStep,
  type JournalEntry,
} from '../../shared/contract/journal.ts';
import type { Policy } from '../../shared/policy/model.ts';
import type { ProcessIdentity } from '../lib/process-identity.ts';

const start = z.object({
  kind: z.literal('start'),
  id: z.string().min(1).max(64),
  at: z.number(),
  who: actor,
  change: recordedChange,
  difference: difference.nullable(),
  /** Of the whole policy afterwards: see `printOf`. */
  print: z.string(),
  /** Who has to end it. */
  by: z.object({ pid: z.number().int().positive(), started: z.string(), host: z.string() }),
});

const end = z.object({ kind: z.literal('end'), id: z.string(), at: z.number(), ...outcome.shape });

/** One step of a method is done, and this leads back from it; `null`: everything was taken back. */
const step = z.object({ kind: z.literal('step'), id: z.string(), back: undoStep.nullable() });

const line = z.discriminatedUnion('kind', [start, end, step]);

export type StartLine = z.infer<typeof start>;
export type EndLine = z.infer<typeof end>;
export type StepLine = z.infer<typeof step>;

/** One entry with what only other Bulkheads need to know of it. */
export interface KeptEntry {
  readonly entry: JournalEntry;
  readonly print: string;
  readonly by: ProcessIdentity;
}

/**
 * The entries that a journal's text tells, oldest first.  A line that was torn by a crash, or that a later version
 * wrote, tells nothing.
 */
export function entriesIn(text: string): readonly KeptEntry[] {
  const entries = new Map<string, { entry: JournalEntry; print: string; by: ProcessIdentity }>();
  for (const one of text.split('\n')) {
    const read = parsed(one);
    if (!read) continue;
    if (read.kind === 'start') {
      const { id, at, who, change, difference: made, print, by } = read;
      const fresh = { state: 'started', applied: null, endedAt: null, result: null, error: null } as const;
      const none = { wayBack: [], undoneBy: null };
      entries.set(id, { entry: { id, at, who, change, difference: made, ...fresh, ...none }, print, by });
    } else if (read.kind === 'step') {
      const kept = entries.get(read.id);
      if (!kept) continue;
      kept.entry = { ...kept.entry, wayBack: read.back ? [read.back, ...kept.entry.wayBack] : [] };
    } else {
      const kept = entries.get(read.id);
      // Two that found the same entry unfinished may both have ended it: the first one saw the file sooner.
      if (kept?.entry.state !== 'started') continue;
      const { at, state, applied, result, error } = read;
      kept.entry = { ...kept.entry, state, applied, result, error, endedAt: at };
    }
  }
  return markUndone([...entries.values()]);
}

function parsed(text: string): StartLine | EndLine | StepLine | null {
  if (text === '') return null;
  try {
    const read = line.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** Taking back what took something back puts that in force again. */
function markUndone(kept: { entry: JournalEntry; print: string; by: ProcessIdentity }[]): readonly KeptEntry[] {
  /** Only of those before: a hostile file may not send this round in circles. */
  const places = new Map(kept.map(({ entry }, at) => [entry.id, at]));
  const mark = (id: string, undoneBy: string | null, below: number): void => {
    const at = places.get(id) ?? below;
    const one = kept[at];
    if (!one || at >= below) return;
    one.entry = { ...one.entry, undoneBy };
    const { change } = one.entry;
    if (change.action === 'undo') mark(change.entry, undoneBy === null ? id : null, at);
  };
  kept.forEach(({ entry: { id, change, applied } }, at) => {
    if (change.action === 'undo' && applied === true) mark(change.entry, id, at);
  });
  return kept;
}

/** Equal for equal policies; rules in another order make another one. */
export function printOf({ version, posture, guarded, isolated, offline, rules }: Policy): string {
  const plain = rules.map(({ from, to, action, ports }) => [from, to, action, ports ?? null]);
  const text = JSON.stringify([version, posture, guarded, isolated, offline, plain]);
  return createHash('sha256').update(text).digest('hex').slice(0, 24);
}
