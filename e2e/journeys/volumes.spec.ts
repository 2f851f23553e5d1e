/** What a person does with volumes: look into one, take a file out, clone it, back it up and restore it; the engine is asked whether it is so. */
import { readFile } from 'node:fs/promises';
import { dockerCli } from '../fixture/docker-cli.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

test('a volume is read, cloned, backed up and restored', async ({ page, app, fixture }) => {
  const { docker } = fixture;
  await docker.runContainer('journey-writer', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '3600'],
    HostConfig: { NetworkMode: 'none', Binds: ['journey-data:/data', 'journey-back:/back'] },
  });
  await docker.runContainer('journey-reader', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '3600'],
    HostConfig: { NetworkMode: 'none', Binds: ['journey-data:/in:ro'] },
  });
  try {
    await docker.exec('journey-writer', ['sh', '-c', 'mkdir /data/folder && echo kept > /data/folder/file.txt']);
    const manage = new ManagePage(page);
    await manage.open(app.url, 'volumes');
    await expectAccessible(page);
    const row = manage.row('volume', 'journey-data');
    await expect(row).toContainText('journey-reader');
    await row.getByRole('link', { name: 'journey-data' }).click();
    await page.getByTestId('flows').getByRole('link', { name: 'journey-writer writes, journey-reader reads' }).click();
    const cell = page.getByTestId('active-cell');
    await expect(cell, 'its cell in the matrix').toHaveAttribute('data-from', 'journey-writer');
    await expect(cell).toHaveAttribute('data-to', 'journey-reader');
    await page.goBack();
    await page.getByTestId('files').getByRole('button', { name: 'folder', exact: true }).click();
    const file = page.locator('[data-file="file.txt"]');
    await expect(file).toBeVisible();
    await expectAccessible(page);
    const fetching = page.waitForEvent('download');
    await file.getByRole('button', { name: /download file.txt/i }).click();
    expect(await readFile(await (await fetching).path(), 'utf8')).toBe('kept\n');

    const saving = page.waitForEvent('download');
    await page.locator('[data-action="backup"]').click();
    const archive = await (await saving).path();

    await page.locator('[data-action="clone"]').click();
    await page.getByTestId('clone-name').fill('journey-clone');
    await page.getByTestId('form-submit').click();
    await page.getByRole('link', { name: /all volumes/i }).click();
    await expect(manage.row('volume', 'journey-clone')).toBeVisible();

    await manage.row('volume', 'journey-back').getByRole('link', { name: 'journey-back' }).click();
    const choosing = page.waitForEvent('filechooser');
    await page.locator('[data-action="restore"]').click();
    await (await choosing).setFiles(archive);
    await page.getByTestId('confirm-action').click();
    await expect
      .poll(async () => (await docker.exec('journey-writer', ['cat', '/back/folder/file.txt'])).stdout)
      .toBe('kept\n');

    await page.locator('[data-action="remove"]').click();
    await page.getByTestId('confirm-action').click();
    await expect(page.getByText(/volume is in use/).first(), 'who uses it stays').toBeVisible();
  } finally {
    await docker.removeContainer('journey-writer');
    await docker.removeContainer('journey-reader');
    for (const name of ['journey-data', 'journey-back', 'journey-clone']) await docker.removeVolume(name);
  }
});

test('volumes are made, several removed together, and the unused cleaned up after a look', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const names = async (): Promise<string[]> => (await docker('volume', 'ls', '--quiet')).split('\n');
  for (const name of ['one-volume', 'two-volume']) await docker('volume', 'create', name);
  const manage = new ManagePage(page);
  await manage.open(app.url, 'volumes');
  await page.getByTestId('create').click();
  await page.getByTestId('volume-name').fill('kept-volume');
  await page
    .getByTestId('form-dialog')
    .getByLabel(/^labels/i)
    .fill('purpose=journey');
  await page.getByTestId('form-submit').click();
  await expect(manage.row('volume', 'kept-volume')).toBeVisible();
  expect(await docker('volume', 'inspect', '--format', '{{.Driver}} {{.Labels.purpose}}', 'kept-volume')).toBe(
    'local journey',
  );
  await page.getByTestId('create').click();
  await page.getByTestId('volume-name').fill('no/name');
  await page.getByTestId('form-submit').click();
  await expect(page.getByRole('alert'), 'the engine’s words, and what to do').toContainText(/Letters, digits/);
  await page.getByRole('button', { name: /cancel/i }).click();

  for (const name of ['one-volume', 'two-volume']) {
    await manage.row('volume', name).getByRole('checkbox').check();
  }
  await page.getByTestId('bulk-bar').locator('[data-action="remove"]').click();
  await expect(page.getByRole('dialog')).toContainText('two-volume');
  await page.getByTestId('confirm-action').click();
  await expect(manage.row('volume', 'two-volume')).toHaveCount(0);
  expect(await names()).not.toContain('one-volume');

  await docker('run', '--name', 'anonymous', '--volume', '/data', TEST_IMAGE, 'sh', '-c', 'echo lost > /data/lost');
  await docker('rm', 'anonymous');
  const before = await names();
  await page.getByTestId('prune').click();
  await expect(page.getByTestId('prune-items')).not.toContainText('kept-volume');
  const shown = await page.getByTestId('prune-items').locator('li').count();
  await page.getByTestId('form-submit').click();
  await expect.poll(async () => before.length - (await names()).length).toBe(shown);
  expect(shown).toBeGreaterThan(0);
  expect(await names()).toContain('kept-volume');
  await docker('volume', 'rm', 'kept-volume');
});
