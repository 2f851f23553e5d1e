/** An engine that dies while a container is made anew, and comes back: the app, which lived on, leaves one whole container. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import type { JournalEntry } from '../../shared/contract/journal.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { around } from './crash-run.ts';
import { passRequests } from './pass-requests.ts';
import { VERSIONS } from './world.ts';

const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

/** Which of the two is there in the end. */
const POINTS: readonly (readonly [point: string, isNew: boolean])[] = around(
  'stop 1',
  'rename 1',
  'create containers 1',
  'rename 2',
  'start 1',
).map((point) => [point, point === 'after start 1']);

describe(`a container that is made anew on an engine that dies, ${NEWEST}`, () => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  let session: Session | null = null;
  let stop = (): void => undefined;

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: 'engine-gone' });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
  });
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-gone-'));
    const command = ['sleep', '86400'];
    await docker.runContainer('shop', {
      Image: TEST_IMAGE,
      Cmd: command,
      Env: ['MADE=before'],
      StopSignal: 'SIGKILL',
      HostConfig: { Privileged: true },
    });
  });
  afterEach(async () => {
    stop();
    await session?.close();
    session = null;
    for (const { Id } of await docker.listContainers()) await docker.removeContainer(Id);
    await rm(configDir, { recursive: true, force: true });
  });

  /** A session during whose work the engine dies at that point. */
  const open = async (point: string): Promise<Session> => {
    session = await openSession({
      driver: await openDriver(engine.url),
      store: createPolicyStore({ configDir }),
      follow: true,
    });
    stop = passRequests((reached) => {
      if (reached === point) process.kill(engine.pid, 'SIGKILL');
    });
    return session;
  };

  /** Starts the engine again and waits for what the journal says then. */
  const ended = async (opened: Session): Promise<readonly JournalEntry[]> => {
    expect(await opened.journal()).toMatchObject([{ state: 'started' }]);
    stop();
    await engine.restart();
    return new Promise((resolve, reject) => {
      const look = (): void => {
        opened.journal().then((entries) => {
          if (entries.every(({ state }) => state !== 'started')) resolve(entries);
        }, reject);
      };
      opened.onJournal(look);
      look();
    });
  };

  it.each(POINTS)('%s: the new one stands: %s', async (point, isNew) => {
    const before = await docker.inspectContainer('shop');
    const opened = await open(point);
    const spec = await opened.driver.manage.containers.specOf('shop');
    const made = opened.replace(before.Id, { ...spec, env: [{ name: 'MADE', value: 'anew' }] });
    await expect(made).rejects.toMatchObject({ code: expect.stringMatching(/^ENGINE_(?:UNREACHABLE|ABSENT)$/) });

    const entries = await ended(opened);
    expect(entries).toMatchObject([
      { change: { action: 'replace', name: 'shop' }, state: 'interrupted', applied: isNew, undoneBy: null },
    ]);
    const there = await docker.listContainers();
    expect(there.map(({ Names }) => Names)).toEqual([['/shop']]);
    const { Id, State, Config } = await docker.inspectContainer('shop');
    expect(Id === before.Id).toBe(!isNew);
    expect(Config.Env.includes('MADE=anew')).toBe(isNew);
    // The new one was stopped with its engine, as others that are not to be restarted are; the former one was stopped by us.
    if (!isNew) expect(State.Running).toBe(true);
  });

  it.each(['after stop 1', 'after rename 1'])('%s, for want of a power: it is as it was', async (point) => {
    const before = await docker.inspectContainer('shop');
    const opened = await open(point);
    const work = opened.apply({ action: 'rerun', name: before.Id, without: 'privileged' }, {});
    await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/^ENGINE_(?:UNREACHABLE|ABSENT)$/) });

    const [entry] = await ended(opened);
    expect(entry).toMatchObject({ change: { action: 'rerun' }, state: 'interrupted', undoneBy: null });
    const there = await docker.listContainers();
    expect(there.map(({ Names }) => Names)).toEqual([['/shop']]);
    const after = await docker.inspectContainer('shop');
    expect([after.Id, after.State.Running]).toEqual([before.Id, true]);
  });
});
