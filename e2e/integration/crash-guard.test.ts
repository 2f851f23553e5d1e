/**
 * Killed while a network or a project is guarded or opened, somebody is isolated or released, the guard pauses or resumes, or
 * everything is cleared: the next start makes the wire equal to what the files say, and the journal says which that is.
 *
 * `BULKHEAD_CRASH_POINTS=all` tries the points too that differ from those of a block (crash.test.ts) in nothing but the change.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore, type PolicyStore } from '../../electron/store/policy-store.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { around, crashAt } from './crash-run.ts';
import { VERSIONS } from './world.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');
const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
const ALL = process.env['BULKHEAD_CRASH_POINTS'] === 'all';

/** Both directions of each, the machine's, and the internet's. */
const WAYS = ['web db', 'db web', 'api safe', 'safe api', 'host safe', 'web outside'] as const;
type Way = (typeof WAYS)[number];

interface Row {
  readonly says: string;
  /** What was done before, to the end. */
  readonly first: readonly Change[];
  readonly change: Change;
  /** Shut before it, and after it. */
  readonly before: readonly Way[];
  readonly after: readonly Way[];
  /** At which it is killed; whether the change is made then. */
  readonly old: readonly string[];
  readonly made: readonly string[];
  /** Tried with `BULKHEAD_CRASH_POINTS=all` alone. */
  readonly more?: readonly string[];
}

const VAULT: readonly Way[] = ['api safe', 'safe api', 'host safe'];
const SHOP: readonly Way[] = ['web db', 'db web', 'web outside'];
const WRITTEN = ['after the journal’s start', 'before the file is renamed'];
const FORCED = ['after the file is renamed', 'after the wire is true', 'before the journal’s end'];
const guard = (name: string): Change => ({ action: 'guard', name });

const ROWS: readonly Row[] = [
  {
    says: 'a network is guarded',
    first: [],
    change: guard('network:vault'),
    before: [],
    after: VAULT,
    old: ['before the file is renamed'],
    made: ['after table 1', 'before the keeper'],
    more: ['before table 1', ...around('table 2', 'table 3'), 'after the keeper', ...FORCED],
  },
  {
    says: 'a network is opened again',
    first: [guard('network:vault')],
    change: { action: 'unguard', name: 'network:vault' },
    before: VAULT,
    after: [],
    old: [],
    made: ['after table 1', 'before the keeper'],
    more: ['before table 1', ...around('table 2', 'table 3'), 'after the keeper', ...FORCED],
  },
  {
    says: 'a project is guarded',
    first: [],
    change: guard('project:shop'),
    before: [],
    after: SHOP,
    old: [],
    made: ['after table 1'],
    more: ['before table 1', ...around('the keeper'), ...FORCED],
  },
  {
    says: 'a project is opened again',
    first: [guard('project:shop')],
    change: { action: 'unguard', name: 'project:shop' },
    before: SHOP,
    after: [],
    old: [],
    made: ['after the keeper'],
    more: [...around('table 1'), 'before the keeper', ...FORCED],
  },
  {
    says: 'a container is isolated',
    first: [],
    change: { action: 'isolate', name: 'container:web' },
    before: [],
    after: SHOP,
    old: [],
    made: ['after table 1'],
    more: ['before table 1', ...FORCED],
  },
  {
    says: 'a container is cut from the internet',
    first: [],
    change: { action: 'isolate', name: 'container:web', only: 'internet' },
    before: [],
    after: ['web outside'],
    old: [],
    made: ['after table 1'],
    more: ['before table 1', ...FORCED],
  },
  {
    says: 'a container is released',
    first: [{ action: 'isolate', name: 'container:web' }],
    change: { action: 'release', name: 'container:web' },
    before: SHOP,
    after: [],
    old: [],
    made: ['after table 1'],
    more: ['before table 1', ...FORCED],
  },
  {
    says: 'the guard pauses',
    first: [guard('network:vault')],
    change: { action: 'pause', minutes: 30 },
    before: VAULT,
    after: [],
    old: ['before the pause is kept'],
    made: ['after the pause is kept', 'after the keeper'],
    more: [...around('table 1'), 'before the keeper'],
  },
  {
    says: 'the guard resumes',
    first: [guard('network:vault'), { action: 'pause', minutes: 30 }],
    change: { action: 'resume' },
    before: [],
    after: VAULT,
    old: [],
    made: ['after the pause is kept', 'before the keeper'],
    more: [...around('table 1'), 'after the keeper'],
  },
  {
    says: 'everything is cleared',
    first: [guard('network:vault'), { action: 'block', from: 'web', to: 'db' }],
    change: { action: 'clear' },
    before: ['web db', ...VAULT],
    after: [],
    old: [],
    made: ['after the file is renamed', 'after the sweep', 'after remove containers 1'],
    more: ['before the sweep', 'before remove containers 1', 'before the journal’s end'],
  },
];

