import { describe, expect, it } from 'vitest';
import { sketch } from '../reachability/fixtures.ts';
import { evaluate } from '../reachability/index.ts';
import type { Layer } from '../reachability/model.ts';
import { toDot } from './dot.ts';
import type { Diagram } from './model.ts';
import { hopsText } from './model.ts';
import { shownDiagram, type Shown } from './shown.ts';
import { titleOf } from './sheet.ts';
import { CASES, diagramOf, type TestCase } from './test-topologies.ts';

function shownOf(one: TestCase, shown: Shown): Diagram {
  return shownDiagram(diagramOf(one), evaluate(one.topology, one.denials), shown);
}

function caseOf(name: string): TestCase {
  const found = CASES[name];
  if (!found) throw new Error(`There is no case ${name}`);
  return found;
}

const kinds = ({ edges }: Diagram): ReadonlySet<Layer> => new Set(edges.map(({ kind }) => kind));

describe('a diagram as it is shown', () => {
  it('is all of it where nothing was chosen', () => {
    const one = caseOf('control');
    expect(shownOf(one, {})).toEqual(diagramOf(one));
  });

  it('has only lines of its layers, and no place or files to which nothing leads any more', () => {
    const control = shownOf(caseOf('control'), { layers: ['network'] });
    expect(kinds(control)).toEqual(new Set(['network']));
    expect(kinds(shownOf(caseOf('control'), { layers: ['control'] }))).toEqual(new Set(['control']));
    const files = caseOf('shared-files');
    expect(shownOf(files, { layers: ['data'] }).nodes.map(({ key }) => key)).toContain('volume:volume many');
    expect(shownOf(files, { layers: ['network'] }).nodes.filter(({ kind }) => kind === 'volume')).toEqual([]);
    expect(shownOf(caseOf('one'), { layers: [] }).nodes.map(({ key }) => key)).toEqual(['container:web']);
  });

  it('has one node for a project, and one for a network', () => {
    const folded = { projects: new Set(['p1']), networks: new Set(['p2_default']) };
    const { nodes } = shownOf(caseOf('many-projects'), { folded });
    expect(nodes.filter(({ holds }) => holds !== undefined).map(({ key, holds }) => [key, holds])).toEqual([
      ['project:p1', 2],
      ['network:p2_default', 2],
    ]);
  });

  it('tells how far each is from the one in focus, over who is not drawn too, and who is out of reach', () => {
    const topology = sketch({
      networks: { left: { internal: true }, right: { internal: true }, far: { internal: true } },
      containers: {
        web: { on: 'left', project: 'shop', service: 'web' },
        api: { on: 'left right', project: 'hidden', service: 'api' },
        db: { on: 'right', project: 'shop', service: 'db' },
        lone: { on: 'none', project: 'shop', service: 'lone' },
      },
    });
    const one = { topology, denials: [], scope: { project: 'shop' } };
    const focus = topology.endpoints.find(({ name }) => name === 'web')?.id ?? '';
    const shown = shownOf(one, { focus });
    const said = Object.fromEntries(shown.nodes.map(({ name, hops }) => [name, hops]));
    expect(said).toMatchObject({ web: 0, db: 2, lone: Infinity });
    expect(titleOf(shown)).toBe('Project shop on engine: what an intruder in web gets to');
    expect(shown.nodes.map(hopsText)).toEqual(expect.arrayContaining(['begins here', '2 hops away', '']));
    expect(toDot(shown)).toContain('2 hops away');
    const folded = { projects: new Set(['shop']), networks: new Set<string>() };
    expect(shownOf(one, { focus, folded }).nodes.find(({ key }) => key === 'project:shop')?.hops).toBe(0);
  });

  it('is about nobody where the focus has gone', () => {
    const one = caseOf('one');
    expect(shownOf(one, { focus: 'gone' })).toEqual(diagramOf(one));
  });
});
