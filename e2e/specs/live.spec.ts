/** The page follows the engine: containers that come and go, actions on them, an engine that goes away and returns. */
import { TEST_IMAGE } from '../fixture/image.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expect, test } from './app.ts';

test('a container that starts and stops shows without a reload', async ({ page, app, fixture }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await matrix.goTo('web', 'api');
  await fixture.docker.runContainer('newcomer', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '600'],
    HostConfig: { NetworkMode: 'back' },
  });
  try {
    await expect(matrix.activeCell, 'the cursor stays where it was').toHaveAttribute('data-to', 'api');
    await expect(async () => matrix.goTo('newcomer', 'api')).toPass();
    await expect(matrix.activeCell).toHaveAttribute('data-verdict', 'open');
    await fixture.docker.stopContainer('newcomer');
    await expect(matrix.activeCell).toHaveAttribute('data-verdict', 'blocked');
  } finally {
    await fixture.docker.removeContainer('newcomer');
  }
  await expect(page.locator('[data-testid="active-cell"][data-from="newcomer"]')).toHaveCount(0);
});

test('hostile names are shown as text', async ({ page, app, fixture }) => {
  const hostile = '<img src=x onerror=document.title="owned">';
  await fixture.docker.runContainer('hostile', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '600'],
    Labels: { 'com.docker.compose.project': hostile, 'com.docker.compose.service': hostile },
    HostConfig: { NetworkMode: 'none' },
  });
  try {
    const matrix = new MatrixPage(page);
    await matrix.open(app.url);
    await matrix.showContainers();
    await expect(matrix.containerRow('hostile')).toBeVisible();
    await expect(page.getByText(hostile).first()).toBeVisible();
    await expect(page.locator('img[src="x"]')).toHaveCount(0);
    expect(await page.title()).not.toBe('owned');
  } finally {
    await fixture.docker.removeContainer('hostile');
  }
});

test('containers are stopped after asking, and started again', async ({ page, app, fixture }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await matrix.showContainers();
  const row = matrix.containerRow('mailer');
  await expect(row).toHaveAttribute('data-state', 'running');
  await row.getByRole('button', { name: /^stop/i }).click();
  expect((await fixture.docker.inspectContainer('mailer')).State.Running, 'nothing happens before the answer').toBe(
    true,
  );
  await page.getByTestId('confirm-action').click();
  await expect(row).toHaveAttribute('data-state', 'exited', { timeout: 30_000 });
  expect((await fixture.docker.inspectContainer('mailer')).State.Running).toBe(false);
  await row.getByRole('button', { name: /^start/i }).click();
  await expect(row).toHaveAttribute('data-state', 'running');
});

test('a lost engine is said, and everything returns with it', async ({ page, app, engine, fixture }) => {
  const matrix = new MatrixPage(page);
  await matrix.open(app.url);
  await engine.stopDaemon();
  await expect(page.getByTestId('lost-banner')).toBeVisible();
  await engine.startDaemon();
  await expect(page.getByTestId('lost-banner')).toHaveCount(0, { timeout: 60_000 });
  await expect(matrix.matrix).toBeVisible();
  // Containers have no restart policy: put them back for whoever comes next.
  for (const { name, running } of fixture.containers) if (running) await fixture.docker.startContainer(name);
});
