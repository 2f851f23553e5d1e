/**
 * Where things are on the matrix: axes, hit-testing, what is visible.
 *
 * Everything is in CSS pixels.  An axis has its own coordinate from 0; on screen it is shifted by the header and by
 * the scroll.  Groups are set apart by a gap, so offsets are looked up, not multiplied.
 */

export interface Axis {
  readonly count: number;
  /** Edge length of one cell. */
  readonly cell: number;
  /** Start of cell `i`; one more entry than cells, the last being `total`. */
  readonly offsets: readonly number[];
  readonly total: number;
}

export interface Layout {
  readonly rows: Axis;
  readonly cols: Axis;
  readonly headerWidth: number;
  readonly headerHeight: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rect extends Point, Size {}

export interface Range {
  readonly first: number;
  /** Inclusive; smaller than `first` when nothing is visible. */
  readonly last: number;
}

export type Hit =
  | { readonly kind: 'cell'; readonly row: number; readonly col: number }
  | { readonly kind: 'row'; readonly row: number }
  | { readonly kind: 'col'; readonly col: number }
  | { readonly kind: 'none' };

/** Cell edges one can zoom through, small to large. */
export const ZOOM_LEVELS: readonly number[] = [6, 8, 11, 14, 18, 22, 28, 32, 36, 44];

/** No smaller than a finger's or an unsteady hand's target may be (24), with room for a sign. */
const READABLE = 28;

/**
 * The edge that suits when the user has not zoomed: the largest at which all rows are seen, but never tiny ones; where the lines of
 * lists are compact, the smallest of these.
 */
export function suitedCell(count: number, height: number, density: 'comfortable' | 'compact'): number {
  if (density === 'compact') return READABLE;
  const readable = ZOOM_LEVELS.filter((level) => level >= READABLE);
  return readable.findLast((level) => level * count <= height) ?? READABLE;
}

export function zoomStep(cell: number, direction: 1 | -1): number {
  const levels = direction === 1 ? ZOOM_LEVELS : ZOOM_LEVELS.toReversed();
  return levels.find((level) => (direction === 1 ? level > cell : level < cell)) ?? cell;
}

/** `groupSizes` are the cells of each group in order; their sum is the axis' count. */
export function makeAxis(groupSizes: readonly number[], cell: number, gap: number): Axis {
  const offsets: number[] = [];
  let at = 0;
  for (const [group, size] of groupSizes.entries()) {
    if (group > 0) at += gap;
    for (let index = 0; index < size; index += 1) {
      offsets.push(at);
      at += cell;
    }
  }
  const count = offsets.length;
  offsets.push(at);
  return { count, cell, offsets, total: at };
}

/** The cell at an axis coordinate, or -1 in a gap and outside. */
export function indexAt(axis: Axis, position: number): number {
  const index = lastStartingAtOrBefore(axis, position);
  if (index < 0) return -1;
  return position < (axis.offsets[index] ?? 0) + axis.cell ? index : -1;
}

function lastStartingAtOrBefore(axis: Axis, position: number): number {
  let low = 0;
  let high = axis.count - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if ((axis.offsets[middle] ?? 0) <= position) low = middle + 1;
    else high = middle - 1;
  }
  return high;
}

/** The cells that show at least a pixel when `extent` pixels are seen from `scroll` on. */
export function visibleRange(axis: Axis, scroll: number, extent: number): Range {
  if (axis.count === 0 || extent <= 0) return { first: 0, last: -1 };
  let first = Math.max(0, lastStartingAtOrBefore(axis, scroll));
  if ((axis.offsets[first] ?? 0) + axis.cell <= scroll) first += 1;
  const last = lastStartingAtOrBefore(axis, scroll + extent - 1e-6);
  return { first, last };
}

/** What lies under a point of the canvas. */
export function hitTest(layout: Layout, scroll: Point, point: Point): Hit {
  const overRows = point.x < layout.headerWidth;
  const overCols = point.y < layout.headerHeight;
  const row = overCols ? -1 : indexAt(layout.rows, point.y - layout.headerHeight + scroll.y);
  const col = overRows ? -1 : indexAt(layout.cols, point.x - layout.headerWidth + scroll.x);
  if (row >= 0 && col >= 0) return { kind: 'cell', row, col };
  if (overRows && row >= 0) return { kind: 'row', row };
  if (overCols && col >= 0) return { kind: 'col', col };
  return { kind: 'none' };
}

/** Where a cell is on the canvas. */
export function cellRect(layout: Layout, scroll: Point, row: number, col: number): Rect {
  return {
    x: layout.headerWidth + (layout.cols.offsets[col] ?? 0) - scroll.x,
    y: layout.headerHeight + (layout.rows.offsets[row] ?? 0) - scroll.y,
    width: layout.cols.cell,
    height: layout.rows.cell,
  };
}

/** The scroll nearest to `scroll` at which cell `index` and a little around it is seen; the scroller bounds it. */
export function scrollToShow(axis: Axis, index: number, scroll: number, extent: number): number {
  const margin = Math.min(axis.cell, Math.max(0, (extent - axis.cell) / 2));
  const start = (axis.offsets[index] ?? 0) - margin;
  const end = (axis.offsets[index] ?? 0) + axis.cell + margin;
  if (start < scroll) return Math.max(0, start);
  if (end > scroll + extent) return Math.max(0, end - extent);
  return scroll;
}

/** The scroll that keeps what is `anchor` pixels into the view in place while the cell size changes. */
export function zoomScroll(before: Axis, after: Axis, scroll: number, anchor: number): number {
  const index = Math.max(0, lastStartingAtOrBefore(before, scroll + anchor));
  const within = (scroll + anchor - (before.offsets[index] ?? 0)) / before.cell;
  return Math.max(0, (after.offsets[index] ?? 0) + within * after.cell - anchor);
}

export function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
