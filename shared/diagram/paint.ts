/** From geometry to shapes: the look of a diagram, the same in every format and on screen. */
import { chipTop, CARD_LEFT, CHIP_HEIGHT, CHIP_SIZE, SUB_SIZE, TITLE_SIZE, type Card } from './cards.ts';
import { LABEL_SIZE } from './blocks.ts';
import type { Geometry, PlacedCompartment, PlacedEdge, PlacedNode, Point } from './geometry.ts';
import { fitText, plain, textWidth } from './metrics.ts';
import { doorText, hopsText, isZoneKind, type Compartment, type DiagramEdge, type DiagramNode } from './model.ts';
import { distance, outlinePath, roundedPath } from './outline.ts';
import {
  num,
  type GroupShape,
  type Hue,
  type Ink,
  type PathShape,
  type Shape,
  type TextShape,
  type Weight,
} from './shapes.ts';

export interface LineStyle {
  readonly ink: Ink;
  readonly soft: Ink;
  readonly width: number;
  readonly dash: readonly number[];
}

/** Compartments first, lines above them, nodes above those. */
export function paintGeometry({ compartments, nodes, edges }: Geometry): readonly GroupShape[] {
  // Where it is about who gets where, lines are the ground that is told on.
  const isFaint = nodes.some(({ node }) => node.hops !== undefined);
  const ground = (group: GroupShape): GroupShape => (isFaint ? { ...group, faint: true } : group);
  return [
    ...compartments.map(paintCompartment),
    ...edges.map((edge) => ground(paintLine(edge))),
    ...nodes.map(paintNode),
    // What they say is not: the line would strike it through.
    ...edges.flatMap(paintMiddle),
  ];
}

export function hueOf(hue: number): Hue {
  return (hue % 8) as Hue;
}

export function paintCompartment({ compartment, facts, hue, rects, labels, outline }: PlacedCompartment): GroupShape {
  const at = hueOf(hue);
  const shapes: Shape[] = [];
  if (rects.length > 0 || outline !== undefined) {
    shapes.push({
      kind: 'path',
      d: outline ?? outlinePath(rects, 11),
      ...hullStyle(compartment, at),
    });
  }
  for (const { x, y, room, main } of labels)
    shapes.push(...labelShapes(compartment, main ? facts : '', { x, y, room }, nameInk(compartment, at)));
  return { kind: 'group', role: 'compartment', key: compartment.key, title: compartmentTitle(compartment), shapes };
}

/** In a diagram that is compared, colour is for what differs. */
export function hullStyle(
  { kind, shut, difference }: Compartment,
  hue: Hue,
): Pick<PathShape, 'fill' | 'stroke' | 'width' | 'dash'> {
  const dash = kind === 'network' ? {} : { dash: [5, 4] };
  if (difference === undefined) return { fill: `tint-${hue}`, stroke: `rim-${hue}`, width: shut ? 2.4 : 1.4, ...dash };
  if (difference === 'same') return { fill: 'tint-7', stroke: 'rim-7', width: shut ? 2.4 : 1.2, ...dash };
  const marked = { fill: `${difference}-soft`, stroke: difference, width: 2.4, ...dash } as const;
  return difference === 'went' ? { ...marked, dash: GONE } : marked;
}

export function nameInk({ difference }: Compartment, hue: Hue): Ink {
  if (difference === undefined) return `hue-${hue}`;
  return difference === 'same' ? 'quiet' : difference;
}

/** Of what is there no more. */
const GONE: readonly number[] = [9, 3, 2, 3];

function labelShapes(
  compartment: Compartment,
  facts: string,
  { x, y, room }: { readonly x: number; readonly y: number; readonly room: number },
  ink: Ink,
): Shape[] {
  const name = fitText(plain(compartment.name), Math.min(room, 200), LABEL_SIZE, 600);
  const shapes: Shape[] = [text(name, x, y, LABEL_SIZE, 600, ink)];
  const used = textWidth(name, LABEL_SIZE, 600) + 8;
  const rest = room - used;
  if (facts !== '' && rest > 60) {
    const said = fitText(facts, rest, 10);
    shapes.push(text(said, x + room, y, 10, 400, 'quiet', 'end'));
  }
  return shapes;
}

