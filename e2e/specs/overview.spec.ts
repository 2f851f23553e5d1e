/** The first look: who can be called from outside, and what is mended at a click; on the demo engine. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test('shows a database that is open to the LAN, and shuts it', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-overview').click();
  const overview = page.getByTestId('overview');
  const risk = overview.locator('[data-testid="risk"][data-kind="database"][data-name="shop-db-1"]');
  await expect(risk).toContainText('PostgreSQL');
  await expect(overview.getByTestId('exposed').locator('[data-name="shop-db-1"]')).toBeVisible();
  await expectAccessible(page);

  await risk.locator('[data-remedy="block"]').first().click();
  const dialog = page.getByTestId('change-dialog');
  await expect(dialog.getByTestId('plan')).toBeVisible();
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await dialog.getByTestId('dismiss').click();
  await expect(risk).toBeHidden();
  await expect(overview.getByTestId('exposed').locator('[data-name="shop-db-1"]')).toBeHidden();
  await expect(overview).toContainText('Block lan → shop/db (tcp/5432)');
});
