/** Guarding a network, isolating a project, and everything at once, from the places that offer it; on the demo engine. */
import { confirmChange } from '../pages/confirm-change.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

test('guards a network from the list, and opens it again from its page', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-api-1');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');

  await page.getByTestId('nav-networks').click();
  const row = page.locator('[data-testid="network-row"][data-name="shop_app"]');
  await row.locator('[data-action="more"]').click();
  await page.locator('[role="menuitem"][data-action="guard"]').click();
  await confirmChange(page);
  await expect(row).toContainText('guarded');
  await page.getByTestId('nav-matrix').click();
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');

  await page.getByTestId('nav-networks').click();
  await row.getByRole('link', { name: 'shop_app' }).click();
  await page.getByTestId('network-page').locator('[data-action="unguard"]').click();
  await confirmChange(page);
  await page.getByTestId('nav-matrix').click();
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
});

test('isolates a project from its heading, and releases it', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.showContainers();
  const heading = page.locator('[data-testid="group-row"][data-name="shop"]');
  await heading.locator('[data-action="whole"]').click();
  await page.locator('[data-offer="isolate"]').click();
  await confirmChange(page);
  await expect(matrix.containerRow('shop-db-1').getByTestId('isolated')).toBeVisible();
  await heading.locator('[data-action="whole"]').click();
  await page.locator('[data-offer="release"]').click();
  await confirmChange(page);
  await expect(matrix.containerRow('shop-db-1').getByTestId('isolated')).toBeHidden();
});

test('guards everything from the chip, and no more than what is named again', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-db-1');
  await page.getByTestId('guard').click();
  await page.getByTestId('everything').click();
  await page.locator('[data-offer="guard"]').click();
  await confirmChange(page);
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  await page.getByTestId('guard').click();
  await page.getByTestId('everything').click();
  await page.locator('[data-offer="unguard"]').click();
  await confirmChange(page);
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
});
