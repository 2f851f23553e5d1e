/** What it takes to open the app and to leave it open: the built app on a private engine.  Needs `npm run build` first. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser } from '@playwright/test';
import { packageDirectory } from '../../electron/lib/package-dir.ts';
import { mapLimited } from '../../electron/lib/limit.ts';
import { startEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { openPage } from './page.ts';
import { inTurn, rowOf, timed, type Row } from './row.ts';

const CONTAINERS = 100;
const AT_ONCE = 4;
const ROUNDS = 7;
/** Beyond a blank page of the same browser (ms). */
const START_MS = 1000;
/** Two complete listings of the engine, and two looks at what containers use, fall into it (ms). */
const WINDOW_MS = 60_000;
const SETTLE_MS = 15_000;
const CPU_PERCENT = 1;
const MEMORY_MB = 150;

export async function startRows(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const { version, progress } = options;
  progress(`Starting engine ${version} with ${String(CONTAINERS)} containers …`);
  const engine = await startEngine({ version, name: `bench-start-${process.pid}` });
  try {
    await importTestImage(engine);
    const docker = new Docker(engine.socket);
    await mapLimited(
      Array.from({ length: CONTAINERS }, (_, at) => at),
      AT_ONCE,
      async (at) => {
        const labels = { 'com.docker.compose.project': `project-${String(at % 10)}` };
        const spec = { Image: TEST_IMAGE, Cmd: ['sleep', '86400'], Labels: labels };
        await docker.startContainer(await docker.createContainer(`c${String(at)}`, spec));
      },
    );
    progress('Opening the app …');
    const opening = await openingRow(engine.url);
    progress('Leaving it open …');
    return [opening, ...(await idleRows(engine.url))];
  } finally {
    await engine.stop();
  }
}

async function openingRow(url: string): Promise<Row> {
  const times = await inTurn(
    ROUNDS,
    1,
    () =>
      withFolder(async (folder) => {
        const startedAt = performance.now();
        const cli = join(packageDirectory(), 'out', 'cli.js');
        const core = spawn(process.execPath, [cli, '--engine', url, 'serve', '--no-open'], {
          env: { ...process.env, BULKHEAD_CONFIG_DIR: folder },
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        const address = await new Promise<string>((resolve) => {
          createInterface({ input: core.stdout }).once('line', resolve);
        });
        const browser = await launch();
        const page = await browser.newPage();
        await page.goto(`${address}#/matrix`);
        await page.evaluate(untilThere, '[data-testid="active-cell"]');
        const ms = performance.now() - startedAt;
        await browser.close();
        const ended = new Promise<void>((resolve) => core.once('exit', () => resolve()));
        core.kill('SIGTERM');
        await ended;
        return ms;
      }),
    async () => {
      let browser: Browser | undefined;
      const ms = await timed(async () => {
        browser = await launch();
        await (await browser.newPage()).goto('about:blank');
      });
      await browser?.close();
      return ms;
    },
  );
  return rowOf({
    name: `start of the core and of Chromium to the matrix of ${String(CONTAINERS)} containers`,
    ...times,
    baselineName: 'Chromium to its own blank page',
    limits: { behind: { atMost: START_MS } },
  });
}

/** With the app's first screen open, as it is left. */
async function idleRows(url: string): Promise<Row[]> {
  const app = await openPage(url);
  try {
    await app.page.getByTestId('overview').waitFor();
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    const [before, startedAt] = [app.coreMs(), performance.now()];
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS));
    const percent = ((app.coreMs() - before) / (performance.now() - startedAt)) * 100;
    const what = `${String(CONTAINERS)} containers run, the overview is open, nothing happens for ${String(WINDOW_MS / 1000)} s`;
    return [
      rowOf({
        name: `${what}: the core, of one processor`,
        unit: '%',
        measured: [percent],
        limits: { median: { atMost: CPU_PERCENT } },
      }),
      rowOf({
        name: 'memory of the core then',
        unit: 'MB',
        measured: [app.coreMb()],
        limits: { median: { atMost: MEMORY_MB } },
      }),
    ];
  } finally {
    await app.close();
  }
}

/** Until the page has such an element, told by the page itself: who asks again and again hears of it half a second late. Runs in the page. */
function untilThere(selector: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.querySelector(selector) === null) return;
      seen.disconnect();
      resolve();
    };
    const seen = new MutationObserver(look);
    seen.observe(document, { subtree: true, childList: true });
    look();
  });
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-start-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
