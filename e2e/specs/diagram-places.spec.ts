/** Where things are in the diagram: dragged by mouse and keyboard, kept, put back, and left alone by what changes elsewhere. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { TEST_IMAGE } from '../fixture/image.ts';
import { DiagramPage } from '../pages/diagram-page.ts';
import { expectAccessible } from './axe.ts';
import { serveApp, test } from './app.ts';

const NEAR = 3;

test('a node dragged with the mouse stays there, also for the next to open the app, until it is put back', async ({
  page,
  browser,
  demo,
}) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  const before = await diagram.placeOf('container:shop-cache-1');
  const other = await diagram.placeOf('container:shop-proxy-1');
  const { k } = await diagram.camera();
  await diagram.drag('container:shop-cache-1', 90, -60);
  const after = await diagram.placeOf('container:shop-cache-1');
  expect(Math.abs(after.x - before.x - 90 / k)).toBeLessThan(NEAR);
  expect(Math.abs(after.y - before.y + 60 / k)).toBeLessThan(NEAR);
  expect(await diagram.placeOf('container:shop-proxy-1')).toEqual(other);

  const kept = join(demo.configDir, 'settings.json');
  await expect.poll(async () => (await readFile(kept, 'utf8').catch(() => '')).includes('shop-cache-1')).toBe(true);
  const text = await readFile(kept, 'utf8');
  const next = await serveApp('demo', { prepare: (folder) => writeFile(join(folder, 'settings.json'), text) });
  const again = new DiagramPage(await browser.newPage());
  try {
    await again.open(next.url);
    const there = await again.placeOf('container:shop-cache-1');
    expect(Math.hypot(there.x - after.x, there.y - after.y)).toBeLessThan(NEAR);
    await again.page.getByLabel('Put everything back in its place').click();
    await expect.poll(async () => (await again.placeOf('container:shop-cache-1')).x).toBe(before.x);
    await expect(again.page.getByLabel('Put everything back in its place')).toBeHidden();
  } finally {
    await again.page.close();
    await next.stop();
  }
});

test('a node is moved by the keyboard too, in both layouts', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  const before = await diagram.placeOf('container:shop-db-1');
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowRight');
  await expect(diagram.active).toHaveAttribute('data-at', `${before.x + 20} ${before.y + 20} ${before.w} ${before.h}`);
  expect(page.url()).toContain('view=diagram');
  await page.getByLabel('Layout').selectOption('force');
  await diagram.goTo('container:shop-db-1');
  // Until the forces have come to rest.
  await expect
    .poll(async () => {
      const at = await diagram.active.getAttribute('data-at');
      await diagram.camera();
      return at === (await diagram.active.getAttribute('data-at'));
    })
    .toBe(true);
  const floating = await diagram.placeOf('container:shop-db-1');
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(diagram.active).toHaveAttribute('data-at', new RegExp(`^${floating.x - 20} ${floating.y} `));
});

test('the picture is panned by dragging its ground, and zoomed by the wheel where the mouse is', async ({
  page,
  demo,
}) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  const before = await diagram.camera();
  const box = await diagram.surface.boundingBox();
  const corner = { x: (box?.x ?? 0) + 8, y: (box?.y ?? 0) + 8 };
  await page.mouse.move(corner.x, corner.y);
  await page.mouse.down();
  await page.mouse.move(corner.x + 70, corner.y + 40, { steps: 5 });
  await page.mouse.up();
  const panned = await diagram.camera();
  expect([Math.round(panned.x - before.x), Math.round(panned.y - before.y), panned.k]).toEqual([70, 40, before.k]);

  const at = await diagram.onScreen('container:shop-db-1');
  await page.mouse.move(at.x, at.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -80);
  await page.keyboard.up('Control');
  expect((await diagram.camera()).k).toBeGreaterThan(panned.k * 1.5);
  const then = await diagram.onScreen('container:shop-db-1');
  expect(Math.hypot(then.x - at.x, then.y - at.y)).toBeLessThan(NEAR);

  // What does not fit any more is found on the small map.
  await expect(diagram.map).toBeVisible();
  const small = await diagram.map.boundingBox();
  await page.mouse.click((small?.x ?? 0) + (small?.width ?? 0) * 0.75, (small?.y ?? 0) + (small?.height ?? 0) * 0.25);
  const moved = await diagram.camera();
  expect(moved.k).toBe((await diagram.camera()).k);
  expect(Math.hypot(moved.x - panned.x, moved.y - panned.y)).toBeGreaterThan(50);
  await diagram.surface.focus();
  await page.keyboard.press('0');
  await expect(diagram.map).toBeHidden();
});

test('a pair is explained and blocked with the mouse on the picture of a real engine', async ({ page, app }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(app.url);
  const [web, proxy] = [await diagram.onScreen('container:web'), await diagram.onScreen('container:proxy')];
  await page.mouse.click(web.x, web.y);
  await page.keyboard.down('Shift');
  await page.mouse.click(proxy.x, proxy.y);
  await page.keyboard.up('Shift');
  await expect(diagram.matrix.explain).toContainText('proxy');
  await diagram.matrix.change('block');
  await expect(diagram.matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  await expect(diagram.matrix.outcome).toContainText(/held|holds|blocked/i);
});

test('the reach of an intruder is followed with a double click, and left by Escape', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  const at = await diagram.onScreen('container:shop-mailer-1');
  await page.mouse.dblclick(at.x, at.y);
  await expect(page.getByTestId('diagram-strip')).toContainText('An intruder in shop-mailer-1');
  const target = await diagram.onScreen('container:shop-cache-1');
  await page.mouse.click(target.x, target.y);
  await expect(page.getByTestId('diagram-path')).toHaveText(/^shop-mailer-1 → .+ → shop-cache-1/);
  await diagram.surface.focus();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('diagram-strip')).not.toContainText('intruder');
});

test('a container that comes and goes leaves the others where they are', async ({ page, app, fixture }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(app.url);
  const keys = fixture.containers.filter(({ running }) => running).map(({ name }) => `container:${name}`);
  const before = new Map<string, { x: number; y: number }>();
  for (const key of keys) before.set(key, await diagram.placeOf(key));
  const count = Number(await diagram.surface.getAttribute('data-nodes'));
  await fixture.docker.runContainer('newcomer', { Image: TEST_IMAGE, Cmd: ['sleep', '86400'] });
  try {
    await expect(diagram.surface).toHaveAttribute('data-nodes', String(count + 1), { timeout: 20_000 });
    let still = 0;
    for (const key of keys) {
      const [was, is] = [before.get(key), await diagram.placeOf(key)];
      const moved = Math.hypot(is.x - (was?.x ?? 0), is.y - (was?.y ?? 0));
      // Whoever shares its network makes room for it; nobody goes far.
      expect(moved, key).toBeLessThan(key === 'container:mailer' ? 240 : 64);
      if (moved < 1) still += 1;
    }
    expect(still / keys.length).toBeGreaterThan(0.5);
  } finally {
    await fixture.docker.removeContainer('newcomer');
  }
});

test('every format is saved and copied from the page, and the tray leads straight to it', async ({ page, demo }) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  // As the tray and the menus open it.
  await page.evaluate(() => (window.location.hash = '#/matrix?view=diagram&export='));
  for (const [format, ending, begins] of [
    ['mermaid', 'mmd', 'flowchart'],
    ['dot', 'dot', 'digraph'],
    ['drawio', 'drawio', '<?xml'],
    ['json', 'json', '{'],
    ['k8s', 'yaml', '#'],
    ['compose', 'yml', '#'],
  ] as const) {
    if (!(await page.getByTestId('export-save').isVisible())) await page.getByTestId('export').click();
    await page.getByLabel('Format').selectOption(format);
    if (format === 'k8s' || format === 'compose') await page.getByLabel('What').selectOption({ label: 'Project shop' });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
    expect(download.suggestedFilename()).toBe(`bulkhead-demo.${ending}`);
    expect((await readFile(await download.path(), 'utf8')).startsWith(begins), format).toBe(true);
    await expect(page.getByTestId('export-save')).toBeHidden();
    expect(page.url()).not.toContain('export=');
  }
  await page.getByTestId('export').click();
  await page.getByLabel('Format').selectOption('k8s');
  await page.getByRole('button', { name: 'Copy' }).click();
  await expect(page.getByTestId('export-save')).toBeHidden();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('kind: NetworkPolicy');
});

test('what changed since a saved export is shown as a picture and as text, and saved', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  await page.getByTestId('export').click();
  await page.getByLabel('Format').selectOption('json');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
  const kept = await download.path();
  await expect(page.getByTestId('export-save')).toBeHidden();

  await diagram.goTo('container:shop-api-1');
  await page.keyboard.press('Enter');
  await diagram.goTo('container:shop-db-1');
  await page.keyboard.press('Enter');
  await diagram.matrix.change('block');
  await expect(diagram.matrix.verdict).toHaveAttribute('data-verdict', 'blocked');

  await page.getByTestId('export').click();
  await page.getByLabel('Format').selectOption('csv');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByTestId('export-compare').click()]);
  await chooser.setFiles({ name: 'monday.json', mimeType: 'application/json', buffer: await readFile(kept) });
  await expect(page.getByTestId('export-compared')).toHaveText('Compared with monday.json');
  const picture = page.getByTestId('export-changes').getByRole('img');
  await expect(picture).toBeVisible();
  expect(
    await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
  ).toBeGreaterThan(300);
  await expectAccessible(page);
  await page.getByTestId('export-changes').getByText('Text', { exact: true }).click();
  await expect(page.getByTestId('export-changes-text')).toContainText(
    '< container:shop-api-1 → container:shop-db-1: open → blocked',
  );
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
  expect(saved.suggestedFilename()).toBe('bulkhead-demo-changes.svg');
  const svg = await readFile(await saved.path(), 'utf8');
  expect(svg).toContain('what changed');
  expect(svg).toContain('>+<');
});
