import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { deny, sketch } from '../reachability/fixtures.ts';
import { collapse } from './collapse.ts';
import { toCsv } from './csv.ts';
import { toDot } from './dot.ts';
import { toDrawio } from './drawio.ts';
import type { Geometry } from './geometry.ts';
import { toJson } from './json.ts';
import type { ElkGraph } from './elk-graph.ts';
import { layered } from './layered.ts';
import { toMermaid } from './mermaid.ts';
import { fitText, plain, textWidth } from './metrics.ts';
import type { Diagram } from './model.ts';
import { outlineOf, outlinePath } from './outline.ts';
import { applyPins } from './pins.ts';
import { pathTo, reachFrom } from './reach.ts';
import { descriptionOf, sheetOf } from './sheet.ts';
import { toSvg } from './svg.ts';
import { CASES, diagramOf, HOSTILE, largeCase, type TestCase } from './test-topologies.ts';

const elk = new Elk();

function place(diagram: Diagram): Promise<Geometry> {
  return layered(diagram, async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph);
}

function caseOf(name: string): TestCase {
  const found = CASES[name];
  if (!found) throw new Error(`There is no case ${name}`);
  return found;
}

const lines = ({ edges }: Diagram): readonly string[] =>
  edges.map(({ what, from, to, both, cut, label }) =>
    [what, from, both ? '↔' : '→', to, cut ?? '', label].filter((part) => part !== '').join(' '),
  );

describe('golden files', () => {
  it.each(Object.keys(CASES))('%s is drawn as it was', async (name) => {
    const diagram = diagramOf(caseOf(name));
    const geometry = await place(diagram);
    const golden = (extension: string): string => `./golden/${name}.${extension}`;
    await expect(toSvg(sheetOf(diagram, geometry), 'auto')).toMatchFileSnapshot(golden('svg'));
    await expect(toDrawio(diagram, geometry)).toMatchFileSnapshot(golden('drawio'));
    await expect(toDot(diagram)).toMatchFileSnapshot(golden('dot'));
    await expect(toMermaid(diagram)).toMatchFileSnapshot(golden('mmd'));
    await expect(toJson(diagram)).toMatchFileSnapshot(golden('json'));
    await expect(toCsv(diagram)).toMatchFileSnapshot(golden('csv'));
  });

  it('gives the same bytes again, whatever ids the engine has chosen', async () => {
    const one = caseOf('three-tiers');
    const again: TestCase = {
      topology: {
        ...one.topology,
        endpoints: one.topology.endpoints.map((endpoint) =>
          endpoint.kind === 'container' ? { ...endpoint, id: `other-${endpoint.id}` } : endpoint,
        ),
      },
      denials: one.denials.map((denial) => ({
        ...denial,
        from: renamed(denial.from),
        to: renamed(denial.to),
      })),
    };
    const bytes = async (of: TestCase): Promise<string> => {
      const diagram = diagramOf(of);
      const geometry = await place(diagram);
      return [toSvg(sheetOf(diagram, geometry), 'light'), toDrawio(diagram, geometry), toJson(diagram)].join('\n');
    };
    expect(await bytes(again)).toBe(await bytes(one));
  });
});

function renamed(id: string): string {
  return ['host', 'lan', 'internet'].includes(id) ? id : `other-${id}`;
}

describe('lines of a diagram', () => {
  it('draws what compartments do not say', () => {
    expect(lines(diagramOf(caseOf('three-tiers')))).toEqual([
      'cut container:api → container:worker wanted',
      'cut container:db ↔ container:worker held',
      'cut container:proxy → internet held',
      'door lan → container:proxy',
    ]);
  });

  it('draws a compartment shut when most pairs are cut, with lines for those that are open', () => {
    const diagram = diagramOf(caseOf('guarded'));
    expect(diagram.compartments.map(({ key, shut }) => [key, shut])).toEqual([['pay', true]]);
    expect(lines(diagram)).toEqual([
      'door lan → container:gate',
      'open container:core → container:ledger',
      'open container:gate → container:core',
    ]);
  });

  it('marks an isolated container instead of drawing a bundle of cuts', () => {
    const diagram = diagramOf(caseOf('isolated'));
    expect(diagram.nodes.find(({ name }) => name === 'sick')?.marks).toEqual(['isolated']);
    expect(lines(diagram)).toEqual([]);
  });

  it('draws files that two share as a line and files that more share as a node', () => {
    expect(lines(diagramOf(caseOf('shared-files')))).toEqual([
      'volume container:a → container:b data',
      'volume container:c ↔ volume:volume many',
      'volume container:d ↔ volume:volume many',
      'volume volume:volume many → container:e',
    ]);
  });

  it('draws control of the engine to the machine, once', () => {
    expect(lines(diagramOf(caseOf('control')))).toEqual([
      'docker.sock container:agent → host docker.sock',
      'pid container:peek ↔ container:web shared processes',
      'privileged container:shell → host privileged',
      'stack container:sidecar ↔ container:web same network stack',
      'door host → container:web',
    ]);
  });

  it('says which ports are cut where not all are', () => {
    expect(lines(diagramOf(caseOf('links')))).toContain('cut container:app → container:db held tcp/22');
  });

  it('keeps to its scope, and says it', () => {
    const diagram = diagramOf(caseOf('project'));
    expect(diagram.nodes.map(({ key }) => key)).toEqual(['container:shop-db-1', 'container:shop-web-1', 'lan']);
    expect(diagram.scope).toBe('project shop');
  });
});

