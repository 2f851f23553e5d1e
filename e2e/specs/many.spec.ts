/** A thousand of everything: no more of it is drawn than is seen, and what others do moves nothing that is looked at. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Locator, Page } from '@playwright/test';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { makeMany } from '../fixture/many.ts';
import { expect, serveApp, test, type ServedApp } from './app.ts';

const COUNT = 1000;
/** Of 800 pixels some 16 lines are seen; 8 more on either side, and the one with the cursor. */
const DRAWN = 40;

let engine: RunningEngine;
let served: ServedApp;

test.beforeAll(async () => {
  test.setTimeout(300_000);
  engine = await startEngine({ version: '28.5', name: `browser-many-${String(process.pid)}` });
  await makeMany(engine, { containers: COUNT, running: 5, volumes: COUNT, images: COUNT, networks: 60 });
});
test.afterAll(() => engine.stop());
test.beforeEach(async () => {
  served = await serveApp(engine.url);
});
test.afterEach(() => served.stop());

const docker = async (...words: readonly string[]): Promise<unknown> =>
  promisify(execFile)('docker', words, { env: { ...process.env, DOCKER_HOST: engine.url } });

/** Opens a list and scrolls half way down. */
async function halfWay(page: Page, list: string): Promise<Locator> {
  await page.goto(served.url);
  await page.getByTestId(`nav-${list}`).click();
  const grid = page.getByTestId(list).getByRole('grid');
  await expect(grid).toBeVisible();
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight / 2 }));
  return grid;
}

/** Pixels from the top of the window. */
const topOf = async (row: Locator): Promise<number> => Math.round((await row.boundingBox())?.y ?? NaN);