export function compartmentTitle(compartment: Compartment): string {
  const { name, driver, internal, subnets, shut, kind } = compartment;
  if (kind !== 'network') return plain(name);
  const facts = [driver, internal ? 'internal: no way out' : '', shut ? 'shut inside' : '', ...subnets];
  return `network ${plain(name)}: ${facts
    .filter((fact) => fact !== '')
    .map(plain)
    .join(', ')}`;
}

export function paintNode({ node, card, x, y, w, h }: PlacedNode): GroupShape {
  const shapes = isZoneKind(node.kind) ? zoneShapes(node, card, x, y, w, h) : cardShapes(node, card, x, y, w, h);
  const faint = node.hops === Infinity;
  const pale = !node.up && !faint;
  return {
    kind: 'group',
    role: 'node',
    key: node.key,
    title: nodeTitle(node),
    shapes,
    ...(pale ? { pale } : {}),
    ...(faint ? { faint } : {}),
  };
}

export function nodeTitle(node: DiagramNode): string {
  const parts = [
    isZoneKind(node.kind) || node.kind === 'volume' ? '' : plain(node.image),
    plain(node.state),
    ...node.doors.map((door) => `published ${doorText(door)}`),
    ...node.marks,
    hopsText(node),
    ...(node.changes ?? []).map(plain),
  ];
  return [
    `${node.kind === 'container' ? '' : `${node.kind} `}${plain(node.name)}`,
    ...parts.filter((one) => one !== ''),
  ].join(', ');
}

function zoneShapes(node: DiagramNode, card: Card, x: number, y: number, w: number, h: number): Shape[] {
  const shapes: Shape[] = [{ kind: 'rect', x, y, w, h, r: Math.min(h / 2, 17), fill: 'zone' }];
  const middle = y + (card.subtitle === '' ? h / 2 + 4.5 : h / 2 - 1.5);
  shapes.push(
    ...zoneSign(node.kind, x + 13, y + h / 2),
    text(card.title, x + CARD_LEFT + 6, middle, TITLE_SIZE, 600, 'zone-ink'),
  );
  if (card.subtitle !== '') shapes.push(text(card.subtitle, x + CARD_LEFT + 6, middle + 13, SUB_SIZE, 400, 'zone-ink'));
  return shapes;
}

/** A globe, a house of machines, a machine: drawn, so that no font is needed for it. */
function zoneSign(kind: DiagramNode['kind'], x: number, y: number): Shape[] {
  const line = { kind: 'path', stroke: 'zone-ink', width: 1.3 } as const;
  const at = (dx: number, dy: number): string => `${num(x + dx)} ${num(y + dy)}`;
  if (kind === 'internet') {
    return [
      { ...line, d: circle(x + 3, y, 6) },
      {
        ...line,
        d: `M ${at(3, -6)} C ${at(-1, -3)} ${at(-1, 3)} ${at(3, 6)} C ${at(7, 3)} ${at(7, -3)} ${at(3, -6)} M ${at(-3, 0)} L ${at(9, 0)}`,
      },
    ];
  }
  if (kind === 'lan') {
    return [
      {
        ...line,
        d: `M ${at(0, -6)} L ${at(6, -6)} L ${at(6, -1.5)} L ${at(0, -1.5)} Z M ${at(3, -1.5)} L ${at(3, 2)} M ${at(-2, 2)} L ${at(8, 2)} M ${at(-2, 2)} L ${at(-2, 5.5)} M ${at(8, 2)} L ${at(8, 5.5)}`,
      },
    ];
  }
  return [
    {
      ...line,
      d: `M ${at(-3, -6)} L ${at(9, -6)} L ${at(9, -0.8)} L ${at(-3, -0.8)} Z M ${at(-3, 0.8)} L ${at(9, 0.8)} L ${at(9, 6)} L ${at(-3, 6)} Z M ${at(0, -3.4)} L ${at(2, -3.4)} M ${at(0, 3.4)} L ${at(2, 3.4)}`,
    },
  ];
}

