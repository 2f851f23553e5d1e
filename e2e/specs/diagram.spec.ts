/** The diagram as a person uses it: looked at, moved about in, blocked from, exported. */
import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { measure } from '../integration/measure.ts';
import { DiagramPage } from '../pages/diagram-page.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { test } from './app.ts';

/** Moves by the keyboard until a node is the active one. */
async function goToNode(page: Page, key: string): Promise<void> {
  const active = page.getByTestId('diagram-active');
  await page.getByTestId('diagram').focus();
  for (let step = 0; step < 20 && (await active.getAttribute('data-key')) !== key; step += 1) {
    await page.keyboard.press('PageDown');
  }
  await expect(active).toHaveAttribute('data-key', key);
}

async function openDiagram(page: Page, url: string): Promise<MatrixPage> {
  const matrix = new MatrixPage(page);
  await matrix.open(url);
  await page.getByTestId('view-switch').getByText('Diagram').click();
  await expect(page.getByTestId('diagram')).toBeVisible({ timeout: 30_000 });
  return matrix;
}

for (const scheme of ['light', 'dark'] as const) {
  test(`the diagram and its export are accessible in ${scheme}`, async ({ page, demo }) => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    await openDiagram(page, demo.url);
    await goToNode(page, 'container:shop-mailer-1');
    await page.keyboard.press('f');
    await expect(page.getByTestId('diagram-strip')).toContainText('An intruder in shop-mailer-1');
    await expectAccessible(page);
    await page.getByTestId('export').click();
    await expect(page.getByTestId('export-save')).toBeVisible();
    await expectAccessible(page);
  });
}

test('reach is followed over hops, with the way shown', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  await goToNode(page, 'container:shop-mailer-1');
  await page.keyboard.press('f');
  await goToNode(page, 'container:shop-cache-1');
  await expect(page.getByTestId('diagram-path')).toHaveText(/^shop-mailer-1 → .+ → shop-cache-1/);
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('diagram-path')).toBeHidden();
});

test('a pair is explained and blocked from the diagram', async ({ page, demo }) => {
  const matrix = await openDiagram(page, demo.url);
  await goToNode(page, 'container:shop-api-1');
  await page.keyboard.press('Enter');
  await goToNode(page, 'container:shop-db-1');
  await page.keyboard.press('Enter');
  await expect(matrix.explain).toContainText('shop-db-1');
  await matrix.change('block');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
});

/** Blocks, allows and verifies a pair that is open, by keys alone; `reaches` measures it beside the app. */
async function workByKeys(
  page: Page,
  url: string,
  { from, to, reaches }: { readonly from: string; readonly to: string; readonly reaches?: () => Promise<boolean> },
): Promise<void> {
  const diagram = new DiagramPage(page);
  const { surface, matrix } = diagram;
  const confirmed = async (): Promise<void> => {
    await expect(matrix.plan.getByTestId('confirm')).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(matrix.outcome).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
    await expect(surface).toBeFocused();
  };
  await diagram.open(url);
  await diagram.goTo(`container:${from}`);
  // Of one alone it is asked where to, and nothing is planned.
  await page.keyboard.press('b');
  await expect(diagram.active).toContainText(`From ${from}: choose where to, then Enter, B, A or V`);
  await expect(matrix.explain).toBeHidden();
  await diagram.goTo(`container:${to}`);
  if (reaches) expect(await reaches(), 'the positive control').toBe(true);
  await page.keyboard.press('b');
  await expect(matrix.explain).toContainText(to);
  await confirmed();
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  if (reaches) expect(await reaches()).toBe(false);
  // Wherever the cursor goes meanwhile, the letters are about the pair that is explained.
  await diagram.goTo(`container:${from}`);
  await page.keyboard.press('v');
  await expect(matrix.explain.getByTestId('verified')).toHaveAttribute('data-disagree', '0', { timeout: 60_000 });
  await expect(surface).toBeFocused();
  await page.keyboard.press('a');
  await confirmed();
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
  if (reaches) expect(await reaches()).toBe(true);
  await page.keyboard.press('Escape');
  await expect(matrix.explain).toBeHidden();
  await expect(surface).toBeFocused();
}

test('the keyboard alone blocks, verifies and allows a pair of the diagram', async ({ page, demo }) => {
  await workByKeys(page, demo.url, { from: 'shop-api-1', to: 'shop-db-1' });
});

test('the keyboard alone does the same on a real engine, and the wire with it', async ({ page, app, fixture }) => {
  const reaches = async (): Promise<boolean> => {
    const targets = Object.values(fixture.container('cache').attachments).map(({ IPAddress: address }) => ({
      address,
      port: 6379,
    }));
    return (await measure(fixture, 'api', targets)).includes(true);
  };
  await workByKeys(page, app.url, { from: 'api', to: 'cache', reaches });
});

