/**
 * The layered layout: from the outside at the left, by doors, to what is farthest from it.
 *
 * ELK places blocks and leads the lines between them; what is inside of a block, `blocks.ts` has placed.  ELK itself is
 * handed in: it runs in a worker of the page and directly in the command line.
 */
import { blocksOf, factsOf, type Block } from './blocks.ts';
import { cardOf, ENGLISH, type DiagramWords } from './cards.ts';
import {
  box,
  MANY_BOXES,
  OPTIONS,
  pointsOf,
  QUICK,
  type ElkBox,
  type ElkEdge,
  type ElkGraph,
  type RunElk,
} from './elk-graph.ts';
import {
  moved,
  type Box,
  type Geometry,
  type PlacedCompartment,
  type PlacedEdge,
  type PlacedNode,
  type Point,
} from './geometry.ts';
import { PASSAGE, passageRects } from './passages.ts';
import { middleOf, tidy } from './polyline.ts';
import { hinted, isKnown, steady, type Anchors } from './steady.ts';
import { textWidth } from './metrics.ts';
import { isZoneKind, type Diagram, type DiagramEdge, type DiagramNode } from './model.ts';

/** A compartment of more blocks than this has no passages: its name at each block says that it goes on. */
const MOST_PASSAGES = 8;
/** A place outside with lines into more unconnected parts than this is drawn once for each. */
const MOST_SHARED = 3;
const NO_ANCHORS: Anchors = new Map();
export const LABEL_ROOM = 130;

/** Places everything; the same diagram gives the same geometry, and so does the same with the same `before`. */
export async function layered(
  diagram: Drawn,
  run: RunElk,
  words: DiagramWords = ENGLISH,
  before: Anchors = NO_ANCHORS,
): Promise<Geometry> {
  const plan = planOf(diagram, words);
  const options = plan.boxes.length > MANY_BOXES ? { ...OPTIONS, ...QUICK } : OPTIONS;
  const graph = { id: 'root', layoutOptions: options, children: plan.boxes, edges: plan.elkEdges };
  if (!isKnown(graph, before)) return read(diagram, plan, await run(graph), words);
  return read(diagram, plan, steady(await run(hinted(graph, before)), before), words);
}

/** What of a diagram has a place. */
export type Drawn = Pick<Diagram, 'nodes' | 'compartments' | 'edges'>;

interface Plan {
  readonly blocks: readonly Block[];
  readonly boxes: ElkBox[];
  readonly elkEdges: ElkEdge[];
  /** Lines that ELK leads: which stub at each end, and whether ELK has them the other way round. */
  readonly lines: ReadonlyMap<string, Line>;
  readonly passages: readonly {
    readonly id: string;
    readonly compartment: string;
    readonly from: Block;
    readonly to: Block;
  }[];
  readonly loose: readonly { readonly id: string; readonly node: DiagramNode; readonly copy: number }[];
}

interface End {
  readonly box: string;
  readonly stub: readonly Point[];
}

interface Line {
  readonly edge: DiagramEdge;
  readonly source: End;
  readonly target: End;
  readonly isReversed: boolean;
}

