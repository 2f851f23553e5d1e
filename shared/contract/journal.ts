/** The journal: what was changed of the policy, by whom, and what came of it.  As kept in the file, and as shown. */
import * as z from 'zod';
import { BulkheadError } from '../errors.ts';
import { change, errorShape } from './schemas.ts';

const selector = z.string().max(1024);

const rule = z.object({
  from: selector,
  to: selector,
  action: z.enum(['deny', 'allow']),
  ports: z.array(z.string()).exactOptional(),
});

const placed = z.array(z.object({ at: z.number(), rule }));

/** What of the policy a change made different (`shared/policy/difference.ts`). */
export const difference = z.object({
  posture: z.object({ before: z.enum(['open', 'guarded']), after: z.enum(['open', 'guarded']) }).exactOptional(),
  names: z.array(
    z.object({
      list: z.enum(['guarded', 'isolated', 'offline']),
      name: selector,
      before: z.number().nullable(),
      after: z.number().nullable(),
    }),
  ),
  sides: z.array(z.object({ from: selector, to: selector, before: placed, after: placed })),
});

const setting = z.record(z.string(), z.unknown());
const link = z.object({ network: z.string(), text: z.string() });

/** What was different of a container before it was made anew without a power, in the engine's own words. */
export const former = z.object({
  /** Fields of its `Config` and its `HostConfig`. */
  config: setting,
  host: setting,
  /** What was taken out of lists of its `HostConfig`, and from where. */
  items: z.array(z.object({ list: z.string(), at: z.number().int().min(0), item: z.unknown() })),
});

/** A container that makes way for another in its place, as kept before it does. */
export const giveWay = z.object({
  kind: z.literal('restore'),
  /** Its name. */
  container: z.string(),
  id: z.string(),
  /** What it is called meanwhile, and what the other is until it is whole: nobody else has these names. */
  aside: z.string(),
  interim: z.string(),
  /** Id of the other; `''` before it is known. */
  made: z.string(),
  ran: z.boolean(),
});

/**
 * One step back of a method besides the firewall; they run in the order in which they are kept.  Each is kept before what it
 * takes back is done: it may never have been.
 */
export const undoStep = z.discriminatedUnion('kind', [
  /** `token`: `network` is its name, and this is in its label (`STEP_LABEL`); it was not made yet, so it had no id. */
  z.object({ kind: z.literal('remove-network'), network: z.string(), token: z.string().exactOptional() }),
  z.object({ kind: z.literal('disconnect'), network: z.string(), container: z.string() }),
  z.object({ kind: z.literal('connect'), network: z.string(), container: z.string(), settings: setting }),
  /** By name: who is made anew gets another id. */
  z.object({ kind: z.literal('relink'), container: z.string(), links: z.array(link) }),
  z.object({ kind: z.literal('as-was'), container: z.string(), what: z.string(), former }),
  giveWay,
]);

/** `app` and `tray` of the running app, `cli` a command, `file` the policy file edited by hand. */
export const actor = z.enum(['app', 'tray', 'cli', 'file']);

/**
 * What was asked for; names are selectors.  `edit`: the file by hand.  `replace`: a container was made anew with other settings, of which
 * nothing is kept but the way back while it lasts.
 */
export const recordedChange = z.union([
  change,
  z.object({ action: z.literal('edit') }),
  z.object({ action: z.literal('replace'), name: z.string() }),
]);

/** What the probes measured; `unheld`: pairs that had to be closed and were not held, whatever the probes said. */
export const recordedResult = z.object({
  agree: z.number(),
  disagree: z.number(),
  errors: z.number(),
  unheld: z.number(),
});

/**
 * `started`: under way.  `done`: applied and looked at, `result` says how it went.  `failed`: `error` says why.
 * `interrupted`: whoever made the change ended in the middle of it.
 */
export const recordedState = z.enum(['started', 'done', 'failed', 'interrupted']);

/** How a change ended. */
export const outcome = z.object({
  state: recordedState.exclude(['started']),
  /** Whether the policy file holds it; null where something else changed it too before that could be seen. */
  applied: z.boolean().nullable(),
  /** Null: nothing was probed. */
  result: recordedResult.nullable(),
  error: errorShape.nullable(),
});

export const journalEntry = z.object({
  id: z.string(),
  /** Milliseconds since 1970. */
  at: z.number(),
  who: actor,
  change: recordedChange,
  /** Null: too large to be kept, so it cannot be taken back. */
  difference: difference.nullable(),
  state: recordedState,
  /** Null while it is under way, and where it cannot be known. */
  applied: z.boolean().nullable(),
  endedAt: z.number().nullable(),
  result: recordedResult.nullable(),
  error: errorShape.nullable(),
  /** Of a method besides the firewall: what leads back, as far as it came. */
  wayBack: z.array(undoStep),
  /** The entry that took this one back and was not taken back itself. */
  undoneBy: z.string().nullable(),
});

