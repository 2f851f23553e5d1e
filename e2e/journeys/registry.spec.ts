/** What a person does with a private registry: is turned away, logs in, gives a name, pushes, finds, pulls, and gives up waiting; the docker command line is asked whether it is so. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerCli, type DockerCli } from '../fixture/docker-cli.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { REGISTRY_USER, startRegistry, startSearchable, type Registry } from '../fixture/registry.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, serveApp, test, type ServedApp } from '../specs/app.ts';

let folder: string;
let open: Registry;
let closed: Registry;
let searchable: Pick<Registry, 'host' | 'stop'>;
let app: ServedApp;
let docker: DockerCli;

const logIn = (password: string): Promise<void> => {
  const auth = Buffer.from(`${REGISTRY_USER.name}:${password}`).toString('base64');
  return writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [closed.host]: { auth } } }));
};

test.beforeAll(async ({ engine, fixture }) => {
  void fixture;
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-journey-registry-'));
  await writeFile(join(folder, 'config.json'), '{}');
  docker = dockerCli(engine.url);
  open = await startRegistry(engine, { port: 5061 });
  closed = await startRegistry(engine, { port: 5062, password: true });
  searchable = await startSearchable(engine, {
    port: 5063,
    registry: open,
    images: [
      { name: 'team/web', description: 'Our <i>own</i> web', star_count: 3, is_official: false },
      { name: 'web', description: 'The official one', star_count: 1200, is_official: true },
    ],
  });
  app = await serveApp(engine.url, { env: { DOCKER_CONFIG: folder } });
});
test.afterAll(async () => {
  await app.stop();
  await searchable.stop();
  await Promise.all([open.stop(), closed.stop()]);
  await rm(folder, { recursive: true, force: true });
});

test('an image gets a name, is pushed with the right password only, removed, found, pulled, and a pull is given up', async ({
  page,
}) => {
  const tags = async (): Promise<string[]> =>
    (await docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}')).split('\n');
  const said = page.locator('.mantine-Notification-root');
  const job = (kind: string) => page.locator(`[data-testid="job"][data-kind="${kind}"]`).first();
  const manage = new ManagePage(page);
  await manage.open(app.url, 'images');
  const name = `${closed.host}/team/web:1`;
  // A row goes by the first of its names: others of this engine's tests may have given it more.
  const rowOf = (one: string) =>
    page.locator('[data-testid="image-row"]').filter({ has: page.locator(`[title*="${one}"]`) });
  await manage.choose(rowOf(TEST_IMAGE), 'tag');
  await page.getByTestId('form-dialog').getByRole('textbox').fill(name);
  await page.getByTestId('form-submit').click();
  await expect(page.getByTestId('form-dialog')).toHaveCount(0);
  expect(await tags()).toContain(name);
  const row = rowOf(name);

  /** Of its two names the one, and not the other. */
  const push = async (): Promise<void> => {
    await expect(page.getByTestId('form-submit')).toBeDisabled();
    await page.locator(`[data-push="${name}"]`).check();
    await expectAccessible(page);
    await page.getByTestId('form-submit').click();
  };
  for (const password of ['', 'wrong password']) {
    if (password !== '') await logIn(password);
    await manage.choose(row, 'push');
    await push();
    await expect(said.first()).toContainText(/docker login/);
    await expect(said.first(), 'a password is shown to nobody').not.toContainText('wrong password');
    await page.getByTestId('activity').click();
    await expect(job('image-push')).toHaveAttribute('data-state', 'failed');
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await said.first().getByRole('button', { name: /close/i }).click();
    await expect(said).toHaveCount(0);
  }
  await logIn(REGISTRY_USER.password);
  await manage.choose(row, 'push');
  await push();
  await page.getByTestId('activity').click();
  await expect(page.locator('[data-kind="image-push"][data-state="done"]')).toHaveCount(1, { timeout: 60_000 });
  await page.keyboard.press('Escape');
  await docker('rmi', name);
  await page.getByTestId('pull').click();
  await page.getByTestId('pull-name').fill(name);
  await page.getByTestId('form-submit').click();
  await expect.poll(tags, { timeout: 60_000 }).toContain(name);

  // Another registry, which can be searched.
  const found = `${searchable.host}/team/web`;
  await docker('tag', TEST_IMAGE, `${open.host}/team/web:latest`);
  await docker('push', '--quiet', `${open.host}/team/web:latest`);
  await docker('rmi', `${open.host}/team/web:latest`);
  await page.getByTestId('pull').click();
  await page.getByTestId('pull-name').fill(`${open.host}/web`);
  await page.getByTestId('pull-find').click();
  await expect(page.getByRole('alert'), 'one that cannot be searched').toContainText('type the whole name');
  await page.getByTestId('pull-name').fill(`${searchable.host}/web`);
  await expect(page.getByTestId('pull-find')).toContainText(searchable.host);
  await page.getByTestId('pull-find').click();
  const list = page.getByTestId('pull-found');
  await expect(list.locator('li')).toHaveCount(2);
  await expect(list.locator('li', { hasText: 'The official one' })).toContainText(/official.*★ 1200/s);
  await expect(list.locator('li').first(), 'hostile words are text').toContainText('Our <i>own</i> web');
  await list.locator(`[data-found="${found}"]`).click();
  await expect(page.getByTestId('pull-name')).toHaveValue(found);
  await expectAccessible(page);
  await page.getByTestId('form-submit').click();
  await expect.poll(tags, { timeout: 60_000 }).toContain(`${found}:latest`);

  // The registry says nothing any more: one gives up.
  open.freeze();
  try {
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill(`${open.host}/never:1`);
    await page.getByTestId('form-submit').click();
    await page.getByTestId('activity').click();
    const pull = page.locator('[data-kind="image-pull"]').filter({ hasText: 'never:1' });
    await expect(pull).toHaveAttribute('data-state', 'running');
    await pull.getByRole('button', { name: /^cancel/i }).click();
    await expect(pull).toHaveAttribute('data-state', 'cancelled');
    await page.keyboard.press('Escape');
  } finally {
    open.thaw();
  }
  expect(await tags()).not.toContain(`${open.host}/never:1`);

  // By all its names but the one that others need.
  for (const one of [name, `${found}:latest`]) {
    await page.evaluate((hash) => (location.hash = hash), `#/images/${encodeURIComponent(one)}`);
    await page.getByRole('button', { name: `Take away the name ${one}` }).click();
    await expect.poll(tags).not.toContain(one);
  }
  expect(await tags()).toContain(TEST_IMAGE);
});

