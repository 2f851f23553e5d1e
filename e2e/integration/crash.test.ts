/**
 * Killed at every point of a change: the policy file is the old one or the new one, the journal says which, and the next
 * start makes the wire equal to the file.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore, type PolicyStore } from '../../electron/store/policy-store.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { isContainer, type ContainerEndpoint } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';
import { around, crashAt, type Ended } from './crash-run.ts';
import { measure } from './measure.ts';
import { VERSIONS } from './world.ts';

const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
const BLOCK: Change = { action: 'block', from: 'web', to: 'cache' };

/** What the journal must say of a change that was cut off there: `null`, nothing. */
type Said = { readonly state: 'interrupted' | 'done'; readonly applied: boolean } | null;

const NOT_APPLIED: Said = { state: 'interrupted', applied: false };
const APPLIED: Said = { state: 'interrupted', applied: true };

/** web → cache is three tables: of the two sides, and of the host. */
const TABLES = [1, 2, 3].flatMap((table): [string, Said][] => [
  [`before table ${table}`, APPLIED],
  [`after table ${table}`, APPLIED],
]);

const POINTS: readonly (readonly [point: string, said: Said])[] = [
  ['before the journal’s start', null],
  ['after the journal’s start', NOT_APPLIED],
  ['before the file is renamed', NOT_APPLIED],
  ['after the file is renamed', APPLIED],
  ...TABLES,
  ['after the wire is true', APPLIED],
  ['before the journal’s end', APPLIED],
  ['after the journal’s end', { state: 'done', applied: true }],
];

/** By each method besides the firewall, around all that it asks of the engine. */
const METHODS: readonly (readonly [point: string, change: Change])[] = [
  ...around('create networks 1', 'connect 1', 'connect 2', 'disconnect 1').map(
    (point) => [point, { ...BLOCK, method: 'network' }] as const,
  ),
  ...around('stop 1', 'rename 1', 'create containers 1', 'rename 2', 'start 1', 'remove containers 1').map(
    (point) => [point, { action: 'block', from: 'linked', to: 'mailer', method: 'unlink' }] as const,
  ),
];

/** Of taking those back again. */
const WAYS_BACK: readonly (readonly [point: string, change: Change])[] = [
  ...around('connect 1', 'disconnect 1', 'disconnect 2', 'remove networks 1').map(
    (point) => [point, { ...BLOCK, method: 'network' }] as const,
  ),
  ...around('rename 1', 'create containers 1', 'start 1', 'remove containers 1').map(
    (point) => [point, { action: 'block', from: 'linked', to: 'mailer', method: 'unlink' }] as const,
  ),
];

