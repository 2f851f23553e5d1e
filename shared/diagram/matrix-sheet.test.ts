import { describe, expect, it } from 'vitest';
import { deny, sketch } from '../reachability/fixtures.ts';
import { evaluate } from '../reachability/index.ts';
import type { DenialState } from '../reachability/model.ts';
import { matrixSheetOf } from './matrix-sheet.ts';
import { matrixTable, type MatrixTable, type TableChoice } from './matrix-table.ts';
import { plain } from './metrics.ts';
import type { GroupShape, Picture } from './shapes.ts';
import { toSvg } from './svg.ts';
import { CASES, diagramOf, HOSTILE, largeCase, type TestCase } from './test-topologies.ts';

function tableOf(one: TestCase, choice: TableChoice = {}): MatrixTable {
  const { topology, denials } = one;
  return matrixTable(diagramOf(one), { matrix: evaluate(topology, denials), denials }, choice);
}

function caseOf(name: string): TestCase {
  const found = CASES[name];
  if (!found) throw new Error(`There is no case ${name}`);
  return found;
}

const names = (side: MatrixTable['rows']): readonly string[] => side.members.map(({ name }) => name);
const groupsOf = ({ shapes }: Picture): readonly GroupShape[] =>
  shapes.flatMap((shape) => (shape.kind === 'group' ? [shape] : []));
const legendOf = (picture: Picture): readonly string[] =>
  groupsOf(picture)
    .filter(({ role }) => role === 'legend')
    .flatMap(({ shapes }) => shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])));

/** Whole, or its two ends around an ellipsis. */
function isCutOf(text: string, whole: string): boolean {
  const [head = '', tail] = text.split('…');
  return tail === undefined ? text === whole : head !== '' && whole.startsWith(head) && whole.endsWith(tail);
}

describe('a picture of the matrix', () => {
  it.each(['empty', 'three-tiers', 'control', 'drivers', 'guarded', 'isolated', 'many-projects', 'hostile'])(
    '%s is drawn as it was',
    async (name) => {
      const svg = toSvg(matrixSheetOf(tableOf(caseOf(name))), 'auto');
      await expect(svg).toMatchFileSnapshot(`./golden/${name}.matrix.svg`);
    },
  );

  it('has every pair of its rows and columns, with the verdict of the matrix', () => {
    const one = caseOf('three-tiers');
    const { topology, denials } = one;
    const { rows, columns, cells } = tableOf(one);
    const matrix = evaluate(topology, denials);
    expect(names(rows)).toEqual(topology.endpoints.map(({ name }) => name));
    expect(names(columns)).toEqual(names(rows));
    const said = cells.flat().map((cell) => cell?.verdict);
    const wanted = [...matrix.verdicts].map((verdict, at) =>
      Math.floor(at / matrix.size) === at % matrix.size
        ? undefined
        : (['open', 'partial', 'blocked', 'unknown'] as const)[verdict],
    );
    expect(said).toEqual(wanted);
  });

  it.each([
    ['held', 'blocked by your rule'],
    ['pending', 'your block is being applied'],
    ['paused', 'open, your block is paused'],
    ['failed', 'your block is not in force'],
    ['impossible', 'your block is not in force'],
  ] as const satisfies readonly (readonly [DenialState, string])[])(
    'says of a block that is %s: %s, in the row and in the legend',
    (state, words) => {
      const topology = sketch({ containers: { web: 'net', db: 'net' } });
      const picture = matrixSheetOf(tableOf({ topology, denials: [deny('web', 'db', state)] }));
      expect(groupsOf(picture).find(({ key }) => key === 'container:web')?.title).toContain(`${words}: db`);
      expect(legendOf(picture)).toContain(words);
      expect(picture.description).toContain(`1 ${words}`);
    },
  );

  it('explains only what it has', () => {
    expect(legendOf(matrixSheetOf(tableOf({ topology: sketch({ containers: { a: 'net' } }), denials: [] })))).toEqual([
      'open',
      'blocked',
      'not known',
    ]);
    expect(legendOf(matrixSheetOf(tableOf(caseOf('control'))))).toContain('shares files or control');
  });

  it('may have other rows than columns, as a query for pairs asks, and stand by networks', () => {
    const one = caseOf('many-networks');
    const id = (name: string): string => one.topology.endpoints.find((endpoint) => endpoint.name === name)?.id ?? '';
    const table = tableOf(one, { grouping: 'network', rows: [id('proxy')], columns: [id('app2'), id('app1')] });
    expect([names(table.rows), names(table.columns)]).toEqual([['proxy'], ['app1', 'app2']]);
    expect(table.columns.groups).toEqual([
      { label: 'n1', size: 1 },
      { label: 'n2', size: 1 },
    ]);
    expect(table.rows.groups).toEqual([{ label: 'n1 + n2 + n3 + n4 + n5 + n6', size: 1 }]);
  });

  it('is as small as it may be for many, and still says each verdict by a sign', () => {
    const svg = toSvg(matrixSheetOf(tableOf(largeCase(300, 40))), 'auto');
    expect(svg.length).toBeLessThan(2_500_000);
    expect(svg).toContain('class="f-tile-open-ink"');
    expect(svg).toContain('class="f-tile-partial-ink"');
    expect(svg.includes('tile-blocked-ink')).toBe(false);
  });

  it.each(HOSTILE)('%j breaks nothing of it, and is there as it is written everywhere', (name) => {
    const topology = sketch({ containers: { [name]: 'net', other: 'net' } });
    const picture = matrixSheetOf(tableOf({ topology, denials: [deny(name, 'other')] }));
    const [columns, row] = ['to', `container:${name}`].map((key) => groupsOf(picture).find((one) => one.key === key));
    expect(columns?.title).toContain(plain(name));
    expect(row?.title.startsWith(`${plain(name)}: `)).toBe(true);
    for (const group of [columns, row]) {
      const texts = group?.shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : [])) ?? [];
      expect(texts.some((text) => isCutOf(text, plain(name)))).toBe(true);
    }
    const svg = toSvg(picture, 'light');
    expect(svg).not.toMatch(/<script|<!--|<!\[CDATA|\]\]>/);
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    expect(svg).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/);
  });
});
