/** The palette and the shortcuts, by keyboard alone, on the demo engine. */
import type { Page } from '@playwright/test';
import { Docker } from '../fixture/docker.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

const palette = (page: Page) => page.getByTestId('palette');
const field = (page: Page) => palette(page).getByRole('combobox');
const active = (page: Page) => palette(page).getByRole('option', { selected: true });
const lines = (page: Page, kind: string) => palette(page).locator(`[data-entry^="${kind} "]`);

async function opened(page: Page, url: string): Promise<MatrixPage> {
  const matrix = new MatrixPage(page);
  await matrix.open(url);
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  return matrix;
}

test('finds a container and goes there, without a mouse and without a complaint of the page’s policy', async ({
  page,
  demo,
}) => {
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) refused.push(message.text());
  });
  await opened(page, demo.url);
  await page.keyboard.type('shop db');
  await expect(active(page)).toContainText('shop-db-1');
  await page.keyboard.press('Enter');
  await expect(palette(page)).toBeHidden();
  await expect(page).toHaveURL(/#\/containers\/shop-db-1$/);
  expect(refused).toEqual([]);
});

test('arrows go round, and Escape gives the focus back', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  const search = page.getByRole('toolbar').getByRole('textbox');
  await search.focus();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  // What comes last comes late: from a list that grows, no way leads round.
  await expect(lines(page, 'image')).not.toHaveCount(0);
  const first = await active(page).getAttribute('data-entry');
  await page.keyboard.press('ArrowUp');
  await expect(active(page)).not.toHaveAttribute('data-entry', first ?? '');
  await page.keyboard.press('ArrowDown');
  await expect(active(page)).toHaveAttribute('data-entry', first ?? '');
  await page.keyboard.type('zzzz');
  await expect(palette(page).getByRole('option')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await expect(palette(page)).toBeHidden();
  await expect(search).toBeFocused();
});

test('what was chosen stays chosen when the engine has more to list', async ({ page, app, engine }) => {
  const docker = new Docker(engine.socket);
  await opened(page, app.url);
  for (const kind of ['image', 'network']) await expect(lines(page, kind)).not.toHaveCount(0);
  await page.keyboard.press('ArrowUp');
  const chosen = await active(page).getAttribute('data-entry');
  const before = await palette(page).getByRole('option').count();
  // Networks are listed before what is chosen, and push it down.
  await docker.createNetwork('come-lately', {});
  try {
    await expect(palette(page).getByRole('option')).not.toHaveCount(before);
    await expect(lines(page, 'network').filter({ hasText: 'come-lately' })).toBeVisible();
    await expect(active(page)).toHaveAttribute('data-entry', chosen ?? '');
    await expect(field(page)).toHaveAttribute('aria-activedescendant', (await active(page).getAttribute('id')) ?? '');
  } finally {
    await docker.removeNetwork('come-lately');
  }
});

test('isolates a container after its plan, and undoes that', async ({ page, demo }) => {
  await opened(page, demo.url);
  await page.keyboard.type('isolate shop-db-1');
  await expect(active(page)).toHaveAttribute('data-entry', /^isolate /);
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('change-dialog');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  // One right after the other, as who works by keyboard does.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('undo');
  await expect(active(page)).toHaveAttribute('data-entry', 'undo');
  await page.keyboard.press('Enter');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toBeVisible({ timeout: 60_000 });
});

test('finds networks, images and actions; what makes no sense is not there', async ({ page, demo }) => {
  await opened(page, demo.url);
  for (const [query, entry] of [
    ['go to images', /^go-images$/],
    ['dark', /^dark$/],
    ['isolate everything', /^isolate-all$/],
  ] as const) {
    await field(page).fill(query);
    await expect(active(page)).toHaveAttribute('data-entry', entry);
  }
  await field(page).fill('release everything');
  await expect(palette(page).locator('[data-entry="release-all"]')).toHaveCount(0);
  await field(page).fill('bridge');
  await expect(palette(page).locator('[data-entry^="network "]').first()).toBeVisible();
  await field(page).fill('pgdata');
  await expect(palette(page).locator('[data-entry^="volume "]').first()).toBeVisible();
  await field(page).fill('postgres');
  await expect(palette(page).locator('[data-entry^="image "]').first()).toBeVisible();
});

test('opens what the lists make and clear away, wherever one is, and Escape leads out of it', async ({
  page,
  demo,
}) => {
  await opened(page, demo.url);
  const dialog = page.getByRole('dialog');
  for (const [query, address, title] of [
    ['pull an image', 'images?do=pull', 'Pull an image'],
    ['build an image', 'images?do=build', 'Build an image'],
    ['clean up images', 'images?do=prune', 'Clean up images'],
    ['create a network', 'networks?do=create', 'Create a network'],
    ['clean up networks', 'networks?do=prune', 'Clean up networks'],
    ['create a volume', 'volumes?do=create', 'Create a volume'],
    ['clean up volumes', 'volumes?do=prune', 'Clean up volumes'],
  ] as const) {
    await page.keyboard.type(query);
    await expect(active(page)).toHaveText(new RegExp(`^${title}`));
    await page.keyboard.press('Enter');
    await expect(palette(page)).toBeHidden();
    await expect.poll(() => page.url().split('#/')[1]).toBe(address);
    await expect(dialog.locator(':focus')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect.poll(() => page.url().split('#/')[1]).toBe(address.split('?')[0]);
    await page.keyboard.press('Control+k');
    await expect(field(page)).toBeFocused();
  }
  await page.keyboard.type('load images');
  await page.keyboard.press('Enter');
  await expect(dialog.locator(':focus')).toBeVisible();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByTestId('form-submit').press('Enter'),
  ]);
  expect(chooser.isMultiple()).toBe(false);
});

