/** The symbols of the cells: what colour says, said again by shape. */
import type { CellState } from '../../lib/frame.ts';
import type { Palette, Tile } from './palette.ts';
import type { Pen } from './scene.ts';

/** The tile that stands for a cell: the user's own blocks stand out, all else is the wire's verdict. */
export function tileOf(state: CellState, palette: Palette): Tile {
  switch (state.denial) {
    case 'held':
      return palette.held;
    case 'pending':
      return palette.pending;
    case 'failed':
      return palette.failed;
    // Open is what it is; that somebody wanted it for a while is the symbol's to say.
    case 'paused':
    case 'none':
      return palette.verdicts[state.verdict];
  }
}

/** Draws the symbol of a cell around its centre; `edge` is the cell's edge in pixels. */
export function drawSymbol(pen: Pen, state: CellState, palette: Palette, x: number, y: number, edge: number): void {
  const ink = tileOf(state, palette).ink;
  const radius = Math.max(2.5, Math.min(8, edge * 0.2));
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = Math.max(1.25, radius / 3.2);
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  if (state.denial === 'held') shield(pen, x, y, radius * 1.35);
  else if (state.denial === 'pending') hourglass(pen, x, y, radius);
  else if (state.denial === 'paused') bars(pen, x, y, radius);
  else if (state.denial === 'failed') warning(pen, x, y, radius * 1.25);
  else verdictSymbol(pen, state, x, y, radius);
  if (state.sideLayer && edge >= 18) {
    pen.fillStyle = state.denial === 'held' ? ink : palette.sideLayer;
    const corner = Math.max(4, edge * 0.16);
    pen.beginPath();
    pen.moveTo(x + edge / 2 - 2 - corner, y + edge / 2 - 2);
    pen.lineTo(x + edge / 2 - 2, y + edge / 2 - 2);
    pen.lineTo(x + edge / 2 - 2, y + edge / 2 - 2 - corner);
    pen.closePath();
    pen.fill();
  }
}

/** A dot in the upper corner of the cell at `x`, `y`: somebody is being refused there now. */
export function drawTried(pen: Pen, state: CellState, palette: Palette, x: number, y: number, edge: number): void {
  const radius = Math.max(1.5, Math.min(3, edge * 0.08));
  const gap = Math.max(2, edge * 0.09) + radius;
  pen.fillStyle = tileOf(state, palette).ink;
  pen.beginPath();
  pen.arc(x + edge - gap, y + gap, radius, 0, Math.PI * 2);
  pen.fill();
}

function verdictSymbol(pen: Pen, state: CellState, x: number, y: number, radius: number): void {
  switch (state.verdict) {
    case 'open':
      pen.beginPath();
      pen.arc(x, y, radius, 0, Math.PI * 2);
      pen.fill();
      return;
    case 'partial':
      pen.beginPath();
      pen.arc(x, y, radius, 0, Math.PI * 2);
      pen.stroke();
      pen.beginPath();
      pen.arc(x, y, radius, Math.PI / 2, (Math.PI * 3) / 2);
      pen.closePath();
      pen.fill();
      return;
    case 'blocked': {
      const arm = radius * 0.72;
      pen.beginPath();
      pen.moveTo(x - arm, y - arm);
      pen.lineTo(x + arm, y + arm);
      pen.moveTo(x + arm, y - arm);
      pen.lineTo(x - arm, y + arm);
      pen.stroke();
      return;
    }
    case 'unknown':
      question(pen, x, y, radius);
      return;
  }
}

function question(pen: Pen, x: number, y: number, radius: number): void {
  const hook = radius * 0.62;
  pen.beginPath();
  pen.arc(x, y - radius * 0.45, hook, Math.PI, Math.PI * 2.35);
  pen.lineTo(x, y + radius * 0.35);
  pen.stroke();
  pen.beginPath();
  pen.arc(x, y + radius, Math.max(1, radius * 0.2), 0, Math.PI * 2);
  pen.fill();
}

function shield(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.moveTo(x, y - radius);
  pen.lineTo(x + radius * 0.82, y - radius * 0.62);
  pen.lineTo(x + radius * 0.82, y + radius * 0.05);
  pen.quadraticCurveTo(x + radius * 0.7, y + radius * 0.72, x, y + radius);
  pen.quadraticCurveTo(x - radius * 0.7, y + radius * 0.72, x - radius * 0.82, y + radius * 0.05);
  pen.lineTo(x - radius * 0.82, y - radius * 0.62);
  pen.closePath();
  pen.fill();
}

function hourglass(pen: Pen, x: number, y: number, radius: number): void {
  const half = radius * 0.8;
  pen.beginPath();
  pen.moveTo(x - half, y - radius);
  pen.lineTo(x + half, y - radius);
  pen.lineTo(x - half, y + radius);
  pen.lineTo(x + half, y + radius);
  pen.closePath();
  pen.stroke();
}

function bars(pen: Pen, x: number, y: number, radius: number): void {
  const [width, half] = [radius * 0.55, radius * 0.95];
  pen.fillRect(x - radius * 0.85, y - half, width, half * 2);
  pen.fillRect(x + radius * 0.3, y - half, width, half * 2);
}

function warning(pen: Pen, x: number, y: number, radius: number): void {
  pen.beginPath();
  pen.moveTo(x, y - radius);
  pen.lineTo(x + radius, y + radius * 0.8);
  pen.lineTo(x - radius, y + radius * 0.8);
  pen.closePath();
  pen.stroke();
  pen.beginPath();
  pen.moveTo(x, y - radius * 0.3);
  pen.lineTo(x, y + radius * 0.15);
  pen.stroke();
  pen.beginPath();
  pen.arc(x, y + radius * 0.48, Math.max(0.75, radius * 0.1), 0, Math.PI * 2);
  pen.fill();
}