test('the layout runs in a worker, without anything the policy forbids', async ({ page, demo }) => {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await openDiagram(page, demo.url);
  expect(page.workers().map((worker) => worker.url())).toEqual([expect.stringContaining('elk-worker')]);
  await expect(page.getByTestId('diagram')).toHaveAttribute('data-nodes', '13');
  await page.getByLabel('Layout').selectOption('force');
  await expect(page.getByTestId('diagram')).toHaveAttribute('data-nodes', '13');
  expect(faults).toEqual([]);
});

test('a project is folded to one node, and unfolded again', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  await new DiagramPage(page).fold('shop');
  await expect(page.getByTestId('diagram')).toHaveAttribute('data-nodes', '6');
  await new DiagramPage(page).fold('shop');
  await expect(page.getByTestId('diagram')).toHaveAttribute('data-nodes', '13');
});

test('what is folded is so still when one comes back, and unfolds with a double click', async ({ page, demo }) => {
  const diagram = new DiagramPage(page);
  await diagram.open(demo.url);
  await diagram.fold('shop');
  await expect(diagram.surface).toHaveAttribute('data-nodes', '6');
  await page.getByTestId('view-switch').getByText('Matrix').click();
  await expect(diagram.surface).toBeHidden();
  await page.getByTestId('view-switch').getByText('Diagram').click();
  await expect(diagram.surface).toHaveAttribute('data-nodes', '6');
  const fold = await diagram.onScreen('project:shop');
  await page.mouse.dblclick(fold.x, fold.y);
  await expect(diagram.surface).toHaveAttribute('data-nodes', '13');
  await expect(page.getByTestId('diagram-strip')).not.toContainText('intruder');
});

test('a layer that is left out takes its lines with it, and back again', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  const diagram = page.getByTestId('diagram');
  const lines = async (): Promise<number> => Number(await diagram.getAttribute('data-lines'));
  const all = await lines();
  const layer = async (name: string): Promise<void> => {
    await page.getByRole('button', { name: 'Lines' }).click();
    await page.getByRole('menuitemcheckbox', { name, exact: true }).click();
    await page.keyboard.press('Escape');
  };
  await layer('Control');
  await expect.poll(lines).toBeLessThan(all);
  const without = await lines();
  await layer('Network');
  await expect.poll(lines).toBeLessThan(without);
  await layer('Network');
  await layer('Control');
  await expect(diagram).toHaveAttribute('data-lines', String(all));
});

test('a query for pairs narrows the diagram to both sides, and its export', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  await page.getByRole('toolbar').getByRole('textbox').fill('shop-api > shop-db');
  await expect(page.getByTestId('diagram')).not.toHaveAttribute('data-nodes', '13');
  await page.getByTestId('export').click();
  await page.getByLabel('Format').selectOption('csv');
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
  const table = await readFile(await download.path(), 'utf8');
  expect(table).toMatch(/shop-api-1/);
  expect(table).toMatch(/shop-db-1/);
  expect(table).not.toMatch(/shop-mailer-1/);
});

test('reach goes on through what is folded or filtered away', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  await goToNode(page, 'container:shop-mailer-1');
  await page.keyboard.press('f');
  await new DiagramPage(page).fold('shop');
  await expect(page.getByTestId('diagram-strip')).toContainText('An intruder in shop-mailer-1');
  await new DiagramPage(page).fold('shop');
  await page.getByRole('toolbar').getByRole('textbox').fill('shop-mailer > shop-cache');
  await expect(page.getByTestId('diagram')).not.toHaveAttribute('data-nodes', '13');
  await goToNode(page, 'container:shop-cache-1');
  await expect(page.getByTestId('diagram-path')).toHaveText(/^shop-mailer-1 → .+ → shop-cache-1/);
});

test('what is exported is a file of the format', async ({ page, demo }) => {
  await openDiagram(page, demo.url);
  for (const [format, begins] of [
    ['svg', '<?xml'],
    ['png', '\u0089PNG'],
    ['pdf', '%PDF'],
    ['csv', 'from'],
  ] as const) {
    await page.getByTestId('export').click();
    await page.getByLabel('Format').selectOption(format);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-save').click()]);
    expect(download.suggestedFilename()).toBe(`bulkhead-demo.${format}`);
    expect((await readFile(await download.path())).toString('latin1').startsWith(begins)).toBe(true);
    await expect(page.getByTestId('export-save')).toBeHidden();
  }
});
