/** Passages: what joins the frames of one network that lie apart. */
import type { Block } from './blocks.ts';
import type { Box, Point } from './geometry.ts';

/** Thickness of a passage between two blocks of a compartment. */
export const PASSAGE = 10;

/** A passage as boxes, from inside one frame to inside the other. */
export function passageRects(points: readonly Point[], from: Block, to: Block, compartment: string): readonly Box[] {
  const inset = (block: Block): number => (block.frames.find((one) => one.compartment === compartment)?.x ?? 0) + 12;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const way = [{ x: first.x - inset(from), y: first.y }, ...points.slice(1, -1), { x: last.x + inset(to), y: last.y }];
  return way.slice(1).flatMap((point, index) => {
    const before = way[index];
    if (!before) return [];
    const half = PASSAGE / 2;
    const [left, right] = [Math.min(before.x, point.x), Math.max(before.x, point.x)];
    const [top, bottom] = [Math.min(before.y, point.y), Math.max(before.y, point.y)];
    const isFlat = bottom - top < 0.5;
    return [
      {
        x: left - (isFlat ? 0 : half),
        y: top - half,
        w: right - left + (isFlat ? 0 : PASSAGE),
        h: bottom - top + PASSAGE,
      },
    ];
  });
}
