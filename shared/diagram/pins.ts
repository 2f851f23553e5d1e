/** Nodes that somebody dragged: they stay where they were put, and lines and hulls follow. */
import { moved, type Box, type Geometry, type PlacedEdge, type PlacedNode, type Point } from './geometry.ts';
import { middleOf } from './polyline.ts';

/** How far from its place in the layout each node is, by key. */
export type Pins = ReadonlyMap<string, Point>;

export function applyPins(geometry: Geometry, pins: Pins): Geometry {
  if (pins.size === 0) return geometry;
  const before = new Map<string, PlacedNode>();
  for (const placed of geometry.nodes) before.set(placed.node.key, placed);
  const nodes = geometry.nodes.map((placed) => {
    const by = pins.get(placed.node.key);
    return by ? moved(placed, by) : placed;
  });
  const at = new Map(nodes.map((placed) => [placed.node.key, placed]));
  const compartments = geometry.compartments.map((one) => {
    const added = [...pins.keys()].flatMap((key) => {
      const [old, now] = [before.get(key), at.get(key)];
      return old && now && now.node.networks.includes(one.compartment.key) ? reaching(old, now) : [];
    });
    return added.length > 0 ? { ...one, rects: [...one.rects, ...added] } : one;
  });
  const edges = geometry.edges.map((placed): PlacedEdge => {
    if (!pins.has(placed.edge.from) && !pins.has(placed.edge.to)) return placed;
    const [from, to] = [at.get(placed.edge.from), at.get(placed.edge.to)];
    return from && to ? straight(placed, from, to) : placed;
  });
  return { ...geometry, nodes, compartments, edges };
}

const AROUND = 12;
const HALF_PASSAGE = 5;

/** A frame around the node, and a passage from it to where its compartment is. */
function reaching(old: Box, now: Box): readonly Box[] {
  const [a, b] = [center(old), center(now)];
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return [
    { x: now.x - AROUND, y: now.y - AROUND, w: now.w + 2 * AROUND, h: now.h + 2 * AROUND },
    { x: left - HALF_PASSAGE, y: a.y - HALF_PASSAGE, w: right - left + 2 * HALF_PASSAGE, h: 2 * HALF_PASSAGE },
    { x: b.x - HALF_PASSAGE, y: top - HALF_PASSAGE, w: 2 * HALF_PASSAGE, h: bottom - top + 2 * HALF_PASSAGE },
  ];
}

function center({ x, y, w, h }: Box): Point {
  return { x: x + w / 2, y: y + h / 2 };
}

/** From border to border along the line between the middles. */
export function straight({ edge }: Pick<PlacedEdge, 'edge'>, from: Box, to: Box): PlacedEdge {
  const points = bordersBetween(from, to);
  return { edge, points, middle: middleOf(points) };
}

/** Where the line between the middles leaves the one box and enters the other. */
export function bordersBetween(from: Box, to: Box): readonly [Point, Point] {
  const [a, b] = [center(from), center(to)];
  return [borderPoint(from, b), borderPoint(to, a)];
}

function borderPoint(box: Box, towards: Point): Point {
  const { x, y } = center(box);
  const [dx, dy] = [towards.x - x, towards.y - y];
  if (dx === 0 && dy === 0) return { x, y };
  const share = Math.min(
    dx === 0 ? Infinity : box.w / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.h / 2 / Math.abs(dy),
  );
  return { x: x + dx * Math.min(1, share), y: y + dy * Math.min(1, share) };
}
