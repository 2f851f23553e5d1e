import Elk from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { toDot } from '../diagram/dot.ts';
import { toDrawio } from '../diagram/drawio.ts';
import type { ElkGraph } from '../diagram/elk-graph.ts';
import type { Geometry } from '../diagram/geometry.ts';
import { toJson } from '../diagram/json.ts';
import { layered } from '../diagram/layered.ts';
import { toMermaid } from '../diagram/mermaid.ts';
import { SIGNS, type Diagram } from '../diagram/model.ts';
import { styleOf } from '../diagram/paint.ts';
import { sheetOf } from '../diagram/sheet.ts';
import { toSvg } from '../diagram/svg.ts';
import { CASES, diagramOf, MOMENTS } from '../diagram/test-topologies.ts';
import { deny, sketch } from '../reachability/fixtures.ts';
import { comparedDiagram, comparisonNotes } from './compared.ts';
import { packRecorded, unpackRecorded } from './packed.ts';
import { readRecorded } from './read-recorded.ts';

const elk = new Elk();
const place = (diagram: Diagram): Promise<Geometry> =>
  layered(diagram, async (graph) => (await elk.layout(graph as never)) as unknown as ElkGraph);

const before = readRecorded('before', toJson(diagramOf(MOMENTS.before)));
const now = diagramOf(MOMENTS.after);
const compared = comparedDiagram(before, now);

