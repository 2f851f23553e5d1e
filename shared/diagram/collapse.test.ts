import { describe, expect, it } from 'vitest';
import { deny, sketch } from '../reachability/fixtures.ts';
import { evaluate } from '../reachability/index.ts';
import type { Denial } from '../reachability/model.ts';
import type { Topology } from '../topology/model.ts';
import { descriptionOf } from './sheet.ts';
import type { Diagram } from './model.ts';
import { shownDiagram } from './shown.ts';
import { diagramOf } from './test-topologies.ts';

const P = { on: 'p_default', project: 'p' };
const THREE = sketch({ containers: { a: P, b: P, c: P, other: 'p_default' } });
const FOLDED = { projects: new Set(['p']), networks: new Set<string>() };

function folded(denials: readonly Denial[], topology: Topology = THREE): Diagram {
  return shownDiagram(diagramOf({ topology, denials }), evaluate(topology, denials), { folded: FOLDED });
}

const lines = ({ edges }: Diagram): readonly string[] =>
  edges.map(({ what, from, to, both, cut, label }) =>
    [what, from, both ? '↔' : '→', to, cut ?? '', label].filter((part) => part !== '').join(' '),
  );
const among = (from: readonly string[], to: readonly string[]): readonly Denial[] =>
  from.flatMap((one) => to.map((other) => deny(one, other)));

describe('lines of what is folded', () => {
  it.each([
    { what: 'one of three is cut', denials: [deny('a', 'internet')], said: ['part project:p → internet 1 of 3 cut'] },
    {
      what: 'two of three are cut',
      denials: among(['a', 'c'], ['internet']),
      said: ['part project:p → internet 2 of 3 cut'],
    },
    {
      what: 'all are cut',
      denials: among(['a', 'b', 'c'], ['internet']),
      said: ['cut project:p → internet held'],
    },
    {
      what: 'all are cut, from one who is not folded, both ways',
      denials: [...among(['a', 'b', 'c'], ['other']), ...among(['other'], ['a', 'b', 'c'])],
      said: ['cut project:p ↔ container:other held'],
    },
    {
      what: 'all are cut one way, one the other way',
      denials: [...among(['a', 'b', 'c'], ['other']), deny('other', 'a')],
      said: ['cut project:p → container:other held', 'part container:other → project:p 1 of 3 cut'],
    },
    {
      what: 'one should be cut',
      denials: [deny('a', 'internet', 'failed')],
      said: ['part project:p → internet 1 of 3 not yet cut'],
    },
    {
      what: 'one is cut and one should be',
      denials: [deny('a', 'internet'), deny('b', 'internet', 'failed')],
      said: ['part project:p → internet 1 of 3 cut, 1 not yet'],
    },
    {
      what: 'all should be cut',
      denials: ['a', 'b', 'c'].map((name) => deny(name, 'internet', 'failed')),
      said: ['cut project:p → internet wanted'],
    },
    {
      what: 'of one a port is cut, of one everything',
      denials: [deny('a', 'internet', 'held', ['tcp/25']), deny('b', 'internet')],
      said: ['part project:p → internet 1 of 3 cut, 1 in part'],
    },
    {
      what: 'of one a port is cut',
      denials: [deny('a', 'internet', 'held', ['tcp/25'])],
      said: ['part project:p → internet 1 of 3 cut in part'],
    },
    {
      what: 'of all the same port is cut',
      denials: ['a', 'b', 'c'].map((name) => deny(name, 'internet', 'held', ['tcp/25'])),
      said: ['cut project:p → internet held tcp/25'],
    },
  ])('say of the whole only what is of all: $what', ({ denials, said }) => {
    expect(lines(folded(denials)).toSorted()).toEqual(said.toSorted());
  });

  it('count only who has the way', () => {
    const topology = sketch({ containers: { a: P, b: { ...P, state: 'exited' }, c: { ...P, on: 'none' } } });
    expect(lines(folded([deny('a', 'internet')], topology))).toEqual(['cut project:p → internet held']);
  });

  it('are both ways where something of it is one way and something the other', () => {
    const topology = sketch({
      containers: {
        a: { ...P, mounts: ['m:/m'] },
        b: { ...P, mounts: ['m:/m:ro'] },
        other: { on: 'else', mounts: ['m:/m:ro'] },
      },
      volumes: { m: {} },
    });
    expect(lines(folded([], topology))).toEqual([
      'volume project:p ↔ volume:volume m',
      'volume volume:volume m → container:other',
    ]);
  });

  it('are the same ones, in whatever order the denials come', () => {
    const denials = [...among(['a', 'b'], ['other', 'internet']), ...among(['other'], ['a', 'b', 'c'])];
    expect(folded(denials.toReversed())).toEqual(folded(denials));
  });

  it('are told in words', () => {
    expect(descriptionOf(folded([deny('a', 'internet')]))).toContain('cut in part: p → internet (1 of 3 cut).');
  });
});