test('a run that waits for a registry is shown and given up, and tells of its failure when it was left', async ({
  page,
  app: own,
}) => {
  const image = `${open.host}/team/wanted:1`;
  const names = (): Promise<string> => docker('ps', '--all', '--format', '{{.Names}}');
  await docker('tag', TEST_IMAGE, image);
  await docker('push', '--quiet', image);
  await docker('rmi', image);
  const dialog = page.getByTestId('run-dialog');
  // The other's address lets in once.
  await page.goto(own.url);
  const ask = async (wanted: string, name: string): Promise<void> => {
    await page.evaluate((hash) => (location.hash = hash), `#/containers?run=${encodeURIComponent(wanted)}`);
    await dialog.getByLabel('Name', { exact: true }).first().fill(name);
    await dialog.getByTestId('run-command').fill('sleep 100000');
    await dialog.getByTestId('run-start').click();
    await expect(dialog.getByText(`Unable to find image ${wanted} locally`)).toBeVisible();
    await expect(dialog.getByRole('progressbar')).toBeVisible();
  };
  try {
    open.freeze();
    await ask(image, 'journey-wanted');
    // Soon: an engine itself waits no more than 15 seconds.
    await dialog.getByTestId('run-cancel').click();
    await expect(dialog.getByText('no container was made')).toBeVisible();
    await expect(dialog.getByTestId('run-start')).toBeEnabled();
    await expectAccessible(page);
    expect((await names()).split('\n')).not.toContain('journey-wanted');
    open.thaw();
    // What was asked is still there, and comes about when nobody gives it up.
    await dialog.getByTestId('run-start').click();
    await expect(page.getByTestId('container-detail')).toHaveAttribute('data-name', 'journey-wanted', {
      timeout: 60_000,
    });
    expect((await names()).split('\n')).toContain('journey-wanted');

    open.freeze();
    await ask(`${open.host}/never:2`, 'journey-never');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    open.thaw();
    await expect(page.locator('.mantine-Notification-root')).toContainText('journey-never', { timeout: 60_000 });
    expect((await names()).split('\n')).not.toContain('journey-never');
    await docker('rmi', image);
  } finally {
    open.thaw();
    if ((await names()).split('\n').includes('journey-wanted')) await docker('rm', '--force', 'journey-wanted');
  }
});
