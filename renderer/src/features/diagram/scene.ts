/** A diagram that is laid out, ready to be drawn and pointed at. */
import type { Box, Geometry, PlacedEdge, PlacedNode, Point } from '../../../../shared/diagram/geometry.ts';
import { paintGeometry } from '../../../../shared/diagram/paint.ts';
import type { Painted } from './canvas-painter.ts';

export interface DiagramScene {
  readonly geometry: Geometry;
  readonly painted: readonly Painted[];
  readonly bounds: Box;
}

export function sceneOf(geometry: Geometry): DiagramScene {
  const groups = paintGeometry(geometry);
  const places = new Map<string, Box>();
  for (const { compartment, rects } of geometry.compartments)
    places.set(`compartment ${compartment.key}`, around(rects, 40));
  for (const { edge, points, middle } of geometry.edges)
    places.set(`edge ${edge.key}`, around([...points, middle].map(boxAt), 80));
  for (const placed of geometry.nodes) {
    // Of a place that is drawn several times, all are one for this.
    const key = `node ${placed.node.key}`;
    places.set(key, around([...(places.has(key) ? [places.get(key) ?? placed] : []), placed], 6));
  }
  const painted = groups.map((group) => ({
    group,
    bounds: places.get(`${group.role} ${group.key}`) ?? { x: -Infinity, y: -Infinity, w: Infinity, h: Infinity },
  }));
  const all = [...geometry.nodes, ...geometry.compartments.flatMap(({ rects }) => rects)];
  return { geometry, painted, bounds: all.length > 0 ? around(all, 24) : { x: 0, y: 0, w: 1, h: 1 } };
}

function boxAt({ x, y }: Point): Box {
  return { x, y, w: 0, h: 0 };
}

function around(boxes: readonly Box[], by: number): Box {
  if (boxes.length === 0) return { x: 0, y: 0, w: 0, h: 0 };
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, w, h } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  return { x: left - by, y: top - by, w: right - left + 2 * by, h: bottom - top + 2 * by };
}

export type DiagramHit =
  | { readonly kind: 'node'; readonly placed: PlacedNode }
  | { readonly kind: 'edge'; readonly placed: PlacedEdge }
  | { readonly kind: 'none' };

/** What is at a point of the diagram; lines within `reach` of it. */
export function hitTest({ geometry }: DiagramScene, at: Point, reach: number): DiagramHit {
  const node = geometry.nodes.findLast(({ x, y, w, h }) => at.x >= x && at.x <= x + w && at.y >= y && at.y <= y + h);
  if (node) return { kind: 'node', placed: node };
  let best: PlacedEdge | null = null;
  let least = reach;
  for (const placed of geometry.edges) {
    const away = Math.min(
      distanceTo(placed.points, at),
      Math.hypot(placed.middle.x - at.x, placed.middle.y - at.y) - 8,
    );
    if (away < least) [least, best] = [away, placed];
  }
  return best ? { kind: 'edge', placed: best } : { kind: 'none' };
}

function distanceTo(points: readonly Point[], at: Point): number {
  let least = Infinity;
  points.forEach((a, index) => {
    const b = points[index + 1];
    if (!b) return;
    const length = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const along =
      length === 0 ? 0 : Math.min(1, Math.max(0, ((at.x - a.x) * (b.x - a.x) + (at.y - a.y) * (b.y - a.y)) / length));
    least = Math.min(least, Math.hypot(a.x + (b.x - a.x) * along - at.x, a.y + (b.y - a.y) * along - at.y));
  });
  return least;
}

/** The nearest node in a direction, for the arrow keys; the first when there is none to go from. */
export function neighbour(
  { geometry }: DiagramScene,
  from: PlacedNode | undefined,
  dx: number,
  dy: number,
): PlacedNode | undefined {
  if (!from) return geometry.nodes[0];
  const middle = ({ x, y, w, h }: PlacedNode): Point => ({ x: x + w / 2, y: y + h / 2 });
  const at = middle(from);
  let best: PlacedNode | undefined;
  let least = Infinity;
  for (const placed of geometry.nodes) {
    if (placed === from) continue;
    const to = middle(placed);
    const ahead = (to.x - at.x) * dx + (to.y - at.y) * dy;
    if (ahead <= 1) continue;
    const aside = Math.abs((to.x - at.x) * dy) + Math.abs((to.y - at.y) * dx);
    const cost = ahead + 2 * aside;
    if (cost < least) [least, best] = [cost, placed];
  }
  return best;
}