export function circle(x: number, y: number, r: number): string {
  const k = r * 0.5523;
  const p = (dx: number, dy: number): string => `${num(x + dx)} ${num(y + dy)}`;
  return `M ${p(r, 0)} C ${p(r, k)} ${p(k, r)} ${p(0, r)} C ${p(-k, r)} ${p(-r, k)} ${p(-r, 0)} C ${p(-r, -k)} ${p(-k, -r)} ${p(0, -r)} C ${p(k, -r)} ${p(r, -k)} ${p(r, 0)} Z`;
}

function cardShapes(node: DiagramNode, card: Card, x: number, y: number, w: number, h: number): Shape[] {
  const isVolume = node.kind === 'volume';
  const isolated = node.marks.includes('isolated');
  const shapes: Shape[] = [];
  const isStack = node.kind === 'service' || node.holds !== undefined;
  if (isStack)
    shapes.push({ kind: 'rect', x: x + 3, y: y + 3, w, h, r: 7, fill: 'card', stroke: 'card-line', width: 1 });
  shapes.push({
    kind: 'rect',
    x,
    y,
    w,
    h,
    r: isVolume ? 12 : 7,
    fill: isVolume ? 'data-soft' : 'card',
    stroke: isolated || node.hops === 0 ? 'cut' : isVolume ? 'data' : 'card-line',
    width: isolated || node.hops === 0 ? 2 : 1.1,
    ...(node.up ? {} : { dash: [4, 3] }),
    ...cardDifference(node),
  });
  const first = y + (card.subtitle === '' ? 21 : 18);
  if (isVolume) {
    shapes.push({ kind: 'path', d: cylinder(x + 13, y + h / 2), stroke: 'data', width: 1.3 });
  } else {
    shapes.push({
      kind: 'path',
      d: circle(x + 13, first - 4, 3.6),
      ...(node.up ? { fill: 'up' } : {}),
      stroke: node.up ? 'up' : 'quiet',
      width: 1.3,
    });
  }
  shapes.push(text(card.title, x + CARD_LEFT, first, TITLE_SIZE, 600, 'ink'));
  if (card.subtitle !== '') shapes.push(text(card.subtitle, x + CARD_LEFT, first + 14, SUB_SIZE, 400, 'quiet'));
  card.chips.forEach((chip, index) => {
    const top = y + chipTop(card, index);
    shapes.push({ kind: 'rect', x: x + 10, y: top, w: chip.w, h: CHIP_HEIGHT, r: 4, fill: chip.soft });
    if (chip.isDoor)
      shapes.push({ kind: 'path', d: door(x + 16, top + CHIP_HEIGHT / 2), stroke: chip.ink, width: 1.2 });
    shapes.push(text(chip.text, x + (chip.isDoor ? 28 : 17), top + 11.6, CHIP_SIZE, 600, chip.ink));
  });
  return shapes;
}

function cardDifference({ difference = 'same' }: DiagramNode): Pick<PathShape, 'fill' | 'stroke' | 'width' | 'dash'> {
  if (difference === 'same') return {};
  const marked = { fill: `${difference}-soft`, stroke: difference, width: 2.2 } as const;
  return difference === 'went' ? { ...marked, dash: GONE } : marked;
}

function door(x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${num(x + dx)} ${num(y + dy)}`;
  return `M ${at(1, 5)} L ${at(1, -5)} L ${at(7, -5)} L ${at(7, 5)} M ${at(-1, 5)} L ${at(9, 5)} M ${at(5, 0)} L ${at(5.2, 0)}`;
}

function cylinder(x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${num(x + dx)} ${num(y + dy)}`;
  return `M ${at(-5, -4)} C ${at(-5, -7)} ${at(5, -7)} ${at(5, -4)} C ${at(5, -1)} ${at(-5, -1)} ${at(-5, -4)} L ${at(-5, 4)} C ${at(-5, 7)} ${at(5, 7)} ${at(5, 4)} L ${at(5, -4)}`;
}

