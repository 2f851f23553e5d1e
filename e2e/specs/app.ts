/** Fixtures of the browser suite: a private engine with the fixture topology, and the built app served on it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base } from '@playwright/test';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');

/** A running `bulkhead serve`. */
export interface ServedApp {
  /** The URL with its one-time token: good for one page. */
  readonly url: string;
  readonly configDir: string;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServeOptions {
  /** Before it starts: what is to be in its configuration folder already. */
  readonly prepare?: (configDir: string) => Promise<void>;
  /** Beside this process's own environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** What runs it in its place: another user, another view of the machine.  Must become the app, not be its parent. */
  readonly through?: readonly string[];
}

/** Starts the built app on an engine (an address, or `demo`; null: none is named) with a configuration of its own. */
export async function serveApp(
  engine: string | null,
  { prepare, env, through = [] }: ServeOptions = {},
): Promise<ServedApp> {
  const configDir = await mkdtemp(join(tmpdir(), 'bulkhead-serve-'));
  await prepare?.(configDir);
  const named = engine === null ? [] : ['--engine', engine];
  const [program, ...args] = [...through, process.execPath, CLI, ...named, 'serve', '--no-open'];
  const child = spawn(program ?? '', args, {
    env: { ...process.env, ...env, BULKHEAD_CONFIG_DIR: configDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  return {
    url,
    configDir,
    pid: child.pid ?? 0,
    stop: async () => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      await ended;
      await rm(configDir, { recursive: true, force: true });
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`bulkhead serve ended with ${code}`)));
    child.once('error', reject);
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });
}

interface Shared {
  readonly engine: RunningEngine;
  readonly fixture: Fixture;
}

interface PerTest {
  /** The app on the real engine, freshly served for one test. */
  readonly app: ServedApp;
  /** The app on the demo engine, freshly served for one test. */
  readonly demo: ServedApp;
}

export const test = base.extend<PerTest, Shared>({
  engine: [
    // oxlint-disable-next-line no-empty-pattern -- Playwright reads from here which fixtures a fixture needs
    async ({}, use) => {
      // Of this process: two checkouts may be tested at once.
      const engine = await startEngine({ version: '28.5', name: `browser-${String(process.pid)}` });
      await use(engine);
      await engine.stop();
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  fixture: [
    async ({ engine }, use) => {
      await use(await buildFixture(engine));
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  app: async ({ engine, fixture }, use) => {
    // Named so that the fixture is built before the app looks.
    void fixture;
    const app = await serveApp(engine.url);
    await use(app);
    await app.stop();
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  demo: async ({}, use) => {
    const app = await serveApp('demo');
    await use(app);
    await app.stop();
  },
});

export { expect } from '@playwright/test';