describe('cuts between compartments', () => {
  /** Each container in a network of its own; `count` of the pairs one way are cut, in the order of names. */
  function apart(size: number, count: number, both = false): Diagram {
    const names = Array.from({ length: size }, (_, index) => `c${String(index).padStart(2, '0')}`);
    const topology = sketch({ containers: Object.fromEntries(names.map((name) => [name, `net-${name}`])) });
    const pairs = names.flatMap((from, index) => names.slice(index + 1).map((to) => [from, to] as const));
    const denials = pairs.slice(0, count).flatMap(([from, to]) => [deny(from, to), ...(both ? [deny(to, from)] : [])]);
    return diagramOf({ topology, denials });
  }

  it.each([
    { what: 'as many as there is room for', drawn: apart(12, 60), cuts: 60, omitted: undefined },
    { what: 'one more', drawn: apart(12, 61), cuts: 60, omitted: 1 },
    { what: 'both ways, which is one line', drawn: apart(9, 36, true), cuts: 36, omitted: undefined },
    { what: 'far more', drawn: apart(40, 780, true), cuts: 60, omitted: 720 },
  ])('are drawn while there is room, and the rest is counted: $what', ({ drawn, cuts, omitted }) => {
    expect(drawn.edges.filter(({ what }) => what === 'cut')).toHaveLength(cuts);
    expect(drawn.omitted).toBe(omitted);
  });

  it('leave nobody without a line for being late in the alphabet', () => {
    const names = [...Array.from({ length: 12 }, (_, index) => `c${index}`), 'y', 'z'];
    const topology = sketch({ containers: Object.fromEntries(names.map((name) => [name, `net-${name}`])) });
    const early = names.slice(0, 12);
    const denials = early.flatMap((from, index) => early.slice(index + 1).map((to) => deny(from, to)));
    const { edges, omitted } = diagramOf({ topology, denials: [...denials, deny('y', 'z')] });
    expect(edges.map(({ from, to }) => `${from} ${to}`)).toContain('container:y container:z');
    expect(omitted).toBe(7);
  });

  it('are the same ones, in whatever order the denials come', () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const topology = sketch({ containers: Object.fromEntries(names.map((name) => [name, `net-${name}`])) });
    const denials = names.flatMap((from) => names.filter((to) => to !== from).map((to) => deny(from, to)));
    expect(diagramOf({ topology, denials: denials.toReversed() })).toEqual(diagramOf({ topology, denials }));
  });

  it('are said to be left out in every format', async () => {
    const diagram = apart(40, 66);
    const geometry = await place(diagram);
    const said = '+6 more cuts, not drawn';
    const picture = toSvg(sheetOf(diagram, geometry), 'light');
    expect(picture).toMatch(/>\+6 more cuts, not drawn<\/text>/);
    expect(descriptionOf(diagram)).toMatch(/\+6 more cuts, not drawn\.$/);
    for (const text of [picture, toDot(diagram), toMermaid(diagram), toDrawio(diagram, geometry)]) {
      expect(text).toContain(said);
    }
    expect(JSON.parse(toJson(diagram))).toMatchObject({ omitted: 6 });
  });
});

describe('a layout', () => {
  it('lets no compartment cover who is not in it', async () => {
    for (const one of [caseOf('three-tiers'), caseOf('many-networks'), largeCase(40, 9)]) {
      const { compartments, nodes } = await place(diagramOf(one));
      const wrong = compartments.flatMap(({ compartment, rects }) =>
        nodes
          .filter(({ node }) => node.networks.length > 0 && !node.networks.includes(compartment.key))
          .filter(({ x, y, w, h }) => rects.some((r) => x < r.x + r.w && r.x < x + w && y < r.y + r.h && r.y < y + h))
          .map(({ node }) => `${compartment.key} covers ${node.key}`),
      );
      expect(wrong).toEqual([]);
    }
  });

  it('puts every node and every line in its place, and none on another', async () => {
    const diagram = diagramOf(largeCase(120, 21));
    const { nodes, edges } = await place(diagram);
    expect(edges.map(({ edge }) => edge.key).toSorted()).toEqual(diagram.edges.map(({ key }) => key).toSorted());
    const overlapping = nodes.filter((a, index) =>
      nodes.some(
        (b, other) => other > index && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
      ),
    );
    expect(overlapping).toEqual([]);
  });

  it('moves what was dragged, with its lines and the hull of its network', async () => {
    const geometry = await place(diagramOf(caseOf('three-tiers')));
    const moved = applyPins(geometry, new Map([['container:db', { x: 200, y: 100 }]]));
    const at = (of: Geometry): number => of.nodes.find(({ node }) => node.name === 'db')?.x ?? 0;
    expect(at(moved) - at(geometry)).toBe(200);
    const rects = (of: Geometry): number =>
      of.compartments.find(({ compartment }) => compartment.key === 'back')?.rects.length ?? 0;
    expect(rects(moved)).toBe(rects(geometry) + 3);
  });
});