/** Names of the rows that are drawn and wholly in sight, from the top. */
const seen = (grid: Locator, row: string): Promise<string[]> =>
  grid.evaluate((element, testId) => {
    const { top, bottom } = element.getBoundingClientRect();
    return [...element.querySelectorAll<HTMLElement>(`[data-testid="${testId}"]`)]
      .filter((one) => one.getBoundingClientRect().top > top + 60 && one.getBoundingClientRect().bottom < bottom)
      .toSorted((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
      .map(({ dataset }) => dataset['name'] ?? '');
  }, row);

const cursorOf = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => {
    const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
    return document.getElementById(id)?.dataset['name'];
  });

test('containers: scroll, selection and focus outlast what the command line does meanwhile', async ({ page }) => {
  const grid = await halfWay(page, 'containers');
  const row = (name: string): Locator => grid.locator(`[data-testid="container-row"][data-name="${name}"]`);
  const projects = 40;
  /** Lines of the grid: its head, a head for each project and for those of none, and the rows. */
  const total = async (number: number): Promise<void> =>
    expect(grid).toHaveAttribute('aria-rowcount', String(number + projects + 2));
  await total(COUNT);
  await expect(async () => expect((await seen(grid, 'container-row')).length).toBeGreaterThan(8)).toPass();
  const [first = '', second = '', third = '', fourth = ''] = await seen(grid, 'container-row');
  await row(first).getByRole('checkbox').click();
  await row(third).getByRole('checkbox').click();
  await row(second).locator('[data-column="state"]').click();
  const selected = page.getByTestId('bulk-bar').locator('.bulk-count');
  await expect(selected).toHaveText('2 selected');
  await expect(grid).toBeFocused();
  expect(await cursorOf(page)).toBe(second);
  const at = await topOf(row(second));

  const label = (project: string): readonly string[] => ['--label', `com.docker.compose.project=${project}`];
  await docker('create', '--name', 'another', ...label('project-00'), TEST_IMAGE, 'true');
  await total(COUNT + 1);
  expect(await topOf(row(second))).toBe(at);
  await docker('rm', 'running-0000', '--force');
  await total(COUNT);
  expect(await topOf(row(second))).toBe(at);
  await expect(selected).toHaveText('2 selected');

  // One that is selected is renamed: it stays so under its new name.
  await docker('rename', third, `${third}-now`);
  await expect(row(`${third}-now`)).toHaveAttribute('aria-selected', 'true');
  await expect(selected).toHaveText('2 selected');
  // One that is selected goes.
  await docker('rm', first);
  await expect(selected).toHaveText('1 selected');
  await expect(grid).toBeFocused();
  expect(await cursorOf(page)).toBe(second);
  // The one that has the cursor goes: the cursor is on what has taken its place.
  await docker('rm', second);
  await expect(row(second)).toHaveCount(0);
  await expect(grid).toBeFocused();
  await expect.poll(() => cursorOf(page)).toMatch(new RegExp(`^(${third}|${fourth})`));
  await page.keyboard.press('ArrowDown');
  expect(await cursorOf(page)).not.toBe(second);

  // What is written stays where it is written.
  const field = page.getByLabel(/find a container/i);
  await field.fill('container-01');
  await expect(grid).not.toHaveAttribute('aria-rowcount', String(COUNT - 2 + projects + 2));
  const found = Number(await grid.getAttribute('aria-rowcount'));
  await docker('create', '--name', 'container-01-too', ...label('project-00'), TEST_IMAGE, 'true');
  await expect(grid).toHaveAttribute('aria-rowcount', String(found + 1));
  await expect(field).toBeFocused();
  await expect(field).toHaveValue('container-01');
  expect(await page.getByTestId('container-row').count()).toBeLessThan(DRAWN);
});

for (const [list, kind, make] of [
  ['volumes', 'volume', ['volume', 'create', 'a-new-one']],
  ['images', 'image', ['tag', TEST_IMAGE, 'a/new:one']],
  ['networks', 'network', ['network', 'create', '--subnet', '10.127.0.0/28', 'a-new-one']],
] as const) {
  test(`${list}: a window of rows is drawn, and what comes above it moves nothing`, async ({ page }) => {
    const grid = await halfWay(page, list);
    const rows = grid.getByTestId(`${kind}-row`);
    await expect(async () => expect((await seen(grid, `${kind}-row`)).length).toBeGreaterThan(8)).toPass();
    const [, name = ''] = await seen(grid, `${kind}-row`);
    const row = grid.locator(`[data-testid="${kind}-row"][data-name="${name}"]`);
    await row.getByRole('checkbox').click();
    const at = await topOf(row);
    const lines = Number(await grid.getAttribute('aria-rowcount'));
    expect(await rows.count()).toBeLessThan(DRAWN);
    await docker(...make);
    // The image is the same under a second name.
    if (list === 'images') await expect(page.getByText('a/new:one').or(grid)).toBeVisible();
    else await expect(grid).toHaveAttribute('aria-rowcount', String(lines + 1));
    expect(await topOf(row)).toBe(at);
    await expect(row).toHaveAttribute('aria-selected', 'true');
    expect(await rows.count()).toBeLessThan(DRAWN);
  });
}

test('a volume of a thousand files: a window of them is drawn, sorted and searched', async ({ page }) => {
  const script =
    'i=0; while [ $i -lt 1000 ]; do echo > /data/file-$i; i=$((i+1)); done; head -c 5000 /dev/zero > /data/a-large-one';
  await docker('run', '--rm', '--network', 'none', '--volume', 'full-folder:/data', TEST_IMAGE, 'sh', '-c', script);
  await page.goto(`${served.url}`);
  await page.getByTestId('nav-volumes').click();
  await page.getByLabel(/find a volume/i).fill('full-folder');
  await page.getByTestId('volumes').getByRole('link', { name: 'full-folder' }).click();
  const files = page.getByTestId('files');
  const grid = files.getByRole('grid');
  const rows = files.getByTestId('file-row');
  await expect(grid).toHaveAttribute('aria-rowcount', String(1001 + 1));
  expect(await rows.count()).toBeLessThan(DRAWN);
  await expect(rows.first()).toHaveAttribute('data-file', 'a-large-one');
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  await expect(rows.last()).toHaveAttribute('data-file', 'file-999');
  expect(await rows.count()).toBeLessThan(DRAWN);
  await grid.getByRole('columnheader', { name: /size/i }).getByRole('button').click();
  await grid.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
  await expect(rows.last(), 'the largest comes last').toHaveAttribute('data-file', 'a-large-one');
  await files.getByLabel(/find a file/i).fill('file-77');
  await expect(grid).toHaveAttribute('aria-rowcount', String(11 + 1));
});

test('the palette and the matrix take a thousand containers', async ({ page }) => {
  await page.goto(served.url);
  await page.getByTestId('nav-matrix').click();
  const matrix = page.getByTestId('matrix');
  await expect(matrix).toBeVisible();
  expect(Number(await matrix.getAttribute('aria-rowcount'))).toBeGreaterThan(COUNT - 10);
  await page.keyboard.press('Control+k');
  const palette = page.getByTestId('palette');
  await page.keyboard.type('container-0777');
  await expect(palette.getByRole('option').first()).toContainText('container-0777');
  expect(await palette.getByRole('option').count()).toBeLessThan(100);
});
