/** The dialog of a change that is about more than a pair. */
import { expect, type Page } from '@playwright/test';
import { expectAccessible } from '../specs/axe.ts';

/** Reads the plan, confirms it, waits for the result, which holds, and leaves. */
export async function confirmChange(page: Page): Promise<void> {
  const dialog = page.getByTestId('change-dialog');
  await expect(dialog.getByTestId('plan')).toBeVisible();
  await expectAccessible(page);
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await dialog.getByTestId('dismiss').click();
  await expect(dialog).toBeHidden();
}
