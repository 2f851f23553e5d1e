/** The signs of the matrix' cells: what colour says, said again by shape, as in the page (`renderer/src/features/matrix/symbols.ts`). */
import type { TableCell } from './matrix-table.ts';
import { circle } from './paint.ts';
import { num, type Ink, type Tile } from './shapes.ts';

/** The colour of a cell: a block of the user's own stands out, all else is the wire's verdict. */
export function tileOf({ verdict, mark }: TableCell): Tile {
  if (mark === 'held' || mark === 'pending' || mark === 'failed') return `tile-${mark}`;
  return `tile-${verdict}`;
}

interface Sign {
  readonly ink: Ink;
  /** Paths that are filled, and paths that are lines; `''`: none. */
  readonly filled: string;
  readonly lined: string;
}

/** The sign of a cell around its middle; `edge` is the cell's, in pixels. */
export function signOf(cell: TableCell, x: number, y: number, edge: number): Sign {
  const ink = `${tileOf(cell)}-ink` as const;
  const r = Math.max(1.6, Math.min(8, edge * 0.2));
  if (cell.mark === 'held') return { ink, filled: shield(x, y, r * 1.35), lined: '' };
  if (cell.mark === 'pending') return { ink, filled: '', lined: hourglass(x, y, r) };
  if (cell.mark === 'paused') return { ink, filled: bars(x, y, r), lined: '' };
  if (cell.mark === 'failed') return { ink, filled: '', lined: warning(x, y, r * 1.25) };
  switch (cell.verdict) {
    case 'open':
      return { ink, filled: circle(x, y, r), lined: '' };
    case 'partial':
      return { ink, filled: leftHalf(x, y, r), lined: circle(x, y, r) };
    case 'blocked': {
      const arm = r * 0.72;
      const at = pointsAround(x, y);
      return { ink, filled: '', lined: `M ${at(-arm, -arm)} L ${at(arm, arm)} M ${at(arm, -arm)} L ${at(-arm, arm)}` };
    }
    case 'unknown':
      return { ink, filled: circle(x, y + r, Math.max(0.7, r * 0.22)), lined: question(x, y, r) };
  }
}

/** In the lower right corner of a cell: something is shared beside the network. */
export function sideSign(x: number, y: number, edge: number): string {
  const at = pointsAround(x + edge / 2 - 2, y + edge / 2 - 2);
  const corner = Math.max(2.5, edge * 0.16);
  return `M ${at(-corner, 0)} L ${at(0, 0)} L ${at(0, -corner)} Z`;
}

/** Of an endpoint with itself. */
export function selfSign(x: number, y: number, edge: number): string {
  const at = pointsAround(x, y);
  return `M ${at(-edge * 0.14, 0)} L ${at(edge * 0.14, 0)}`;
}

/** A box with round corners. */
export function tileBox(x: number, y: number, w: number, r: number): string {
  const at = (dx: number, dy: number): string => `${num(x + dx)} ${num(y + dy)}`;
  return `M ${at(r, 0)} L ${at(w - r, 0)} Q ${at(w, 0)} ${at(w, r)} L ${at(w, w - r)} Q ${at(w, w)} ${at(w - r, w)} L ${at(r, w)} Q ${at(0, w)} ${at(0, w - r)} L ${at(0, r)} Q ${at(0, 0)} ${at(r, 0)} Z`;
}

function pointsAround(x: number, y: number): (dx: number, dy: number) => string {
  return (dx, dy) => `${num(x + dx)} ${num(y + dy)}`;
}

function leftHalf(x: number, y: number, r: number): string {
  const at = pointsAround(x, y);
  const k = r * 0.5523;
  return `M ${at(0, r)} C ${at(-k, r)} ${at(-r, k)} ${at(-r, 0)} C ${at(-r, -k)} ${at(-k, -r)} ${at(0, -r)} Z`;
}

function question(x: number, y: number, r: number): string {
  const at = pointsAround(x, y - r * 0.45);
  const hook = r * 0.62;
  const k = hook * 0.5523;
  return `M ${at(-hook, 0)} C ${at(-hook, -k)} ${at(-k, -hook)} ${at(0, -hook)} C ${at(k, -hook)} ${at(hook, -k)} ${at(hook, 0)} C ${at(hook, k)} ${at(0, k)} ${at(0, r * 0.8)}`;
}

function shield(x: number, y: number, r: number): string {
  const at = pointsAround(x, y);
  return `M ${at(0, -r)} L ${at(r * 0.82, -r * 0.62)} L ${at(r * 0.82, r * 0.05)} Q ${at(r * 0.7, r * 0.72)} ${at(0, r)} Q ${at(-r * 0.7, r * 0.72)} ${at(-r * 0.82, r * 0.05)} L ${at(-r * 0.82, -r * 0.62)} Z`;
}

function hourglass(x: number, y: number, r: number): string {
  const at = pointsAround(x, y);
  const half = r * 0.8;
  return `M ${at(-half, -r)} L ${at(half, -r)} L ${at(-half, r)} L ${at(half, r)} Z`;
}

function bars(x: number, y: number, r: number): string {
  const at = pointsAround(x, y);
  const bar = (from: number): string =>
    `M ${at(from, -r * 0.95)} L ${at(from + r * 0.55, -r * 0.95)} L ${at(from + r * 0.55, r * 0.95)} L ${at(from, r * 0.95)} Z`;
  return `${bar(-r * 0.85)} ${bar(r * 0.3)}`;
}

function warning(x: number, y: number, r: number): string {
  const at = pointsAround(x, y);
  return `M ${at(0, -r)} L ${at(r, r * 0.8)} L ${at(-r, r * 0.8)} Z M ${at(0, -r * 0.3)} L ${at(0, r * 0.15)} M ${at(0, r * 0.46)} L ${at(0, r * 0.5)}`;
}