describe(`a change that is killed, on engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let fixture: Fixture;
  let configDir: string;
  let store: PolicyStore;
  let sessions: Session[];

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'crash' });
    fixture = await buildFixture(engine);
    await fixture.docker.runContainer('linked', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '86400'],
      StopSignal: 'SIGKILL',
      HostConfig: { Links: ['mailer:post'] },
    });
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    sessions = [];
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-crash-'));
    store = createPolicyStore({ configDir });
  });
  afterEach(async () => {
    for (const session of sessions) await session.close();
    await rm(configDir, { recursive: true, force: true });
  });

  const open = async (): Promise<Session> => {
    const session = await openSession({ driver: await openDriver(engine.url), store, follow: false });
    sessions.push(session);
    return session;
  };

  const crash = (point: string, change: Change): Promise<Ended> => crashAt(point, { engine, configDir, change });

  const reaches = async (from: string, to: string, port: number): Promise<boolean> => {
    const addresses = Object.values(fixture.container(to).attachments).map(({ IPAddress }) => IPAddress);
    const targets = addresses.map((address) => ({ address, port }));
    return (await measure(fixture, from, targets)).includes(true);
  };

  const policyText = (): Promise<string> => readFile(store.path(engine.url), 'utf8').catch(() => '');

  /** The file is one of the two, and after a start the journal says which and the wire is the same. */
  const expectWhole = async (before: Policy, after: Policy, said: Said, holding: (policy: Policy) => boolean) => {
    const now = await store.read(engine.url);
    const applied = said?.applied ?? false;
    expect(now).toEqual(applied ? after : before);
    const session = await open();
    const entries = await session.journal();
    if (said) expect(entries[0]).toMatchObject(said);
    await session.settle({});
    const { denied, held, error } = session.guardState();
    expect({ held, error }).toEqual({ held: denied, error: null });
    expect(await reaches('web', 'cache', 6379)).toBe(!holding(now));
    expect(await reaches('api', 'cache', 6379), 'others reach it').toBe(true);
    expect(await reaches('cache', 'web', 8000), 'the other direction is open').toBe(true);
    expect(await session.verify({ from: 'web', to: 'cache' }, {})).toMatchObject({ disagree: 0, errors: 0 });
    // A look at every namespace finds no table that the file does not want.
    await session.observe();
    expect(session.guardState().error).toBeNull();
    return session;
  };

  it.each(POINTS)('%s: a block', async (point, said) => {
    const before = await store.read(engine.url);
    expect(await reaches('web', 'cache', 6379), 'the positive control').toBe(true);
    const { signal, stderr } = await crash(point, BLOCK);
    expect(signal, stderr).toBe('SIGKILL');
    const rule = { from: 'container:web', to: 'container:cache', action: 'deny' } as const;
    const session = await expectWhole(before, { ...before, rules: [rule] }, said, ({ rules }) => rules.length > 0);
    expect(await session.journal()).toHaveLength(said ? 1 : 0);
    // What the crash left lying (locks, half a file) is in nobody's way.
    await session.apply(BLOCK, {});
    expect(await reaches('web', 'cache', 6379)).toBe(false);
    await session.clear();
    const left = (await readdir(dirname(store.path(engine.url)))).filter(
      (name) => !/\.(yaml|jsonl|engine)$/.test(name),
    );
    expect(left).toEqual([]);
  });

  it.each(POINTS)('%s: taking a block back', async (point, said) => {
    const before = await store.read(engine.url);
    const first = await open();
    await first.apply(BLOCK, {});
    const [entry] = await first.journal();
    const blocked = await store.read(engine.url);
    await first.close();
    sessions = [];
    expect(await reaches('web', 'cache', 6379), 'it is blocked').toBe(false);
    const text = await policyText();
    const { signal, stderr } = await crash(point, { action: 'undo', entry: entry?.id ?? '' });
    expect(signal, stderr).toBe('SIGKILL');
    if (said?.applied !== true) expect(await policyText()).toBe(text);
    const session = await expectWhole(blocked, before, said, ({ rules }) => rules.length > 0);
    const entries = await session.journal();
    expect(entries.at(-1)).toMatchObject({
      id: entry?.id,
      state: 'done',
      undoneBy: said?.applied ? entries[0]?.id : null,
    });
    await session.clear();
  });

  /** All that a method may touch, in a user's words: ids change with whoever is made anew. */
  const picture = async (): Promise<unknown> => {
    const driver = await openDriver(engine.url);
    const { endpoints, networks } = driver.topology();
    await driver.close();
    const nameOf = new Map(networks.map(({ id, name }) => [id, name]));
    return {
      networks: [...nameOf.values()].sort(),
      containers: endpoints.filter(isContainer).map(({ id, name, state, attachments, links }) => ({
        name,
        state,
        links: links.map(({ targetName, alias }) => `${targetName}:${alias}`),
        on: attachments
          .map(({ networkId, ipv4, aliases }) =>
            [
              nameOf.get(networkId),
              networkId === 'bridge' ? '' : ipv4,
              ...aliases.filter((one) => !id.startsWith(one)),
            ].join(' '),
          )
          .sort(),
      })),
    };
  };

  it.each(METHODS)('%s: another method (%j)', async (point, change) => {
    const before = await picture();
    const { signal, stderr } = await crash(point, change);
    expect(signal, stderr).toBe('SIGKILL');
    const session = await open();
    const after = await session.driver.refresh();
    // Nobody is left under a name that is not his, whatever else is half done.
    const names = after.endpoints.filter(isContainer).map(({ name, state }) => `${name} ${state}`);
    expect(names).toEqual(
      (before as { containers: ContainerEndpoint[] }).containers.map(({ name, state }) => `${name} ${state}`),
    );
    const [entry] = await session.journal();
    expect(entry).toMatchObject({
      state: 'interrupted',
      change: { method: change.action === 'block' ? change.method : '' },
    });
    expect(entry?.wayBack).not.toEqual([]);
    expect(await session.plan({ action: 'undo', entry: entry?.id ?? '' })).toMatchObject({
      possible: true,
      obstacles: [],
    });
    await session.apply({ action: 'undo', entry: entry?.id ?? '' }, {});
    expect(await picture()).toEqual(before);
    expect(await reaches('web', 'cache', 6379)).toBe(true);
  });

  it.each(WAYS_BACK)('%s: taking another method back (%j)', async (point, change) => {
    const before = await picture();
    const first = await open();
    await first.apply(change, {});
    const [made] = await first.journal();
    await first.close();
    sessions = [];
    const undo = { action: 'undo', entry: made?.id ?? '' } as const;
    const { signal, stderr } = await crash(point, undo);
    expect(signal, stderr).toBe('SIGKILL');
    const session = await open();
    const names = (await session.driver.refresh()).endpoints
      .filter(isContainer)
      .map(({ name, state }) => [name, state]);
    expect(names).toEqual(
      (before as { containers: ContainerEndpoint[] }).containers.map(({ name, state }) => [name, state]),
    );
    const [cutOff, entry] = await session.journal();
    expect([cutOff, entry]).toMatchObject([
      { state: 'interrupted', applied: null },
      { id: made?.id, undoneBy: null },
    ]);
    await session.apply(undo, {});
    expect(await picture()).toEqual(before);
    expect((await session.journal()).find(({ id }) => id === made?.id)?.undoneBy).not.toBeNull();
  });
});
