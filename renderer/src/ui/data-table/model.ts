/** What a table shows, computed from its rows and from what the user chose: no React, no DOM. */

export interface DataColumn<Row> {
  readonly id: string;
  /** What it sorts by. */
  readonly value: (row: Row) => string | number;
  /** Words that a search looks in; absent: `value`, where it is text. */
  readonly words?: (row: Row) => string;
}

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

/** One line of the table, all of the same height. */
export type Line<Row> =
  | { readonly kind: 'row'; readonly key: string; readonly row: Row }
  | {
      readonly kind: 'group';
      readonly key: string;
      /** As `groupOf` told it. */
      readonly group: string;
      readonly members: readonly Row[];
      readonly isFolded: boolean;
    };

export interface Arrangement<Row> {
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  readonly columns: readonly DataColumn<Row>[];
  /** What the user looks for; every word of it must be found. */
  readonly search: string;
  /** Null: in the order in which the rows come. */
  readonly sort: Sort | null;
  /** Which group a row belongs to; absent: there are none. */
  readonly groupOf?: ((row: Row) => string) | undefined;
  readonly folded: ReadonlySet<string>;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A search opens what is folded, so that what it finds is seen. */
export function arrange<Row>({ rows, rowId, columns, search, sort, groupOf, folded }: Arrangement<Row>): Line<Row>[] {
  const found = sorted(matching(rows, columns, search), columns, sort);
  const lineOf = (row: Row): Line<Row> => ({ kind: 'row', key: rowId(row), row });
  if (!groupOf) return found.map(lineOf);
  const groups = new Map<string, Row[]>();
  for (const row of found) {
    const group = groupOf(row);
    const members = groups.get(group);
    if (members) members.push(row);
    else groups.set(group, [row]);
  }
  return [...groups].flatMap(([group, members]) => {
    const isFolded = search.trim() === '' && folded.has(group);
    const head: Line<Row> = { kind: 'group', key: `group ${group}`, group, members, isFolded };
    return isFolded ? [head] : [head, ...members.map(lineOf)];
  });
}

function matching<Row>(rows: readonly Row[], columns: readonly DataColumn<Row>[], search: string): readonly Row[] {
  const wanted = fold(search).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  return rows.filter((row) => {
    const text = fold(columns.map((column) => wordsOf(column, row)).join('\n'));
    return wanted.every((word) => text.includes(word));
  });
}

function wordsOf<Row>({ value, words }: DataColumn<Row>, row: Row): string {
  if (words) return words(row);
  const own = value(row);
  return typeof own === 'string' ? own : '';
}

function fold(text: string): string {
  return text.toLocaleLowerCase('en');
}

/** Stable: equals stay in the order in which they came. */
function sorted<Row>(rows: readonly Row[], columns: readonly DataColumn<Row>[], sort: Sort | null): readonly Row[] {
  const column = sort && columns.find(({ id }) => id === sort.column);
  if (!sort || !column) return rows;
  const turn = sort.descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => turn * compare(a.value, b.value))
    .map(({ row }) => row);
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return collator.compare(String(a), String(b));
}

/** What a click on a column's head makes of the order: up, down, as it came. */
export function nextSort(sort: Sort | null, column: string): Sort | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

/**
 * Where the cursor is after the lines have changed: on the same line, else on the one that is now where it was.
 *
 * @returns the key of a line; null where there are none
 */
export function keepCursor<Row>(
  before: readonly Line<Row>[],
  after: readonly Line<Row>[],
  cursor: string | null,
): string | null {
  if (cursor === null || after.some(({ key }) => key === cursor)) return cursor;
  const at = before.findIndex(({ key }) => key === cursor);
  return after[Math.min(Math.max(at, 0), after.length - 1)]?.key ?? null;
}

/**
 * By how many lines the content above the first visible line has grown, so that what is looked at can stay where it is.
 *
 * @param first index of the first visible line before the change
 */
export function shiftOf<Row>(before: readonly Line<Row>[], after: readonly Line<Row>[], first: number): number {
  const places = new Map(after.map(({ key }, index) => [key, index]));
  // The first line that is still there tells, and how far it was below the top.
  for (let at = first; at < before.length; at += 1) {
    const now = places.get(before[at]?.key ?? '');
    if (now !== undefined) return now - at;
  }
  return 0;
}

/** Keys of the rows between two lines, both included, whichever comes first. */
export function keysBetween<Row>(lines: readonly Line<Row>[], from: string, to: string): readonly string[] {
  const ends = [from, to].map((key) => lines.findIndex((line) => line.key === key));
  const [first, last] = [Math.min(...ends), Math.max(...ends)];
  if (first < 0) return [to];
  return lines.slice(first, last + 1).flatMap((line) => (line.kind === 'row' ? [line.key] : []));
}
