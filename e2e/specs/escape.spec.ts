/** Escape closes what hangs on a button, wherever the keyboard is at that moment, and gives it back to the button. */
import type { Locator, Page } from '@playwright/test';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';
import { makeJob, POPOVERS } from './views.ts';

const hanging = (page: Page): Locator => page.getByRole('dialog').or(page.getByRole('menu'));

for (const id of POPOVERS) {
  test(`what hangs on ${id} hears an Escape that comes before it has the keyboard`, async ({ page, demo }) => {
    await new MatrixPage(page).open(demo.url);
    if (id === 'activity') await makeJob(page);
    const button = page.getByTestId(id);
    await button.focus();
    // Both in one task of the page: no timer comes between, as when the machine is busy.
    const states = await button.evaluate(async (element: HTMLElement) => {
      element.click();
      await Promise.resolve();
      const opened = element.getAttribute('aria-expanded');
      element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }));
      await Promise.resolve();
      return [opened, element.getAttribute('aria-expanded')];
    });
    expect(states).toEqual(['true', 'false']);
    await expect(hanging(page)).toHaveCount(0);
    await expect(button).toBeFocused();
  });

  test(`what hangs on ${id} hears an Escape after what had the keyboard is gone`, async ({ page, demo }) => {
    await new MatrixPage(page).open(demo.url);
    if (id === 'activity') await makeJob(page);
    const button = page.getByTestId(id);
    await button.click();
    const panel = hanging(page);
    await expect(panel.locator(':focus')).toBeVisible();
    await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);
    await expect(button).toBeFocused();
  });
}

test('a panel has a name of its own', async ({ page, demo }) => {
  await new MatrixPage(page).open(demo.url);
  await page.getByTestId('engine').click();
  await expect(page.getByRole('dialog', { name: 'Engine', exact: true })).toBeVisible();
});