function planOf(diagram: Drawn, words: DiagramWords): Plan {
  const blocks = blocksOf(diagram, words);
  const blockOf = new Map(blocks.flatMap((block) => block.nodes.map(({ key }) => [key, block] as const)));
  const outer = diagram.edges.filter(({ from, to }) => !blockOf.has(from) || blockOf.get(from) !== blockOf.get(to));
  const near = neighbours(blocks, outer, blockOf);
  const rank = ranksOf(blocks, near, outer, blockOf);
  const links = passagesOf(diagram, blocks, rank);
  const parts = partsOf(blocks, near);
  const loose = looseOf(diagram, outer, blockOf, parts);
  const boxes = new Map<string, ElkBox>();
  for (const block of blocks) {
    boxes.set(block.key, box(block.key, block.w, block.h));
  }
  for (const { id, node } of loose) {
    const { w, h } = cardOf(node, words);
    boxes.set(id, box(id, w, h, isZoneKind(node.kind) ? { 'elk.layered.layering.layerConstraint': 'FIRST' } : {}));
  }
  const boxFor = (key: string, other: string): string => {
    const block = blockOf.get(key);
    if (block) return block.key;
    const mine = loose.filter(({ node }) => node.key === key);
    const part = parts.get(blockOf.get(other)?.key ?? '') ?? 0;
    return (mine.find(({ copy }) => copy === part) ?? mine[0])?.id ?? '';
  };
  const rankOf = (id: string): number => rank.get(id) ?? (id.startsWith('loose volume') ? Number.MAX_SAFE_INTEGER : -1);
  const sided = outer.map((edge) => {
    const [a, b] = [boxFor(edge.from, edge.to), boxFor(edge.to, edge.from)];
    const isReversed = rankOf(a) > rankOf(b);
    return { edge, isReversed, source: isReversed ? b : a, target: isReversed ? a : b };
  });
  const seats = seatsOf(sided.map(({ edge, isReversed }) => ({ edge, isReversed })));
  const lines = new Map<string, Line>();
  const elkEdges: ElkEdge[] = [];
  for (const { edge, isReversed, source, target } of sided) {
    const [sourceKey, targetKey] = isReversed ? [edge.to, edge.from] : [edge.from, edge.to];
    const from = endOf(blockOf.get(sourceKey), boxes.get(source), sourceKey, 'east', seats, edge);
    const to = endOf(blockOf.get(targetKey), boxes.get(target), targetKey, 'west', seats, edge);
    lines.set(edge.key, { edge, isReversed, source: { box: source, stub: from }, target: { box: target, stub: to } });
    elkEdges.push({
      id: `line ${edge.key}`,
      sources: [portAt(boxes.get(source), `out ${edge.key}`, from, 'EAST')],
      targets: [portAt(boxes.get(target), `in ${edge.key}`, to, 'WEST')],
      ...labelOf(edge),
    });
  }
  const passages = links.map(({ compartment, hub, block }) => {
    const [from, to] = (rank.get(hub.key) ?? 0) <= (rank.get(block.key) ?? 0) ? [hub, block] : [block, hub];
    const id = `passage ${compartment} ${from.key} ${to.key}`;
    elkEdges.push({
      id,
      sources: [framePort(boxes.get(from.key), from, compartment, 'EAST')],
      targets: [framePort(boxes.get(to.key), to, compartment, 'WEST')],
      layoutOptions: { 'elk.edge.thickness': String(PASSAGE), 'elk.layered.priority.straightness': '10' },
    });
    return { id, compartment, from, to };
  });
  const order = [...boxes.values()].toSorted((a, b) => rankOf(a.id) - rankOf(b.id));
  return { blocks, boxes: order, elkEdges, lines, passages, loose };
}

interface Link {
  readonly compartment: string;
  readonly hub: Block;
  readonly block: Block;
}

/** The blocks of a compartment hang on the one nearest to the outside, of equals on the largest. */
function passagesOf(diagram: Drawn, blocks: readonly Block[], rank: Ranks): readonly Link[] {
  const level = ({ key }: Block): number => Math.floor(rank.get(key) ?? 0);
  return diagram.compartments.flatMap(({ key }) => {
    const mine = blocks.filter(({ networks }) => networks.includes(key));
    if (mine.length > MOST_PASSAGES + 1) return [];
    const hub = mine.toSorted(
      (a, b) =>
        level(a) - level(b) ||
        b.nodes.length - a.nodes.length ||
        Number(b.networks.length === 1) - Number(a.networks.length === 1),
    )[0];
    return hub ? mine.filter((block) => block !== hub).map((block) => ({ compartment: key, hub, block })) : [];
  });
}

type Near = ReadonlyMap<string, ReadonlySet<string>>;
type Ranks = ReadonlyMap<string, number>;

/** Which blocks hang together without the places outside: block key → number of its part. */
function partsOf(blocks: readonly Block[], near: Near): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  let count = 0;
  for (const { key } of blocks) {
    if (parts.has(key)) continue;
    const waiting = [key];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (parts.has(next)) continue;
      parts.set(next, count);
      waiting.push(...(near.get(next) ?? []));
    }
    count += 1;
  }
  return parts;
}

