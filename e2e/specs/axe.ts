/** No serious or critical accessibility finding on what the page shows now. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A menu that is just closing has a role and nothing in it: what counts is what stays. One look takes seconds on a busy machine. */
const SETTLED_MS = 30_000;

export async function expectAccessible(page: Page): Promise<void> {
  const grave = async (): Promise<readonly string[]> => {
    const { violations } = await new AxeBuilder({ page }).analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => String(target)).join('; ')})`);
  };
  await expect.poll(grave, { timeout: SETTLED_MS }).toEqual([]);
}
