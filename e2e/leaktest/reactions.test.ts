import { describe, expect, it } from 'vitest';
import type { Arrival } from './arrivals.ts';
import { reactionsTo } from './reactions.ts';

const packet = (at: number, to = 'db'): Arrival => ({
  at,
  count: 1,
  from: 'intruder',
  way: 'tcp4/5432',
  to,
  place: 'socket',
});

describe('reactions of the open posture', () => {
  it('are as long as from the last cause that concerns one of the two to the last packet', () => {
    const causes = [
      { at: 100, who: 'db' },
      { at: 101, who: 'web' },
    ];
    const { spans, unexplained } = reactionsTo(causes, [], [packet(100.1), packet(101.25)]);
    expect(spans.map(Math.round)).toEqual([1250]);
    expect(unexplained).toEqual([]);
  });

  it('do not explain what nothing that concerns them came before', () => {
    const early = packet(99.9);
    const other = packet(101, 'web');
    const causes = [{ at: 100, who: 'db' }];
    expect(reactionsTo(causes, [], [early, other])).toEqual({
      spans: [],
      spansAfterAway: [],
      unexplained: [early, other],
    });
  });

  it('take no longer than ten seconds', () => {
    const late = packet(110.5);
    expect(reactionsTo([{ at: 100, who: null }], [], [packet(109.5), late]).unexplained).toEqual([late]);
  });

  it('begin with the app where none ran, and only for who was started meanwhile', () => {
    const away = [{ from: 90, to: 100 }];
    const held = packet(95, 'web');
    const { spans, spansAfterAway, unexplained } = reactionsTo([{ at: 91, who: 'db' }], away, [
      packet(92),
      packet(99),
      packet(102),
      held,
    ]);
    expect([spans, spansAfterAway.map(Math.round), unexplained]).toEqual([[], [2000], [held]]);
  });
});