/** An entry as shown: of a large difference only the beginning. */
export const journalEntryView = journalEntry.extend({
  /** How many more names and sides it changed than `difference` tells. */
  more: z.number(),
  undoable: z.boolean(),
});

export type Actor = z.infer<typeof actor>;
export type RecordedChange = z.infer<typeof recordedChange>;
export type RecordedResult = z.infer<typeof recordedResult>;
export type GiveWay = z.infer<typeof giveWay>;
export type UndoStep = z.infer<typeof undoStep>;
export type Former = z.infer<typeof former>;
export type Outcome = z.infer<typeof outcome>;
export type JournalEntry = z.infer<typeof journalEntry>;
export type JournalEntryView = z.infer<typeof journalEntryView>;

/** Whether taking it back may be tried: the policy of then has it, nothing took it back, and it is known what it changed. */
export function isUndoable(entry: JournalEntry): boolean {
  const { applied, difference: made, undoneBy, state } = entry;
  if (isPause(entry)) return false;
  // Only what was cut off and could not be put back by itself; else nothing of the former one is left.
  if ((isReplacement(entry) && applied !== null) || isWayBack(entry)) return false;
  if (isMethod(entry)) return state !== 'started' && entry.wayBack.length > 0 && undoneBy === null;
  return state !== 'started' && applied !== false && made !== null && undoneBy === null;
}

/**
 * The entry that `undo` means: the one whose id begins so, or without an id the newest that was not taken back and takes
 * none back itself.
 *
 * @param entries newest first.
 * @throws BulkheadError `NOT_FOUND`, `AMBIGUOUS`, `BAD_INPUT` (it cannot be taken back; says why).
 */
export function entryToUndo(entries: readonly JournalEntry[], id: string | undefined): JournalEntry {
  if (id === undefined) {
    const newest = entries.find((entry) => entry.change.action !== 'undo' && isUndoable(entry));
    if (newest) return newest;
    throw new BulkheadError({ code: 'NOT_FOUND', message: 'There is nothing to undo.', hint: '' });
  }
  const found = entries.filter((entry) => entry.id === id || (id.length >= 3 && entry.id.startsWith(id)));
  const [entry] = found;
  const hint = 'The history lists the changes with their ids.';
  if (!entry) throw new BulkheadError({ code: 'NOT_FOUND', message: 'There is no such change in the history.', hint });
  if (found.length > 1) throw new BulkheadError({ code: 'AMBIGUOUS', message: 'Several changes begin so.', hint });
  const why = whyNotUndoable(entry);
  if (why !== null) throw new BulkheadError({ code: 'BAD_INPUT', message: why, hint });
  return entry;
}

/** Whether it changed networks, links or a container instead of the policy. */
export function isMethod({ change: made }: Pick<JournalEntry, 'change'>): boolean {
  return ['rerun', 'replace'].includes(made.action) || (made.action === 'block' && made.method !== undefined);
}

/** Whether a container was made anew with other settings: by itself it is whole again, or the new one is. */
export function isReplacement({ change: made }: Pick<JournalEntry, 'change'>): boolean {
  return made.action === 'replace';
}

/** Whether it changed nothing but how long the guard stands aside. */
export function isPause({ change: made }: Pick<JournalEntry, 'change'>): boolean {
  return made.action === 'pause' || made.action === 'resume';
}

/** Whether it took back what another change did beside the policy, which it left as it was. */
function isWayBack({ change: made, difference: of }: Pick<JournalEntry, 'change' | 'difference'>): boolean {
  return made.action === 'undo' && of !== null && !of.posture && of.names.length + of.sides.length === 0;
}

function whyNotUndoable(entry: JournalEntry): string | null {
  const { applied, difference: made, undoneBy, state } = entry;
  if (isPause(entry)) return 'A pause is no change of the policy: it ends by resuming.';
  if (isReplacement(entry) && applied !== null) {
    return 'A container that was made anew with other settings is not taken back: set them again.';
  }
  if (isWayBack(entry)) {
    return 'Taking back a change of networks or containers is not taken back itself: make that change again.';
  }
  if (isMethod(entry) && state !== 'started' && undoneBy === null) {
    return entry.wayBack.length > 0 ? null : 'That change was taken back at once: there is nothing to undo.';
  }
  if (state === 'started') return 'That change is still under way.';
  if (applied === false) return 'That change never came into the policy file: there is nothing to undo.';
  if (undoneBy !== null) return `That change was undone already (by ${undoneBy}).`;
  return made === null ? 'That change was too large for the journal to keep what was before it.' : null;
}
