import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import type { ElkGraph } from './elk-graph.ts';
import type { Geometry } from './geometry.ts';
import { layered } from './layered.ts';
import { toSvg } from './svg.ts';
import { sheetOf } from './sheet.ts';
import type { Anchors } from './steady.ts';
import { CASES, diagramOf, largeCase, type TestCase } from './test-topologies.ts';

const elk = new Elk();
const place = (of: TestCase, before?: Anchors): Promise<Geometry> =>
  layered(diagramOf(of), async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph, undefined, before);

function without({ topology, denials }: TestCase, gone: string): TestCase {
  return {
    topology: { ...topology, endpoints: topology.endpoints.filter(({ name }) => name !== gone) },
    denials: denials.filter(({ from, to }) => from !== gone && to !== gone),
  };
}

/** How far each node that is in both is from where it was, least first. */
function movesBetween(before: Geometry, after: Geometry): readonly number[] {
  const keyOf = ({ node, copy }: Geometry['nodes'][number]): string => `${node.key} ${String(copy)}`;
  const was = new Map(before.nodes.map((placed) => [keyOf(placed), placed]));
  return after.nodes
    .flatMap((placed) => {
      const old = was.get(keyOf(placed));
      return old ? [Math.hypot(old.x - placed.x, old.y - placed.y)] : [];
    })
    .toSorted((a, b) => a - b);
}

const share = (moves: readonly number[], within: number): number =>
  moves.filter((move) => move <= within).length / moves.length;

/** A row of cards. */
const ROW = 60;

describe('a layout after a change', () => {
  const engine = largeCase(60, 12);
  const names = engine.topology.endpoints.flatMap(({ kind, name }) => (kind === 'container' ? [name] : []));
  const some = [3, 10, 17, 24, 38, 45, 59].flatMap((index) => names[index % names.length] ?? []);

  it.each(some)('moves nobody by more than a row when %s comes or goes', async (name) => {
    const [small, whole] = [without(engine, name), engine];
    for (const [one, other] of [
      [small, whole],
      [whole, small],
    ] as const) {
      const before = await place(one);
      const after = await place(other, before.anchors);
      const moves = movesBetween(before, after);
      expect(moves.at(-1)).toBeLessThanOrEqual(ROW);
      // Most do not move at all.
      expect(moves[Math.floor(moves.length / 3)]).toBeLessThan(1);
    }
  });

  it('of many parts leaves nearly all where they were', async () => {
    const whole = largeCase(120, 21);
    const moves: number[] = [];
    for (const name of ['team03-api-1', 'team07-db-1', 'team00-web-2', 'team05-cron-1']) {
      const before = await place(without(whole, name));
      moves.push(...movesBetween(before, await place(whole, before.anchors)));
    }
    expect(share(moves, 1)).toBeGreaterThan(0.9);
    expect(share(moves, ROW)).toBeGreaterThan(0.98);
  });

  it('puts none on another, and lets no compartment cover who is not in it', async () => {
    const whole = largeCase(120, 21);
    let before = await place(whole);
    let now = whole;
    for (const name of ['team03-api-1', 'edge-proxy-1', 'team00-web-2', 'team05-db-1']) {
      now = without(now, name);
      before = await place(now, before.anchors);
    }
    const { nodes, compartments } = await place(whole, before.anchors);
    const overlapping = nodes.filter((a, index) =>
      nodes.some(
        (b, other) => other > index && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
      ),
    );
    expect(overlapping.map(({ node }) => node.key)).toEqual([]);
    const covered = compartments.flatMap(({ compartment, rects }) =>
      nodes
        .filter(({ node }) => node.networks.length > 0 && !node.networks.includes(compartment.key))
        .filter(({ x, y, w, h }) => rects.some((r) => x < r.x + r.w && r.x < x + w && y < r.y + r.h && r.y < y + h))
        .map(({ node }) => `${compartment.key} covers ${node.key}`),
    );
    expect(covered).toEqual([]);
  });

  it('of nothing is where it was, and the same each time', async () => {
    const before = await place(engine);
    const [once, again] = [await place(engine, before.anchors), await place(engine, before.anchors)];
    expect(movesBetween(before, once).at(-1)).toBeLessThanOrEqual(ROW / 2);
    const diagram = diagramOf(engine);
    expect(toSvg(sheetOf(diagram, again), 'light')).toBe(toSvg(sheetOf(diagram, once), 'light'));
  });

  it('is made afresh where the picture is mostly another', async () => {
    const other = CASES['many-projects'];
    if (!other) throw new Error('no case');
    const { anchors } = await place(engine);
    expect(await place(other, anchors)).toEqual(await place(other));
  });
});
