/** Two Bulkheads on different machines guard one engine: neither takes away what the other put there. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { openDockerWire } from '../../electron/guard/helper/index.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { difference, everyTarget, key, measureAll, type Table, type Target } from './measure.ts';
import { openWorld, until, VERSIONS, type World } from './world.ts';

/** As `identityFor` makes it where the engine is elsewhere. */
const BOB = { instance: '0badcafe', by: 'bob@elsewhere' };
const THEIRS = 'bulkhead_0badcafe';

describe.each(VERSIONS)('two Bulkheads on engine %s', (version) => {
  let world: World;
  let other: Session;
  let otherDir: string;
  let targets: Target[];
  let before: Table;

  const idOf = (name: string): string => world.endpoint(name).id;
  const shut = (...pairs: readonly (readonly [string, string])[]): Table => {
    const groups: Readonly<Record<string, readonly string[]>> = { web: ['web', 'side'] };
    const rows = new Set(
      pairs.flatMap(([from, to]) =>
        targets.filter((target) => (groups[to] ?? [to]).includes(target.to)).map((target) => key(from, target)),
      ),
    );
    return new Map([...before].map(([row, answer]) => [row, rows.has(row) ? 'blocked' : answer] as const));
  };
  const measured = (): Promise<Table> => measureAll(world.fixture, world.engine, targets);
  const tables = async (): Promise<readonly string[]> => {
    const { stdout } = await world.engine.exec(['nft', 'list', 'tables']);
    return stdout.split('\n').filter((line) => line.includes('bulkhead'));
  };
  /** A table that is loaded anew gets another. */
  const handleOf = async (table: string): Promise<string> => {
    const { stdout } = await world.engine.exec(['nft', '-a', '-t', 'list', 'table', 'inet', table]);
    return /^table .*# handle (\d+)/.exec(stdout)?.[1] ?? '';
  };

  beforeAll(async () => {
    world = await openWorld(version, `together-${version}`);
    targets = everyTarget(world.fixture);
    before = await measured();
    otherDir = await mkdtemp(join(tmpdir(), 'bulkhead-other-'));
    other = await openSession({
      driver: await createDockerDriver({
        address: world.engine.url,
        identity: BOB,
        openWire: (api, options) => openDockerWire(api, options, BOB),
      }),
      store: createPolicyStore({ configDir: otherDir }),
      follow: true,
    });
  });
  afterAll(async () => {
    await other.close();
    await rm(otherDir, { recursive: true });
    await world.close();
  });

  it('both hold what they were told, and each sees the other’s rules as what they are', async () => {
    await world.session.apply({ action: 'block', from: idOf('proxy'), to: idOf('web') }, {});
    await other.apply({ action: 'block', from: idOf('api'), to: idOf('cache') }, {});
    expect(difference(shut(['proxy', 'web'], ['api', 'cache']), await measured())).toEqual([]);
    await other.driver.refresh();
    await world.session.driver.refresh();
    // What the other refuses is no rule of one's own, and not open either.
    expect(other.explain(idOf('proxy'), idOf('web')).verdict).not.toBe('open');
    expect(world.session.explain(idOf('api'), idOf('cache')).verdict).not.toBe('open');
    const said = world.session.explain(idOf('api'), idOf('cache')).reasons.map(({ text }) => text);
    expect(said.join('\n')).toContain(THEIRS);
  });

  it('neither loads anything because the other did', async () => {
    expect([...(await tables())].sort()).toEqual(['table inet bulkhead', 'table inet bulkhead_0badcafe']);
    const [mine, theirs] = [await handleOf('bulkhead'), await handleOf(THEIRS)];
    expect(Number(mine)).toBeGreaterThan(0);
    await world.session.apply({ action: 'block', from: idOf('worker'), to: idOf('proxy') }, {});
    expect(await world.session.verify({}, {})).toMatchObject({ disagree: 0 });
    expect(await handleOf('bulkhead')).not.toBe(mine);
    expect(await handleOf(THEIRS)).toBe(theirs);
  });

  it('each is told of the other', async () => {
    expect(await world.session.driver.others?.()).toEqual([
      { by: BOB.by, table: THEIRS, sinceMs: expect.any(Number) as number },
    ]);
    expect(await other.driver.others?.()).toMatchObject([{ table: 'bulkhead' }]);
  });

  it('clearing names the others beforehand; leaving touches nothing of theirs', async () => {
    const [mine, theirs] = [await other.plan({ action: 'clear' }), await other.plan({ action: 'clear', own: true })];
    const said = (plan: typeof mine) => plan.obstacles.filter(({ rule }) => rule === 'P6').map(({ params }) => params);
    expect(said(mine)).toEqual([{ others: expect.stringContaining('@') as string }]);
    expect(said(theirs)).toEqual([]);
    const before = await handleOf('bulkhead');
    await other.apply({ action: 'clear', own: true }, {});
    expect(await tables()).toEqual(['table inet bulkhead']);
    expect(await handleOf('bulkhead'), 'not even loaded again').toBe(before);
    expect(world.session.guardState().phase).toBe('holding');
    expect(await world.session.verify({}, {})).toMatchObject({ disagree: 0 });
  });

  it('clearing removes everybody’s, and who still runs puts its own back', async () => {
    await other.clear();
    await until(world.session, 'its own rules hold again', () => world.session.guardState().phase === 'holding');
    expect(await tables()).toEqual(['table inet bulkhead']);
    expect(difference(shut(['proxy', 'web'], ['worker', 'proxy']), await measured())).toEqual([]);
    await world.session.clear();
    expect(await tables()).toEqual([]);
    expect(difference(before, await measured())).toEqual([]);
  });
});
