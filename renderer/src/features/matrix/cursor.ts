/** Moving the keyboard cursor: where a key takes it, within bounds. */
import type { Frame } from '../../lib/frame.ts';
import { clamp } from './geometry.ts';
import type { KeyCommand } from './keys.ts';
import type { CellAt } from './scene.ts';
import { findAgain, type MatrixView, type PairRef } from './view.ts';

export interface Page {
  /** Whole cells that fit on the screen. */
  readonly rows: number;
  readonly cols: number;
}

type Moving = Extract<KeyCommand, { kind: 'move' | 'page' | 'edge' }>;

/** The first press from nowhere lands on the first cell. Null where there are no cells. */
export function moveCursor(cursor: CellAt | null, command: Moving, view: MatrixView, page: Page): CellAt | null {
  const lastRow = view.rows.members.length - 1;
  const lastCol = view.cols.members.length - 1;
  if (lastRow < 0 || lastCol < 0) return null;
  if (!cursor) return { row: 0, col: 0 };
  switch (command.kind) {
    case 'move':
      return {
        row: clamp(cursor.row + command.rows, 0, lastRow),
        col: clamp(cursor.col + command.cols, 0, lastCol),
      };
    case 'page':
      return {
        row: clamp(cursor.row + command.rows * Math.max(1, page.rows - 1), 0, lastRow),
        col: clamp(cursor.col + command.cols * Math.max(1, page.cols - 1), 0, lastCol),
      };
    case 'edge':
      return {
        row: command.row === 'same' ? cursor.row : command.row === 'first' ? 0 : lastRow,
        col: command.col === 'same' ? cursor.col : command.col === 'first' ? 0 : lastCol,
      };
  }
}

/** Finds a remembered pair in the present view: live updates move rows, the cursor stays with its containers. */
export function locate(frame: Frame, view: MatrixView, pair: PairRef | null): CellAt | null {
  if (!pair) return null;
  const row = view.rows.members.indexOf(findAgain(frame, pair.fromId, pair.fromName));
  const col = view.cols.members.indexOf(findAgain(frame, pair.toId, pair.toName));
  return row >= 0 && col >= 0 ? { row, col } : null;
}
