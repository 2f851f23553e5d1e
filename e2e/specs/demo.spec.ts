/** Without any engine: the demo, labelled as such, on which every toggle works. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

test('the demo is labelled, and a block changes its wire', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await expect(page.getByTestId('demo-banner')).toBeVisible();
  await matrix.click('legacy-app', 'shop-db-1');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'partial');
  await matrix.change('block');
  await expect(matrix.outcome).toHaveAttribute('data-holds', 'true');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
});

test('speaks Chinese, keeps it, and has a dark scheme', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.choose('language', '简体中文');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.getByTestId('nav-matrix')).toContainText(/[\u4e00-\u9fff]/);
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await page.getByTestId('scheme').click();
  await page.getByRole('menuitem').nth(1).click();
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', /dark|light/);
});