function neighbours(
  blocks: readonly Block[],
  outer: readonly DiagramEdge[],
  blockOf: ReadonlyMap<string, Block>,
): Near {
  const near = new Map<string, Set<string>>();
  const join = (a: string, b: string): void => {
    for (const [one, other] of [[a, b] as const, [b, a] as const]) {
      const known = near.get(one);
      if (known) known.add(other);
      else near.set(one, new Set([other]));
    }
  };
  const byNetwork = new Map<string, Block[]>();
  for (const block of blocks) for (const network of block.networks) push(byNetwork, network, block);
  for (const members of byNetwork.values()) {
    if (members.length > MOST_PASSAGES + 1) continue;
    for (const a of members) for (const b of members) if (a !== b) join(a.key, b.key);
  }
  // Files that several share join those who share them.
  const end = (key: string): string | undefined =>
    blockOf.get(key)?.key ?? (key.startsWith('volume:') ? key : undefined);
  for (const { from, to } of outer) {
    const [a, b] = [end(from), end(to)];
    if (a !== undefined && b !== undefined) join(a, b);
  }
  return near;
}

/** What is in no compartment: places outside, perhaps once for each part they lead to, and files. */
function looseOf(
  diagram: Drawn,
  outer: readonly DiagramEdge[],
  blockOf: ReadonlyMap<string, Block>,
  parts: ReadonlyMap<string, number>,
): Plan['loose'] {
  return diagram.nodes
    .filter(({ networks }) => networks.length === 0)
    .flatMap((node) => {
      if (!isZoneKind(node.kind)) return [{ id: `loose ${node.key}`, node, copy: 0 }];
      const met = outer.flatMap(({ from, to }) => {
        const other = from === node.key ? to : to === node.key ? from : null;
        return other === null ? [] : [parts.get(blockOf.get(other)?.key ?? '') ?? 0];
      });
      const copies = [...new Set(met)].toSorted((a, b) => a - b);
      const many = copies.length > MOST_SHARED ? copies : copies.slice(0, 1);
      return (many.length > 0 ? many : [0]).map((copy) => ({ id: `loose ${node.key} ${copy}`, node, copy }));
    });
}

