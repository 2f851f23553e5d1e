/** What a person does with volumes: look into one, take a file out, clone it, back it up and restore it; the engine is asked whether it is so. */
import { readFile } from 'node:fs/promises';
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
    await expect(page.getByTestId('flows')).toHaveText('journey-writer writes, journey-reader reads');
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
