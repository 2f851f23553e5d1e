import { describe, expect, it } from 'vitest';
import type { Counted } from '../../shared/policy/counted.ts';
import { attach, container, network, topologyOf } from '../../shared/policy/test-topology.ts';
import { createCounting, type Counting } from './counting.ts';

const topology = topologyOf(
  [
    container('a', { attachments: [attach('net', '172.18.0.2')] }),
    container('b', { attachments: [attach('net', '172.18.0.3')] }),
  ],
  [network('net')],
);
/** `a`'s table, loaded at that time, having refused so much towards `b`. */
const refused = (since: number, packets: number, set = 'denied_to4'): Counted => ({
  place: 'id-a',
  since,
  rules: [],
  elements: packets === 0 ? [] : [{ set, element: '172.18.0.3', packets, bytes: packets * 60 }],
});
const passedAt = (place: 'id-a' | 'id-b', packets: number): Counted => ({
  place,
  since: 1,
  rules: [],
  elements: [
    {
      set: place === 'id-a' ? 'allowed_to4' : 'allowed_from4',
      element: place === 'id-a' ? '172.18.0.3' : '172.18.0.2',
      packets,
      bytes: packets,
    },
  ],
});
const after = (...looks: readonly (readonly [at: number, ...counted: Counted[]])[]): Counting => {
  const counting = createCounting();
  for (const [at, ...counted] of looks) counting.note(topology, counted, at);
  return counting;
};
const seen = (counting: Counting): unknown => {
  const { refused: flow, since } = counting.of('id-a', 'id-b', ['id-a', 'id-b', 'host']) ?? {};
  return [flow?.packets, flow?.bytes, flow?.packetsPerSecond, since];
};

describe('counts over time', () => {
  it.each<[string, Counting, unknown]>([
    ['one look knows the sum, and no rate', after([5000, refused(1000, 7)]), [7, 420, 0, 1000]],
    [
      'two looks tell the rate between them',
      after([5000, refused(1000, 7)], [7000, refused(1000, 17)]),
      [17, 1020, 5, 1000],
    ],
    [
      'a load begins at nought, and the sum goes on',
      after([5000, refused(1000, 7)], [7000, refused(6000, 3)]),
      [10, 600, 1.5, 1000],
    ],
    [
      'what a table had counted when it was replaced is not lost',
      after([5000, refused(1000, 7)], [6000, refused(1000, 9)], [7000, refused(6000, 2)]),
      [11, 660, 2, 1000],
    ],
    [
      'what a meter forgot stays counted',
      after([5000, refused(1000, 7, 'refused_to4')], [6000, refused(1000, 0)], [7000, refused(1000, 2, 'refused_to4')]),
      [9, 540, 1, 1000],
    ],
    [
      'who tries every other second is trying all the time',
      after([0, refused(1, 1)], [2000, refused(1, 2)], [4000, refused(1, 3)], [5000, refused(1, 3)]),
      [3, 180, 0.4, 1],
    ],
    [
      'what was long ago is over',
      after([0, refused(1, 1)], [5000, refused(1, 9)], [10000, refused(1, 9)], [15000, refused(1, 9)]),
      [9, 540, 0, 1],
    ],
    ['quiet has no rate', after([5000, refused(1000, 7)], [7000, refused(1000, 7)]), [7, 420, 0, 1000]],
  ])('%s', (_, counting, expected) => {
    expect(seen(counting)).toEqual(expected);
  });

  it('counts what passes once, though both ends see it', () => {
    const counting = after([1000, passedAt('id-a', 6), passedAt('id-b', 5)]);
    expect(counting.of('id-a', 'id-b', ['id-a', 'id-b'])?.passed.packets).toBe(6);
  });

  it('names who is being refused now, and only them', () => {
    expect(after([5000, refused(1000, 7)]).hits()).toEqual([]);
    expect(after([5000, refused(1000, 7)], [6000, refused(1000, 9)]).hits()).toEqual([
      expect.objectContaining({ from: 'id-a', to: 'id-b' }),
    ]);
  });

  it('knows nothing of places it has not looked at, and forgets those that are gone', () => {
    const counting = after([5000, refused(1000, 7)]);
    expect(counting.of('id-a', 'id-b', ['id-b'])).toBeNull();
    counting.keep(new Set(['host']));
    expect(counting.of('id-a', 'id-b', ['id-a'])).toBeNull();
  });
});
