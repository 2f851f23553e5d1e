/** What one chooses of a table stays chosen: its columns and its order, in this browser, each table for itself. */
import { ManagePage } from '../pages/manage-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test('columns that were taken away and an order that was chosen outlast a reload', async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const manage = new ManagePage(page);
  await manage.open(demo.url, 'images');
  const size = page.getByRole('columnheader', { name: 'Size', exact: true });
  await expect(size).toBeVisible();
  await page.getByTestId('columns').click();
  await expectAccessible(page);
  await page.getByRole('menuitemcheckbox', { name: 'Size', exact: true }).click();
  await page.keyboard.press('Escape');
  await expect(size).toHaveCount(0);
  const first = page
    .getByRole('columnheader')
    .filter({ has: page.getByRole('button') })
    .first();
  await expect(first).toHaveAttribute('aria-sort', 'ascending');
  await first.getByRole('button').click();
  await expect(first).toHaveAttribute('aria-sort', 'descending');

  await page.reload();
  await expect(first).toBeVisible();
  await expect(size).toHaveCount(0);
  await expect(first).toHaveAttribute('aria-sort', 'descending');

  await page.getByTestId('nav-volumes').click();
  await expect(size).toBeVisible();
});
