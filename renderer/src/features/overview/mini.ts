/** The matrix small: what is counted of it, and how it is painted.  Pure but for the pen. */
import { cellState, type Frame } from '../../lib/frame.ts';
import type { Palette } from '../matrix/palette.ts';
import type { Pen } from '../matrix/scene.ts';
import { tileOf } from '../matrix/symbols.ts';

export interface PairCounts {
  /** All but that of each with itself. */
  readonly pairs: number;
  readonly open: number;
  readonly partial: number;
  readonly blocked: number;
  readonly unknown: number;
}

export function countPairs(frame: Frame): PairCounts {
  const size = frame.endpoints.length;
  const counts = { open: 0, partial: 0, blocked: 0, unknown: 0 };
  eachPair(size, (row, col) => {
    counts[cellState(frame, row, col).verdict] += 1;
  });
  return { pairs: size * (size - 1), ...counts };
}

/** Paints all of it into a square. @param options.edge of the square, in the pen's own pixels */
export function paintMini(
  pen: Pen,
  { frame, edge, palette }: { readonly frame: Frame; readonly edge: number; readonly palette: Palette },
): void {
  const size = frame.endpoints.length;
  const cell = edge / Math.max(1, size);
  // Lines between cells only where they leave something of the cells.
  const gap = cell >= 6 ? 1 : 0;
  pen.fillStyle = palette.line;
  pen.fillRect(0, 0, edge, edge);
  for (let at = 0; at < size; at += 1) {
    pen.fillStyle = palette.self;
    pen.fillRect(at * cell, at * cell, cell - gap, cell - gap);
  }
  eachPair(size, (row, col) => {
    pen.fillStyle = tileOf(cellState(frame, row, col), palette).fill;
    pen.fillRect(col * cell, row * cell, cell - gap, cell - gap);
  });
}

function eachPair(size: number, look: (row: number, col: number) => void): void {
  for (let row = 0; row < size; row += 1) {
    for (let col = 0; col < size; col += 1) if (row !== col) look(row, col);
  }
}
