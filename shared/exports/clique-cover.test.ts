import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cover, type Cover, type Meeting } from './clique-cover.ts';
import { cases } from '../testing/cases.ts';

interface Drawn {
  readonly size: number;
  readonly pairs: readonly (readonly [number, number])[];
  readonly out: readonly number[];
}

function meetingOf({ size, pairs, out }: Drawn): Meeting {
  const may = new Set(pairs.flatMap(([a, b]) => [`${String(a)} ${String(b)}`, `${String(b)} ${String(a)}`]));
  return { size, mayMeet: (a, b) => may.has(`${String(a)} ${String(b)}`), mayGoOut: (one) => out.includes(one) };
}

const drawn = (most: number): fc.Arbitrary<Drawn> =>
  fc.integer({ min: 1, max: most }).chain((size) => {
    const numbers = Array.from({ length: size }, (_, at) => at);
    const all = numbers.flatMap((a) => numbers.filter((b) => b > a).map((b): [number, number] => [a, b]));
    return fc.record({ size: fc.constant(size), pairs: fc.subarray(all), out: fc.subarray(numbers) });
  });

/** Said apart from how it is done: who shares a group may meet, who may meet shares one, and so for going out. */
function faults({ size, pairs, out }: Drawn, { groups }: Cover): readonly string[] {
  const meeting = meetingOf({ size, pairs, out });
  const numbers = Array.from({ length: size }, (_, at) => at);
  const share = (a: number, b: number): boolean =>
    groups.some(({ members }) => members.includes(a) && members.includes(b));
  return [
    ...numbers.flatMap((a) =>
      numbers
        .filter((b) => b !== a && share(a, b) !== meeting.mayMeet(a, b))
        .map((b) => `${String(a)} with ${String(b)}`),
    ),
    ...numbers
      .filter((one) => groups.some(({ members, outward }) => outward && members.includes(one)) !== out.includes(one))
      .map((one) => `${String(one)} out`),
    ...numbers
      .filter((one) => !groups.some(({ members }) => members.includes(one)))
      .map((one) => `${String(one)} nowhere`),
  ];
}

/** The least number, by trying every choice of every group there may be. */
function least(given: Drawn): number {
  const { size, out } = given;
  const meeting = meetingOf(given);
  const numbers = Array.from({ length: size }, (_, at) => at);
  const groups = Array.from({ length: 2 ** size - 1 }, (_, at) => numbers.filter((one) => ((at + 1) >> one) & 1))
    .filter((members) => members.every((a) => members.every((b) => a === b || meeting.mayMeet(a, b))))
    .flatMap((members) => [
      { members, outward: false },
      ...(members.every((one) => out.includes(one)) ? [{ members, outward: true }] : []),
    ]);
  for (let count = 0; count <= groups.length; count += 1) {
    if (choices(groups, count).some((chosen) => faults(given, { groups: chosen, fewest: true }).length === 0))
      return count;
  }
  return Infinity;
}

function choices<T>(of: readonly T[], count: number): readonly (readonly T[])[] {
  if (count === 0) return [[]];
  return of.flatMap((one, at) => choices(of.slice(at + 1), count - 1).map((rest) => [one, ...rest]));
}

describe('groups of those who may meet', () => {
  it.each<{ says: string; given: Drawn; groups: readonly (readonly number[])[] }>([
    {
      says: 'all of them: one',
      given: {
        size: 3,
        pairs: [
          [0, 1],
          [0, 2],
          [1, 2],
        ],
        out: [],
      },
      groups: [[0, 1, 2]],
    },
    {
      says: 'a chain: one per link',
      given: {
        size: 3,
        pairs: [
          [0, 1],
          [1, 2],
        ],
        out: [],
      },
      groups: [
        [0, 1],
        [1, 2],
      ],
    },
    { says: 'nobody: each alone', given: { size: 2, pairs: [], out: [1] }, groups: [[0], [1]] },
    {
      says: 'one of two may go out: the pair inside, and a way out of its own',
      given: { size: 2, pairs: [[0, 1]], out: [1] },
      groups: [[0, 1], [1]],
    },
  ])('$says', ({ given, groups }) => {
    const found = cover(meetingOf(given));
    expect(found.groups.map(({ members }) => members)).toEqual(groups);
    expect(found.fewest).toBe(true);
    expect(faults(given, found)).toEqual([]);
  });

  it('are exactly those of the pairs, and the fewest: compared with every choice there is', () => {
    fc.assert(
      fc.property(drawn(4), (given) => {
        const found = cover(meetingOf(given));
        expect(faults(given, found)).toEqual([]);
        expect({ count: found.groups.length, fewest: found.fewest }).toEqual({ count: least(given), fewest: true });
      }),
      { numRuns: cases(100) },
    );
  }, 60_000);

  it('are exactly those of the pairs in large graphs too, within bounds of time', () => {
    fc.assert(
      fc.property(drawn(24), (given) => {
        expect(faults(given, cover(meetingOf(given)))).toEqual([]);
      }),
      { numRuns: cases(10) },
    );
  }, 60_000);

  it('still are where largest cliques are too many to be listed', () => {
    // All but a matching: 2^20 largest cliques.
    const size = 40;
    const numbers = Array.from({ length: size }, (_, at) => at);
    const pairs = numbers.flatMap((a) =>
      numbers.filter((b) => b > a && !(a % 2 === 0 && b === a + 1)).map((b): [number, number] => [a, b]),
    );
    const given: Drawn = { size, pairs, out: [0, 3, 5] };
    const found = cover(meetingOf(given));
    expect(faults(given, found)).toEqual([]);
    expect(found.fewest).toBe(false);
  });

  it('leave out what is met elsewhere', () => {
    const meeting = meetingOf({
      size: 3,
      pairs: [
        [0, 1],
        [1, 2],
      ],
      out: [2],
    });
    const isSame = (a: number, b: number): boolean => Math.min(a, b) === 0 && Math.max(a, b) === 1;
    const { groups } = cover({ ...meeting, meetElsewhere: isSame, outElsewhere: (one) => one === 2 });
    expect(groups).toEqual([{ members: [1, 2], outward: false }]);
  });
});
