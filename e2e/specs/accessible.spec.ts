/** Nothing serious for axe on any view and in any dialog, in both schemes; and all of it is there at double the size. */
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';
import { beyondTheEdge, closeDialog, DIALOGS, goTo, makeJob, POPOVERS, settled, VIEWS } from './views.ts';

for (const scheme of ['light', 'dark'] as const) {
  test.describe(`in ${scheme}`, () => {
    test.use({ colorScheme: scheme, reducedMotion: 'reduce' });

    test('every view is accessible', async ({ page, demo }) => {
      test.setTimeout(400_000);
      await page.goto(demo.url);
      await expect(page.getByTestId('overview')).toBeVisible();
      for (const view of VIEWS) {
        await test.step(view, async () => {
          await goTo(page, view);
          await settled(page);
          await expectAccessible(page);
        });
      }
    });

    test('so is what opens over them', async ({ page, demo }) => {
      await page.goto(demo.url);
      for (const [name, open] of Object.entries(DIALOGS)) {
        await test.step(name, async () => {
          await goTo(page, '#/overview');
          await expect(page.getByTestId('overview')).toBeVisible();
          await open(page);
          await expect(page.getByRole('dialog')).toBeVisible();
          await expectAccessible(page);
          await closeDialog(page);
        });
      }
      await makeJob(page);
      for (const name of POPOVERS) {
        await test.step(name, async () => {
          await page.getByTestId(name).click();
          await expectAccessible(page);
          await page.keyboard.press('Escape');
        });
      }
    });

    test('and a block from its plan to its end', async ({ page, demo }) => {
      const matrix = new MatrixPage(page);
      await matrix.open(demo.url);
      await matrix.click('shop-web-1', 'shop-db-1');
      await expectAccessible(page);
      await matrix.change('block');
      await expectAccessible(page);
      await matrix.showContainers();
      await expectAccessible(page);
    });
  });
}

for (const locale of ['en', 'zh-CN'] as const) {
  test.describe(`at double the size, in ${locale}`, () => {
    // What a window of 1280 by 800 has left when everything in it is twice as large.
    test.use({ viewport: { width: 640, height: 400 }, locale });

    test('nothing is cut off to the side, and what there is can be reached', async ({ page, demo }) => {
      test.setTimeout(300_000);
      await page.goto(demo.url);
      await expect(page.getByTestId('overview')).toBeVisible();
      for (const view of VIEWS) {
        await test.step(view, async () => {
          await goTo(page, view);
          await settled(page);
          expect(await page.evaluate(beyondTheEdge)).toEqual([]);
        });
      }
    });

    test('nor in what opens over them', async ({ page, demo }) => {
      test.setTimeout(300_000);
      page.setDefaultTimeout(20_000);
      await page.goto(demo.url);
      for (const [name, open] of Object.entries(DIALOGS)) {
        // In the language of the palette.
        if (locale !== 'en' && name === 'isolation of everything') continue;
        await test.step(name, async () => {
          await goTo(page, '#/overview');
          await expect(page.getByTestId('overview')).toBeVisible();
          await open(page);
          await expect(page.getByRole('dialog')).toBeVisible();
          // Plans and previews come a moment later.
          await expect.poll(() => page.evaluate(beyondTheEdge)).toEqual([]);
          await closeDialog(page);
        });
      }
      await makeJob(page);
      for (const name of POPOVERS) {
        await test.step(name, async () => {
          await page.getByTestId(name).click();
          await expect.poll(() => page.evaluate(beyondTheEdge)).toEqual([]);
          await page.keyboard.press('Escape');
        });
      }
    });
  });
}

test('a history longer than the window is scrolled by wheel and by keyboard', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await matrix.click('shop-web-1', 'shop-db-1');
  await matrix.change('block');
  await page.setViewportSize({ width: 1280, height: 150 });
  await goTo(page, '#/history');
  const row = page.getByTestId('history-row').last();
  const seen = async (): Promise<boolean> =>
    ((await row.boundingBox())?.y ?? NaN) + ((await row.boundingBox())?.height ?? NaN) <= 150;
  await expect(row).toBeAttached();
  expect(await seen()).toBe(false);
  await row.hover();
  await page.mouse.wheel(0, 400);
  await expect.poll(seen).toBe(true);
  await page.mouse.wheel(0, -400);
  await expect.poll(seen).toBe(false);
  await page.getByRole('region').focus();
  await page.keyboard.press('End');
  await expect.poll(seen).toBe(true);
});
