/** What the user chose of one table, remembered by the browser: hidden columns, order, folded groups. */
import type { Sort } from './model.ts';

export interface TableSettings {
  readonly hidden: readonly string[];
  readonly sort: Sort | null;
  readonly folded: readonly string[];
}

const MOST_FOLDED = 200;

/** @param text as it was stored, by whatever version */
export function readSettings(text: string | null, initial: TableSettings): TableSettings {
  let stored: unknown;
  try {
    stored = JSON.parse(text ?? '');
  } catch {
    return initial;
  }
  if (typeof stored !== 'object' || stored === null) return initial;
  const { hidden, sort, folded } = stored as Record<string, unknown>;
  return {
    hidden: isTexts(hidden) ? hidden : initial.hidden,
    sort: sort === null || isSort(sort) ? sort : initial.sort,
    folded: isTexts(folded) ? folded : initial.folded,
  };
}

export function loadSettings(table: string, initial: TableSettings): TableSettings {
  try {
    return readSettings(localStorage.getItem(keyOf(table)), initial);
  } catch {
    // Private windows may refuse.
    return initial;
  }
}

export function saveSettings(table: string, { hidden, sort, folded }: TableSettings): void {
  try {
    localStorage.setItem(keyOf(table), JSON.stringify({ hidden, sort, folded: folded.slice(-MOST_FOLDED) }));
  } catch {
    // As above: the choice then lasts until the page closes.
  }
}

function keyOf(table: string): string {
  return `bulkhead.table.${table}`;
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

function isSort(value: unknown): value is Sort {
  if (typeof value !== 'object' || value === null) return false;
  const { column, descending } = value as Record<string, unknown>;
  return typeof column === 'string' && typeof descending === 'boolean';
}
