/** The force layout: networks pull their members together, everything else apart. */
import {
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type Simulation,
  type SimulationNodeDatum,
} from 'd3-force';
import { factsOf } from '../../../../shared/diagram/blocks.ts';
import { cardOf, type Card, type DiagramWords } from '../../../../shared/diagram/cards.ts';
import type { Geometry, PlacedNode, Point } from '../../../../shared/diagram/geometry.ts';
import type { Drawn } from '../../../../shared/diagram/layered.ts';
import { isZoneKind, type DiagramNode } from '../../../../shared/diagram/model.ts';
import { roundedPath } from '../../../../shared/diagram/outline.ts';
import { straight } from '../../../../shared/diagram/pins.ts';

interface Body extends SimulationNodeDatum {
  readonly key: string;
  readonly node: DiagramNode | null;
  readonly card: Card | null;
  readonly radius: number;
}

export interface Force {
  /** Moves everything on a little; false when it has come to rest. */
  tick(): boolean;
  geometry(): Geometry;
  /** Holds a node where it is put; null lets it go. */
  pin(key: string, at: Point | null): void;
}

/** @param before where nodes were, by key: they begin there, so that little moves after a change */
export function createForce(
  diagram: Drawn,
  words: DiagramWords,
  before: ReadonlyMap<string, Point>,
  pins: ReadonlyMap<string, Point>,
): Force {
  const known = diagram.nodes.filter(({ key }) => before.has(key)).length;
  const bodies: Body[] = [
    ...diagram.nodes.map((node, index): Body => {
      const card = cardOf(node, words);
      const pin = pins.get(node.key);
      const at = pin ?? before.get(node.key) ?? spiral(index);
      const radius = Math.hypot(card.w, card.h) / 2;
      return { key: node.key, node, card, radius, ...at, ...(pin ? { fx: pin.x, fy: pin.y } : {}) };
    }),
    ...diagram.compartments.map(({ key }, index): Body => {
      const at = before.get(`net ${key}`) ?? spiral(index * 7);
      return { key: `net ${key}`, node: null, card: null, radius: 4, ...at };
    }),
  ];
  const byKey = new Map(bodies.map((body) => [body.key, body]));
  const links = [
    ...diagram.nodes.flatMap(({ key, networks }) =>
      networks.map((network) => ({ source: key, target: `net ${network}`, length: 110, strength: 0.5 })),
    ),
    ...diagram.edges.map(({ from, to, cut }) => ({
      source: from,
      target: to,
      length: 240,
      strength: cut === undefined ? 0.08 : 0.01,
    })),
  ];
  const simulation: Simulation<Body, undefined> = forceSimulation(bodies)
    .force(
      'link',
      forceLink<Body, (typeof links)[number] & { source: string | Body; target: string | Body }>(links)
        .id(({ key }) => key)
        .distance(({ length }) => length)
        .strength(({ strength }) => strength),
    )
    .force(
      'apart',
      forceManyBody<Body>()
        .strength((body) => (body.node === null ? -900 : -420))
        .distanceMax(1400),
    )
    .force('collide', forceCollide<Body>(({ radius }) => radius + 8).iterations(2))
    .force(
      'x',
      forceX<Body>((body) => (body.node && isZoneKind(body.node.kind) ? -900 : 0)).strength((body) =>
        body.node && isZoneKind(body.node.kind) ? 0.3 : 0.03,
      ),
    )
    .force('y', forceY<Body>(0).strength(0.045))
    .stop();
  // What was there already has its place: only what is new still looks for one.
  if (known > 0 && known >= diagram.nodes.length * 0.5) simulation.alpha(0.15);
  return {
    tick: () => {
      simulation.tick();
      return simulation.alpha() > 0.02;
    },
    pin: (key, at) => {
      const body = byKey.get(key);
      if (!body) return;
      body.fx = at?.x ?? null;
      body.fy = at?.y ?? null;
      simulation.alpha(Math.max(simulation.alpha(), 0.2));
    },
    geometry: () => geometryOf(diagram, words, byKey),
  };
}

/** Positions of everything, to begin from the next time. */
export function placesOf(geometry: Geometry): ReadonlyMap<string, Point> {
  return new Map(geometry.nodes.map(({ node, x, y, w, h }) => [node.key, { x: x + w / 2, y: y + h / 2 }]));
}

function spiral(index: number): Point {
  const [radius, angle] = [60 * Math.sqrt(index + 0.5), index * 2.399963];
  return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
}

function geometryOf(diagram: Drawn, words: DiagramWords, byKey: ReadonlyMap<string, Body>): Geometry {
  const nodes = diagram.nodes.flatMap((node): PlacedNode[] => {
    const body = byKey.get(node.key);
    if (!body?.card) return [];
    const { w, h } = body.card;
    return [{ node, card: body.card, copy: 0, x: (body.x ?? 0) - w / 2, y: (body.y ?? 0) - h / 2, w, h }];
  });
  const at = new Map(nodes.map((placed) => [placed.node.key, placed]));
  const compartments = diagram.compartments.map((compartment, index) => {
    const members = nodes.filter(({ node }) => node.networks.includes(compartment.key));
    const hull = hullOf(members);
    const top = members.toSorted((a, b) => a.y - b.y)[0] ?? { x: 0, y: 0, w: 0 };
    return {
      compartment,
      facts: factsOf(compartment, words),
      hue: index % 8,
      rects: members,
      outline: roundedPath(hull, 26, true),
      labels: [{ x: top.x - 8, y: top.y - ABOVE + 19, room: top.w + 30, main: true }],
    };
  });
  const edges = diagram.edges.flatMap((edge) => {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    return from && to ? [straight({ edge }, from, to)] : [];
  });
  return { width: 0, height: 0, nodes, compartments, edges };
}

const AROUND = 22;
const ABOVE = 34;

/** The convex hull of the members with room around (Andrew's monotone chain). */
function hullOf(boxes: readonly PlacedNode[]): readonly Point[] {
  const points = boxes
    .flatMap(({ x, y, w, h }) => [
      { x: x - AROUND, y: y - ABOVE },
      { x: x + w + AROUND, y: y - ABOVE },
      { x: x - AROUND, y: y + h + AROUND },
      { x: x + w + AROUND, y: y + h + AROUND },
    ])
    .toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const [a, b] = [chain.at(-2), chain.at(-1)];
        if (!a || !b || (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    chain.pop();
    return chain;
  };
  return [...half(points), ...half(points.toReversed())];
}
