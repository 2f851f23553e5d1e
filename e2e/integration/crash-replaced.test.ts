/** An app that is killed while it makes a container anew with other settings: the next start leaves one whole container. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { around, crashAt } from './crash-run.ts';
import { VERSIONS } from './world.ts';

const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/** Which of the two is there after the next start, and what the journal says. */
const POINTS: readonly (readonly [point: string, isNew: boolean])[] = [
  'after the journal’s start',
  ...around('stop 1', 'rename 1', 'create containers 1', 'rename 2', 'start 1', 'remove containers 1'),
  'before the journal’s end',
].map((point) => [point, /after start|remove containers|end$/.test(point)]);

describe(`a container that is made anew by an app that is killed, on engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  let session: Session | null = null;

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'crash-replaced' });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
  });
  afterAll(() => engine.stop());
  beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-crash-'));
    const command = ['sleep', '86400'];
    await docker.runContainer('shop', { Image: TEST_IMAGE, Cmd: command, Env: ['MADE=before'], StopSignal: 'SIGKILL' });
  });
  afterEach(async () => {
    await session?.close();
    session = null;
    for (const { Id } of await docker.listContainers()) await docker.removeContainer(Id);
    await rm(configDir, { recursive: true, force: true });
  });

  const open = async (): Promise<Session> =>
    (session = await openSession({
      driver: await openDriver(engine.url),
      store: createPolicyStore({ configDir }),
      follow: false,
    }));

  it.each(POINTS)('%s: the new one stands: %s', async (point, isNew) => {
    const before = await docker.inspectContainer('shop');
    const { signal, stderr } = await crashAt(point, { engine, configDir, replace: 'shop' });
    expect(signal, stderr).toBe('SIGKILL');
    const { journal } = await open();

    const there = await docker.listContainers();
    expect(there.map(({ Names }) => Names)).toEqual([['/shop']]);
    const { Id, State, Config } = await docker.inspectContainer('shop');
    expect([Id === before.Id, State.Running]).toEqual([!isNew, true]);
    expect(Config.Env.includes('MADE=anew')).toBe(isNew);
    const entries = await journal();
    expect(entries).toMatchObject([
      { change: { action: 'replace', name: 'shop' }, state: 'interrupted', applied: isNew, undoneBy: null },
    ]);
  });

  it('is put back by the one after the next start, where that was killed too', async () => {
    const { signal, stderr } = await crashAt('after rename 1', { engine, configDir, replace: 'shop' });
    expect(signal, stderr).toBe('SIGKILL');
    // The next one is killed while it opens, before it has put anything back.
    const held = await openDriver(engine.url);
    const { rebuild } = held;
    if (!rebuild) throw new Error('A real engine can be rebuilt.');
    const gone = Object.assign(Object.create(held) as typeof held, {
      rebuild: { ...rebuild, restore: () => Promise.reject(new TypeError('killed')) },
    });
    await expect(openSession({ driver: gone, store: createPolicyStore({ configDir }), follow: false })).rejects.toThrow(
      'killed',
    );
    await held.close();
    const { journal } = await open();
    expect((await docker.inspectContainer('shop')).State.Running).toBe(true);
    expect(await journal()).toMatchObject([{ state: 'interrupted', applied: false }]);
  });
});
