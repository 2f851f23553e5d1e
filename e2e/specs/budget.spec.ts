/** What opening the app may cost, and whom it may talk to.  Nothing here is about time: that is `npm run bench -- --only start`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { mapLimited } from '../../electron/lib/limit.ts';
import CHINESE from '../../renderer/src/i18n/errors.zh-CN.json' with { type: 'json' };
import { SCREENS } from '../../renderer/src/lib/route.ts';
import { TOPICS } from '../../renderer/src/lib/topics.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, serveApp, test } from './app.ts';

const BUILT = join(import.meta.dirname, '..', '..', 'out', 'renderer');
const WATCHER = join(import.meta.dirname, '..', 'fixture', 'watch-connections.mjs');
/** Of everything that is read before the first picture, each file compressed by itself (bytes). */
const FIRST_PAINT = 500_000;

const CONTAINERS = 100;

const compressed = async (file: string): Promise<number> =>
  gzipSync(await readFile(join(BUILT, file)), { level: 9 }).length;

async function sizeOf(files: readonly string[]): Promise<number> {
  const sizes = await Promise.all(files.map(compressed));
  return sizes.reduce((sum, size) => sum + size, 0);
}

test('what the page names before it runs fits into 500 kB', async () => {
  const html = await readFile(join(BUILT, 'index.html'), 'utf8');
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, file]) => file ?? '');
  expect(files.filter((file) => file.endsWith('.js')).length).toBeGreaterThan(0);
  expect(files.filter((file) => file.endsWith('.css')).length).toBeGreaterThan(0);
  expect(await sizeOf(['index.html', ...files])).toBeLessThanOrEqual(FIRST_PAINT);
});

for (const [language, hash] of [
  ['en', ''],
  ['zh-CN', ''],
  ['en', '#/matrix'],
] as const) {
  test(`and so does all that is read until ${hash === '' ? 'the overview' : 'the matrix'} is there, in ${language}`, async ({
    browser,
    demo,
  }) => {
    const page = await browser.newPage({ locale: language });
    const files = filesOf(page);
    await page.goto(`${demo.url}${hash}`);
    await page.getByTestId(hash === '' ? 'overview' : 'matrix').waitFor();
    const read = [...files].filter((file) => /^assets\//.test(file));
    expect(read.length).toBeGreaterThan(5);
    expect(await sizeOf(['index.html', ...read])).toBeLessThanOrEqual(FIRST_PAINT);
    // The rest comes when it is wanted.
    expect(read.filter((file) => /terminal|elk|diagram|settings-screen|images-screen/.test(file))).toEqual([]);
    // The texts themselves: a file of that name may lead to one that everything is in.
    const texts = await Promise.all(read.map((file) => readFile(join(BUILT, file), 'utf8')));
    expect(texts.some((text) => text.includes(CHINESE['Cancelled.']))).toBe(language === 'zh-CN');
    await page.close();
  });
}

/** Of the served app, relative to its page; grows as they are asked for. */
function filesOf(page: Page): Set<string> {
  const files = new Set<string>();
  page.on('request', (request) => {
    const file = /\/(assets\/[^?#]+)$/.exec(request.url())?.[1];
    if (file !== undefined) files.add(file);
  });
  return files;
}

test('with a hundred containers that run, the core keeps within 150 MB', async ({ page, engine, fixture }) => {
  test.setTimeout(600_000);
  const { docker } = fixture;
  const names = Array.from({ length: CONTAINERS }, (_, at) => `crowd-${String(at)}`);
  await mapLimited(names, 4, (name) => docker.runContainer(name, { Image: TEST_IMAGE, Cmd: ['sleep', '86400'] }));
  const app = await serveApp(engine.url);
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('overview')).toBeVisible();
    // All of them were listed, judged, and looked at for what they use.
    await expect(page.getByTestId('machine').getByRole('meter').first()).toBeVisible({ timeout: 60_000 });
    await page.getByTestId('nav-matrix').click();
    const grid = page.getByRole('grid');
    await expect.poll(async () => Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThan(CONTAINERS);
    const status = await readFile(`/proc/${String(app.pid)}/status`, 'utf8');
    const resident = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
    expect(resident).toBeGreaterThan(20);
    expect(resident).toBeLessThanOrEqual(150);
  } finally {
    await app.stop();
    await mapLimited(names, 4, (name) => docker.removeContainer(name));
  }
});

test('nobody is asked for anything but the engine', async ({ page, engine, fixture }) => {
  test.setTimeout(300_000);
  void fixture;
  const log = test.info().outputPath('connections.txt');
  const app = await serveApp(engine.url, {
    env: { NODE_OPTIONS: `--import ${WATCHER}`, BULKHEAD_TEST_CONNECTIONS: log },
  });
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  page.on('websocket', (socket) => asked.add(new URL(socket.url()).origin));
  try {
    const { origin, host } = new URL(app.url);
    const matrix = new MatrixPage(page);
    await matrix.open(app.url);
    for (const hash of [...SCREENS, 'matrix?view=diagram', ...TOPICS.map((topic) => `guide/${topic}`)]) {
      await page.evaluate((next) => (window.location.hash = `#/${next}`), hash);
      await expect(page.getByRole('main')).not.toBeEmpty();
      await expect(page.locator('main .face .mantine-Loader-root')).toHaveCount(0);
    }
    await page.evaluate(() => (window.location.hash = '#/matrix'));
    await matrix.click('api', 'db');
    await matrix.change('block');
    await matrix.explain.getByTestId('dismiss').click();
    await matrix.change('allow');
    expect([...asked].toSorted()).toEqual([origin, `ws://${host}`]);
    const connections = new Set((await readFile(log, 'utf8')).trim().split('\n'));
    expect([...connections]).toEqual([`connect ${engine.socket}`]);
  } finally {
    await app.stop();
  }
});
