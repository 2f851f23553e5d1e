/** What a person does with networks: make one, put a container on it, find it in the matrix, take it away; the engine is asked whether it is so. */
import { TEST_IMAGE } from '../fixture/image.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

test('a network is made, joined at a fixed address, found in the matrix, left and removed', async ({
  page,
  app,
  fixture,
}) => {
  const { docker } = fixture;
  const manage = new ManagePage(page);
  await manage.open(app.url, 'networks');
  await expectAccessible(page);
  await page.getByTestId('create').click();
  await page.getByTestId('network-name').fill('journey');
  await page.getByTestId('network-subnet').fill('10.66.0.0/24');
  await page.getByLabel(/^internal/i).check();
  await expectAccessible(page);
  await page.getByTestId('form-submit').click();
  const row = manage.row('network', 'journey');
  await expect(row).toBeVisible();
  expect(await docker.inspectNetwork('journey')).toMatchObject({ Internal: true, Driver: 'bridge' });

  await page.getByTestId('create').click();
  await page.getByTestId('network-name').fill('journey');
  await page.getByTestId('form-submit').click();
  await expect(page.getByRole('alert'), 'the name is taken: the engine’s words, and what to do').toContainText(
    /already exists/,
  );
  await page.getByRole('button', { name: /cancel/i }).click();

  await row.getByRole('link', { name: 'journey' }).click();
  await page.locator('[data-action="connect"]').click();
  await page.getByTestId('connect-container').selectOption({ label: 'web' });
  await page.getByTestId('connect-aliases').fill('front door');
  await page.getByTestId('connect-ipv4').fill('10.66.0.66');
  await page.getByTestId('form-submit').click();
  const member = page.locator('[data-member="web"]');
  await expect(member).toContainText('10.66.0.66');
  await expect(member).toContainText('front');
  await expectAccessible(page);
  const joined = (await docker.inspectContainer('web')).NetworkSettings.Networks['journey'];
  expect(joined?.IPAddress).toBe('10.66.0.66');

  await page.locator('[data-action="matrix"]').click();
  await expect(page.getByTestId('matrix')).toBeVisible();
  await expect(page.locator('label', { hasText: /^network/i }).locator('select')).toHaveValue('journey');
  await page.goBack();

  await member.getByRole('button', { name: /disconnect web/i }).click();
  await page.getByTestId('confirm-action').click();
  await expect(member).toHaveCount(0);
  expect((await docker.inspectContainer('web')).NetworkSettings.Networks).not.toHaveProperty('journey');
  // Of one that does not run the engine tells nobody that it joined.
  await docker.createContainer('asleep', { Image: TEST_IMAGE, Cmd: ['sleep', '600'] });
  await page.locator('[data-action="connect"]').click();
  await page.getByTestId('connect-container').selectOption({ label: 'asleep' });
  await page.getByTestId('form-submit').click();
  await expect(page.locator('[data-member="asleep"]')).toBeVisible();
  await docker.removeContainer('asleep');
  await page.locator('[data-action="remove"]').click();
  await page.getByTestId('confirm-action').click();
  await expect(page.getByRole('heading', { name: /there is no network journey/i })).toBeVisible();
  expect((await docker.listNetworks()).map(({ Name }) => Name)).not.toContain('journey');
});