test('stops a container after asking, starts it again, and leads to its logs', async ({ page, demo }) => {
  await opened(page, demo.url);
  await page.keyboard.type('stop shop-cache');
  await expect(active(page)).toHaveText(/^Stop: shop-cache-1/);
  await page.keyboard.press('Enter');
  await page.getByTestId('confirm-action').press('Enter');
  await expect(page.getByTestId('confirm')).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('start shop-cache');
  // As soon as the engine says that it stands.
  await expect(active(page)).toHaveText(/^Start: shop-cache-1/, { timeout: 60_000 });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('terminal shop-cache');
  await expect(active(page)).toHaveText(/^Terminal: shop-cache-1/, { timeout: 60_000 });
  await field(page).fill('logs shop-cache');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/containers\/shop-cache-1\/logs$/);
});

test('two names make a pair: it is blocked, explained and allowed again from the keyboard alone', async ({
  page,
  demo,
}) => {
  await opened(page, demo.url);
  await page.keyboard.type('block shop-web shop-db');
  await expect(active(page)).toHaveText(/Block: shop-web-1 → shop-db-1/);
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('change-dialog');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('shop-web > shop-db');
  await expect(active(page)).toHaveText(/Allow: shop-web-1 → shop-db-1/);
  await page.keyboard.type('');
  await field(page).fill('explain shop-web shop-db');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/matrix\/shop-web-1\/shop-db-1$/);
});

test('the guard is paused from the palette: what is open is said first, a banner stands over every screen, and it is resumed', async ({
  page,
  demo,
}) => {
  await opened(page, demo.url);
  await page.keyboard.type('block shop-web shop-db');
  await page.keyboard.press('Enter');
  const dialog = page.getByTestId('change-dialog');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('pause 30');
  await expect(active(page)).toHaveAttribute('data-entry', 'pause-30');
  await page.keyboard.press('Enter');
  await expect(dialog.getByTestId('plan')).toContainText('shop-web-1 → shop-db-1');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  const banner = page.getByTestId('pause-banner');
  // Shortly before midnight with its date.
  await expect(banner).toContainText(
    /Paused: what your policy blocks \(\d+ pairs?\) is open until (?:[A-Z][a-z]+ \d+, \d+, )?\d+:\d/,
  );
  await expect(page.getByTestId('guard')).toHaveAttribute('data-phase', 'paused');
  await expectAccessible(page);
  await page.getByTestId('nav-history').click();
  await expect(page.getByText('Pause the guard for 30 minutes')).toBeVisible();
  await banner.getByTestId('resume').click();
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await expect(banner).toBeHidden();
  await expect(page.getByTestId('guard')).toHaveAttribute('data-phase', 'holding');
});

test('two keys lead to a screen, and letters in a field stay letters', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  // The second key would be one of the matrix's own: I isolates.
  await matrix.goTo('shop-web-1', 'shop-db-1');
  await matrix.matrix.focus();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page).toHaveURL(/#\/images$/);
  await expect(page.getByTestId('change-dialog')).toBeHidden();
  const search = page.getByRole('main').getByRole('textbox').first();
  await search.fill('');
  await search.pressSequentially('gh?');
  await expect(search).toHaveValue('gh?');
  await expect(page).toHaveURL(/#\/images$/);
});

test('? lists every shortcut', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.keyboard.press('?');
  const shortcuts = page.getByTestId('shortcuts');
  await expect(shortcuts.getByRole('heading', { level: 3 })).toHaveCount(4);
  await expect(shortcuts).toContainText('Go to networks');
  const ofDiagram = shortcuts.locator('section').filter({ hasText: 'In the diagram' });
  for (const key of ['F', 'PgUp', 'B', 'A', 'V']) await expect(ofDiagram.getByText(key, { exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(shortcuts).toBeHidden();
});

test('speaks Chinese', async ({ page, demo }) => {
  await opened(page, demo.url);
  await page.keyboard.type('chinese');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('前往网络');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/networks$/);
});

for (const scheme of ['light', 'dark'] as const) {
  test(`palette and shortcuts are accessible in ${scheme}`, async ({ page, demo }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await opened(page, demo.url);
    await expectAccessible(page);
    await page.keyboard.type('zzzz');
    await expect(palette(page).getByRole('option')).toHaveCount(0);
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await expect(page.getByTestId('shortcuts')).toBeVisible();
    await expectAccessible(page);
  });
}
