/**
 * What the README promises to somebody who has never seen it, done as they would, in both languages and on a real engine: open, understand
 * what is exposed, isolate from the tray, go through the matrix by keyboard alone, take a picture along, clear everything.
 *
 * Things are found by their role and the words that are read in that language.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { startEngine } from '../engines/engine.ts';
import { startDeskApp, type DeskApp } from '../fixture/desk-app-client.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, test } from '../specs/app.ts';
import { buildNewUserWorld, RANKED, type NewUserWorld } from './new-user-world.ts';

const CLI = join(import.meta.dirname, '..', '..', 'out', 'cli.js');
/** A change of the wire and its probes, on a busy machine (ms). */
const ON_THE_WIRE = { timeout: 60_000 };

const LANGUAGES = [
  {
    language: 'en',
    welcome: 'Welcome to Bulkhead',
    places: 'What Bulkhead will place on your engine',
    placed: [/one small container/, /nftables of Bulkhead’s own/, /guarded/, /takes all of it away again/],
    open: (address: string) => `Open ${address}`,
    overview: 'Overview',
    risks: 'Worth a second look',
    exposed: 'Can be called from outside',
    lan: 'lan',
    blockLan: (name: string) => `Block the LAN: ${name}`,
    confirmBlock: 'Block now',
    done: 'Done',
    lately: 'Changes of the policy',
    isolated: 'Isolate shop/web',
    tray: { containers: 'Containers', isolate: 'Isolate', none: 'Nothing is isolated', one: '1 container is isolated' },
    recent: 'Recent changes',
    undo: 'Undo: Isolate shop/web',
    matrix: 'Network matrix: rows connect to columns',
    isOpen: 'open',
    isBlocked: 'blocked by your rule',
    explain: 'Explanation of the chosen pair',
    can: 'shop-api-1 can reach shop-db-1.',
    cannot: 'shop-api-1 cannot reach shop-db-1.',
    shortcuts: 'Keyboard shortcuts',
    exportIt: 'Export',
    format: 'Format',
    save: 'Save',
    settings: 'Settings',
    remove: 'Remove from this engine…',
    opens: /Open afterwards.*lan → shop-db-1/,
    removeAll: 'Remove everything',
    removed: 'Removed. Nothing of Bulkhead is left on this engine.',
  },
  {
    language: 'zh-CN',
    welcome: '欢迎使用 Bulkhead',
    places: 'Bulkhead 会在您的引擎上放置什么',
    placed: [/一个小容器/, /Bulkhead 自己的 nftables 表/, /受守护/, /全部移除/],
    open: (address: string) => `打开 ${address}`,
    overview: '概览',
    risks: '值得再看一眼',
    exposed: '可从外部访问',
    lan: '局域网',
    blockLan: (name: string) => `阻断局域网: ${name}`,
    confirmBlock: '立即阻断',
    done: '完成',
    lately: '策略更改',
    isolated: '隔离 shop/web',
    tray: { containers: '容器', isolate: '隔离', none: '没有隔离任何容器', one: '已隔离 1 个容器' },
    recent: '最近的更改',
    undo: '撤销：隔离 shop/web',
    matrix: '网络矩阵：行连接到列',
    isOpen: '连通',
    isBlocked: '已被您的规则阻断',
    explain: '所选组合的解释',
    can: 'shop-api-1 可以访问 shop-db-1。',
    cannot: 'shop-api-1 无法访问 shop-db-1。',
    shortcuts: '键盘快捷键',
    exportIt: '导出',
    format: '格式',
    save: '保存',
    settings: '设置',
    remove: '从此引擎移除…',
    opens: /之后放行.*lan → shop-db-1/,
    removeAll: '全部移除',
    removed: '已移除。此引擎上不再有 Bulkhead 的任何东西。',
  },
] as const;
type Words = (typeof LANGUAGES)[number];

