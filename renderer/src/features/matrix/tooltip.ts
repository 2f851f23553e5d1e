/** The tooltip follows the mouse without rendering React: two lines of text, moved by the style object. */
import type { Rect, Size } from './geometry.ts';

export interface TooltipText {
  readonly title: string;
  readonly lines: readonly string[];
}

const GAP = 10;

/** Shows `text` beside a cell inside `bounds`; null hides it. Text is set as text, names are never markup. */
export function placeTooltip(element: HTMLElement, text: TooltipText | null, cell: Rect | null, bounds: Size): void {
  if (!text || !cell) {
    element.hidden = true;
    return;
  }
  const title = document.createElement('strong');
  title.textContent = text.title;
  const lines = text.lines.map((line) => {
    const row = document.createElement('span');
    row.textContent = line;
    return row;
  });
  element.replaceChildren(title, ...lines);
  element.hidden = false;
  const { x, y } = tooltipPosition(cell, { width: element.offsetWidth, height: element.offsetHeight }, bounds);
  element.style.transform = `translate(${x}px, ${y}px)`;
}

/** Right below the cell; on the other side where there is no room. */
export function tooltipPosition(cell: Rect, size: Size, bounds: Size): { x: number; y: number } {
  const right = cell.x + cell.width + GAP;
  const below = cell.y + cell.height + GAP;
  const x = right + size.width <= bounds.width ? right : cell.x - GAP - size.width;
  const y = below + size.height <= bounds.height ? below : cell.y - GAP - size.height;
  return { x: Math.max(4, Math.round(x)), y: Math.max(4, Math.round(y)) };
}
