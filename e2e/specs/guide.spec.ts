/** The guide: each topic shown by what the engine has of it, reached from where the question comes up; on the demo engine. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

/** What the demo engine has of each. */
const OWN: Readonly<Record<string, string>> = {
  engine: '28.5.2',
  image: 'shop/api:2.4',
  container: 'shop-',
  network: 'shop_app',
  link: 'legacy-db',
  volume: 'shop_uploads',
  discovery: 'shop-api-1',
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
    await expect(page.getByTestId('example')).toContainText(example);
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
    await expect(page.getByTestId('example')).toBeVisible();
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

test('a real engine is its own example: its process, an image’s layers, and what a container adds', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  await fixture.docker.exec('worker', ['sh', '-c', 'echo written > /written']);
  await page.goto(app.url);
  const example = async (topic: string) => {
    await page.evaluate((next) => (window.location.hash = `#/guide/${next}`), topic);
    await expect(page.getByTestId('topic')).toHaveAttribute('data-topic', topic);
    return page.getByTestId('example');
  };
  const own = await example('engine');
  await expect(own).toContainText(engine.url);
  await expect(own).toContainText(String(engine.pid));
  await expect(own).toContainText('containerd');
  const image = await example('image');
  await expect(image).toContainText('bulkhead-test/busybox:1');
  await expect(image).toContainText('worker');
  await expect(await example('container')).toContainText(/\d+ files added/);
  await expect(await example('container')).toContainText(/ s$|% of a core/m);
  await expect(await example('network')).toContainText(/10\.201\.\d\.0\/24/);
  await expect(await example('discovery')).toContainText(/web|api|cache/);
  await expect(page.getByTestId('example').getByRole('link')).toHaveAttribute('href', '#/services/names');
  await expect(await example('blocking')).toContainText('Firewall rules');
});

/** Where each page of the guide is asked for, on the demo engine. */
const ASKED_AT: readonly (readonly [topic: string, hash: string])[] = [
  ['engine', '#/engine'],
  ['image', '#/images'],
  ['container', '#/containers'],
  ['network', '#/networks'],
  ['network', '#/matrix/shop-web-1/shop-api-1'],
  ['link', '#/matrix/legacy-app/legacy-db'],
  ['volume', '#/volumes'],
  ['volume', '#/matrix/shop-api-1/shop-worker-1'],
  ['discovery', '#/services/names'],
  ['discovery', '#/matrix/shop-web-1/shop-api-1'],
  ['blocking', '#/matrix/shop-web-1/shop-api-1'],
];

test('every page of the guide is reached from where its word stands', async ({ page, demo }) => {
  await page.goto(demo.url);
  await expect(page.getByTestId('overview')).toBeVisible();
  for (const [topic, hash] of ASKED_AT) {
    await test.step(`${topic} at ${hash}`, async () => {
      await page.evaluate((next) => (window.location.hash = next), hash);
      if (topic === 'blocking') await page.getByText('Other ways to stop this').click();
      await page.getByRole('main').getByTestId(`what-is-${topic}`).first().click();
      await expect(page.getByTestId('topic')).toHaveAttribute('data-topic', topic);
    });
  }
});
