/** A block stops one direction of one pair, by every way, and nothing else. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { difference, everyTarget, key, measureAll, type Table, type Target } from './measure.ts';
import { openWorld, VERSIONS, type World } from './world.ts';

const CASES = [
  { from: 'proxy', to: 'web', about: 'one shared network, IPv4 and IPv6' },
  { from: 'api', to: 'cache', about: 'two shared networks' },
  { from: 'worker', to: 'proxy', about: 'no shared network, only the side door of a published port' },
  { from: 'web', to: 'proxy', about: 'shared network and published port' },
  { from: 'side', to: 'api', about: 'a container that shares the stack of another' },
] as const;

describe.each(VERSIONS)('on engine %s', (version) => {
  let world: World;
  let targets: Target[];
  let before: Table;

  beforeAll(async () => {
    world = await openWorld(version, `block-${version}`);
    targets = everyTarget(world.fixture);
    before = await measureAll(world.fixture, world.engine, targets);
  });
  afterAll(() => world.close());
  afterEach(() => world.session.clear());

  it.each(CASES)('stops $from → $to and changes nothing else ($about)', async ({ from, to }) => {
    const { session, fixture, endpoint } = world;
    // Who shares the stack of either side goes with it: one stack has one set of rules.
    const group = (name: string): string[] => (name === 'web' || name === 'side' ? ['web', 'side'] : [name]);
    const denied = (row: string): boolean =>
      group(from).some((one) => group(to).some((other) => row.startsWith(`${one} → ${other} at `)));
    const open = [...before].filter(([row, answer]) => denied(row) && answer === 'open');
    expect(open.length, 'the positive control: the pair is open before').toBeGreaterThan(0);

    const tally = await session.apply({ action: 'block', from: endpoint(from).id, to: endpoint(to).id }, {});
    expect(tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(tally.agree).toBeGreaterThan(0);
    expect(session.explain(endpoint(from).id, endpoint(to).id)).toMatchObject({ verdict: 'blocked', enforced: true });

    const after = await measureAll(fixture, world.engine, targets);
    const expected = new Map([...before].map(([row, answer]) => [row, denied(row) ? 'blocked' : answer] as const));
    expect(difference(expected, after)).toEqual([]);

    await session.apply({ action: 'allow', from: endpoint(from).id, to: endpoint(to).id }, {});
    expect(difference(before, await measureAll(fixture, world.engine, targets))).toEqual([]);
  });

  it('holds many blocks at once, and each reverse direction stays as it was', async () => {
    const { session, fixture, endpoint } = world;
    const blocked = [
      ['proxy', 'web'],
      ['api', 'cache'],
      ['worker', 'proxy'],
      ['mailer', 'proxy'],
    ] as const;
    for (const [from, to] of blocked)
      await session.apply({ action: 'block', from: endpoint(from).id, to: endpoint(to).id }, {});
    const after = await measureAll(fixture, world.engine, targets);
    const groups: Record<string, string[]> = { web: ['web', 'side'] };
    const rows = new Set(
      blocked.flatMap(([from, to]) =>
        targets.filter((target) => (groups[to] ?? [to]).includes(target.to)).map((target) => key(from, target)),
      ),
    );
    const expected = new Map([...before].map(([row, answer]) => [row, rows.has(row) ? 'blocked' : answer] as const));
    expect(difference(expected, after)).toEqual([]);
    expect(await session.verify({}, {})).toMatchObject({ disagree: 0, errors: 0 });
  });
});
