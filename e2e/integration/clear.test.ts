/**
 * Clearing a real engine on which much happened since: what is gone keeps nothing else from being given back, nobody loses anything,
 * what stays is told beforehand, and nothing of ours is left.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { BULKHEAD_LABEL } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { realise, type Realised } from '../truth/realise.ts';
import { VERSIONS } from './world.ts';

const BUILT_IN = new Set(['bridge', 'host', 'none']);
const WORLD = {
  networks: { front: {} },
  containers: {
    web: 'front',
    api: 'front',
    db: 'front',
    store: 'bridge',
    reader: { on: 'bridge', links: ['store:data'] },
    writer: { on: 'bridge', links: ['store:data'] },
  },
} as const;

// What an engine does to one container is told of each elsewhere (guard/methods): here the oldest and the newest are enough.
const ENDS = VERSIONS.filter((_version, index) => index === 0 || index === VERSIONS.length - 1);

describe.each(ENDS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let docker: Docker;
  let world: Realised;
  let configDir: string;
  let session: Session;
  beforeAll(async () => {
    engine = await startEngine({ version, name: `clear-${version}` });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
  });
  beforeEach(async () => {
    world = await realise(docker, WORLD);
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-clear-'));
    session = await openSession({
      driver: await openDriver(engine.url),
      store: createPolicyStore({ configDir }),
      follow: false,
    });
  });
  afterEach(async () => {
    await session.close();
    await world.remove();
    for (const { Name } of await docker.listNetworks()) if (Name.includes('apart')) await docker.removeNetwork(Name);
    await rm(configDir, { recursive: true, force: true });
  });
  afterAll(() => engine.stop());

  const apart = (from: string, to: string): Promise<unknown> =>
    session.apply({ action: 'block', from, to, method: 'network' }, {});
  const unlink = (from: string): Promise<unknown> =>
    session.apply({ action: 'block', from, to: 'store', method: 'unlink' }, {});
  /** Network → who is on it, of those that matter here. */
  const members = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    const networks = (await docker.listNetworks()).map(({ Name }) => Name).filter((name) => !BUILT_IN.has(name));
    const all = await docker.listContainers();
    const on = (network: string): readonly string[] =>
      all
        .filter(({ NetworkSettings }) => Object.keys(NetworkSettings.Networks).includes(network))
        .map(({ Names }) => Names[0]?.slice(1) ?? '')
        .sort();
    return Object.fromEntries(networks.sort().map((network) => [network, on(network)]));
  };
  const links = async (name: string): Promise<readonly string[]> =>
    ((await docker.inspectContainer(name)) as unknown as { HostConfig: { Links: string[] | null } }).HostConfig.Links ??
    [];
  const ours = async (): Promise<readonly unknown[]> => {
    const [containers, networks] = [await docker.listContainers(), await docker.listNetworks()];
    const tables = (await engine.exec(['nft', 'list', 'tables'])).stdout
      .split('\n')
      .filter((line) => /bulkhead/.test(line));
    return [
      ...containers.filter(({ Labels }) => BULKHEAD_LABEL in Labels).map(({ Names }) => Names),
      ...networks.filter(({ Labels }) => BULKHEAD_LABEL in (Labels ?? {})).map(({ Name }) => Name),
      ...tables,
    ];
  };
  /** What it says it will do, and that it has done no more and no less. */
  const cleared = async (): Promise<readonly string[]> => {
    const { obstacles, possible } = await session.plan({ action: 'clear' });
    expect(possible).toBe(true);
    await session.apply({ action: 'clear' }, {});
    expect(session.policy().rules).toEqual([]);
    return obstacles.map(({ rule, params }) => `${rule} ${Object.values(params).join(' ')}`).sort();
  };

  it('takes back what rests on one another, newest first', { timeout: 120_000 }, async () => {
    const before = await members();
    await session.apply({ action: 'block', from: 'web', to: 'api' }, {});
    await apart('web', 'db');
    await apart('api', 'db');
    expect(await members()).not.toEqual(before);
    expect(await cleared()).toEqual(['P5 1 web → api']);
    expect(await members()).toEqual(before);
    expect(await ours()).toEqual([]);
  });

  it('gives the rest back where a container is gone, and leaves a network that others joined', async () => {
    await apart('web', 'db');
    const own = Object.keys(await members()).find((name) => name !== 'front') ?? '';
    await docker.removeContainer('db');
    await docker.runContainer('late', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      HostConfig: { NetworkMode: own },
    });
    try {
      expect(await cleared()).toEqual(['T21 db', `T23 ${own} late`]);
      expect(await members()).toEqual({ front: ['api', 'web'], [own]: ['late'] });
    } finally {
      await docker.removeContainer('late');
    }
  });

  it('takes no link back for the price of files, and can do it later', { timeout: 120_000 }, async () => {
    const before = [await links('reader'), await links('writer')];
    await unlink('reader');
    await unlink('writer');
    await docker.exec('writer', ['sh', '-c', 'echo precious > /kept']);
    expect(await cleared()).toEqual(['T25 writer 1']);
    expect([await links('reader'), await links('writer')]).toEqual([before[0], []]);
    expect((await docker.exec('writer', ['cat', '/kept'])).stdout).toContain('precious');

    const kept = (await session.journal()).find(
      ({ change }) => change.action === 'block' && change.from.endsWith('writer'),
    );
    expect(kept?.undoneBy).toBeNull();
    const undo = { action: 'undo', entry: kept?.id ?? '' } as const;
    await expect(session.apply(undo, {})).rejects.toMatchObject({ code: 'CANNOT_ENFORCE' });
    await docker.exec('writer', ['rm', '/kept']);
    await session.apply(undo, {});
    expect(await links('writer')).toEqual(before[1]);
  });

  it('knows whom a link led to, and whom it does not any more', { timeout: 120_000 }, async () => {
    await unlink('reader');
    await docker.removeContainer('writer');
    await docker.removeContainer('store');
    expect(await cleared()).toEqual(['T24 reader store']);
    expect(await links('reader')).toEqual([]);
  });

  it('removes everything else where the engine refuses to give back, and says what is left', async () => {
    await session.apply({ action: 'block', from: 'web', to: 'api' }, {});
    await apart('web', 'db');
    const refused = new Error('refused for the test');
    const { rebuild } = session.driver;
    if (!rebuild) throw new Error('A real engine can be rebuilt.');
    const connect = rebuild.connect;
    Object.assign(rebuild, { connect: () => Promise.reject(refused) });
    try {
      await expect(session.apply({ action: 'clear' }, {})).rejects.toMatchObject({
        code: 'ENGINE_REFUSED',
        message: expect.stringMatching(/^Everything of Bulkhead is removed.*refused for the test/),
      });
    } finally {
      Object.assign(rebuild, { connect });
    }
    expect(session.policy().rules).toEqual([]);
    expect((await engine.exec(['nft', 'list', 'tables'])).stdout).not.toContain('bulkhead');
    expect(await cleared(), 'the next one gives back what could not be').toEqual([]);
    expect(await members()).toEqual({ front: ['api', 'db', 'web'] });
    expect(await ours()).toEqual([]);
  });
});
