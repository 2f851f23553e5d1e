/** The journal as the page and the command line show it. */
import { isUndoable, type JournalEntry, type JournalEntryView } from '../../shared/contract/journal.ts';

/** A page shows a few of the names and sides that a large change touched, and how many more there are. */
const MOST_SHOWN = 12;

/** @param entries newest first. */
export function historyView(entries: readonly JournalEntry[], limit: number): JournalEntryView[] {
  return entries.slice(0, limit).map((entry) => {
    const { difference } = entry;
    const undoable = isUndoable(entry);
    if (!difference) return { ...entry, more: 0, undoable };
    const { names, sides } = difference;
    const shown = { names: names.slice(0, MOST_SHOWN), sides: sides.slice(0, MOST_SHOWN) };
    const more = names.length + sides.length - shown.names.length - shown.sides.length;
    return { ...entry, difference: { ...difference, ...shown }, more, undoable };
  });
}