type Styled = Pick<DiagramEdge, 'kind' | 'what' | 'cut' | 'difference'>;

/** In a diagram that is compared the pattern tells the kind, and the colour what differs. */
export function styleOf(edge: Styled): LineStyle {
  const plainly = plainStyle(edge);
  const { difference } = edge;
  if (difference === undefined) return plainly;
  if (difference === 'same') return { ...plainly, ink: 'quiet', soft: 'page' };
  return {
    ink: difference,
    soft: `${difference}-soft`,
    width: plainly.width + 0.8,
    dash: difference === 'went' ? GONE : plainly.dash,
  };
}

function plainStyle({ kind, what, cut }: Styled): LineStyle {
  if (cut === 'wanted') return { ink: 'wanted', soft: 'wanted-soft', width: 1.6, dash: [7, 4] };
  if (cut === 'engine') return { ink: 'quiet', soft: 'page', width: 1.4, dash: [] };
  if (cut === 'held') return { ink: 'cut', soft: 'cut-soft', width: 1.6, dash: [] };
  if (kind === 'data') return { ink: 'data', soft: 'data-soft', width: 1.8, dash: [2, 4] };
  if (kind === 'control') return { ink: 'control', soft: 'control-soft', width: 1.8, dash: [9, 4] };
  if (kind === 'name') return { ink: 'name', soft: 'page', width: 1.3, dash: [4, 3] };
  if (what === 'part') return { ink: 'cut', soft: 'cut-soft', width: 1.4, dash: [3, 3] };
  return { ink: 'accent', soft: 'accent-soft', width: what === 'door' ? 1.6 : 1.4, dash: [] };
}

export function edgeTitle({ kind, what, from, to, both, cut, label }: DiagramEdge): string {
  const arrow = both ? '↔' : '→';
  const state = cut === undefined ? '' : cut === 'wanted' ? ', should be cut and is not yet' : ', cut';
  return plain(
    `${what === 'door' ? 'way in' : `${kind}: ${what}`} ${from} ${arrow} ${to}${label === '' ? '' : ` (${label})`}${state}`,
  );
}

function paintLine({ edge, points, middle }: PlacedEdge): GroupShape {
  const { ink, width, dash } = styleOf(edge);
  const line = { kind: 'path', stroke: ink, width, ...(dash.length > 0 ? { dash } : {}) } as const;
  const shapes: Shape[] =
    edge.cut === undefined
      ? [{ ...line, d: roundedPath(points, 7) }]
      : gapped(points, middle).map((part) => ({ ...line, d: roundedPath(part, 7) }));
  const [end, start] = [arrow(points.at(-2), points.at(-1)), arrow(points[1], points[0])];
  if (end !== null) shapes.push({ kind: 'path', d: end, fill: ink });
  if (edge.both && start !== null) shapes.push({ kind: 'path', d: start, fill: ink });
  return { kind: 'group', role: 'edge', key: edge.key, title: edgeTitle(edge), shapes };
}

/** The same line in two, with a gap where it is cut. */
function gapped(points: readonly Point[], middle: Point): readonly (readonly Point[])[] {
  const index = points.findIndex((point, at) => {
    const next = points[at + 1];
    return next !== undefined && isBetween(point, next, middle);
  });
  const [a, b] = [points[index], points[index + 1]];
  if (!a || !b) return [points];
  const length = distance(a, b);
  if (length < 12) return [points];
  const on = (from: Point, to: Point, by: number): Point => ({
    x: from.x + ((to.x - from.x) * by) / length,
    y: from.y + ((to.y - from.y) * by) / length,
  });
  const before = distance(a, middle);
  return [
    [...points.slice(0, index + 1), on(a, b, Math.max(0, before - 4))],
    [on(a, b, Math.min(length, before + 4)), ...points.slice(index + 1)],
  ];
}

