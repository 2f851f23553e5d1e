/** Ready images of tiles: there are few kinds of cells and thousands of cells. */
import { DENIAL_MARKS, type CellState } from '../../lib/frame.ts';
import { VERDICTS } from '../../../../shared/reachability/model.ts';
import { tilePainter, type TilePainter } from './draw-cells.ts';
import type { Palette } from './palette.ts';

const SELF = -1;

/** Each kind of tile is painted once, at `ratio` device pixels per CSS pixel, and copied from then on. */
export function cachedPainter(palette: Palette, edge: number, ratio: number): TilePainter {
  const paint = tilePainter(palette, edge);
  const images = new Map<number, HTMLCanvasElement>();
  const imageOf = (state: CellState | null): HTMLCanvasElement | null => {
    const key = state ? keyOf(state) : SELF;
    const known = images.get(key);
    if (known) return known;
    const canvas = document.createElement('canvas');
    canvas.width = Math.ceil(edge * ratio);
    canvas.height = Math.ceil(edge * ratio);
    const pen = canvas.getContext('2d', { alpha: false });
    if (!pen) return null;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = palette.background;
    pen.fillRect(0, 0, edge, edge);
    paint(pen, state, 0, 0);
    images.set(key, canvas);
    return canvas;
  };
  return (pen, state, x, y) => {
    const image = imageOf(state);
    // Whole device pixels: a copy between pixels would be blurred.
    const snap = (value: number): number => Math.round(value * ratio) / ratio;
    if (image) pen.drawImage(image, snap(x), snap(y), image.width / ratio, image.height / ratio);
    else paint(pen, state, x, y);
  };
}

function keyOf({ verdict, denial, sideLayer }: CellState): number {
  return (VERDICTS.indexOf(verdict) * DENIAL_MARKS.length + DENIAL_MARKS.indexOf(denial)) * 2 + (sideLayer ? 1 : 0);
}
