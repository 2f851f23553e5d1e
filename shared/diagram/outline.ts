/** The outline of several upright boxes together, with round corners: how a compartment gets one hull. */
import type { Box, Point } from './geometry.ts';
import { num } from './shapes.ts';

/** Closed loops of corners; holes turn the other way. */
export function outlineOf(rects: readonly Box[]): readonly (readonly Point[])[] {
  const xs = cutsOf(rects.flatMap(({ x, w }) => [x, x + w]));
  const ys = cutsOf(rects.flatMap(({ y, h }) => [y, y + h]));
  const columns = xs.length - 1;
  const filled = new Uint8Array(Math.max(0, columns * (ys.length - 1)));
  for (const { x, y, w, h } of rects) {
    const [left, right] = [xs.indexOf(round(x)), xs.indexOf(round(x + w))];
    const [top, bottom] = [ys.indexOf(round(y)), ys.indexOf(round(y + h))];
    for (let row = top; row < bottom; row += 1) filled.fill(1, row * columns + left, row * columns + right);
  }
  const isIn = (column: number, row: number): boolean =>
    column >= 0 && row >= 0 && column < columns && row < ys.length - 1 && filled[row * columns + column] === 1;
  // Every side between in and out, as a step from corner to corner with the inside on its right.
  const steps = new Map<number, number[]>();
  const width = xs.length;
  const step = (from: number, to: number): void => {
    const known = steps.get(from);
    if (known) known.push(to);
    else steps.set(from, [to]);
  };
  for (let row = 0; row < ys.length - 1; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (!isIn(column, row)) continue;
      const [nw, ne] = [row * width + column, row * width + column + 1];
      const [sw, se] = [nw + width, ne + width];
      if (!isIn(column, row - 1)) step(nw, ne);
      if (!isIn(column + 1, row)) step(ne, se);
      if (!isIn(column, row + 1)) step(se, sw);
      if (!isIn(column - 1, row)) step(sw, nw);
    }
  }
  const loops: Point[][] = [];
  for (const start of [...steps.keys()].toSorted((a, b) => a - b)) {
    while ((steps.get(start)?.length ?? 0) > 0) {
      const corners: number[] = [];
      let at = start;
      let before = -1;
      for (;;) {
        const next = nextOf(steps.get(at) ?? [], before, at, width);
        if (next === null) break;
        corners.push(at);
        before = at;
        at = next;
        if (at === start) break;
      }
      loops.push(
        straightened(corners.map((corner) => ({ x: xs[corner % width] ?? 0, y: ys[Math.floor(corner / width)] ?? 0 }))),
      );
    }
  }
  return loops;
}

/** Where two boxes touch in one corner there are two ways on: the right turn keeps them apart. */
function nextOf(options: number[], before: number, at: number, width: number): number | null {
  if (options.length === 0) return null;
  if (options.length === 1 || before < 0) return options.shift() ?? null;
  const right = new Map([
    [1, width],
    [width, -1],
    [-1, -width],
    [-width, 1],
  ]).get(at - before);
  const index = options.findIndex((option) => option - at === right);
  return options.splice(Math.max(index, 0), 1)[0] ?? null;
}

function straightened(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const before = points.at(index - 1) ?? point;
    const after = points[(index + 1) % points.length] ?? point;
    return !((before.x === point.x && point.x === after.x) || (before.y === point.y && point.y === after.y));
  });
}

function cutsOf(values: readonly number[]): readonly number[] {
  return [...new Set(values.map(round))].toSorted((a, b) => a - b);
}

function round(value: number): number {
  return Math.round(value * 4) / 4;
}

/** The outline as one path; corners of `radius` where there is room for them. */
export function outlinePath(rects: readonly Box[], radius: number): string {
  return outlineOf(rects)
    .map((loop) => roundedPath([...loop], radius, true))
    .join(' ');
}

/** A line through points, upright or not, with round corners. */
export function roundedPath(points: readonly Point[], radius: number, closed = false): string {
  const parts: string[] = [];
  points.forEach((point, index) => {
    const before = points.at(index - 1);
    const after = points[(index + 1) % points.length];
    const isEnd = !closed && (index === 0 || index === points.length - 1);
    if (isEnd || !before || !after) {
      parts.push(`${parts.length === 0 ? 'M' : 'L'} ${num(point.x)} ${num(point.y)}`);
      return;
    }
    const r = Math.min(radius, distance(before, point) / 2, distance(point, after) / 2);
    const [a, b] = [towards(point, before, r), towards(point, after, r)];
    parts.push(
      `${parts.length === 0 ? 'M' : 'L'} ${num(a.x)} ${num(a.y)} Q ${num(point.x)} ${num(point.y)} ${num(b.x)} ${num(b.y)}`,
    );
  });
  return parts.join(' ') + (closed ? ' Z' : '');
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to);
  return length === 0
    ? from
    : { x: from.x + ((to.x - from.x) * by) / length, y: from.y + ((to.y - from.y) * by) / length };
}
