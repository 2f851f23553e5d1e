/** The first look: who can be called from outside, and what is mended at a click; on the demo engine. */
import { TEST_IMAGE } from '../fixture/image.ts';
import { confirmChange } from '../pages/confirm-change.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

test('shows a database that is open to the LAN, and shuts it', async ({ page, demo }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-overview').click();
  const overview = page.getByTestId('overview');
  const risk = overview.locator('[data-testid="risk"][data-kind="database"][data-name="shop-db-1"]');
  await expect(risk).toContainText('PostgreSQL');
  await expect(overview.getByTestId('exposed').locator('[data-name="shop-db-1"]')).toBeVisible();
  await expectAccessible(page);

  await risk.locator('[data-remedy="block"]').first().click();
  const dialog = page.getByTestId('change-dialog');
  await expect(dialog.getByTestId('plan')).toBeVisible();
  await dialog.getByTestId('confirm').click();
  await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
  await dialog.getByTestId('dismiss').click();
  await expect(risk).toBeHidden();
  await expect(overview.getByTestId('exposed').locator('[data-name="shop-db-1"]')).toBeHidden();
  await expect(overview).toContainText('Block lan → shop/db (tcp/5432)');
});

test('takes the engine’s socket from a container by keyboard, and gives it back', async ({ page, app, fixture }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { docker } = fixture;
  const socket = '/var/run/docker.sock';
  await docker.runContainer('watcher', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '100000'],
    HostConfig: { Binds: [`${socket}:/s:ro`], NetworkMode: 'none' },
  });
  const binds = async (): Promise<unknown> =>
    ((await docker.inspectContainer('watcher')) as unknown as { readonly HostConfig: object }).HostConfig;
  try {
    const matrix = new MatrixPage(page);
    await matrix.open(app.url);
    await page.getByTestId('nav-overview').click();
    const risk = page.locator('[data-testid="risk"][data-kind="engine-socket"][data-name="watcher"]');
    await risk.getByRole('button', { name: 'Run again without it: watcher, without the engine’s socket' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByTestId('change-dialog');
    await expect(dialog.getByTestId('plan')).toContainText(`without ${socket}`);
    await expect(dialog.getByTestId('plan')).toContainText('cannot command the engine any more');
    await expectAccessible(page);
    await expect(dialog.getByTestId('confirm')).toBeFocused();
    expect(await binds()).toMatchObject({ Binds: [`${socket}:/s:ro`] });
    await page.keyboard.press('Enter');
    await expect(dialog.getByTestId('outcome')).toHaveAttribute('data-holds', 'true', { timeout: 60_000 });
    await expectAccessible(page);
    await dialog.getByTestId('dismiss').press('Enter');
    await expect(risk).toBeHidden();
    expect(JSON.stringify(await binds())).not.toContain(socket);

    await page.getByTestId('nav-history').click();
    const row = page.getByTestId('history-row').first();
    await expect(row).toContainText('Run watcher again without the engine’s socket');
    await row.getByTestId('undo').click();
    await expect(dialog.getByTestId('plan')).toContainText(`with ${socket}`);
    await confirmChange(page);
    expect(await binds()).toMatchObject({ Binds: [`${socket}:/s:ro`] });
    await page.getByTestId('nav-overview').click();
    await expect(risk).toBeVisible();
  } finally {
    await docker.removeContainer('watcher');
  }
});

test('takes a container out of the machine’s network, and publishes its ports where that is chosen', async ({
  page,
  demo,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const matrix = new MatrixPage(page);
  await matrix.open(demo.url);
  await page.getByTestId('nav-overview').click();
  const risk = page.locator('[data-testid="risk"][data-kind="host-network"][data-name="agent"]');
  await risk.locator('[data-remedy="rerun"]').click();
  const plan = page.getByTestId('change-dialog').getByTestId('plan');
  await expect(plan).toContainText('Not published: tcp/9100');
  const publish = plan.getByTestId('publish');
  await publish.focus();
  await page.keyboard.press('Space');
  await expect(plan).toContainText('Publish the ports that agent declares at the machine: tcp/9100.');
  await expect(plan).not.toContainText('Not published');
  await expect(publish).toBeFocused();
  await confirmChange(page);
  await expect(risk).toBeHidden();
  await expect(page.locator('[data-testid="risk"][data-kind="published"][data-name="agent"]')).toContainText(
    'tcp/9100',
  );
});
