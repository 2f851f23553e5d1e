/** Whatever goes wrong is told in the language of the page; what the engine itself said is quoted as it came. */
import type { Page } from '@playwright/test';
import { ManagePage } from '../pages/manage-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test.use({ locale: 'zh-CN' });

async function createNetwork(page: Page, url: string, { name, subnet }: { name: string; subnet: string }) {
  await new ManagePage(page).open(url, 'networks');
  await page.getByTestId('create').click();
  await page.getByTestId('network-name').fill(name);
  await page.getByTestId('network-subnet').fill(subnet);
  await page.getByTestId('form-submit').click();
  return page.getByRole('dialog').getByRole('alert');
}

test('what the core says is said in Chinese, and nothing in English beside it', async ({ page, demo }) => {
  const told = await createNetwork(page, demo.url, { name: 'shop_app', subnet: '10.66.0.0/24' });
  await expect(told.locator('.note-title')).toHaveText('名为 shop_app 的网络已存在');
  await expect(told).toContainText('请另选名称，或移除占用该名称的网络。');
  await expect(told.locator('[lang="en"]')).toHaveCount(0);
  await expect(told).not.toContainText(/[a-z]{3,} [a-z]{2,}/);
  await expectAccessible(page);
});

test('words of the engine for what is mounted are told in Chinese, with the term', async ({ page, demo }) => {
  await page.goto(demo.url);
  await expect(page.getByTestId('overview')).toBeVisible();
  await page.evaluate(() => void (window.location.hash = '#/containers/agent/mounts'));
  await expect(page.getByTestId('mounts')).toContainText('绑定挂载（bind）');
});

test('what the engine says is quoted, with what kind of trouble it is and what helps in Chinese', async ({
  page,
  app,
}) => {
  const told = await createNetwork(page, app.url, { name: 'quoted', subnet: '10.66.0.5/40' });
  await expect(told.locator('.note-title')).toHaveText(/^[\u4e00-\u9fff]+$/);
  await expect(told).toContainText('请检查子网、网关和地址');
  await expect(told.locator('[lang="en"]')).toHaveText(/invalid.*10\.66\.0\.5\/40/i);
  await expect(told.locator('[lang="en"]')).toHaveCount(1);
  await expectAccessible(page);
});
