/**
 * Blocks: nodes that are in the same compartments stand together in one box, with a frame for each compartment.
 *
 * A compartment is then the frames of its blocks and the passages between them, and never covers who is not in it.
 */
import { cardOf, type Card, type DiagramWords } from './cards.ts';
import type { Box, Point } from './geometry.ts';
import { fitText, plain, textWidth } from './metrics.ts';
import type { Compartment, Diagram, DiagramEdge, DiagramNode } from './model.ts';

export interface Frame extends Box {
  readonly compartment: string;
  /** The middle of its line of text, from where passages lead on. */
  readonly lineY: number;
  readonly line: number;
}

/** All in the block's own coordinates. */
export interface Block {
  readonly key: string;
  /** Outermost first. */
  readonly networks: readonly string[];
  readonly nodes: readonly DiagramNode[];
  readonly w: number;
  readonly h: number;
  readonly frames: readonly Frame[];
  readonly cards: ReadonlyMap<string, Box & { readonly card: Card }>;
  /** From a card's side to the block's border, at height `lane` of `of` lines that leave there. */
  readonly stub: (key: string, side: 'west' | 'east', lane: number, of: number) => readonly Point[];
  /** Lines between two cards of the block. */
  readonly inner: ReadonlyMap<string, InnerLine>;
}

export interface InnerLine {
  readonly points: readonly Point[];
  readonly middle: Point;
}

export const LABEL_SIZE = 11;
const ROW_GAP = 12;
const COLUMN_GAP = 30;
/** Room at the right for a line between two cards. */
const LANE = 12;

export function blocksOf(
  diagram: Pick<Diagram, 'nodes' | 'edges' | 'compartments'>,
  words: DiagramWords,
): readonly Block[] {
  const sizes = new Map<string, number>();
  for (const { networks } of diagram.nodes) for (const key of networks) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  const byKey = new Map(diagram.compartments.map((one) => [one.key, one]));
  const groups = new Map<string, DiagramNode[]>();
  for (const node of diagram.nodes) {
    if (node.networks.length === 0) continue;
    const key = JSON.stringify(node.networks);
    const members = groups.get(key);
    if (members) members.push(node);
    else groups.set(key, [node]);
  }
  return [...groups].map(([key, nodes]) => {
    // The largest is around the others; of equals the first by name.
    const networks = (nodes[0]?.networks ?? []).toSorted((a, b) => (sizes.get(b) ?? 0) - (sizes.get(a) ?? 0));
    return blockOf(key, networks, nodes, diagram.edges, byKey, words);
  });
}

function blockOf(
  key: string,
  networks: readonly string[],
  nodes: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
  compartments: ReadonlyMap<string, Compartment>,
  words: DiagramWords,
): Block {
  const ring = networks.length > 4 ? 5 : 9;
  const line = networks.length > 4 ? 19 : 25;
  const cards = nodes.map((node) => ({ key: node.key, card: cardOf(node, words) }));
  const own = new Set(nodes.map((node) => node.key));
  const within = edges.filter(({ from, to }) => own.has(from) && own.has(to));
  const columns = columnsFor(nodes.length, within.length);
  const grid = gridOf(cards, columns);
  const labels = columns === 1 ? Math.max(0, ...within.map(({ label }) => Math.min(textWidth(label, 10), 120))) : 0;
  const lanes =
    columns === 1 ? within.length * LANE + labels + (labels > 0 ? 8 : 0) : Math.min(within.length, 1) * LANE;
  const left = ring * networks.length + 7;
  const top = line * networks.length + 5;
  const names = networks.map((name, index) => {
    const compartment = compartments.get(name);
    const title = fitText(plain(compartment?.name ?? name), 190, LABEL_SIZE, 600);
    const facts = compartment && networks.length === 1 ? factsOf(compartment, words) : '';
    const more = facts === '' ? 0 : textWidth(facts, 10) + 16;
    return textWidth(title, LABEL_SIZE, 600) + more + 26 + 2 * ring * index;
  });
  const w = Math.ceil(Math.max(left * 2 + grid.w + lanes, ...names));
  const h = Math.ceil(top + grid.h + left);
  const frames = networks.map((compartment, index): Frame => ({
    compartment,
    x: ring * index,
    y: line * index,
    w: w - 2 * ring * index,
    h: h - line * index - ring * index,
    lineY: line * index + line - 6,
    line,
  }));
  const shift = (w - left * 2 - lanes - grid.w) / 2;
  const boxes = new Map<string, Box & { readonly card: Card }>();
  for (const [name, box] of grid.boxes)
    boxes.set(name, { ...box, x: box.x + left + Math.max(0, shift), y: box.y + top });
  return {
    key,
    networks,
    nodes,
    w,
    h,
    frames,
    cards: boxes,
    stub: (name, side, lane, of) => stubOf({ boxes, grid, w, top }, name, side, lane, of),
    inner: innerLines(within, boxes, grid, top),
  };
}

