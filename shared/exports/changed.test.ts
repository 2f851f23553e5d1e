import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toJson } from '../diagram/json.ts';
import type { Diagram } from '../diagram/model.ts';
import { CASES, diagramOf, MOMENTS, type TestCase } from '../diagram/test-topologies.ts';
import { deny, sketch } from '../reachability/fixtures.ts';
import { cases } from '../testing/cases.ts';
import { changesBetween, isUnchanged } from './changed.ts';
import { changesSchemaText } from './changes-schema.ts';
import { changesJson, changesText } from './changes-text.ts';
import { changesSince, comparedDiagram } from './compared.ts';
import { DRAWS, worldFrom } from './random-world.ts';
import { wantedDenials } from './reach.ts';
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
    // A place outside is always there, whether an export tells of it or not.
    expect(between(matrix, now)).toBe('+ container:new??\n< container:web → container:db: open → blocked\n');
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

const recorded = (name: string, one: TestCase): ReturnType<typeof readRecorded> =>
  readRecorded(name, toJson(diagramOf(one)));
/** Each case with itself, and with the one after it. */
const neighbours = (): [ReturnType<typeof readRecorded>, Diagram][] => {
  const all = [MOMENTS.before, MOMENTS.after, ...Object.values(CASES)];
  const diagrams = all.map(diagramOf);
  return diagrams.flatMap((now, at): [ReturnType<typeof readRecorded>, Diagram][] =>
    [now, diagrams[at === 0 ? diagrams.length - 1 : at - 1] ?? now].map((was) => [
      readRecorded('before', toJson(was)),
      now,
    ]),
  );
};
const since = (before: TestCase, after: TestCase): string[] =>
  changesText(changesSince(recorded('before', before), diagramOf(after)))
    .split('\n')
    .slice(0, -1);

