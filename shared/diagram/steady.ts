/**
 * Keeps what is laid out anew where it was: of a picture that is looked at, only what changed may move.
 *
 * ELK lays parts that hang together out one by one and packs them; where it packs them differs with every size.  A part
 * is moved as a whole, so that its lines stay right: by what most of its boxes moved since, and to the nearest free place where it would lie on another.
 */
import { AS_BEFORE, type ElkGraph } from './elk-graph.ts';
import { moved, type Box, type Point } from './geometry.ts';

/** Where boxes were, by their ids, which are made of names. */
export type Anchors = ReadonlyMap<string, Point>;

/** Room that a part which must move gets. */
const BETWEEN = 44;
/** Nearer than this, parts are on each other. */
const CLEAR = 8;

export function steady(answer: ElkGraph, before: Anchors): ElkGraph {
  const part = partsOf(answer);
  const parts = new Map<string, Part>();
  for (const { id, x = 0, y = 0, width, height } of answer.children) {
    const key = part(id);
    const known = parts.get(key) ?? { key, boxes: [], moves: [] };
    parts.set(key, known);
    known.boxes.push({ x, y, w: width, h: height });
    const was = before.get(id);
    if (was) known.moves.push({ x: was.x - x, y: was.y - y });
  }
  const shifts = shiftsOf([...parts.values()]);
  const shiftOf = (box: string): Point => shifts.get(part(box)) ?? { x: 0, y: 0 };
  return {
    ...answer,
    children: answer.children.map((box) => {
      const by = shiftOf(box.id);
      return { ...box, x: (box.x ?? 0) + by.x, y: (box.y ?? 0) + by.y };
    }),
    edges: answer.edges.map((edge) => {
      const by = shiftOf(boxIn(answer, edge.sources[0] ?? ''));
      const onto = (point: Point): Point => moved(point, by);
      return {
        ...edge,
        ...(edge.labels
          ? { labels: edge.labels.map((one) => ({ ...one, x: (one.x ?? 0) + by.x, y: (one.y ?? 0) + by.y })) }
          : {}),
        ...(edge.sections
          ? {
              sections: edge.sections.map(({ startPoint, bendPoints = [], endPoint }) => ({
                startPoint: onto(startPoint),
                bendPoints: bendPoints.map(onto),
                endPoint: onto(endPoint),
              })),
            }
          : {}),
      };
    }),
  };
}

/** Whether it is the same picture still: of one that is mostly new, the old places only disturb. */
export function isKnown({ children }: Pick<ElkGraph, 'children'>, before: Anchors): boolean {
  return before.size > 0 && children.filter(({ id }) => before.has(id)).length * 2 > children.length;
}

/** Tells ELK where everything was; what is new is told to be beside what it hangs on. */
export function hinted(graph: ElkGraph, before: Anchors): ElkGraph {
  const size = new Map(graph.children.map((box) => [box.id, box]));
  const near = new Map<string, Point[]>();
  const beside = (id: string, at: Point): void => {
    const known = near.get(id);
    if (known) known.push(at);
    else near.set(id, [at]);
  };
  for (const { sources, targets } of graph.edges) {
    const [from, to] = [boxIn(graph, sources[0] ?? ''), boxIn(graph, targets[0] ?? '')];
    const [a, b] = [before.get(from), before.get(to)];
    if (a) beside(to, { x: a.x + (size.get(from)?.width ?? 0) + BETWEEN, y: a.y });
    if (b) beside(from, { x: b.x - (size.get(from)?.width ?? 0) - BETWEEN, y: b.y });
  }
  return {
    ...graph,
    layoutOptions: { ...graph.layoutOptions, ...AS_BEFORE },
    children: graph.children.map((box) => {
      const at = before.get(box.id) ?? near.get(box.id)?.[0];
      return at ? { ...box, x: at.x, y: at.y } : box;
    }),
  };
}