/** How many steps a block is away from a door. */
function ranksOf(
  blocks: readonly Block[],
  near: Near,
  outer: readonly DiagramEdge[],
  blockOf: ReadonlyMap<string, Block>,
): Ranks {
  const order = new Map(blocks.map(({ key }, index) => [key, index]));
  const doors = outer.filter(({ what }) => what === 'door').flatMap(({ to }) => blockOf.get(to)?.key ?? []);
  const best = (keys: readonly string[]): string[] =>
    [...keys].toSorted((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  const busiest = blocks.toSorted((a, b) => b.networks.length - a.networks.length || b.nodes.length - a.nodes.length);
  const rank = new Map<string, number>();
  let step = 0;
  const walk = (first: readonly string[]): void => {
    let level = best([...new Set(first)].filter((key) => !rank.has(key)));
    // A whole number per level, a fraction per place: no two are equal.
    for (; level.length > 0; step += 1) {
      level.forEach((key, index) => rank.set(key, step + index / 10_000));
      level = best([...new Set(level.flatMap((key) => [...(near.get(key) ?? [])]))].filter((key) => !rank.has(key)));
    }
  };
  // Blocks with more doors come first.
  const counts = new Map<string, number>();
  for (const key of doors) counts.set(key, (counts.get(key) ?? 0) + 1);
  walk([...counts.keys()]);
  for (const { key } of busiest) walk([key]);
  return rank;
}

/** Lines that leave one card at one side get a seat each. */
function seatsOf(
  sided: readonly { readonly edge: DiagramEdge; readonly isReversed: boolean }[],
): ReadonlyMap<string, readonly string[]> {
  const seats = new Map<string, string[]>();
  for (const { edge, isReversed } of sided) {
    const [source, target] = isReversed ? [edge.to, edge.from] : [edge.from, edge.to];
    for (const key of [`east ${source}`, `west ${target}`]) {
      const known = seats.get(key);
      if (known) known.push(edge.key);
      else seats.set(key, [edge.key]);
    }
  }
  return seats;
}

function endOf(
  block: Block | undefined,
  elk: ElkBox | undefined,
  key: string,
  side: 'west' | 'east',
  seats: ReadonlyMap<string, readonly string[]>,
  edge: DiagramEdge,
): readonly Point[] {
  const mine = seats.get(`${side} ${key}`) ?? [];
  if (block) return block.stub(key, side, mine.indexOf(edge.key), mine.length);
  const x = side === 'west' ? 0 : (elk?.width ?? 0);
  // Lines of one kind leave a place outside together.
  return [{ x, y: (elk?.height ?? 0) / 2 }];
}

function portAt(elk: ElkBox | undefined, name: string, stub: readonly Point[], side: 'EAST' | 'WEST'): string {
  const at = stub.at(-1) ?? { x: 0, y: 0 };
  const id = `${elk?.id ?? ''} ${name}`;
  elk?.ports.push({ id, x: at.x, y: at.y, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
  return id;
}

function framePort(elk: ElkBox | undefined, block: Block, compartment: string, side: 'EAST' | 'WEST'): string {
  const id = `${block.key} frame ${side} ${compartment}`;
  const frame = block.frames.find((one) => one.compartment === compartment);
  if (elk && frame && !elk.ports.some((port) => port.id === id)) {
    const x = side === 'WEST' ? 0 : block.w;
    elk.ports.push({ id, x, y: frame.lineY, width: 0, height: 0, layoutOptions: { 'elk.port.side': side } });
  }
  return id;
}

/** Room for what stands in the middle of a line. */
function labelOf({ label, cut }: DiagramEdge): Pick<ElkEdge, 'labels'> {
  if (label === '' && cut === undefined) return {};
  const width = (label === '' ? 0 : Math.min(textWidth(label, 10), LABEL_ROOM) + 14) + (cut === undefined ? 0 : 26);
  return { labels: [{ text: ' ', width, height: 18, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }] };
}

function read(diagram: Drawn, plan: Plan, answer: ElkGraph, words: DiagramWords): Geometry {
  const at = new Map<string, Box>(
    answer.children.map(({ id, x = 0, y = 0, width, height }) => [id, { x, y, w: width, h: height }]),
  );
  const routes = new Map(answer.edges.map((edge) => [edge.id, edge]));
  const nodes: PlacedNode[] = plan.loose.map(({ id, node, copy }) => ({
    ...(at.get(id) ?? NOWHERE),
    node,
    card: cardOf(node, words),
    copy,
  }));
  const rects = new Map<string, Box[]>();
  const labels = new Map<string, PlacedCompartment['labels'][number][]>();
  const edges: PlacedEdge[] = [];
  for (const block of plan.blocks) {
    const origin = at.get(block.key) ?? NOWHERE;
    for (const node of block.nodes) {
      const card = block.cards.get(node.key);
      if (card) nodes.push({ ...moved(card, origin), node, card: card.card, copy: 0 });
    }
    for (const frame of block.frames) {
      push(rects, frame.compartment, moved(frame, origin));
      const { x, y } = moved(frame, origin);
      const isMain =
        block.networks.length === 1 ||
        !plan.blocks.some((one) => one !== block && one.networks.length === 1 && one.networks[0] === frame.compartment);
      push(labels, frame.compartment, { x: x + 11, y: y + frame.line / 2 + 4, room: frame.w - 22, main: isMain });
    }
    for (const edge of diagram.edges) {
      const line = block.inner.get(edge.key);
      if (line)
        edges.push({
          edge,
          points: line.points.map((point) => moved(point, origin)),
          middle: moved(line.middle, origin),
        });
    }
  }
  for (const [key, line] of plan.lines) edges.push(lineOf(line, routes.get(`line ${key}`), at));
  for (const { id, compartment, from, to } of plan.passages) {
    for (const part of passageRects(pointsOf(routes.get(id)), from, to, compartment)) push(rects, compartment, part);
  }
  const compartments = diagram.compartments.map((compartment, index) => ({
    compartment,
    facts: factsOf(compartment, words),
    hue: index % 8,
    rects: rects.get(compartment.key) ?? [],
    labels: labels.get(compartment.key) ?? [],
  }));
  return { width: answer.width ?? 0, height: answer.height ?? 0, nodes, compartments, edges, anchors: at };
}

const NOWHERE: Box = { x: 0, y: 0, w: 0, h: 0 };

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function lineOf(
  { edge, source, target, isReversed }: Line,
  route: ElkEdge | undefined,
  at: ReadonlyMap<string, Box>,
): PlacedEdge {
  const [from, to] = [at.get(source.box) ?? NOWHERE, at.get(target.box) ?? NOWHERE];
  const points = tidy([
    ...source.stub.map((point) => moved(point, from)),
    ...pointsOf(route),
    ...target.stub.toReversed().map((point) => moved(point, to)),
  ]);
  const label = route?.labels?.[0];
  const middle =
    label?.x !== undefined && label.y !== undefined
      ? { x: label.x + label.width / 2, y: label.y + label.height / 2 }
      : middleOf(points);
  return { edge, points: isReversed ? points.toReversed() : points, middle };
}
