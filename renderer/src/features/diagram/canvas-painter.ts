/** Draws shapes on a canvas: only what is in view, and no text that is too small to read. */
import type { Box } from '../../../../shared/diagram/geometry.ts';
import type { Palette } from '../../../../shared/diagram/palette.ts';
import { opacityOf, type GroupShape, type Shape } from '../../../../shared/diagram/shapes.ts';

/** A group with where it is, so that it need not be drawn when that is out of view. */
export interface Painted {
  readonly group: GroupShape;
  readonly bounds: Box;
}

export interface Camera {
  readonly x: number;
  readonly y: number;
  /** Pixels of the screen to one of the diagram. */
  readonly k: number;
}

/** Pixels of the screen. */
const LEAST_TEXT = 4;
/** Of a node that is smaller than this nothing but its card can be made out. */
const LEAST_DETAIL = 0.28;
const FONT =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'WenQuanYi Zen Hei', sans-serif";
const paths = new WeakMap<Shape, Path2D>();

export function drawPainted(
  pen: CanvasRenderingContext2D,
  painted: readonly Painted[],
  palette: Palette,
  k: number,
  view: Box,
  alphaOf: (group: GroupShape) => number,
): void {
  for (const { group, bounds } of painted) {
    if (!overlaps(bounds, view)) continue;
    const alpha = alphaOf(group) * opacityOf(group);
    if (alpha <= 0) continue;
    pen.globalAlpha = alpha;
    if (k < LEAST_DETAIL && group.role === 'node') drawFar(pen, group, palette);
    else for (const shape of group.shapes) draw(pen, shape, palette, k);
  }
  pen.globalAlpha = 1;
}

/** Its boxes, without round corners: of a thousand nodes that is what a frame has time for. */
function drawFar(pen: CanvasRenderingContext2D, { shapes }: GroupShape, palette: Palette): void {
  for (const shape of shapes) {
    if (shape.kind !== 'rect') continue;
    const { x, y, w, h, fill, stroke } = shape;
    if (fill) {
      pen.fillStyle = palette[fill];
      pen.fillRect(x, y, w, h);
    }
    if (stroke) {
      pen.strokeStyle = palette[stroke];
      pen.lineWidth = shape.width ?? 1;
      pen.setLineDash(SOLID);
      pen.strokeRect(x, y, w, h);
    }
  }
}

const SOLID: number[] = [];

export function overlaps(a: Box, b: Box): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

function draw(pen: CanvasRenderingContext2D, shape: Shape, palette: Palette, k: number): void {
  switch (shape.kind) {
    case 'group':
      for (const one of shape.shapes) draw(pen, one, palette, k);
      return;
    case 'text':
      if (shape.size * k < LEAST_TEXT) return;
      pen.font = `${shape.weight} ${shape.size}px ${FONT}`;
      pen.textAlign = shape.anchor === 'start' ? 'left' : shape.anchor === 'end' ? 'right' : 'center';
      pen.fillStyle = palette[shape.fill];
      pen.fillText(shape.text, shape.x, shape.y);
      return;
    case 'path':
    case 'rect': {
      const path = pathOf(shape);
      if (shape.fill) {
        pen.fillStyle = palette[shape.fill];
        pen.fill(path);
      }
      if (shape.stroke) {
        pen.strokeStyle = palette[shape.stroke];
        pen.lineWidth = shape.width ?? 1;
        pen.setLineDash(shape.dash ? [...shape.dash] : SOLID);
        pen.stroke(path);
      }
    }
  }
}

function pathOf(shape: Extract<Shape, { kind: 'path' | 'rect' }>): Path2D {
  let path = paths.get(shape);
  if (!path) {
    path = shape.kind === 'path' ? new Path2D(shape.d) : new Path2D();
    if (shape.kind === 'rect') path.roundRect(shape.x, shape.y, shape.w, shape.h, shape.r);
    paths.set(shape, path);
  }
  return path;
}