describe('a diagram that is compared', () => {
  it('has what came, went and changed, each with its sign', () => {
    expect(
      compared.nodes.filter(({ difference }) => difference !== 'same').map(({ name, changes }) => [name, changes]),
    ).toEqual([
      ['~ api', ['+ back']],
      ['~ cache', ['running → exited']],
      ['+ met-→ "rics"', undefined],
      ['~ proxy', ['nginx:1.28 → nginx:1.29', '+ 443 → 443']],
      ['− agent', undefined],
      ['− legacy', undefined],
    ]);
    expect(compared.compartments.map(({ name }) => name)).toEqual(['~ back', '+ fresh', 'front', '− old']);
    expect(
      compared.edges
        .filter(({ difference }) => difference !== 'same')
        .map(({ what, from, to, label }) => [what, from, to, label]),
    ).toEqual([
      ['docker.sock', 'container:met-→ "rics"', 'host', '+ docker.sock'],
      ['cut', 'container:worker', 'container:db', '~ tcp/22 → all'],
      ['cut', 'container:writer', 'container:proxy', '+'],
      ['volume', 'container:agent', 'container:writer', '− notes'],
      ['cut', 'container:cache', 'container:db', '−'],
      ['door', 'lan', 'container:legacy', '−'],
    ]);
  });

  it('says it in sum, and line by line', () => {
    expect(compared.compared?.summary).toMatch(/^\d+ added, \d+ removed, \d+ changed, \d+ pairs with another verdict$/);
    expect(compared.compared?.lines).toContain('- container:legacy');
    expect(compared.compared?.lines).toContain('~ container:cache: running → exited');
  });

  it('draws a pair whose verdict alone is another', () => {
    const record = readRecorded('one', toJson(diagramOf({ ...MOMENTS.before, denials: [] })));
    const verdicts = new Map(record.verdicts);
    for (const [pair] of verdicts) if (pair === '["container:worker","container:db"]') verdicts.set(pair, 'blocked');
    const { edges } = comparedDiagram({ ...record, verdicts }, diagramOf({ ...MOMENTS.before, denials: [] }));
    expect(edges.filter(({ difference }) => difference !== 'same')).toMatchObject([
      { what: 'verdict', from: 'container:worker', to: 'container:db', label: '~ blocked → open' },
    ]);
  });

  it('is the diagram as it is where nothing changed', () => {
    const same = comparedDiagram(readRecorded('now', toJson(now)), now);
    const all = [...same.nodes, ...same.compartments, ...same.edges];
    expect(new Set(all.map(({ difference }) => difference))).toEqual(new Set(['same']));
    expect(same.nodes.map(({ key, name }) => [key, name])).toEqual(now.nodes.map(({ key, name }) => [key, name]));
    expect(same.compared).toEqual({ summary: 'nothing changed', lines: [] });
  });

  it('says where the two are not of the same', () => {
    expect(comparisonNotes(before, now)).toEqual([]);
    const project = CASES['project'];
    if (!project) throw new Error('no case');
    const part = diagramOf(project);
    expect(comparisonNotes(before, part)).toEqual([
      expect.stringMatching(/kept export is of everything, this one of project shop:/),
    ]);
    expect(comparisonNotes(readRecorded('part', toJson(part)), now)).toEqual([
      expect.stringMatching(/kept export is of project shop, this one of everything:/),
    ]);
    const other = { ...part, scope: 'project till', engine: { ...part.engine, name: 'far\u202e' } };
    expect(comparisonNotes(readRecorded('part', toJson(part)), other)).toEqual([
      expect.stringMatching(/of the engine “engine”, this one of “far\?”:/),
      expect.stringMatching(/kept export is of project shop, this one of project till:/),
    ]);
    const matrix = readRecorded('matrix', '{"version":1,"endpoints":[],"cells":[]}');
    expect(comparisonNotes(matrix, now)).toEqual([]);
    expect(comparisonNotes(matrix, part)).toEqual([
      expect.stringMatching(/does not say.*this export is of project shop:/),
    ]);
  });

  it('takes a cut that was one of too many for no change', () => {
    const names = Array.from({ length: 12 }, (_, at) => `c${String(at).padStart(2, '0')}`);
    // Each in a network of its own, where only the machine's ports lead from one to the other.
    const topology = sketch({
      containers: Object.fromEntries(
        names.map((name, at) => [name, { on: `net${name}`, publish: [`${String(8000 + at)}:80`] }]),
      ),
    });
    const all = names.flatMap((from) => names.filter((to) => to !== from).map((to) => deny(from, to)));
    const less = all.filter(({ from, to }) => !(from === 'c00' && to === 'c01') && !(from === 'c01' && to === 'c00'));
    const [many, fewer] = [diagramOf({ topology, denials: all }), diagramOf({ topology, denials: less })];
    expect([many.omitted, fewer.omitted]).toEqual([6, 5]);
    const changed = (was: Diagram, is: Diagram): unknown[] =>
      comparedDiagram(readRecorded('kept', toJson(was)), is)
        .edges.filter(({ difference }) => difference !== 'same')
        .map(({ what, from, to, label }) => [what, from, to, label]);
    const ends = ['container:c00', 'container:c01'];
    expect(changed(many, fewer)).toEqual([['cut', ...ends, '−']]);
    expect(changed(fewer, many)).toEqual([['cut', ...ends, '+']]);
  });

  it('compares with a matrix too, which tells of no networks', () => {
    const matrix = JSON.stringify({
      version: 1,
      endpoints: [{ id: '1', name: 'gone', kind: 'container', state: 'running' }],
      cells: [],
    });
    const { nodes, compartments } = comparedDiagram(readRecorded('matrix', matrix), now);
    expect(nodes.find(({ key }) => key === 'container:gone')).toMatchObject({ difference: 'went', name: '− gone' });
    expect(new Set(compartments.map(({ difference }) => difference))).toEqual(new Set(['same']));
  });

  it('is told by colour and by sign or pattern, in every look', () => {
    for (const edge of compared.edges) {
      const { difference = 'same', label } = edge;
      expect(label.startsWith(SIGNS[difference])).toBe(true);
      expect(styleOf(edge).ink).toBe(difference === 'same' ? 'quiet' : difference);
    }
    const went = compared.edges.find(({ difference }) => difference === 'went');
    expect(went && styleOf(went).dash).not.toEqual([]);
  });

  it('is drawn as it was, the same bytes each time', async () => {
    const geometry = await place(compared);
    const svg = toSvg(sheetOf(compared, geometry), 'auto');
    await expect(svg).toMatchFileSnapshot('./golden/compared.svg');
    await expect(toDrawio(compared, geometry)).toMatchFileSnapshot('./golden/compared.drawio');
    await expect(toDot(compared)).toMatchFileSnapshot('./golden/compared.dot');
    await expect(toMermaid(compared)).toMatchFileSnapshot('./golden/compared.mmd');
    const again = comparedDiagram(readRecorded('before', toJson(diagramOf(MOMENTS.before))), diagramOf(MOMENTS.after));
    expect(toSvg(sheetOf(again, await place(again)), 'auto')).toBe(svg);
    for (const text of ['+ added', '− removed', '~ changed', 'as before']) expect(svg).toContain(`>${text}<`);
  });
});

describe('an export made small', () => {
  it.each(Object.keys(CASES))('%s is the same when it is unpacked', (name) => {
    const found = CASES[name];
    if (!found) throw new Error(name);
    const recorded = readRecorded(name, toJson(diagramOf(found)));
    const packed = packRecorded(recorded);
    expect(unpackRecorded(JSON.parse(JSON.stringify(packed)) as typeof packed)).toEqual(recorded);
  });

  it('says nothing of pairs whose letters are missing', () => {
    const packed = packRecorded(before);
    expect(unpackRecorded({ ...packed, verdicts: 'A\u0000' }).verdicts.size).toBeLessThanOrEqual(3);
  });
});