describe('what changed beside who may talk', () => {
  const plain = { on: 'net', image: 'app:1' };
  const world = (
    containers: Readonly<Record<string, object>>,
    denials: TestCase['denials'] = [],
    networks: Readonly<Record<string, object>> = { net: {} },
  ): TestCase => ({ topology: sketch({ networks, volumes: { notes: {} }, containers }), denials });

  it.each([
    [
      'a socket of the engine',
      world({ a: plain, b: plain }),
      world({ a: plain, b: { ...plain, mounts: ['/var/run/docker.sock:/var/run/docker.sock'] } }),
      ['+ container:b: mark engine', '+ docker.sock container:b → host'],
    ],
    [
      'a volume that is shared',
      world({ a: { ...plain, mounts: ['notes:/n'] }, b: plain }),
      world({ a: { ...plain, mounts: ['notes:/n'] }, b: { ...plain, mounts: ['notes:/n:ro'] } }),
      ['+ volume container:a → container:b: notes'],
    ],
    [
      'who writes to a volume that is shared',
      world({ a: { ...plain, mounts: ['notes:/n'] }, b: { ...plain, mounts: ['notes:/n:ro'] } }),
      world({ a: { ...plain, mounts: ['notes:/n'] }, b: { ...plain, mounts: ['notes:/n'] } }),
      ['~ volume container:a ↔ container:b: one way → both ways'],
    ],
    [
      'an image',
      world({ a: plain }),
      world({ a: { ...plain, image: 'app:2' } }),
      ['~ container:a: image app:1 → app:2'],
    ],
    [
      'ports that are published',
      world({ a: { ...plain, publish: ['80:80', '81:81'] } }),
      world({ a: { ...plain, publish: ['81:81', '443:443'] } }),
      ['- container:a: published 80 → 80', '+ container:a: published 443 → 443'],
    ],
    [
      'what a network is like',
      world({ a: plain }),
      world({ a: plain }, [], { net: { internal: true, ipv6: true } }),
      ['~ network net: subnets 10.0.1.0/24 → 10.0.1.0/24, fd00:1::/64', '~ network net: internal no → yes'],
    ],
    [
      'a network that one who was there before has come to',
      world({ a: plain }),
      world({ a: { ...plain, on: 'net more' } }, [], { net: {}, more: {} }),
      ['+ network more', '+ network more: container:a'],
    ],
    [
      'ports of a block',
      world({ a: plain, b: plain }, [deny('a', 'b', 'held', ['tcp/22'])]),
      world({ a: plain, b: plain }, [deny('a', 'b', 'held', ['tcp/80'])]),
      ['~ cut container:a → container:b: tcp/22 → tcp/80'],
    ],
    [
      'a block that is wanted and not in force',
      world({ a: plain, b: plain }),
      world({ a: plain, b: plain }, [deny('a', 'b', 'pending')]),
      ['+ cut container:a → container:b: not yet cut'],
    ],
  ] as const)('tells of %s', (_, before, after, lines) => {
    for (const [was, is] of [
      [before, after],
      [after, before],
    ] as const) {
      const shown = comparedDiagram(recorded('kept', was), diagramOf(is)).compared;
      expect(shown?.summary).not.toBe('nothing changed');
      expect(shown?.lines).toEqual(since(was, is));
    }
    const told = since(before, after);
    // What follows for pairs is told as it was before.
    expect(told.filter((line) => !/^[<>]/.test(line))).toEqual(lines);
  });

  it('is told where the picture shows it, and only there', () => {
    for (const [was, now] of neighbours()) {
      const shown = comparedDiagram(was, now).compared;
      expect(shown?.lines.length === 0).toBe(shown?.summary === 'nothing changed');
      expect(isUnchanged(changesSince(was, now))).toBe(shown?.lines.length === 0);
    }
  });

  it('is told where the picture shows it, of any two worlds that are much alike', () => {
    const draws = fc.array(fc.nat(9_999), { minLength: DRAWS, maxLength: DRAWS });
    const change = fc.tuple(fc.nat(DRAWS - 1), fc.nat(9_999));
    const caseOf = (numbers: readonly number[], isHeld: boolean): TestCase => {
      const { topology, policy } = worldFrom(numbers);
      const denials = wantedDenials(policy, topology);
      return { topology, denials: isHeld ? denials : denials.map((one) => ({ ...one, state: 'pending' })) };
    };
    fc.assert(
      fc.property(draws, fc.array(change, { maxLength: 3 }), fc.boolean(), (numbers, changes, isHeld) => {
        const others = numbers.map((number, at) => changes.find(([place]) => place === at)?.[1] ?? number);
        const now = diagramOf(caseOf(others, isHeld));
        const shown = comparedDiagram(recorded('before', caseOf(numbers, true)), now).compared;
        expect([shown?.summary === 'nothing changed', shown?.lines]).toEqual([shown?.lines.length === 0, shown?.lines]);
      }),
      { numRuns: cases(30) },
    );
  });

  it('takes a place outside of which a kept export does not tell for no change', () => {
    const diagram = diagramOf(world({ a: { ...plain, publish: ['80:80'] }, b: plain }));
    const zones = ['host', 'lan', 'internet'];
    const isInside = ({ key }: { readonly key: string }): boolean => !zones.includes(key);
    const whole = readRecorded('kept', toJson(diagram));
    if (!whole.drawn) throw new Error('nothing is drawn');
    const drawn = {
      ...whole.drawn,
      nodes: whole.drawn.nodes.filter(isInside),
      edges: whole.drawn.edges.filter(({ from, to }) => !zones.includes(from) && !zones.includes(to)),
    };
    expect(drawn.edges.length).toBeLessThan(whole.drawn.edges.length);
    const kept = {
      ...whole,
      drawn,
      endpoints: new Map([...whole.endpoints].filter(([key]) => isInside({ key }))),
      verdicts: new Map([...whole.verdicts].filter(([pair]) => zones.every((zone) => !pair.includes(`"${zone}"`)))),
    };
    const matrix = JSON.stringify({
      version: 1,
      endpoints: ['a', 'b'].map((name) => ({ id: name, name, kind: 'container', state: 'running' })),
      cells: [],
    });
    for (const one of [kept, readRecorded('matrix', matrix)]) {
      expect(comparedDiagram(one, diagram).compared).toEqual({ summary: 'nothing changed', lines: [] });
    }
  });
});

describe('changes as data', () => {
  const published = join(import.meta.dirname, '..', '..', 'docs', 'schemas', 'changes.v1.json');
  const accepts = new Ajv({ allErrors: true }).compile(JSON.parse(changesSchemaText()) as object);

  it('have a schema that is published as it is (else: npm run schemas)', async () => {
    expect(await readFile(published, 'utf8')).toBe(changesSchemaText());
  });

  it('are what the schema says', () => {
    for (const [was, now] of neighbours()) {
      const json = changesJson(changesSince(was, now), ['a note']);
      expect([accepts(JSON.parse(json)), accepts.errors]).toEqual([true, null]);
    }
    const { before, after } = MOMENTS;
    const data = JSON.parse(changesJson(changesSince(recorded('before', before), diagramOf(after)), [])) as object;
    expect(accepts({ ...data, more: [] })).toBe(false);
    expect(accepts({ ...data, edges: { came: [], went: [] } })).toBe(false);
  });
});
