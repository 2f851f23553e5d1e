/** The static layer's cells: only the visible ones, no state kept between frames. */
import { cellState, type CellState } from '../../lib/frame.ts';
import { cellRect, visibleRange, type Range } from './geometry.ts';
import type { Palette } from './palette.ts';
import { SMALLEST_SYMBOL, type Pen, type Scene, type Viewport } from './scene.ts';
import { drawSymbol, drawTried, tileOf } from './symbols.ts';

/** Paints one tile with its corner at `x`, `y`; `null` is an endpoint with itself. */
export type TilePainter = (pen: Pen, state: CellState | null, x: number, y: number) => void;

/** `painter`: how tiles get onto the canvas; a cache of ready images gives the same pixels in less time. */
export function drawCells(pen: Pen, scene: Scene, viewport: Viewport, painter?: TilePainter): void {
  const { layout, palette } = scene;
  pen.fillStyle = palette.background;
  pen.fillRect(0, 0, viewport.width, viewport.height);
  pen.save();
  pen.beginPath();
  pen.rect(layout.headerWidth, layout.headerHeight, viewport.width, viewport.height);
  pen.clip();
  const rows = visibleRange(layout.rows, viewport.scroll.y, viewport.height - layout.headerHeight);
  const cols = visibleRange(layout.cols, viewport.scroll.x, viewport.width - layout.headerWidth);
  if (layout.rows.cell < SMALLEST_SYMBOL) drawRuns(pen, scene, viewport, rows, cols);
  else drawTiles(pen, scene, viewport, rows, cols, painter ?? tilePainter(palette, layout.rows.cell));
  pen.restore();
}

function drawTiles(
  pen: Pen,
  { frame, view, layout, palette, tried }: Scene,
  viewport: Viewport,
  rows: Range,
  cols: Range,
  paint: TilePainter,
): void {
  for (let row = rows.first; row <= rows.last; row += 1) {
    const from = view.rows.members[row] ?? 0;
    for (let col = cols.first; col <= cols.last; col += 1) {
      const to = view.cols.members[col] ?? 0;
      const { x, y } = cellRect(layout, viewport.scroll, row, col);
      const state = from === to ? null : cellState(frame, from, to);
      paint(pen, state, x, y);
      if (state && tried.has(from * frame.endpoints.length + to))
        drawTried(pen, state, palette, x, y, layout.rows.cell);
    }
  }
}

/** Paints tiles of one palette and size stroke by stroke. */
export function tilePainter(palette: Palette, edge: number): TilePainter {
  const inset = edge >= 18 ? 1 : 0.5;
  const radius = edge >= 22 ? 4 : 2;
  return (pen, state, x, y) => {
    pen.fillStyle = state ? tileOf(state, palette).fill : palette.self;
    pen.beginPath();
    pen.roundRect(x + inset, y + inset, edge - inset * 2, edge - inset * 2, radius);
    pen.fill();
    if (state) drawSymbol(pen, state, palette, x + edge / 2, y + edge / 2, edge);
    else drawSelf(pen, palette.selfInk, x + edge / 2, y + edge / 2, edge);
  };
}

function drawSelf(pen: Pen, ink: string, x: number, y: number, edge: number): void {
  const half = edge * 0.14;
  pen.strokeStyle = ink;
  pen.lineWidth = 1.5;
  pen.lineCap = 'round';
  pen.beginPath();
  pen.moveTo(x - half, y);
  pen.lineTo(x + half, y);
  pen.stroke();
}

/** Far out there are up to 90,000 cells: neighbours of one colour become one rectangle. */
function drawRuns(pen: Pen, scene: Scene, viewport: Viewport, rows: Range, cols: Range): void {
  const { frame, view, layout, palette } = scene;
  const edge = layout.rows.cell;
  for (let row = rows.first; row <= rows.last; row += 1) {
    const from = view.rows.members[row] ?? 0;
    const { y } = cellRect(layout, viewport.scroll, row, 0);
    let start = 0;
    let end = 0;
    let fill = '';
    for (let col = cols.first; col <= cols.last + 1; col += 1) {
      const { x } = cellRect(layout, viewport.scroll, row, col);
      const to = view.cols.members[col] ?? 0;
      const past = col > cols.last;
      const next = past ? '' : from === to ? palette.self : farTile(scene, cellState(frame, from, to));
      if (next !== fill || x > end + 0.5) {
        if (fill !== '') {
          pen.fillStyle = fill;
          pen.fillRect(start, y, end - start, edge - (edge > 6 ? 1 : 0));
        }
        start = x;
        fill = next;
      }
      end = x + edge;
    }
  }
}

/** Without symbols the inks carry the difference: they are stronger than the fills. */
function farTile({ palette }: Scene, state: ReturnType<typeof cellState>): string {
  if (state.denial === 'held') return palette.held.fill;
  if (state.denial !== 'none') return palette.failed.ink;
  return state.verdict === 'blocked' ? palette.verdicts.blocked.fill : palette.verdicts[state.verdict].ink;
}
