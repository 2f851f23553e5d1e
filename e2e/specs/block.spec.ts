/** The main job, end to end: see a pair open, block it, see it verified, and check the wire from outside of the app. */
import { measure } from '../integration/measure.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

test('a click blocks a pair on the wire, and another opens it again', async ({ page, app, fixture }) => {
  const reaches = async (from: string, to: string, port: number): Promise<boolean> => {
    const targets = Object.values(fixture.container(to).attachments).map(({ IPAddress: address }) => ({
      address,
      port,
    }));
    return (await measure(fixture, from, targets)).includes(true);
  };
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await matrix.click('api', 'cache');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
  expect(await reaches('api', 'cache', 6379), 'the positive control').toBe(true);

  await matrix.change('block');
  await expect(matrix.outcome).toHaveAttribute('data-holds', 'true');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'blocked');
  await expect(matrix.explain.getByTestId('denial')).toHaveAttribute('data-state', 'held');
  await expect(matrix.activeCell).toHaveAttribute('data-denial', 'held');
  expect(await reaches('api', 'cache', 6379)).toBe(false);
  expect(await reaches('cache', 'api', 9000), 'the other direction').toBe(true);
  expect(await reaches('worker', 'cache', 6379), 'another pair').toBe(true);

  await matrix.change('allow');
  await expect(matrix.outcome).toHaveAttribute('data-holds', 'true');
  await expect(matrix.verdict).toHaveAttribute('data-verdict', 'open');
  expect(await reaches('api', 'cache', 6379)).toBe(true);
});

test('the keyboard alone blocks and allows', async ({ page, app }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await matrix.goTo('worker', 'cache');
  await matrix.matrix.focus();
  await page.keyboard.press('b');
  await expect(matrix.plan.getByTestId('confirm')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(matrix.outcome).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await matrix.matrix.focus();
  await page.keyboard.press('a');
  await expect(matrix.plan.getByTestId('confirm')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(matrix.activeCell).toHaveAttribute('data-denial', 'none', { timeout: 60_000 });
});

test('what cannot be enforced is refused with its reason', async ({ page, app }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await matrix.click('side', 'web');
  await matrix.explain.getByTestId('block').click();
  await expect(matrix.plan).toBeVisible();
  await expect(matrix.plan.getByTestId('confirm')).toHaveCount(0);
});
