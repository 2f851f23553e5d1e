/** The guide: each topic shown by what the engine has of it, reached from where the question comes up; on the demo engine. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

/** What the demo engine has of each; null: it has none. */
const OWN: Readonly<Record<string, string | null>> = {
  engine: '28.5.2',
  image: 'shop/api:2.4',
  container: 'shop-',
  network: 'shop_app',
  link: 'legacy-db',
  volume: 'shop_uploads',
  discovery: null,
  blocking: 'Firewall rules',
};

test('every topic shows the engine’s own example, and is accessible', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-guide').click();
  await expect(page.getByTestId('guide')).toBeVisible();
  await expectAccessible(page);
  for (const [topic, example] of Object.entries(OWN)) {
    await page.getByTestId(`topic-${topic}`).click();
    await expect(page.getByTestId('topic')).toHaveAttribute('data-topic', topic);
    if (example === null) await expect(page.getByTestId('no-example')).toBeVisible();
    else await expect(page.getByTestId('example')).toContainText(example);
    await expectAccessible(page);
  }
  await expect(page.getByTestId('way-firewall')).toContainText('Would close 1 pair:shop-api-1 → shop-cache-1');
  await expect(page.getByTestId('way-unlink')).toContainText('There is no link');
});

test('every topic speaks Chinese, in the dark as well', async ({ page, demo }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.choose('language', '简体中文');
  await page.getByTestId('nav-guide').click();
  for (const topic of Object.keys(OWN)) {
    await page.getByTestId(`topic-${topic}`).click();
    await expect(page.getByTestId('topic').getByRole('heading', { level: 2 })).toHaveText(/[\u4e00-\u9fff]/);
    await expect(page.getByTestId('example').or(page.getByTestId('no-example'))).toBeVisible();
    await expectAccessible(page);
  }
});

test('is reached by keyboard from where the question comes up, and leads to the experiment', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-volumes').click();
  await page.getByTestId('what-is-volume').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topic')).toHaveAttribute('data-topic', 'volume');
  await page.getByTestId('topic-blocking').focus();
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('topic')).toHaveAttribute('data-topic', 'blocking');
  await page.getByTestId('try').focus();
  await page.keyboard.press('Enter');
  await expect(matrix.explain).toContainText('shop-db-1');
  await matrix.change('block');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
});
