/** Ways of straight pieces. */
import type { Point } from './geometry.ts';
import { distance } from './outline.ts';

/** Without points that are twice or on a straight way. */
export function tidy(points: readonly Point[]): readonly Point[] {
  const kept: Point[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (last && distance(last, point) < 0.5) continue;
    const before = kept.at(-2);
    if (before && last && ((before.x === last.x && last.x === point.x) || (before.y === last.y && last.y === point.y)))
      kept.pop();
    kept.push(point);
  }
  return kept;
}

/** The middle of the longest piece. */
export function middleOf(points: readonly Point[]): Point {
  let best: Point = points[0] ?? { x: 0, y: 0 };
  let longest = -1;
  points.forEach((point, index) => {
    const next = points[index + 1];
    if (!next) return;
    const length = distance(point, next);
    if (length > longest) {
      longest = length;
      best = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    }
  });
  return best;
}
