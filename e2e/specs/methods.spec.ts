/** Methods besides the firewall from the panel, with their plan and their way back through the history; on the demo engine. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test('separates two by networks, and takes it back', async ({ page, demo }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-api-1');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
  await matrix.explain.getByTestId('methods').locator('summary').click();
  await expect(matrix.explain.getByTestId('method-unlink')).toBeDisabled();
  await expectAccessible(page);
  await matrix.explain.getByTestId('method-network').click();
  await expect(matrix.plan.getByTestId('effect').locator('[data-kind="closes"]')).toContainText(
    'shop-web-1 → shop-api-1',
  );
  await expect(matrix.plan).toContainText('Make the network shop_app-apart');
  await expectAccessible(page);
  await matrix.plan.getByTestId('confirm').click();
  await expect(matrix.outcome).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  await expect(matrix.activeCell).toHaveAttribute('data-denial', 'none');

  await page.getByTestId('nav-history').click();
  const rows = page.getByTestId('history-row');
  await expect(rows.first()).toContainText('Separate shop/web and shop/api by networks');
  await rows.first().getByTestId('undo').click();
  const dialog = page.getByTestId('change-dialog');
  await expect(dialog.getByTestId('plan')).toContainText('Remove the network shop_app-apart');
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await dialog.getByTestId('dismiss').click();
  await page.getByTestId('nav-matrix').click();
  await matrix.click('shop-web-1', 'shop-api-1');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
});

test('counts who keeps trying, in the panel and by a mark in the cell', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-api-1', 'shop-db-1');
  await matrix.change('block');
  const traffic = matrix.explain.getByTestId('traffic');
  await expect(traffic).toBeVisible();
  await expect(traffic).not.toHaveAttribute('data-refused', '0', { timeout: 15_000 });
  await expect(matrix.activeCell).toContainText('being refused now', { timeout: 30_000 });
});