interface Part {
  readonly key: string;
  readonly boxes: Box[];
  /** How far each box that was there before is from where it was. */
  readonly moves: Point[];
}

/** Those with most that was there before have the first say. */
function shiftsOf(parts: readonly Part[]): ReadonlyMap<string, Point> {
  const overall = middleMove(parts.flatMap(({ moves }) => moves));
  const order = parts.toSorted((a, b) => b.moves.length - a.moves.length);
  const taken: Box[] = [];
  const shifts = new Map<string, Point>();
  for (const { key, boxes, moves } of order) {
    const by = moves.length > 0 ? middleMove(moves) : overall;
    const here = boxes.map((box) => moved(box, by));
    const ways = WAYS.map((way) => clearOf(here, taken, way));
    const on = ways.toSorted((a, b) => Math.abs(a.x + a.y) - Math.abs(b.x + b.y))[0] ?? { x: 0, y: 0 };
    taken.push(...here.map((box) => moved(box, on)));
    shifts.set(key, { x: by.x + on.x, y: by.y + on.y });
  }
  return shifts;
}

/** As most moved, so that most stay; of none: not at all. */
function middleMove(moves: readonly Point[]): Point {
  const most = (values: readonly number[]): number => {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(Math.round(value), (counts.get(Math.round(value)) ?? 0) + 1);
    return [...counts].toSorted(([a, n], [b, m]) => m - n || Math.abs(a) - Math.abs(b) || a - b)[0]?.[0] ?? 0;
  };
  return { x: most(moves.map(({ x }) => x)), y: most(moves.map(({ y }) => y)) };
}

/** Down first, where all ways are equally far. */
const WAYS: readonly Point[] = [
  { x: 0, y: 1 },
  { x: 1, y: 0 },
  { x: 0, y: -1 },
  { x: -1, y: 0 },
];

/** How far boxes must go one way, together, to be clear of all others. */
function clearOf(boxes: readonly Box[], others: readonly Box[], { x, y }: Point): Point {
  let far = 0;
  for (let more = 1; more > 0; far += more) {
    more = 0;
    for (const box of boxes) {
      const at = moved(box, { x: x * far, y: y * far });
      for (const other of others) if (isOn(at, other)) more = Math.max(more, beyond(at, other, { x, y }));
    }
  }
  return { x: x * far, y: y * far };
}

function isOn(box: Box, other: Box): boolean {
  return (
    box.x < other.x + other.w + CLEAR &&
    other.x < box.x + box.w + CLEAR &&
    box.y < other.y + other.h + CLEAR &&
    other.y < box.y + box.h + CLEAR
  );
}

function beyond(box: Box, other: Box, { x, y }: Point): number {
  if (y !== 0) return (y > 0 ? other.y + other.h - box.y : box.y + box.h - other.y) + BETWEEN;
  return (x > 0 ? other.x + other.w - box.x : box.x + box.w - other.x) + BETWEEN;
}

const boxes = new WeakMap<ElkGraph, ReadonlyMap<string, string>>();

/** Lines end at ports. */
function boxIn(graph: ElkGraph, port: string): string {
  let known = boxes.get(graph);
  if (!known) {
    known = new Map(graph.children.flatMap(({ id, ports }) => ports.map((one) => [one.id, id] as const)));
    boxes.set(graph, known);
  }
  return known.get(port) ?? port;
}

/** For each box the first of those that it hangs together with. */
function partsOf(graph: ElkGraph): (box: string) => string {
  const parent = new Map(graph.children.map(({ id }) => [id, id]));
  const rootOf = (id: string): string => {
    let root = id;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    parent.set(id, root);
    return root;
  };
  for (const { sources, targets } of graph.edges) {
    const [a, b] = [rootOf(boxIn(graph, sources[0] ?? '')), rootOf(boxIn(graph, targets[0] ?? ''))];
    if (a !== b) parent.set(b, a);
  }
  return rootOf;
}
