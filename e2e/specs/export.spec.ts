/** The export as a person uses it: what the dialog offers, saved and read. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { DiagramPage } from '../pages/diagram-page.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { test } from './app.ts';

interface Asked {
  readonly format: string;
  /** As the dialog says it; absent: as it is offered. */
  readonly what?: string;
  readonly picture?: string;
}

/** Opens the dialog, chooses, saves, and reads what was saved. */
async function saved(page: Page, { format, what, picture }: Asked): Promise<{ name: string; text: string }> {
  await page.getByTestId('export').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Format').selectOption(format);
  if (what !== undefined) await dialog.getByLabel('What', { exact: true }).selectOption({ label: what });
  if (picture !== undefined) await dialog.getByLabel('Picture of').selectOption({ label: picture });
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
  await expect(dialog).toBeHidden();
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

/** Names of containers in an export as JSON. */
const containersOf = (text: string): readonly string[] =>
  (JSON.parse(text) as { endpoints: { kind: string; name: string }[] }).endpoints
    .filter(({ kind }) => kind === 'container')
    .map(({ name }) => name);
/** Keys of what a picture has of one role. */
const keysOf = (svg: string, role: string): readonly string[] =>
  [...svg.matchAll(new RegExp(`<g data-role="${role}" data-key="([^"]*)"`, 'g'))].map(([, key = '']) => key);

test('everything, a project, a network, and what is shown are saved as they are named', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  const all = containersOf((await saved(page, { format: 'json' })).text);
  expect(all).toEqual(expect.arrayContaining(['shop-db-1', 'legacy-db', 'agent']));
  const shop = containersOf((await saved(page, { format: 'json', what: 'Project shop' })).text);
  expect(shop).toEqual(all.filter((name) => name.startsWith('shop-')));
  const edge = containersOf((await saved(page, { format: 'json', what: 'Network shop_edge' })).text);
  expect(edge).toContain('shop-proxy-1');
  expect(edge).not.toContain('shop-db-1');
  await page.getByRole('toolbar').getByRole('textbox').fill('legacy');
  await expect(page.getByTestId('diagram')).not.toHaveAttribute('data-nodes', '13');
  const shown = await saved(page, { format: 'json', what: 'What is shown now' });
  expect(containersOf(shown.text)).toEqual(['legacy-app', 'legacy-db']);
  // It is what is offered first, and everything is still to be had.
  expect(containersOf((await saved(page, { format: 'json' })).text)).toEqual(['legacy-app', 'legacy-db']);
  expect(containersOf((await saved(page, { format: 'json', what: 'Everything' })).text)).toEqual(all);
});

test('what the diagram shows is what is saved: folds, lines and reach', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  await diagram.fold('shop');
  await expect(diagram.surface).toHaveAttribute('data-nodes', '6');
  const folded = await saved(page, { format: 'svg' });
  expect(folded.name).toBe('bulkhead-demo.svg');
  expect(keysOf(folded.text, 'node')).toContain('project:shop');
  expect(keysOf(folded.text, 'node').filter((key) => key.startsWith('container:shop-'))).toEqual([]);
  // Data has all of it, however it is drawn; and so has everything.
  expect(containersOf((await saved(page, { format: 'json' })).text)).toContain('shop-db-1');
  const everything = keysOf((await saved(page, { format: 'svg', what: 'Everything' })).text, 'node');
  expect(everything).toContain('container:shop-db-1');
  expect(everything).toContain('container:agent');

  await page.getByRole('button', { name: 'Lines' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Control', exact: true }).click();
  await page.keyboard.press('Escape');
  await diagram.goTo('project:shop');
  const without = (await saved(page, { format: 'svg' })).text;
  expect(keysOf(without, 'edge').filter((key) => key.startsWith('control'))).toEqual([]);
  expect(keysOf(folded.text, 'edge').filter((key) => key.startsWith('control'))).not.toEqual([]);

  await new DiagramPage(page).fold('shop');
  await diagram.goTo('container:shop-mailer-1');
  await page.keyboard.press('f');
  await expect(page.getByTestId('diagram-strip')).toContainText('An intruder in shop-mailer-1');
  const reach = (await saved(page, { format: 'svg' })).text;
  expect(reach).toContain('what an intruder in shop-mailer-1 gets to');
  expect(reach).toMatch(/>\d hops? away<\/text>/);
});

test('the matrix is saved as a picture, with the rows and columns that are shown', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  const whole = await saved(page, { format: 'svg' });
  expect(whole.name).toBe('bulkhead-demo-matrix.svg');
  expect(keysOf(whole.text, 'row')).toEqual(expect.arrayContaining(['to', 'container:shop-db-1', 'internet']));
  expect((await saved(page, { format: 'svg', picture: 'Diagram' })).text).toContain('data-role="compartment"');
  await page.getByRole('toolbar').getByRole('textbox').fill('shop-api > shop-db');
  const pair = (await saved(page, { format: 'svg' })).text;
  expect(keysOf(pair, 'row')).toEqual(['to', 'container:shop-api-1']);
  expect(pair).toContain('<title>To: shop-db-1</title>');
});

test('a text and an image are copied instead', async ({ page, demo, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await new DiagramPage(page).open(demo.url);
  const copied = async (format: string): Promise<void> => {
    await page.getByTestId('export').click();
    await page.getByLabel('Format').selectOption(format);
    await page.getByRole('dialog').getByRole('button', { name: 'Copy' }).click();
    // An image is drawn first, which takes a machine that does much else its time.
    await expect(page.getByRole('dialog')).toBeHidden({ timeout: 60_000 });
  };
  await copied('dot');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  expect(text).toMatch(/^digraph bulkhead \{\n[^]*shop-db-1[^]*\}\n$/);
  await copied('png');
  const image = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const blob = await item?.getType('image/png');
    if (!blob) return null;
    const { width, height } = await createImageBitmap(blob);
    return { width, height };
  });
  expect(image?.width).toBeGreaterThan(500);
  expect(image?.height).toBeGreaterThan(300);
});
