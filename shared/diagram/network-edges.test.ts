import { describe, expect, it } from 'vitest';
import { deny, denyAllBut, sketch } from '../reachability/fixtures.ts';
import type { Denial, DenialState } from '../reachability/model.ts';
import { MOST_CUTS_BETWEEN } from './network-edges.ts';
import type { Diagram } from './model.ts';
import { diagramOf } from './test-topologies.ts';

const lines = ({ edges }: Diagram): readonly string[] =>
  edges.map(({ what, from, to, both, cut, label }) =>
    [what, from, both ? '↔' : '→', to, cut ?? '', label].filter((part) => part !== '').join(' '),
  );
const marksOf = ({ nodes }: Diagram, name: string): readonly string[] | undefined =>
  nodes.find((node) => node.name === name)?.marks;
const shutIn = ({ compartments }: Diagram): readonly string[] =>
  compartments.filter(({ shut }) => shut).map(({ key }) => key);

const NOT_HELD: readonly DenialState[] = ['pending', 'failed', 'paused', 'impossible'];

function bothWays(one: string, others: readonly string[], state?: DenialState, ports?: readonly string[]): Denial[] {
  return others.flatMap((other) => [deny(one, other, state, ports), deny(other, one, state, ports)]);
}

describe('an isolated container', () => {
  const topology = sketch({ containers: { sick: 'lab', a: 'lab', b: 'lab', c: 'lab' } });
  const everybody = ['a', 'b', 'c', 'host', 'lan', 'internet'];

  it.each(NOT_HELD)('is none while its denials are %s: they are drawn as wanted', (state) => {
    const diagram = diagramOf({ topology, denials: bothWays('sick', everybody, state) });
    expect(marksOf(diagram, 'sick')).toEqual([]);
    expect(shutIn(diagram)).toEqual([]);
    expect(lines(diagram)).toEqual([
      'cut container:a ↔ container:sick wanted',
      'cut container:b ↔ container:sick wanted',
      'cut container:c ↔ container:sick wanted',
      'cut container:sick ↔ host wanted',
      'cut container:sick ↔ internet wanted',
      'cut container:sick ↔ lan wanted',
    ]);
  });

  it('is none while one denial is not held', () => {
    const denials = bothWays('sick', everybody).map((one) =>
      one.from === 'sick' && one.to === 'a' ? { ...one, state: 'failed' as const } : one,
    );
    const diagram = diagramOf({ topology, denials });
    expect(marksOf(diagram, 'sick')).toEqual(['offline']);
    expect(lines(diagram)).toContain('cut container:sick → container:a wanted');
  });

  it('is none where only some ports are cut', () => {
    const diagram = diagramOf({ topology, denials: bothWays('sick', everybody, 'held', ['tcp/22']) });
    expect(marksOf(diagram, 'sick')).toEqual([]);
    expect(lines(diagram)).toContain('cut container:a ↔ container:sick held tcp/22');
  });

  it('is none where somebody outside the scope still reaches it', () => {
    const shop = sketch({
      containers: {
        sick: { on: 'lab', project: 'shop' },
        a: { on: 'lab', project: 'shop' },
        other: { on: 'lab', project: 'else' },
      },
    });
    const denials = bothWays('sick', ['a', 'host', 'lan', 'internet']);
    const scoped = diagramOf({ topology: shop, denials, scope: { project: 'shop' } });
    expect(marksOf(diagramOf({ topology: shop, denials }), 'sick')).toEqual(['offline']);
    expect(marksOf(scoped, 'sick')).toEqual(['offline']);
    const all = [...denials, ...bothWays('sick', ['other'])];
    expect(marksOf(diagramOf({ topology: shop, denials: all, scope: { project: 'shop' } }), 'sick')).toEqual([
      'isolated',
    ]);
  });

  it('is none where somebody of another network gets in through a published port', () => {
    // From 29 on what comes by a published port is forwarded, and not of the machine.
    const world = sketch({
      engine: { version: '29.1.0' },
      containers: { sick: { on: 'lab', publish: ['80:80'] }, a: 'lab', far: 'else' },
    });
    const denials = bothWays('sick', ['a', 'host', 'lan', 'internet']);
    expect(marksOf(diagramOf({ topology: world, denials }), 'sick')).toEqual(['offline']);
    expect(
      marksOf(diagramOf({ topology: world, denials: [...denials, ...bothWays('sick', ['far'])] }), 'sick'),
    ).toEqual(['isolated']);
  });
});

describe('a compartment', () => {
  const names = ['gate', 'core', 'ledger', 'vault'];
  const topology = sketch({
    networks: { pay: {} },
    containers: Object.fromEntries(names.map((name) => [name, 'pay'])),
  });
  const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => [from, to] as const));

  it.each(NOT_HELD)('is not shut by cuts that are %s', (state) => {
    const diagram = diagramOf({ topology, denials: pairs.map(([from, to]) => deny(from, to, state)) });
    expect(shutIn(diagram)).toEqual([]);
    expect(lines(diagram)).toHaveLength(6);
    expect(lines(diagram)[0]).toBe('cut container:core ↔ container:gate wanted');
  });

  it('is not shut by cuts of a few ports, and is by cuts of all but a few', () => {
    const few = diagramOf({ topology, denials: pairs.map(([from, to]) => deny(from, to, 'held', ['tcp/22'])) });
    expect([shutIn(few), lines(few)[0]]).toEqual([[], 'cut container:core ↔ container:gate held tcp/22']);
    const most = diagramOf({ topology, denials: pairs.map(([from, to]) => denyAllBut(from, to, ['tcp/80'])) });
    expect([shutIn(most), lines(most)[0]]).toEqual([['pay'], 'open container:core ↔ container:gate tcp/80']);
  });

  it('that is shut shows who should be cut and is not yet as that, not as open', () => {
    const denials = pairs.map(([from, to]) => deny(from, to, from === 'gate' && to === 'core' ? 'failed' : 'held'));
    const diagram = diagramOf({ topology, denials });
    expect(shutIn(diagram)).toEqual(['pay']);
    expect(lines(diagram)).toEqual(['cut container:gate → container:core wanted']);
  });

  it('is shut or not, whoever of it is shown', () => {
    const shop = sketch({
      containers: Object.fromEntries(
        ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, { on: 'lab', project: name < 'd' ? 'shop' : 'else' }]),
      ),
    });
    const denials = ['a', 'b', 'c'].flatMap((from) =>
      ['a', 'b', 'c'].filter((to) => to !== from).map((to) => deny(from, to)),
    );
    const cuts = ['a ↔ container:b', 'a ↔ container:c', 'b ↔ container:c'].map((pair) => `cut container:${pair} held`);
    for (const scope of [{}, { project: 'shop' }]) {
      const diagram = diagramOf({ topology: shop, denials, scope });
      expect([shutIn(diagram), lines(diagram)]).toEqual([[], cuts]);
    }
  });

  it('that should be shut has lines while there is room, and the rest is counted', () => {
    const many = Array.from({ length: 16 }, (_, index) => `c${String(index).padStart(2, '0')}`);
    const crowd = sketch({ containers: Object.fromEntries(many.map((name) => [name, 'pay'])) });
    const wanted = many.flatMap((from) => many.filter((to) => to !== from).map((to) => deny(from, to, 'pending')));
    const diagram = diagramOf({ topology: crowd, denials: wanted });
    expect(diagram.edges).toHaveLength(MOST_CUTS_BETWEEN);
    expect(diagram.omitted).toBe(120 - MOST_CUTS_BETWEEN);
  });
});