for (const words of LANGUAGES) {
  test.describe(`a new user who reads ${words.language}`, () => {
    test.use({ locale: words.language, reducedMotion: 'reduce' });

    test('opens, understands, isolates, explores, exports and clears', async ({ page }) => {
      test.setTimeout(600_000);
      const engine = await startEngine({ version: '28.5', name: `new-user-${String(process.pid)}` });
      try {
        const world = await buildNewUserWorld(engine);
        const before = await world.snapshot();
        const env = { DOCKER_HOST: engine.url, DOCKER_CONTEXT: '' };
        const app = await startDeskApp({ language: words.language, env });
        try {
          await test.step('opens the engine, told before what will be placed on it', () =>
            opens(page, { words, app, address: engine.url, world, before }));
          await test.step('sees what is exposed, and shuts the database at a click', () =>
            understands(page, words, world));
          await test.step('isolates a container from the tray, and lets it go', () =>
            isolates(page, words, app, world));
          await test.step('goes through the matrix by keyboard alone', () => explores(page, words, world));
          await test.step('takes a picture along', () => exports(page, words));
          await test.step('clears everything', () => clears(page, words, world, before));
          await test.step('has nothing left to clear, with the app gone', async () => {
            await app.quit();
            const { status, stderr } = spawnSync(process.execPath, [CLI, 'clear'], {
              encoding: 'utf8',
              env: { ...process.env, ...env, BULKHEAD_CONFIG_DIR: app.configDir },
            });
            expect({ status, stderr }).toMatchObject({ status: 0 });
            expect(await world.snapshot()).toEqual(before);
          });
        } finally {
          await app.quit();
          await app.remove();
        }
      } finally {
        await engine.stop();
      }
    });
  });
}

/** From the app itself, which stays open: what it does then must not put anything back. */
async function clears(page: Page, words: Words, world: NewUserWorld, before: unknown): Promise<void> {
  expect(await world.lanReaches(15432), 'the block of the database stands until then').toBe(false);
  await page.getByRole('link', { name: words.settings }).click();
  await page.getByRole('button', { name: words.remove }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByText(words.opens)).toBeVisible();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: words.removeAll }).click();
  await expect(dialog.getByText(words.removed)).toBeVisible(ON_THE_WIRE);
  await dialog.getByRole('button', { name: words.done }).click();
  expect(await world.snapshot()).toEqual(before);
  expect(await world.lanReaches(15432)).toBe(true);
  // The matrix asks who is refused, and the overview what is exposed: neither needs anything on an engine without rules.
  await page.evaluate(() => (location.hash = '#/overview'));
  await expect(page.getByRole('heading', { name: words.overview, exact: true })).toBeVisible();
  await page.evaluate(() => (location.hash = '#/matrix'));
  await expect(page.getByRole('grid', { name: words.matrix })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('grid', { name: words.matrix })).toBeVisible();
  expect(await world.snapshot()).toEqual(before);
}

async function opens(
  page: Page,
  given: {
    readonly words: Words;
    readonly app: DeskApp;
    readonly address: string;
    readonly world: NewUserWorld;
    readonly before: unknown;
  },
): Promise<void> {
  const { words, app, address, world, before } = given;
  await page.goto(app.url);
  await expect(page.getByRole('heading', { name: words.welcome })).toBeVisible();
  const places = page.getByRole('region', { name: words.places });
  for (const text of words.placed) await expect(places).toContainText(text);
  await expectAccessible(page);
  await page.getByRole('button', { name: words.open(address) }).click();
  await expect(page.getByRole('region', { name: words.risks })).toBeVisible();
  // Looking places nothing.
  expect(await world.snapshot()).toEqual(before);
}

async function understands(page: Page, words: Words, world: NewUserWorld): Promise<void> {
  const risks = page.getByRole('region', { name: words.risks });
  await expect(risks.getByRole('listitem')).toHaveCount(RANKED.length);
  const names = await risks.getByRole('listitem').getByRole('link').allInnerTexts();
  expect(names).toEqual(RANKED.map(([, name]) => name));
  const exposed = page.getByRole('region', { name: words.exposed });
  await expect(exposed.getByRole('row', { name: /shop-db-1/ })).toContainText(words.lan);
  await expect(exposed.getByRole('row', { name: /shop-db-1/ })).toContainText('tcp/15432');
  await expectAccessible(page);

  expect(await world.lanReaches(15432), 'the positive control').toBe(true);
  await page.getByRole('button', { name: words.blockLan('shop-db-1') }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: words.confirmBlock, exact: true }).click();
  await dialog.getByRole('button', { name: words.done }).click(ON_THE_WIRE);
  await expect(exposed.getByRole('row', { name: /shop-db-1/ })).toHaveCount(0);
  expect([await world.lanReaches(15432), await world.lanReaches(8080)]).toEqual([false, true]);
}