describe('hostile names', () => {
  it.each(HOSTILE)('%j breaks no markup', async (name) => {
    const topology = sketch({ containers: { [name]: 'net', other: 'net' } });
    const diagram = diagramOf({ topology, denials: [deny(name, 'other')] });
    const svg = toSvg(sheetOf(diagram, await place(diagram)), 'light');
    expect(svg).not.toMatch(/<script|<!--|<!\[CDATA|\]\]>/);
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
    expect(
      toMermaid(diagram)
        .split('\n')
        .filter((line) => /^\s*subgraph/.test(line)),
    ).toHaveLength(1);
    expect(
      toDot(diagram)
        .replaceAll(/"(\\.|[^"\\])*"/g, 'S')
        .split('\n'),
    ).toContain('    n0 [label=S];');
    expect(
      toCsv(diagram)
        .split('\n')
        .filter((line) => /^[=+@-]/.test(line)),
    ).toEqual([]);
  });
});

describe('folding', () => {
  it('makes one node of a project, and one line of several', () => {
    const diagram = diagramOf(caseOf('many-projects'));
    const folded = collapse(diagram, { projects: new Set(['p1']), networks: new Set() }, () => true);
    expect(folded.nodes.filter(({ project }) => project === 'p1')).toMatchObject([{ key: 'project:p1', holds: 2 }]);
    expect(folded.edges.filter(({ to }) => to === 'project:p1')).toHaveLength(1);
    expect(folded.nodes).toHaveLength(diagram.nodes.length - 1);
  });

  it('folds those who are in one network alone', () => {
    const diagram = diagramOf(caseOf('three-tiers'));
    const { nodes } = collapse(diagram, { projects: new Set(), networks: new Set(['back']) }, () => true);
    expect(nodes.map(({ key }) => key)).toEqual([
      'container:api',
      'network:back',
      'container:proxy',
      'lan',
      'internet',
    ]);
  });
});

describe('reach', () => {
  // 0 → 1 → 2, 3 rules the engine, 4 is outside and passes to everybody.
  const passing = new Set(['0>1', '1>2', '2>4', '4>3']);
  const world = {
    size: 6,
    passes: (from: number, to: number) => passing.has(`${from}>${to}`),
    rules: (index: number) => index === 3,
    isInside: (index: number) => index !== 4,
  };

  it('is followed over hops, but not through the places outside', () => {
    const reach = reachFrom(0, world);
    expect(reach.hops).toEqual([0, 1, 2, -1, 3, -1]);
    expect(pathTo(reach, 4)).toEqual([0, 1, 2, 4]);
    expect(pathTo(reach, 3)).toEqual([]);
  });

  it('is everybody for who rules the engine', () => {
    const reach = reachFrom(3, world);
    expect(reach.hops).toEqual([1, 1, 1, 0, 1, 1]);
    expect(reach.byControl).toEqual([true, true, true, false, true, true]);
  });
});

describe('an outline', () => {
  it('joins boxes that touch, and keeps those apart that do not', () => {
    const a = { x: 0, y: 0, w: 10, h: 10 };
    expect(outlineOf([a, { x: 10, y: 4, w: 10, h: 2 }])).toHaveLength(1);
    expect(outlineOf([a, { x: 30, y: 0, w: 5, h: 5 }])).toHaveLength(2);
    expect(outlineOf([a])[0]).toEqual([
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 10 },
      { x: 0, y: 10 },
    ]);
    expect(outlinePath([a], 2)).toBe('M 0 2 Q 0 0 2 0 L 8 0 Q 10 0 10 2 L 10 8 Q 10 10 8 10 L 2 10 Q 0 10 0 8 Z');
  });
});

describe('texts', () => {
  it('are cut in the middle to the room there is', () => {
    const short = fitText('a-very-long-name-of-a-container-1', 100, 12);
    expect(short).toMatch(/^a-.*….*-1$/);
    expect(textWidth(short, 12)).toBeLessThanOrEqual(100);
    expect(fitText('web', 100, 12)).toBe('web');
  });

  it('show what would turn or end a line', () => {
    expect(plain('a\nb\u202Ec\ud800')).toBe('a\uFFFDb\uFFFDc\uFFFD');
    expect(plain('🐳 中文 שלום')).toBe('🐳 中文 שלום');
  });
});