/** What is good to know of a compartment, beside its name. */
export function factsOf({ driver, internal, subnets, shut }: Compartment, words: DiagramWords): string {
  const parts = [
    shut ? words.shut : '',
    internal ? words.internal : '',
    driver !== 'bridge' && driver !== 'host' && driver !== 'none' ? plain(driver) : '',
    plain(subnets[0] ?? ''),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function columnsFor(count: number, within: number): number {
  if (count <= (within > 0 ? 9 : 6)) return 1;
  if (count <= 14) return 2;
  return count <= 36 ? 3 : Math.ceil(Math.sqrt(count / 2.5));
}

interface Grid {
  readonly w: number;
  readonly h: number;
  readonly columns: number;
  readonly boxes: ReadonlyMap<string, Box & { readonly card: Card }>;
  /** By key. */
  readonly place: ReadonlyMap<string, { readonly column: number; readonly row: number }>;
  readonly bottoms: readonly number[];
}

/** Row by row; cards of one column are equally wide. */
function gridOf(cards: readonly { readonly key: string; readonly card: Card }[], columns: number): Grid {
  const widths: number[] = Array.from({ length: columns }, () => 0);
  const heights: number[] = [];
  cards.forEach(({ card }, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    widths[column] = Math.max(widths[column] ?? 0, card.w);
    heights[row] = Math.max(heights[row] ?? 0, card.h);
  });
  const lefts = widths.map((_, column) => sum(widths.slice(0, column)) + column * COLUMN_GAP);
  const tops = heights.map((_, row) => sum(heights.slice(0, row)) + row * ROW_GAP);
  const boxes = new Map<string, Box & { readonly card: Card }>();
  const place = new Map<string, { column: number; row: number }>();
  cards.forEach(({ key, card }, index) => {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    place.set(key, { column, row });
    boxes.set(key, { x: lefts[column] ?? 0, y: tops[row] ?? 0, w: widths[column] ?? 0, h: card.h, card });
  });
  return {
    w: sum(widths) + (columns - 1) * COLUMN_GAP,
    h: sum(heights) + Math.max(0, heights.length - 1) * ROW_GAP,
    columns,
    boxes,
    place,
    bottoms: heights.map((height, row) => (tops[row] ?? 0) + height),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

interface Inside {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly grid: Grid;
  readonly w: number;
  readonly top: number;
}

function stubOf(
  { boxes, grid, w, top }: Inside,
  key: string,
  side: 'west' | 'east',
  lane: number,
  of: number,
): readonly Point[] {
  const box = boxes.get(key);
  const place = grid.place.get(key);
  if (!box || !place) return [];
  const y = box.y + spread(box.h, lane, of);
  const isWest = side === 'west';
  const edge = isWest ? 0 : w;
  const at = isWest ? box.x : box.x + box.w;
  const isOuter = isWest ? place.column === 0 : place.column === grid.columns - 1 || isLast(grid, place);
  if (isOuter)
    return [
      { x: at, y },
      { x: edge, y },
    ];
  // Out by the gap below its row, behind no other card.
  const gutter = isWest ? box.x - COLUMN_GAP / 2 : box.x + box.w + COLUMN_GAP / 2;
  const below = top + (grid.bottoms[place.row] ?? 0) + ROW_GAP / 2;
  return [
    { x: at, y },
    { x: gutter, y },
    { x: gutter, y: below },
    { x: edge, y: below },
  ];
}

/** Nobody stands at its right in the last row. */
function isLast(grid: Grid, { column, row }: { readonly column: number; readonly row: number }): boolean {
  return ![...grid.place.values()].some((other) => other.row === row && other.column > column);
}

function spread(height: number, lane: number, of: number): number {
  const step = Math.min(10, (height - 14) / Math.max(of, 1));
  return height / 2 + (lane - (of - 1) / 2) * step;
}

function innerLines(
  within: readonly DiagramEdge[],
  boxes: ReadonlyMap<string, Box>,
  grid: Grid,
  top: number,
): ReadonlyMap<string, InnerLine> {
  const lines = new Map<string, InnerLine>();
  const used = new Map<string, number>();
  const seat = (key: string): number => {
    const count = used.get(key) ?? 0;
    used.set(key, count + 1);
    return count;
  };
  within.forEach((edge, index) => {
    const [a, b] = [boxes.get(edge.from), boxes.get(edge.to)];
    const [placeA, placeB] = [grid.place.get(edge.from), grid.place.get(edge.to)];
    if (!a || !b || !placeA || !placeB) return;
    const ya = a.y + seatY(a.h, seat(edge.from));
    const yb = b.y + seatY(b.h, seat(edge.to));
    const start = { x: a.x + a.w, y: ya };
    const end = { x: b.x + b.w, y: yb };
    if (placeA.column === placeB.column) {
      const x = Math.max(start.x, end.x) + (grid.columns === 1 ? LANE * (index + 1) : COLUMN_GAP / 2);
      // Its label begins at the line, so that it covers no card.
      const label =
        edge.label === '' || edge.cut !== undefined || grid.columns > 1 ? 0 : Math.min(textWidth(edge.label, 10), 120);
      lines.set(edge.key, {
        points: [start, { x, y: ya }, { x, y: yb }, end],
        middle: { x: x + label / 2, y: (ya + yb) / 2 },
      });
      return;
    }
    const [gutterA, gutterB] = [start.x + COLUMN_GAP / 2, end.x + COLUMN_GAP / 2];
    const below = top + (grid.bottoms[Math.min(placeA.row, placeB.row)] ?? 0) + ROW_GAP / 2;
    lines.set(edge.key, {
      points: [
        start,
        { x: gutterA, y: ya },
        { x: gutterA, y: below },
        { x: gutterB, y: below },
        { x: gutterB, y: yb },
        end,
      ],
      middle: { x: (gutterA + gutterB) / 2, y: below },
    });
  });
  return lines;
}

function seatY(height: number, seat: number): number {
  const places = [0.5, 0.72, 0.28, 0.86, 0.14];
  return height * (places[seat % places.length] ?? 0.5);
}