async function isolates(page: Page, words: Words, app: DeskApp, world: NewUserWorld): Promise<void> {
  const { tray } = words;
  await expect.poll(async () => (await app.look()).toolTip, ON_THE_WIRE).toContain(tray.none);
  expect(await world.reaches('shop-web-1', 'shop-api-1', 9000), 'the positive control').toBe(true);
  await app.click(tray.containers, 'shop-web-1', tray.isolate);
  await expect.poll(async () => (await app.look()).toolTip, ON_THE_WIRE).toContain(tray.one);
  await expect.poll(async () => (await app.notices()).length, ON_THE_WIRE).toBe(1);
  await expect(page.getByRole('region', { name: words.lately })).toContainText(words.isolated);
  expect(await world.reaches('shop-web-1', 'shop-api-1', 9000)).toBe(false);
  expect(await world.lanReaches(8080)).toBe(false);

  await app.click(words.recent, words.undo);
  await expect.poll(async () => (await app.look()).toolTip, ON_THE_WIRE).toContain(tray.none);
  await expect.poll(async () => (await app.notices()).length, ON_THE_WIRE).toBe(2);
  expect(await world.reaches('shop-web-1', 'shop-api-1', 9000)).toBe(true);
}

/** Not one click: keys alone, and after each of them something has the keyboard. */
async function explores(page: Page, words: Words, world: NewUserWorld): Promise<void> {
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), `after ${key}`).not.toBe('BODY');
  };
  await press('g');
  await press('m');
  const matrix = page.getByRole('grid', { name: words.matrix });
  await expect(matrix).toBeFocused();
  await goTo(page, matrix, 'shop-api-1', 'shop-db-1');
  await expect(activeCell(matrix)).toContainText(`shop-api-1 → shop-db-1`);
  await expect(activeCell(matrix)).toContainText(words.isOpen);

  const panel = page.getByRole('complementary', { name: words.explain });
  await press('Enter');
  await expect(panel).toContainText(words.can);
  await expect(matrix).toBeFocused();

  expect(await world.reaches('shop-api-1', 'shop-db-1', 5432), 'the positive control').toBe(true);
  await press('b');
  await expect(panel.getByRole('button', { name: words.confirmBlock, exact: true })).toBeFocused();
  await press('Enter');
  await expect(panel.getByRole('button', { name: words.done })).toBeVisible(ON_THE_WIRE);
  await expect(matrix).toBeFocused();
  await expect(activeCell(matrix)).toContainText(words.isBlocked);
  await expect(panel).toContainText(words.cannot);
  expect(await world.reaches('shop-api-1', 'shop-db-1', 5432)).toBe(false);
  await expectAccessible(page);

  await press('v');
  await expect(panel.getByTestId('verified')).toHaveAttribute('data-disagree', '0', ON_THE_WIRE);
  await press('a');
  await expect(panel.getByTestId('confirm')).toBeFocused();
  await press('Enter');
  await expect(panel.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', ON_THE_WIRE);
  await expect(activeCell(matrix)).toContainText(words.isOpen);
  expect(await world.reaches('shop-api-1', 'shop-db-1', 5432)).toBe(true);

  await press('?');
  await expect(page.getByRole('dialog', { name: words.shortcuts })).toBeVisible();
  await press('Escape');
  await expect(page.getByRole('dialog', { name: words.shortcuts })).toBeHidden();
  await expect(matrix).toBeFocused();
  await press('Escape');
  await expect(panel).toBeHidden();
  await expect(matrix).toBeFocused();
}

const activeCell = (matrix: Locator): Locator => matrix.getByRole('gridcell');

/** By arrows, reading which row and column one is at. */
async function goTo(page: Page, matrix: Locator, from: string, to: string): Promise<void> {
  const size = Number(await matrix.getAttribute('aria-rowcount'));
  await page.keyboard.press('Control+Home');
  const pair = async (): Promise<readonly string[]> =>
    (await activeCell(matrix).innerText()).split(/[:：]/)[0]?.split(' → ') ?? [];
  const walk = async (key: string, part: 0 | 1, wanted: string): Promise<void> => {
    for (let steps = 0; steps <= size && (await pair())[part] !== wanted; steps += 1) {
      const before = await pair();
      await page.keyboard.press(key);
      await expect.poll(pair).not.toEqual(before);
    }
  };
  await walk('ArrowDown', 0, from);
  await walk('ArrowRight', 1, to);
}

async function exports(page: Page, words: Words): Promise<void> {
  await page.getByRole('button', { name: words.exportIt }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: words.format }).selectOption('png');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: words.save, exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.png$/);
  const base64 = readFileSync(await download.path()).toString('base64');
  // Decoded by another program than the one that made it.
  const picture = await page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const context = canvas.getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const pixels = new Uint32Array(context?.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer ?? []);
    return { width: bitmap.width, height: bitmap.height, colours: new Set(pixels).size };
  }, base64);
  expect(picture.width).toBeGreaterThan(400);
  expect(picture.height).toBeGreaterThan(300);
  expect(picture.colours).toBeGreaterThan(20);
}
