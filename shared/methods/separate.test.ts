import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sketch, type ContainerSketch } from '../reachability/fixtures.ts';
import { isContainer, type Topology } from '../topology/model.ts';
import { effectOf } from './effect.ts';
import type { Effect, MethodStep } from './model.ts';
import { separate, type Separation } from './separate.ts';
import { cases } from '../testing/cases.ts';

const said = ({ steps }: Separation): readonly string[] =>
  steps.map((step: MethodStep) =>
    step.kind === 'network-create'
      ? `create ${step.draft.name} like ${step.draft.like}`
      : step.kind === 'unlink'
        ? 'unlink'
        : `${step.kind} ${step.container} ${step.network}${step.aliases.length > 0 ? ` as ${step.aliases.join()}` : ''}`,
  );

function effect(topology: Topology, from: readonly string[], to: readonly string[]): Effect {
  const { after, touched } = separate(topology, from, to);
  const wanted = from.flatMap((a) => to.map((b) => ({ from: a, to: b })));
  return effectOf({ before: topology, after, denials: [], wanted, touched });
}

describe('separate', () => {
  it('splits a network so that both sides keep everybody else', () => {
    const topology = sketch({ containers: { web: 'front', api: 'front', db: { on: 'front', aliases: ['store'] } } });
    const made = separate(topology, ['web'], ['db']);
    expect(said(made)).toEqual([
      'create front-apart like front',
      'network-connect api new:front-apart',
      'network-connect db new:front-apart as store',
      'network-disconnect db front',
    ]);
    const { closes, breaks, opens, stays } = effect(topology, ['web'], ['db']);
    expect(closes).toEqual([{ from: 'web', to: 'db', before: 'open', after: 'blocked' }]);
    // Separation knows no direction.
    expect(breaks).toEqual([{ from: 'db', to: 'web', before: 'open', after: 'blocked' }]);
    expect([opens, stays]).toEqual([[], []]);
  });

  it('does so for every network they share', () => {
    const topology = sketch({ containers: { web: 'front back', db: 'front back', api: 'back' } });
    expect(said(separate(topology, ['web'], ['db'])).filter((line) => line.startsWith('create'))).toEqual([
      'create front-apart like front',
      'create back-apart like back',
    ]);
    expect(effect(topology, ['web'], ['db']).closes).toHaveLength(1);
  });

  it('moves the side that costs less', () => {
    const topology = sketch({ containers: { one: 'front', two: 'front', db: 'front' } });
    const made = separate(topology, ['db'], ['one', 'two']);
    expect(said(made).at(-1)).toBe('network-disconnect db front');
  });

  it('needs no further network where one is left alone on an internal one', () => {
    const topology = sketch({ networks: { quiet: { internal: true } }, containers: { web: 'quiet', db: 'quiet' } });
    expect(said(separate(topology, ['web'], ['db']))).toEqual(['network-disconnect db quiet']);
  });

  it('tells what it leaves open: the published port, through the machine', () => {
    const topology = sketch({ containers: { web: 'front', db: { on: 'front', publish: ['5432:5432'] } } });
    const { closes, stays } = effect(topology, ['web'], ['db']);
    expect(closes).toEqual([{ from: 'web', to: 'db', before: 'open', after: 'partial' }]);
    expect(new Set(stays.map(({ kind }) => kind))).toEqual(new Set(['published']));
    expect(stays.every(({ ports }) => ports?.join() === 'tcp/5432')).toBe(true);
    // Nobody knows the addresses of a network that is still to be made.
    expect(stays.some(({ address }) => address.startsWith('100.127.'))).toBe(false);
    expect(stays.some(({ address }) => address === '10.0.1.1')).toBe(true);
  });

  it('tells which names are lost', () => {
    const topology = sketch({ containers: { web: 'front', db: { on: 'front', aliases: ['store'] }, api: 'front' } });
    const { names } = effect(topology, ['web'], ['db']);
    expect(names.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(['db web', 'web db']);
    expect(names.find(({ from }) => from === 'web')?.names).toContain('store');
  });

  it.each<[string, Parameters<typeof sketch>[0], readonly string[], readonly string[], string]>([
    ['nothing to split', { containers: { web: 'front', db: 'back' } }, ['web'], ['db'], 'T1'],
    [
      'another driver',
      { networks: { lan: { driver: 'macvlan' } }, containers: { web: 'lan', db: 'lan' } },
      ['web'],
      ['db'],
      'T2',
    ],
    ['the machine’s own stack', { containers: { web: 'front', db: 'host' } }, ['web'], ['db'], 'T5'],
    ['somebody on both sides', { containers: { web: 'front', db: 'front' } }, ['web', 'db'], ['db'], 'T4'],
  ])('refuses %s', (_, drawn, from, to, rule) => {
    const made = separate(sketch(drawn), from, to);
    expect([made.hindrances.map((one) => one.rule), made.steps]).toEqual([[rule], []]);
  });

  it('takes exactly the wanted pairs apart, whatever the networks', () => {
    const networks = ['a', 'b', 'c', 'd'];
    const names = ['one', 'two', 'three', 'four', 'five'];
    const on = fc.subarray(networks, { minLength: 1 }).map((some) => some.join(' '));
    const containers = fc.record(
      Object.fromEntries(names.map((name) => [name, on.map((one): ContainerSketch => ({ on: one }))])),
    );
    const sides = fc
      .subarray(names, { minLength: 2, maxLength: 4 })
      .chain((some) =>
        fc.integer({ min: 1, max: some.length - 1 }).map((at) => [some.slice(0, at), some.slice(at)] as const),
      );
    const seen = { split: 0 };
    fc.assert(
      fc.property(containers, sides, (drawn, [from, to]) => {
        const topology = sketch({ containers: drawn });
        const { hindrances, after } = separate(topology, from, to);
        if (hindrances.length > 0) return;
        seen.split += 1;
        const { breaks, opens, stays } = effect(topology, from, to);
        const wrong = breaks.filter((cell) => !(to.includes(cell.from) && from.includes(cell.to)));
        expect([wrong, opens, stays]).toEqual([[], [], []]);
        const shared = (x: string, y: string): boolean => {
          const nets = (id: string): readonly string[] =>
            after.endpoints.flatMap((e) =>
              isContainer(e) && e.id === id ? e.attachments.map((a) => a.networkId) : [],
            );
          return nets(x).some((net) => nets(y).includes(net));
        };
        expect(from.some((x) => to.some((y) => shared(x, y)))).toBe(false);
      }),
      { numRuns: cases(150) },
    );
    expect(seen.split).toBeGreaterThan(cases(150) / 3);
  });
});
