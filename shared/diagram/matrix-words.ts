/** What a picture of the matrix says in words, for who cannot see it and for its legend. */
import type { MatrixTable, TableCell } from './matrix-table.ts';
import { plain } from './metrics.ts';
import type { DiagramNode } from './model.ts';

/** What the cells are called, in the words of the page. */
export const WORDS = {
  open: 'open',
  partial: 'partly open',
  blocked: 'blocked',
  unknown: 'not known',
  held: 'blocked by your rule',
  pending: 'your block is being applied',
  paused: 'open, your block is paused',
  failed: 'your block is not in force',
} as const;
export type Word = keyof typeof WORDS;

export function wordOf({ verdict, mark }: TableCell): Word {
  return mark === 'none' ? verdict : mark;
}

export function nameOf({ kind, name }: DiagramNode): string {
  return kind === 'lan' ? 'LAN' : plain(name);
}

/** `web: open: db, cache; partly open: api; all else blocked`. */
export function rowTitle({ rows, columns, cells }: MatrixTable, row: number): string {
  const names = new Map<Word, string[]>();
  (cells[row] ?? []).forEach((cell, at) => {
    const other = columns.members[at];
    if (!cell || !other) return;
    const word = wordOf(cell);
    const known = names.get(word);
    if (known) known.push(nameOf(other));
    else names.set(word, [nameOf(other)]);
  });
  const said = (Object.keys(WORDS) as Word[])
    .filter((word) => word !== 'blocked')
    .flatMap((word) => {
      const those = names.get(word);
      return those ? [`${WORDS[word]}: ${those.join(', ')}`] : [];
    });
  const rest = names.has('blocked') ? [said.length === 0 ? 'all blocked' : 'all else blocked'] : [];
  const node = rows.members[row];
  return `${node ? nameOf(node) : ''}: ${[...said, ...rest].join('; ')}`;
}

/** The picture in sentences, for who cannot see it; each row has its own. */
export function describe({ rows, columns, cells }: MatrixTable): string {
  const counts = new Map<Word, number>();
  for (const cell of cells.flat()) if (cell) counts.set(wordOf(cell), (counts.get(wordOf(cell)) ?? 0) + 1);
  const said = (Object.keys(WORDS) as Word[]).flatMap((word) => {
    const count = counts.get(word) ?? 0;
    return count === 0 ? [] : [`${count} ${WORDS[word]}`];
  });
  const size = `${rows.members.length} rows of who talks, ${columns.members.length} columns of who is talked to`;
  return `${size}. Pairs: ${said.join(', ') || 'none'}.`;
}
