/** The legend of a picture of the matrix. */
import { sideSign, signOf, tileBox, tileOf } from './matrix-signs.ts';
import type { MatrixTable, TableCell } from './matrix-table.ts';
import { WORDS, wordOf, type Word } from './matrix-words.ts';
import { textWidth } from './metrics.ts';
import { text } from './paint.ts';
import { MARGIN } from './sheet.ts';
import type { GroupShape, Shape } from './shapes.ts';

const LEGEND_LINE = 24;

/** Only what the picture has is explained. */
export function legendOf(
  { cells }: MatrixTable,
  { width, top, isMany }: { readonly width: number; readonly top: number; readonly isMany: boolean },
): { readonly group: GroupShape; readonly height: number } {
  const found = new Map<Word, TableCell>();
  let hasSide = false;
  for (const cell of cells.flat()) {
    if (!cell) continue;
    hasSide ||= cell.hasSide;
    if (!found.has(wordOf(cell))) found.set(wordOf(cell), { ...cell, hasSide: false });
  }
  const entries: { readonly cell: TableCell; readonly said: string }[] = (Object.keys(WORDS) as Word[]).flatMap(
    (word) => {
      const cell = found.get(word);
      return cell ? [{ cell, said: WORDS[word] }] : [];
    },
  );
  if (hasSide)
    entries.push({ cell: { verdict: 'blocked', mark: 'none', hasSide: true }, said: 'shares files or control' });
  const shapes: Shape[] = [];
  const box = 18;
  let [x, y] = [MARGIN, top];
  for (const { cell, said } of entries) {
    const room = box + 8 + textWidth(said, 11) + 22;
    if (x > MARGIN && x + room - 22 > MARGIN + width) [x, y] = [MARGIN, y + LEGEND_LINE];
    const [middleX, middleY] = [x + box / 2, y - 4];
    const { ink, filled, lined } = signOf(cell, middleX, middleY, box);
    shapes.push({ kind: 'path', d: tileBox(x, middleY - box / 2, box, 3), fill: tileOf(cell) });
    const isBare = isMany && wordOf(cell) === 'blocked';
    if (filled !== '' && !isBare) shapes.push({ kind: 'path', d: filled, fill: ink });
    if (lined !== '' && !isBare) shapes.push({ kind: 'path', d: lined, stroke: ink, width: 1.3 });
    if (cell.hasSide) shapes.push({ kind: 'path', d: sideSign(middleX, middleY, box), fill: 'tile-side' });
    shapes.push(text(said, x + box + 8, y, 11, 400, 'quiet'));
    x += room;
  }
  return { group: { kind: 'group', role: 'legend', key: 'legend', title: 'Legend', shapes }, height: y - top + 8 };
}
