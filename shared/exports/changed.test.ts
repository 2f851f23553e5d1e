import { describe, expect, it } from 'vitest';
import { changesBetween, changesText, isUnchanged } from './changed.ts';
import { readRecorded } from './read-recorded.ts';

type Verdict = 'open' | 'partial' | 'blocked' | 'unknown';

const exported = (given: {
  readonly endpoints: Readonly<Record<string, string>>;
  readonly networks?: Readonly<Record<string, readonly string[]>>;
  readonly reach?: readonly (readonly [string, Verdict, string])[];
}): string =>
  JSON.stringify({
    version: 1,
    engine: {},
    endpoints: Object.entries(given.endpoints).map(([key, state]) => ({ key, kind: 'container', state, image: 'i' })),
    networks: Object.entries(given.networks ?? {}).map(([key, members]) => ({ key, kind: 'network', members })),
    reach: Object.keys(given.endpoints).map((from) => {
      const lists: Record<Verdict, string[]> = { open: [], partial: [], blocked: [], unknown: [] };
      for (const [a, verdict, b] of given.reach ?? []) if (a === from) lists[verdict].push(b);
      return { from, ...lists };
    }),
  });

const old = exported({
  endpoints: { 'container:web': 'running', 'container:db': 'running', 'container:gone': 'exited' },
  networks: { front: ['container:web'], back: ['container:web', 'container:db'], away: [] },
  reach: [
    ['container:web', 'open', 'container:db'],
    ['container:db', 'blocked', 'container:web'],
    ['container:web', 'blocked', 'container:gone'],
  ],
});
const now = exported({
  endpoints: { 'container:web': 'running', 'container:db': 'exited', 'container:new\u202e\n': 'running' },
  networks: { front: ['container:web', 'container:db'], back: ['container:db'], here: [] },
  reach: [
    ['container:web', 'blocked', 'container:db'],
    ['container:db', 'partial', 'container:web'],
  ],
});

describe('what changed between two exports', () => {
  const between = (a: string, b: string): string =>
    changesText(changesBetween(readRecorded('a', a), readRecorded('b', b)));

  it('is told like a patch, without names that repaint', () => {
    expect(between(old, now)).toBe(
      [
        '- container:gone',
        '+ container:new??',
        '~ container:db: running → exited',
        '- network away',
        '+ network here',
        '- network back: container:web',
        '+ network front: container:db',
        '> container:db → container:web: blocked → partial',
        '< container:web → container:db: open → blocked',
        '',
      ].join('\n'),
    );
  });

  it('is nothing between equals', () => {
    const one = readRecorded('a', old);
    expect(changesText(changesBetween(one, one))).toBe('');
    expect(isUnchanged(changesBetween(one, one))).toBe(true);
    expect(isUnchanged(changesBetween(one, readRecorded('b', now)))).toBe(false);
  });

  it('reads a matrix too, which tells of no networks', () => {
    const matrix = JSON.stringify({
      version: 1,
      endpoints: [
        { id: '1', name: 'web', kind: 'container', state: 'running', project: '', service: '' },
        { id: '2', name: 'db', kind: 'container', state: 'exited', project: '', service: '' },
        { id: 'host', name: 'host', kind: 'host', state: '' },
      ],
      cells: [
        { from: 'web', to: 'web', verdict: 'open' },
        { from: 'web', to: 'db', verdict: 'open' },
        { from: 'db', to: 'web', verdict: 'partial' },
      ],
    });
    expect(between(matrix, now)).toBe('- host\n+ container:new??\n< container:web → container:db: open → blocked\n');
  });

  it.each([
    ['no JSON', '{', /^a: /],
    ['something else', '[]', /^a: /],
    ['a newer version', '{"version":2,"endpoints":[],"cells":[]}', /version/],
    [
      'a verdict nobody knows',
      '{"version":1,"endpoints":[],"cells":[{"from":"a","to":"b","verdict":"x"}]}',
      /cells\.0\.verdict/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(() => readRecorded('a', text)).toThrow(message);
  });
});
