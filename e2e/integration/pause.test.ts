/** The guard paused and resumed, measured on the wire: by a rule and by a guarded network, also over the death of the app (ADR 16). */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { GuardState } from '../../shared/contract/schemas.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');
const WITHIN = { timeout: 60_000, interval: 250 };
/** By a rule, by the guarded network both ways, and past it: from the machine. */
const WAYS = [
  ['web', 'db'],
  ['api', 'safe'],
  ['safe', 'api'],
  ['host', 'safe'],
] as const;

interface Line {
  readonly guard?: GuardState;
  readonly planned?: readonly string[];
  readonly tally?: object;
  readonly failed?: string;
}

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  const apps = new Set<ChildProcess>();

  beforeAll(async () => {
    engine = await startEngine({ version, name: `keep-pause-${version}` });
    docker = new Docker(engine.socket);
    await importTestImage(docker);
    await docker.createNetwork('shop', { IPAM: { Config: [{ Subnet: '172.41.0.0/24' }] } });
    await docker.createNetwork('vault', { IPAM: { Config: [{ Subnet: '172.42.0.0/24' }] } });
    for (const [name, network] of [
      ['web', 'shop'],
      ['db', 'shop'],
      ['api', 'vault'],
      ['safe', 'vault'],
    ] as const) {
      await docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['nc', '-ll', '-p', '80', '-e', 'cat'],
        HostConfig: { NetworkMode: network },
      });
    }
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-pause-'));
  });
  afterEach(async () => {
    for (const app of apps) await kill(app);
  });
  afterAll(async () => {
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  const kill = async (app: ChildProcess): Promise<void> => {
    apps.delete(app);
    if (app.exitCode !== null || app.signalCode !== null) return;
    const gone = once(app, 'exit');
    app.kill('SIGKILL');
    await gone;
  };
  const measure = async (): Promise<Record<string, string>> => {
    const rows = WAYS.map(async ([from, to]) => {
      const target = Object.values((await docker.inspectContainer(to)).NetworkSettings.Networks)[0]?.IPAddress ?? '';
      const enter =
        from === 'host' ? [] : ['nsenter', '-t', String((await docker.inspectContainer(from)).State.Pid), '-n'];
      const { stdout } = await engine.exec([...enter, 'perl', PROBER], { input: `0 ${target} 80\n` });
      return [`${from} → ${to}`, stdout.trim() === '0' ? 'open' : 'blocked'] as const;
    });
    return Object.fromEntries(await Promise.all(rows));
  };
  const every = (answer: string): Record<string, string> =>
    Object.fromEntries(WAYS.map(([from, to]) => [`${from} → ${to}`, answer]));
  /** What the product says of each way: the verdict, and the rules about denials. */
  const told = (session: Session): Record<string, readonly [string, string]> => {
    const ids = new Map(session.topology().endpoints.map(({ name, id }) => [name, id]));
    const ways = WAYS.map(([from, to]) => {
      const { verdict, reasons } = session.explain(ids.get(from) ?? '', ids.get(to) ?? '');
      const rules = reasons.map(({ rule }) => rule).filter((rule) => rule.startsWith('R9'));
      return [`${from} → ${to}`, [verdict, rules.join(' ')]] as const;
    });
    return Object.fromEntries(ways);
  };
  const keepers = async (): Promise<readonly string[]> =>
    (await docker.listContainers()).map(({ Names }) => Names[0] ?? '').filter((name) => name.includes('keeper'));
  const tables = async (): Promise<string> => (await engine.exec(['nft', 'list', 'tables'])).stdout;

  /** An app in a process of its own. */
  const startApp = () => {
    const child = spawn(process.execPath, ['--import', 'tsx', join(import.meta.dirname, 'pause-app.ts')], {
      env: { ...process.env, PAUSE_ENGINE: engine.url, PAUSE_CONFIG: configDir },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    apps.add(child);
    let guard: GuardState | null = null;
    const answers: Line[] = [];
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if (line.guard) guard = line.guard;
      else answers.push(line);
    });
    return {
      child,
      guard: () => guard,
      phase: () => guard?.phase,
      change: async (change: object): Promise<readonly Line[]> => {
        answers.length = 0;
        child.stdin.write(`${JSON.stringify(change)}\n`);
        await expect.poll(() => answers.some(({ tally, failed }) => tally ?? failed), WITHIN).toBeTruthy();
        return answers;
      },
    };
  };
  const store = () => createPolicyStore({ configDir });
  const remembered = () => store().pause.read(engine.url);
  /** As if so much time had passed since. */
  const age = async (ms: number): Promise<void> => {
    const pause = await remembered();
    if (!pause?.until) throw new Error('no pause with an end is remembered');
    await store().pause.write(engine.url, { since: pause.since - ms, until: pause.until - ms });
  };

  it('is open while it is paused, and blocked before and after', async () => {
    expect(await measure(), 'the positive control').toEqual(every('open'));
    const app = startApp();
    await app.change({ action: 'block', from: 'web', to: 'db' });
    await app.change({ action: 'guard', name: 'network:vault' });
    expect(await measure()).toEqual(every('blocked'));
    expect(await keepers()).toEqual(['/bulkhead-keeper']);
    const policy = await store().text(engine.url);

    const [plan, outcome] = await app.change({ action: 'pause', minutes: 30 });
    expect(plan?.planned).toEqual(['P1', 'P2', 'P4']);
    expect(outcome?.tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(await measure()).toEqual(every('open'));
    expect([await keepers(), await tables()]).toEqual([[], expect.not.stringContaining('bulkhead')]);
    expect(app.guard()).toMatchObject({ phase: 'paused', held: 0, pause: await remembered() });

    // What is changed meanwhile waits, and says so.
    const [waiting, saved] = await app.change({ action: 'block', from: 'db', to: 'web' });
    expect(waiting?.planned).toEqual(['P3']);
    expect(saved?.tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(saved?.tally).not.toHaveProperty('unheld', 1);
    await app.change({ action: 'allow', from: 'db', to: 'web' });
    expect(await store().text(engine.url), 'the policy file is what it was').toBe(policy);

    const [, back] = await app.change({ action: 'resume' });
    expect(back?.tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(await measure()).toEqual(every('blocked'));
    expect(await keepers()).toEqual(['/bulkhead-keeper']);
    expect(await remembered()).toBeNull();
  });

  it('is still paused for an app that starts after the last one was killed, and resumed by it', async () => {
    const first = startApp();
    await expect.poll(first.phase, WITHIN).toBe('holding');
    await first.change({ action: 'pause' });
    await kill(first.child);
    expect(await measure()).toEqual(every('open'));
    const second = startApp();
    await expect.poll(second.phase, WITHIN).toBe('paused');
    expect(second.guard()?.pause).toEqual(await remembered());
    expect(await measure()).toEqual(every('open'));
    await second.change({ action: 'resume' });
    expect(await measure()).toEqual(every('blocked'));
  });

  it('is resumed at the start, where its end passed while no app ran', async () => {
    const first = startApp();
    await expect.poll(first.phase, WITHIN).toBe('holding');
    await first.change({ action: 'pause', minutes: 5 });
    expect(await measure()).toEqual(every('open'));
    await kill(first.child);
    await age(5 * 60_000);
    expect(await measure(), 'nobody is there to resume').toEqual(every('open'));
    const second = startApp();
    await expect.poll(second.phase, WITHIN).toBe('holding');
    expect(await measure()).toEqual(every('blocked'));
    expect(await keepers()).toEqual(['/bulkhead-keeper']);
    await expect.poll(remembered, WITHIN).toBeNull();
    const [newest] = await store().journal.list(engine.url);
    expect(newest).toMatchObject({ change: { action: 'resume' }, who: 'app' });
  });

  it('resumes by itself when its end comes', async () => {
    const app = startApp();
    await expect.poll(app.phase, WITHIN).toBe('holding');
    await app.change({ action: 'pause', minutes: 1 });
    await age(50_000);
    expect(await measure()).toEqual(every('open'));
    await expect.poll(app.phase, WITHIN).toBe('holding');
    expect(await measure()).toEqual(every('blocked'));
  });

  it('may be paused and resumed by a command beside the app', async () => {
    const app = startApp();
    await expect.poll(app.phase, WITHIN).toBe('holding');
    const command = await openSession({
      driver: await openDriver(engine.url),
      store: store(),
      follow: false,
      who: 'cli',
    });
    try {
      expect(await command.apply({ action: 'pause', minutes: 5 }, {})).toMatchObject({ disagree: 0, errors: 0 });
      expect(await measure()).toEqual(every('open'));
      expect(told(command)).toEqual({
        'web → db': ['open', 'R921'],
        'api → safe': ['open', 'R913 R922'],
        'safe → api': ['open', 'R913 R922'],
        'host → safe': ['open', 'R913 R922'],
      });
      await expect.poll(app.phase, WITHIN).toBe('paused');
      expect(await command.apply({ action: 'resume' }, {})).toMatchObject({ disagree: 0, errors: 0 });
      expect(await measure()).toEqual(every('blocked'));
      expect(told(command)).toEqual({
        'web → db': ['blocked', 'R901'],
        'api → safe': ['blocked', 'R913'],
        'safe → api': ['blocked', 'R913'],
        'host → safe': ['blocked', 'R913'],
      });
      await expect.poll(app.phase, WITHIN).toBe('holding');
    } finally {
      await command.close();
    }
  });
});
