/** What is chosen is kept, followed, taken along in a file, and never lost; on the demo engine. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expectAccessible } from './axe.ts';
import { expect, serveApp, test } from './app.ts';

async function openSettings(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByTestId('nav-settings').click();
  await expect(page.getByTestId('settings')).toBeVisible();
}

const html = (page: Page) => page.locator('html');

test('keeps look and language, and shows them at once when the page is loaded again', async ({ page, demo }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await openSettings(page, demo.url);
  await expectAccessible(page);
  await page.getByTestId('theme-dark').click();
  await expect(html(page)).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expectAccessible(page);
  await page.getByTestId('density-compact').click();
  await page.getByTestId('settings-language').selectOption('zh-CN');
  await expect(html(page)).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByTestId('settings').getByRole('heading', { level: 2 })).toHaveText('设置');
  await expectAccessible(page);

  // Every scheme and language that the page has from its first picture on.
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() => {
      const { lang, dataset } = document.documentElement;
      if (document.querySelector('.shell')) seen.push(`${lang} ${dataset['mantineColorScheme'] ?? ''}`);
    }).observe(document, { subtree: true, childList: true, attributes: true });
  });
  await page.reload();
  await expect(page.getByTestId('settings')).toBeVisible();
  await expect(html(page)).toHaveAttribute('data-density', 'compact');
  const seen = await page.evaluate(() => [...new Set((window as unknown as { seen: string[] }).seen)]);
  expect(seen).toEqual(['zh-CN dark']);

  await page.getByTestId('nav-containers').click();
  await expect.poll(async () => (await page.getByTestId('container-row').first().boundingBox())?.height).toBe(32);
});

test('is worked by keyboard alone, and another window follows', async ({ page, context, demo }) => {
  await openSettings(page, demo.url);
  const other = await context.newPage();
  await other.goto(page.url());
  await expect(other.getByTestId('settings')).toBeVisible();
  await page.bringToFront();
  await page.getByTestId('theme-system').focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('theme-dark')).toBeChecked();
  await expect(html(other)).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await page.getByTestId('notice-driftRepaired').focus();
  await page.keyboard.press('Space');
  await expect(other.getByTestId('notice-driftRepaired')).not.toBeChecked();
});

test('follows the file, takes and gives one, and refuses what is none', async ({ page, demo }) => {
  await openSettings(page, demo.url);
  await expect(page.getByTestId('data-folder')).toHaveText(demo.configDir);
  const file = join(demo.configDir, 'settings.json');
  await writeFile(file, '{ "future": true, "look": { "theme": "dark" } }');
  await expect(page.getByTestId('theme-dark')).toBeChecked();
  await page.getByLabel('Address to remember').fill('tcp://10.0.0.7:2375');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('known-engine')).toHaveText('tcp://10.0.0.7:2375');
  await page.getByTestId('settings-open').selectOption('tcp://10.0.0.7:2375');

  const saving = page.waitForEvent('download');
  await page.getByTestId('export-settings').click();
  const saved = await readFile(await (await saving).path(), 'utf8');
  expect(JSON.parse(saved)).toEqual({
    future: true,
    look: { theme: 'dark' },
    engines: { known: ['tcp://10.0.0.7:2375'], open: 'tcp://10.0.0.7:2375' },
  });

  const choose = async (text: string): Promise<void> => {
    const choosing = page.waitForEvent('filechooser');
    await page.getByTestId('import-settings').click();
    await (await choosing).setFiles({ name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(text) });
  };
  await choose('{ "look": { "theme": "sepia" } }');
  await expect(page.getByRole('alert').filter({ hasText: 'look.theme' })).toBeVisible();
  await expect(page.getByTestId('theme-dark')).toBeChecked();
  await choose('{ "look": { "theme": "light" } }');
  await expect(page.getByTestId('theme-light')).toBeChecked();
  await expect(page.getByTestId('known-engine')).toHaveCount(0);
});

test('a broken file is kept aside and reported', async ({ page }) => {
  const app = await serveApp('demo', {
    prepare: (folder) => writeFile(join(folder, 'settings.json'), '{ "look": { "theme": "da'),
  });
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('overview')).toBeVisible();
    await expectAccessible(page);
    await page.getByTestId('settings-banner').getByRole('link').click();
    const kept = join(app.configDir, 'settings.broken-1.json');
    await expect(page.getByTestId('aside')).toContainText(kept);
    await expectAccessible(page);
    await page.getByTestId('density-compact').click();
    await expect.poll(() => readdir(app.configDir)).toContain('settings.json');
    expect(await readFile(kept, 'utf8')).toBe('{ "look": { "theme": "da');
  } finally {
    await app.stop();
  }
});

test('an engine without a policy is guarded from its opening on, where that is wanted', async ({ page }) => {
  const app = await serveApp('demo', {
    prepare: (folder) => writeFile(join(folder, 'settings.json'), '{ "guard": { "posture": "guarded" } }'),
  });
  try {
    await page.goto(app.url);
    await expect(page.getByTestId('guard')).toHaveAttribute('data-phase', 'holding');
    await page.getByTestId('nav-history').click();
    await expect(page.getByText('Guard everything')).toBeVisible();
  } finally {
    await app.stop();
  }
});
