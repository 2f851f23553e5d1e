/** The tray's model on a real engine, through the core, while no window is open: each click is measured on the wire. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCore } from '../../electron/app/create-core.ts';
import type { Core } from '../../electron/app/core.ts';
import { openDesk, type Desk } from '../../electron/shell/desk.ts';
import type { MenuItem } from '../../electron/shell/electron-apis.ts';
import { itemOf, standIn } from '../../electron/shell/stand-in.ts';
import { NO_FEED } from '../../electron/shell/update-feed.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');
const WITHIN = { timeout: 60_000, interval: 200 };
const NAMES = ['web', 'db', 'api'] as const;
const WAYS = NAMES.flatMap((from) => NAMES.flatMap((to) => (from === to ? [] : [[from, to] as const])));
const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));

describe(`the tray on engine ${NEWEST}`, () => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  let core: Core;
  let desk: Desk;
  const desktop = standIn({ userData: tmpdir() });
  const shown: (string | undefined)[] = [];

  beforeAll(async () => {
    engine = await startEngine({ version: NEWEST, name: `keep-tray-${NEWEST}` });
    docker = new Docker(engine.socket);
    await importTestImage(docker);
    await docker.createNetwork('shop', { IPAM: { Config: [{ Subnet: '172.43.0.0/24' }] } });
    for (const name of NAMES) {
      await docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['nc', '-ll', '-p', '80', '-e', 'cat'],
        Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': name },
        HostConfig: { NetworkMode: 'shop' },
      });
    }
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-tray-'));
    core = createCore({ version: '0', configDir, engine: engine.url });
    desk = openDesk({
      electron: desktop.electron,
      core,
      platform: 'linux',
      iconsDir: '/icons',
      program: ['/app/bulkhead'],
      show: (hash) => void shown.push(hash),
      updates: { feed: NO_FEED, load: () => Promise.reject(new Error('nothing may be loaded')) },
    });
    await vi.waitFor(() => expect(labels(tray().items)).toContain('Containers'), WITHIN);
  });
  afterAll(async () => {
    desk.close();
    await core.close();
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  const tray = () => {
    const [one] = desktop.trays;
    if (!one) throw new Error('no tray');
    return one;
  };
  const labels = (items: readonly MenuItem[] | undefined) => (items ?? []).map(({ label }) => label);
  /** Chooses, and resolves when the app tells how it went. */
  const choose = async (told: string, ...path: readonly string[]): Promise<void> => {
    const before = desktop.notices.length;
    const item = () => itemOf(tray().items, ...path);
    await expect.poll(() => item().enabled, WITHIN).not.toBe(false);
    item().click?.();
    await expect.poll(() => desktop.notices.slice(before).map(({ title }) => title), WITHIN).toContain(told);
  };
  const measure = async (): Promise<readonly string[]> => {
    const pids = new Map<string, number>();
    const addresses = new Map<string, string>();
    for (const name of NAMES) {
      const { State, NetworkSettings } = await docker.inspectContainer(name);
      pids.set(name, State.Pid);
      addresses.set(name, Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? '');
    }
    const rows = WAYS.map(async ([from, to]) => {
      const enter = ['nsenter', '-t', String(pids.get(from)), '-n', 'perl', PROBER];
      const { stdout } = await engine.exec(enter, { input: `0 ${addresses.get(to) ?? ''} 80\n` });
      return stdout.trim() === '0' ? [`${from} → ${to}`] : [];
    });
    return (await Promise.all(rows)).flat();
  };
  const ALL = WAYS.map(([from, to]) => `${from} → ${to}`);

  it('isolates one container at a click, and takes that back among the recent changes', async () => {
    expect(await measure(), 'the positive control').toEqual(ALL);
    await choose('db: done', 'Containers', 'db', 'Isolate');
    expect(await measure()).toEqual(['web → api', 'api → web']);
    await expect.poll(() => tray().toolTip, WITHIN).toContain('1 container is isolated');
    await expect
      .poll(() => labels(itemOf(tray().items, 'Recent changes').submenu), WITHIN)
      .toContain('Undo: Isolate shop/db');
    await choose('Isolate shop/db: done', 'Recent changes', 'Undo: Isolate shop/db');
    expect(await measure()).toEqual(ALL);
  });

  it('isolates and releases a whole project', async () => {
    await choose('shop: done', 'Projects', 'shop', 'Isolate');
    expect(await measure()).toEqual([]);
    await choose('shop: done', 'Projects', 'shop', 'Release');
    expect(await measure()).toEqual(ALL);
  });

  it('isolates everything, pauses that, resumes it, and releases everything, each after its question', async () => {
    desktop.user.presses = 0;
    await choose('Isolate everything: done', 'Isolate everything…');
    expect(await measure()).toEqual([]);
    await choose('Pause: done', 'Pause the guard', 'Pause the guard for 5 minutes…');
    expect(await measure()).toEqual(ALL);
    await expect.poll(() => tray().toolTip, WITHIN).toMatch(/PAUSED: everything is open until/);
    await choose('Resume the guard: done', 'Resume the guard');
    expect(await measure()).toEqual([]);
    await choose('Release everything: done', 'Release everything…');
    expect(await measure()).toEqual(ALL);
    expect(desktop.questions.map(({ message }) => message)).toEqual([
      'Isolate everything?',
      'Pause the guard?',
      'Release everything?',
    ]);
    expect([desktop.windows, shown], 'no window was opened for any of it').toEqual([[], []]);
  });
});
