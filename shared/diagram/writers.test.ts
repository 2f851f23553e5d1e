import { createRequire } from 'node:module';
import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { sketch } from '../reachability/fixtures.ts';
import { evaluate } from '../reachability/index.ts';
import { toDot } from './dot.ts';
import { toDrawio } from './drawio.ts';
import type { ElkGraph } from './elk-graph.ts';
import type { Geometry } from './geometry.ts';
import { layered } from './layered.ts';
import { toMermaid } from './mermaid.ts';
import type { Diagram } from './model.ts';
import { descriptionOf } from './sheet.ts';
import { shownDiagram, type Shown } from './shown.ts';
import { CASES, diagramOf, type TestCase } from './test-topologies.ts';

const elk = new Elk();

/** What Mermaid itself reads Markdown with. */
const { marked } = (await import(
  createRequire(createRequire(import.meta.url).resolve('mermaid')).resolve('marked')
)) as { readonly marked: { lexer(text: string): readonly { readonly type: string }[] } };

function place(diagram: Diagram): Promise<Geometry> {
  return layered(diagram, async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph);
}

function shown(one: TestCase | undefined, how: Shown): Diagram {
  if (!one) throw new Error('no case');
  return shownDiagram(diagramOf(one), evaluate(one.topology, one.denials), how);
}

/** What stands in the quotes of a Mermaid file, line by line. */
function labelsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"/g)].flatMap(([, label = '']) => label.split('<br>'));
}

/** What a browser makes of the numbers that Mermaid leaves in a label. */
function readBack(label: string): string {
  return label.replaceAll(/#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
}

/** Spaces that do not break look like others. */
function seen(label: string): string {
  return readBack(label).replaceAll('\u00A0', ' ');
}

describe('Mermaid', () => {
  // Each is something else than text to a reader of Markdown, by CommonMark or GitHub's additions to it.
  const names = [
    '+ added',
    '- removed',
    '* star',
    '1. first',
    '10) tenth',
    '# head',
    '> quote',
    '---',
    '_leaning_',
    '__bold__',
    '    indented',
    '  - deep',
    'see https://example.com/x',
    'www.example.com',
    'me@example.com',
  ];

  it.each(names)('has no Markdown in %j, and all of its characters', (name) => {
    const topology = sketch({ containers: { [name]: 'net', other: 'net' } });
    const labels = labelsOf(toMermaid(diagramOf({ topology, denials: [] })));
    const label = labels.find((one) => seen(one) === name);
    expect(label).toBeDefined();
    expect(label).not.toMatch(/^\s|^[-+*>]|^#\s|^\d+[.)]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|:\/\/|www\.|@/u);
  });

  it.each(names.slice(0, 5).concat('    indented', '  - deep'))(
    'has no list and no code in %j for versions that turn the numbers back before they read Markdown',
    (name) => {
      const topology = sketch({ containers: { [name]: 'net', other: 'net' } });
      const labels = labelsOf(toMermaid(diagramOf({ topology, denials: [] })));
      const blocks = marked.lexer(labels.map(readBack).join('<br>'));
      expect(labels.map(seen)).toContain(name);
      for (const label of labels) expect(marked.lexer(readBack(label)).map(({ type }) => type)).toEqual(['paragraph']);
      expect(blocks.map(({ type }) => type)).toEqual(['paragraph']);
    },
  );

  it('leaves names as they are where they are plain', () => {
    const topology = sketch({
      containers: { 'shop_api-1': { on: 'shop_default', image: 'registry.example:5000/shop/api:2.4.1' } },
    });
    const labels = labelsOf(toMermaid(diagramOf({ topology, denials: [] })));
    expect(labels).toEqual(
      expect.arrayContaining(['shop_api-1', 'registry.example:5000/shop/api:2.4.1', 'shop_default · 10.0.1.0/24']),
    );
  });
});

describe('draw.io', () => {
  it('says of a network that it is shut inside', async () => {
    const diagram = shown(CASES['guarded'], {});
    const names = toDrawio(diagram, await place(diagram))
      .split('\n')
      .filter((line) => line.includes('id="network-0-name-'));
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/label="pay {2}shut inside {2}10\.0\.1\.0\/24"/);
  });
});

describe('what is folded', () => {
  it('says how many endpoints it holds, in every format', async () => {
    const folded = { projects: new Set(['p1']), networks: new Set(['p2_default']) };
    const diagram = shown(CASES['many-projects'], { folded });
    expect(toMermaid(diagram)).toContain('("p1<br>2 endpoints<br>');
    expect(toDot(diagram)).toContain('label="p1\\n2 endpoints\\n');
    expect(toDrawio(diagram, await place(diagram))).toContain('label="p1&#10;2 endpoints&#10;');
    expect(toMermaid(diagram)).toContain('("p2_default<br>2 endpoints<br>');
  });
});

describe('the description of a reach', () => {
  const topology = sketch({
    networks: { left: { internal: true }, right: { internal: true } },
    containers: {
      web: { on: 'left', project: 'shop' },
      api: { on: 'left right', project: 'shop' },
      db: { on: 'right', project: 'shop' },
      lone: { on: 'none', project: 'shop' },
    },
  });
  const focusOf = (name: string): string => topology.endpoints.find((one) => one.name === name)?.id ?? '';

  it('says in one sentence who is reached, in how many hops, and who is not', () => {
    const said = descriptionOf(shown({ topology, denials: [] }, { focus: focusOf('web') }));
    const reached = said.split('. ')[0] ?? '';
    expect(reached).toBe(
      'An intruder in web gets to 3 endpoints: in 1 hop api, host; in 2 hops db; out of reach are lone, lan, internet',
    );
  });

  it('says so where nobody is reached', () => {
    const said = descriptionOf(shown({ topology, denials: [] }, { focus: focusOf('lone') }));
    expect(said).toMatch(/^An intruder in lone gets to no other endpoint\. /);
  });

  it('is of everybody in the scope, whatever is folded', () => {
    const folded = { projects: new Set(['shop']), networks: new Set<string>() };
    const said = descriptionOf(shown({ topology, denials: [] }, { focus: focusOf('web'), folded }));
    expect(said).toContain('An intruder in web gets to 3 endpoints: in 1 hop api, host; in 2 hops db; ');
  });
});
