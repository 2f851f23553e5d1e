/** Quick isolation from every place that offers it, and the history with its way back; on the demo engine. */
import { confirmChange } from '../pages/confirm-change.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test('isolates from the list, releases from the panel, and takes both back', async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-history').click();
  await expect(page.getByRole('heading', { name: 'Nothing was changed yet' })).toBeVisible();
  await expectAccessible(page);

  await matrix.showContainers();
  const row = matrix.containerRow('shop-web-1');
  await row.locator('[data-action="more"]').click();
  await page.locator('[data-offer="isolate"]').click();
  await confirmChange(page);
  await expect(row.getByTestId('isolated')).toHaveAttribute('data-from', 'everything');

  await page.getByTestId('nav-matrix').click();
  await matrix.click('shop-web-1', 'shop-db-1');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  await matrix.explain.getByTestId('isolation-from').click();
  await page.locator('[data-offer="release"]').click();
  await confirmChange(page);
  await expect(matrix.explain.getByTestId('isolated')).toBeHidden();

  await page.getByTestId('nav-history').click();
  const rows = page.getByTestId('history-row');
  await expect(rows).toHaveCount(2);
  await expect(rows.first()).toContainText('Release');
  await rows.first().getByTestId('undo').click();
  await confirmChange(page);
  await expect(rows).toHaveCount(3);
  await expect(rows.first()).toContainText('Undo: Release');
  await expect(rows.nth(1)).toContainText('undone since');
  await expect(rows.nth(1).getByTestId('undo')).toBeHidden();
  await rows.first().getByRole('button', { name: /line/ }).click();
  await expect(rows.first()).toContainText('+ isolated: shop/web');
  await expectAccessible(page);
  await matrix.showContainers();
  await expect(row.getByTestId('isolated')).toBeVisible();
});

test('isolates by the keyboard from the matrix', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.goTo('shop-cache-1', 'shop-db-1');
  await matrix.matrix.focus();
  await page.keyboard.press('i');
  const menu = page.getByTestId('header-menu');
  await expect(menu).toContainText('shop-cache-1');
  // It takes the keyboard when it has come up.
  await expect(menu.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('Enter');
  await confirmChange(page);
  await matrix.matrix.focus();
  await expect(page.getByRole('rowheader', { name: 'shop-cache-1 (isolated)' })).toBeAttached();
});

test('says why an undo cannot be done', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-db-1');
  await matrix.change('block');
  await matrix.outcome.getByTestId('dismiss').click();
  await matrix.change('allow');
  await page.getByTestId('nav-history').click();
  const rows = page.getByTestId('history-row');
  await expect(rows).toHaveCount(2);
  await rows.nth(1).getByTestId('undo').click();
  const dialog = page.getByTestId('change-dialog');
  await expect(dialog).toContainText('was changed again since');
  await expect(dialog.getByTestId('confirm')).toBeHidden();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});