const CASES = ROWS.flatMap((row) => {
  const points = (some: readonly string[], isMade: boolean) => some.map((point) => ({ ...row, point, isMade }));
  // A pause is no part of the policy, whose file stays as it is.
  const hasFile = !['pause', 'resume'].includes(row.change.action);
  const old = [...row.old, ...(ALL && hasFile ? WRITTEN.filter((one) => !row.old.includes(one)) : [])];
  return [...points(old, false), ...points([...row.made, ...(ALL ? (row.more ?? []) : [])], true)];
});

describe(`an app that is killed, on engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  let store: PolicyStore;
  let session: Session | null = null;

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'crash-guard' });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
    await docker.createNetwork('front', {});
    await docker.createNetwork('vault', {});
    for (const [name, network] of [
      ['web', 'front'],
      ['db', 'front'],
      ['api', 'vault'],
      ['safe', 'vault'],
    ] as const) {
      const project =
        network === 'front' ? { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': name } : {};
      await docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['nc', '-ll', '-p', '80', '-e', 'cat'],
        Labels: project,
        HostConfig: { NetworkMode: network },
      });
    }
    await engine.namespace.listen('outside', 80);
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-crash-'));
    store = createPolicyStore({ configDir });
  });
  afterEach(async () => {
    await session?.clear().catch(() => undefined);
    await session?.close();
    session = null;
    await rm(configDir, { recursive: true, force: true });
  });

  const open = async (): Promise<Session> =>
    (session = await openSession({ driver: await openDriver(engine.url), store, follow: false }));

  /** The ways by which no word came back. */
  const shut = async (): Promise<readonly Way[]> => {
    const asked = WAYS.map(async (way) => {
      const [from = '', to = ''] = way.split(' ');
      const at = async (name: string) => docker.inspectContainer(name);
      const target =
        to === 'outside'
          ? ADDRESSES.internet
          : (Object.values((await at(to)).NetworkSettings.Networks)[0]?.IPAddress ?? '');
      const enter = from === 'host' ? [] : ['nsenter', '-t', String((await at(from)).State.Pid), '-n'];
      const { stdout } = await engine.exec([...enter, 'perl', PROBER], { input: `0 ${target} 80\n` });
      return stdout.trim() === '0' ? [] : [way];
    });
    return (await Promise.all(asked)).flat();
  };
  const ours = async (): Promise<readonly string[]> => {
    const containers = (await docker.listContainers()).map(({ Names }) => Names[0] ?? '');
    const { stdout } = await engine.exec(['nft', 'list', 'tables']);
    return [...containers, ...stdout.split('\n')].filter((name) => name.includes('bulkhead'));
  };

  it.each(CASES)('$point, while $says', async ({ first, change, before, after, point, isMade }) => {
    expect(await shut(), 'the positive control').toEqual([]);
    const opened = await open();
    for (const one of first) await opened.apply(one, {});
    await opened.close();
    session = null;
    const [policy, paused] = [await store.text(engine.url), await store.pause.read(engine.url)];
    expect(await shut(), 'what was done before').toEqual(before);

    const { signal, stderr } = await crashAt(point, { engine, configDir, change });
    expect(signal, stderr).toBe('SIGKILL');
    if (!isMade) expect([await store.text(engine.url), await store.pause.read(engine.url)]).toEqual([policy, paused]);

    const started = await open();
    await started.settle({});
    expect(started.guardState().error).toBeNull();
    expect(await shut()).toEqual(isMade ? after : before);
    const [entry] = await started.journal();
    const isBeside = change.action === 'pause' || change.action === 'resume';
    expect(entry).toMatchObject({
      change: { action: change.action },
      state: 'interrupted',
      applied: isBeside ? null : isMade,
    });
    await started.observe();
    expect(started.guardState().error).toBeNull();

    await started.clear();
    expect(await shut()).toEqual([]);
    expect(await ours()).toEqual([]);
    const left = (await readdir(dirname(store.path(engine.url)))).filter(
      (name) => !/\.(yaml|jsonl|engine)$/.test(name),
    );
    expect(left).toEqual([]);
  });
});