function isBetween(a: Point, b: Point, at: Point): boolean {
  return Math.abs(distance(a, at) + distance(at, b) - distance(a, b)) < 1;
}

function arrow(from: Point | undefined, tip: Point | undefined): string | null {
  if (!from || !tip) return null;
  const length = distance(from, tip);
  if (length < 1) return null;
  const [ux, uy] = [(tip.x - from.x) / length, (tip.y - from.y) / length];
  const point = (back: number, out: number): string =>
    `${num(tip.x - ux * back - uy * out)} ${num(tip.y - uy * back + ux * out)}`;
  return `M ${num(tip.x)} ${num(tip.y)} L ${point(8, 3.6)} L ${point(8, -3.6)} Z`;
}

/** The bulkhead in a line that is cut, and what a line is about. */
function paintMiddle({ edge, points, middle }: PlacedEdge): readonly GroupShape[] {
  const { ink, soft } = styleOf(edge);
  const shapes: Shape[] = [];
  const said = edge.label === '' ? '' : fitText(plain(edge.label), 130, 10, 600);
  const room = said === '' ? 0 : textWidth(said, 10, 600) + 12;
  const spot = edge.cut === undefined ? middle : spotOn(points, middle);
  if (edge.cut !== undefined) shapes.push(...bulkhead(points, spot, ink));
  if (said !== '') {
    const isUpright = directionAt(points, spot) === 'y';
    const x = edge.cut === undefined ? spot.x - room / 2 : spot.x + (isUpright ? 12 : 8);
    const y = edge.cut === undefined || isUpright ? spot.y - 8 : spot.y + 8;
    shapes.push(
      { kind: 'rect', x, y, w: room, h: 16, r: 4, fill: soft, stroke: ink, width: 0.8 },
      text(said, x + room / 2, y + 11.6, 10, 600, ink, 'middle'),
    );
  }
  return shapes.length === 0 ? [] : [{ kind: 'group', role: 'edge', key: edge.key, title: edgeTitle(edge), shapes }];
}

/** Labels are placed beside a line sometimes; a cut is on it. */
function spotOn(points: readonly Point[], near: Point): Point {
  let best = points[0] ?? near;
  let least = Infinity;
  points.forEach((a, index) => {
    const b = points[index + 1];
    if (!b) return;
    const length = distance(a, b);
    const along =
      length === 0
        ? 0
        : Math.min(1, Math.max(0, ((near.x - a.x) * (b.x - a.x) + (near.y - a.y) * (b.y - a.y)) / length ** 2));
    const point = { x: a.x + (b.x - a.x) * along, y: a.y + (b.y - a.y) * along };
    const away = distance(point, near);
    if (away < least - 0.01) {
      least = away;
      best = point;
    }
  });
  return best;
}

function directionAt(points: readonly Point[], at: Point): 'x' | 'y' {
  const index = points.findIndex((point, i) => {
    const next = points[i + 1];
    return next !== undefined && isBetween(point, next, at);
  });
  const [a, b] = [points[index], points[index + 1]];
  return a && b && Math.abs(a.x - b.x) < Math.abs(a.y - b.y) ? 'y' : 'x';
}

/** Two walls across the line. */
function bulkhead(points: readonly Point[], { x, y }: Point, ink: Ink): Shape[] {
  const isUpright = directionAt(points, { x, y }) === 'y';
  const wall = (by: number): string =>
    isUpright
      ? `M ${num(x - 7)} ${num(y + by)} L ${num(x + 7)} ${num(y + by)}`
      : `M ${num(x + by)} ${num(y - 7)} L ${num(x + by)} ${num(y + 7)}`;
  return [{ kind: 'path', d: `${wall(-2.6)} ${wall(2.6)}`, stroke: ink, width: 2.4 }];
}

export function text(
  said: string,
  x: number,
  y: number,
  size: number,
  weight: Weight,
  fill: Ink,
  anchor: 'start' | 'middle' | 'end' = 'start',
): TextShape {
  return { kind: 'text', x, y, text: said, size, weight, fill, anchor };
}
