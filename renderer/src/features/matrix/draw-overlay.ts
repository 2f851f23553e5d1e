/** The interaction layer: crosshair, cursor, selection.  Redrawn alone while the mouse moves. */
import { cellRect } from './geometry.ts';
import {
  BAND,
  FONT,
  SMALLEST_LABELLED,
  type CellAt,
  type Overlay,
  type Pen,
  type Scene,
  type Viewport,
} from './scene.ts';

export function drawOverlay(pen: Pen, scene: Scene, viewport: Viewport, overlay: Overlay): void {
  const { layout, palette } = scene;
  pen.clearRect(0, 0, viewport.width, viewport.height);
  const cross = overlay.hover ?? (overlay.focused ? overlay.cursor : null);
  if (cross) drawCrosshair(pen, scene, viewport, cross);
  pen.save();
  pen.beginPath();
  pen.rect(layout.headerWidth, layout.headerHeight, viewport.width, viewport.height);
  pen.clip();
  if (overlay.selection) outline(pen, scene, viewport, overlay.selection, palette.selection, 2.5, []);
  const covered = isSame(overlay.cursor, overlay.selection);
  if (overlay.cursor && overlay.focused) outline(pen, scene, viewport, overlay.cursor, palette.cursor, 2, []);
  else if (overlay.cursor && !covered) outline(pen, scene, viewport, overlay.cursor, palette.cursor, 1, [3, 3]);
  pen.restore();
  if (cross && layout.rows.cell < SMALLEST_LABELLED) drawFarNames(pen, scene, viewport, cross);
}

/** One translucent bar across and one down, through cells and headers; the crossing itself is not shaded twice. */
function drawCrosshair(pen: Pen, scene: Scene, viewport: Viewport, at: CellAt): void {
  const { layout, palette } = scene;
  const { x, y, width, height } = cellRect(layout, viewport.scroll, at.row, at.col);
  pen.fillStyle = palette.crosshair;
  if (at.row >= 0 && y + height > layout.headerHeight) {
    const top = Math.max(y, layout.headerHeight);
    const end = Math.min(viewport.width, layout.headerWidth + layout.cols.total - viewport.scroll.x);
    pen.fillRect(BAND, top, end - BAND, y + height - top);
  }
  if (at.col >= 0 && x + width > layout.headerWidth) {
    const left = Math.max(x, layout.headerWidth);
    const end = Math.min(viewport.height, layout.headerHeight + layout.rows.total - viewport.scroll.y);
    pen.fillRect(left, BAND, x + width - left, end - BAND);
  }
}

function outline(
  pen: Pen,
  scene: Scene,
  viewport: Viewport,
  at: CellAt,
  colour: string,
  width: number,
  dash: readonly number[],
): void {
  const rect = cellRect(scene.layout, viewport.scroll, at.row, at.col);
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash([...dash]);
  pen.beginPath();
  pen.roundRect(rect.x, rect.y, rect.width, rect.height, rect.width >= 22 ? 4 : 2);
  pen.stroke();
  pen.setLineDash([]);
}

/** Zoomed out so far that headers have no names, the two that matter are written beside the crosshair. */
function drawFarNames(pen: Pen, scene: Scene, viewport: Viewport, at: CellAt): void {
  const { layout, view } = scene;
  const { x, y, width, height } = cellRect(layout, viewport.scroll, at.row, at.col);
  const rowIndex = view.rows.members[at.row];
  const colIndex = view.cols.members[at.col];
  if (rowIndex !== undefined) {
    tag(pen, scene, scene.displayName(view.rows.labels[at.row] ?? '', rowIndex), 4, y + height / 2);
  }
  if (colIndex !== undefined) {
    tag(pen, scene, scene.displayName(view.cols.labels[at.col] ?? '', colIndex), x + width / 2, BAND / 2);
  }
}

function tag(pen: Pen, scene: Scene, text: string, x: number, y: number): void {
  pen.font = `600 12px ${FONT}`;
  pen.textAlign = 'left';
  pen.textBaseline = 'middle';
  const width = pen.measureText(text).width + 12;
  pen.fillStyle = scene.palette.headerInk;
  pen.beginPath();
  pen.roundRect(x, y - 10, width, 20, 4);
  pen.fill();
  pen.fillStyle = scene.palette.header;
  pen.fillText(text, x + 6, y + 0.5);
}

function isSame(a: CellAt | null, b: CellAt | null): boolean {
  return a !== null && b !== null && a.row === b.row && a.col === b.col;
}
