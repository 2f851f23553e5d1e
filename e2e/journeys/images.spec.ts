/** What a person does with images: pull one from a registry, look into it, build another, clean up; the engine is asked whether it is so. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningEngine } from '../engines/engine.ts';
import { dockerJson } from '../fixture/docker-http.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { startRegistry } from '../fixture/registry.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

/** The docker command line, in the engine's own world. */
async function docker(engine: RunningEngine, ...words: readonly string[]): Promise<void> {
  const { code, stderr } = await engine.exec(['docker', '-H', 'unix:///var/run/docker.sock', ...words]);
  if (code !== 0) throw new Error(stderr);
}

const tagsOn = async (socket: string): Promise<string[]> => {
  const images = await dockerJson<{ RepoTags: string[] | null }[]>(socket, { method: 'GET', path: '/images/json' });
  return images.flatMap(({ RepoTags }) => RepoTags ?? []);
};

test('an image is pulled, looked into, built upon, and cleaned up', async ({ page, app, engine, fixture }) => {
  void fixture;
  const registry = await startRegistry(engine, { port: 5055 });
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-build-'));
  const name = `${registry.host}/journey/base:1`;
  try {
    await docker(engine, 'tag', TEST_IMAGE, name);
    await docker(engine, 'push', name);
    await docker(engine, 'rmi', name);
    expect(await tagsOn(engine.socket)).not.toContain(name);

    const manage = new ManagePage(page);
    await manage.open(app.url, 'images');
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill(name);
    await page.getByTestId('form-submit').click();
    await expect(manage.row('image', name)).toBeVisible();
    expect(await tagsOn(engine.socket)).toContain(name);
    await expectAccessible(page);

    await manage.row('image', name).getByRole('link', { name }).click();
    await expect(page.getByTestId('layers')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: /all images/i }).click();

    await writeFile(join(folder, 'Dockerfile'), `FROM ${name}\nRUN head -c 2000000 /dev/urandom > /big\n`);
    await page.getByTestId('build').click();
    await page.getByTestId('build-folder').fill(folder);
    await page.getByTestId('build-name').fill('journey/built:1');
    await page.getByTestId('form-submit').click();
    await expect(manage.row('image', 'journey/built:1')).toBeVisible({ timeout: 60_000 });
    expect(await tagsOn(engine.socket)).toContain('journey/built:1');

    await writeFile(join(folder, 'Dockerfile'), 'FORM nothing\n');
    await page.getByTestId('build').click();
    await page.getByTestId('build-folder').fill(folder);
    await page.getByTestId('build-name').fill('journey/broken:1');
    await page.getByTestId('form-submit').click();
    await expect(page.getByText(/unknown instruction/i).first(), 'the builder’s own words').toBeVisible();

    await page.getByTestId('prune').click();
    await page.getByLabel(/every image/i).check();
    await expect(page.getByTestId('prune-items')).toContainText('journey/built:1');
    await expect(page.getByTestId('prune-items')).not.toContainText(TEST_IMAGE);
    await expectAccessible(page);
    await page.getByTestId('form-submit').click();
    await expect(manage.row('image', 'journey/built:1')).toHaveCount(0, { timeout: 60_000 });
    expect(await tagsOn(engine.socket)).not.toContain('journey/built:1');
    // In use under its other name, so it was kept; the engine's next test finds it as it was.
    await docker(engine, 'rmi', name);
  } finally {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test('an image is saved to a file and loaded from it', async ({ page, app, engine, fixture }) => {
  void fixture;
  await docker(engine, 'tag', TEST_IMAGE, 'journey/saved:1');
  const manage = new ManagePage(page);
  await manage.open(app.url, 'images');
  await page.goto(`${page.url().split('#')[0]}#/images/${encodeURIComponent('journey/saved:1')}`);
  const arriving = page.waitForEvent('download');
  await page.getByRole('button', { name: /save to a file/i }).click();
  const download = await arriving;
  const file = await download.path();
  expect(download.suggestedFilename()).toMatch(/\.tar$/);
  await docker(engine, 'rmi', 'journey/saved:1');
  await page.getByRole('link', { name: /all images/i }).click();
  const choosing = page.waitForEvent('filechooser');
  await page.getByTestId('load').click();
  await (await choosing).setFiles(file);
  await expect.poll(() => tagsOn(engine.socket)).toContain('journey/saved:1');
  const again = page.getByTestId('image-row').filter({ has: page.locator('[title*="journey/saved:1"]') });
  await expect(again).toHaveCount(1);
  await docker(engine, 'rmi', 'journey/saved:1');
});

test('a pull is unfolded to its layers', async ({ page, app, engine, fixture }) => {
  const { docker: api } = fixture;
  const registry = await startRegistry(engine, { port: 5056 });
  const name = `${registry.host}/journey/layers:1`;
  const script = 'head -c 3000000 /dev/urandom > /layer';
  await docker(engine, 'run', '--name', 'journey-layer', '--network', 'none', TEST_IMAGE, 'sh', '-c', script);
  try {
    // A layer that the engine no longer has once the image is gone: one that it has is not pulled.
    await docker(engine, 'commit', 'journey-layer', name);
    await docker(engine, 'push', name);
    await docker(engine, 'rmi', name);
    const manage = new ManagePage(page);
    await manage.open(app.url, 'images');
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill(name);
    await page.getByTestId('form-submit').click();
    await expect(manage.row('image', name)).toBeVisible();
    await page.getByTestId('activity').click();
    const job = page.getByTestId('job').filter({ hasText: name });
    await expect(job).toHaveAttribute('data-state', 'done');
    await job.getByRole('button', { name, expanded: false }).click();
    const layers = job.locator('.job-parts > li');
    const { RootFS } = await dockerJson<{ RootFS: { Layers: string[] } }>(engine.socket, {
      method: 'GET',
      path: `/images/${encodeURIComponent(name)}/json`,
    });
    await expect(layers).toHaveCount(RootFS.Layers.length);
    for (const layer of await layers.all()) await expect(layer).toHaveText(/^[0-9a-f]{12}/);
    await expect(layers.last()).toHaveAttribute('data-state', 'done');
    await expectAccessible(page);
  } finally {
    await api.removeContainer('journey-layer');
    await docker(engine, 'rmi', name);
    await registry.stop();
  }
});

test('secrets in an image’s layers are hidden until they are asked for', async ({ page, app, engine, fixture }) => {
  void fixture;
  const recipe = `FROM ${TEST_IMAGE}\nENV COLOUR=green\nENV API_TOKEN=hunter2\n`;
  const build = 'docker -H unix:///var/run/docker.sock build --quiet --tag journey/secret:1 -';
  const { code, stderr } = await engine.exec(['sh', '-c', `printf '${recipe}' | DOCKER_BUILDKIT=0 ${build}`]);
  expect(code, stderr).toBe(0);
  try {
    const manage = new ManagePage(page);
    await manage.open(app.url, 'images');
    await manage.row('image', 'journey/secret:1').getByRole('link', { name: 'journey/secret:1' }).click();
    const layers = page.getByTestId('layers');
    await expect(layers).toContainText('COLOUR=green');
    await expect(layers).toContainText('API_TOKEN=••••••••');
    await expect(page.getByTestId('image-page')).not.toContainText('hunter2');
    await layers.getByRole('button', { name: /^show/i }).click();
    await expect(layers).toContainText('API_TOKEN=hunter2');
    await expectAccessible(page);
    await layers.getByRole('button', { name: /^hide/i }).click();
    await expect(layers).not.toContainText('hunter2');
  } finally {
    await docker(engine, 'rmi', 'journey/secret:1');
  }
});

test('a container is run from an image’s row, and from the page of one that no container has', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  const unused = 'journey/unused:1';
  const made = ['journey-from-row', 'journey-from-page'];
  await docker(engine, 'tag', TEST_IMAGE, unused);
  const dialog = page.getByTestId('run-dialog');
  const run = async (name: string): Promise<void> => {
    await dialog.getByLabel('Name', { exact: true }).first().fill(name);
    await dialog.getByTestId('run-command').fill('sleep 100000');
    await dialog.getByTestId('run-start').click();
    await expect(page.getByTestId('container-detail')).toHaveAttribute('data-name', name);
  };
  const stateOf = async (name: string) => {
    const path = `/containers/${name}/json`;
    const { Config, State } = await dockerJson<{ Config: { Image: string }; State: { Running: boolean } }>(
      engine.socket,
      { method: 'GET', path },
    );
    return { image: Config.Image, running: State.Running };
  };
  try {
    const manage = new ManagePage(page);
    await manage.open(app.url, 'images');
    const row = page.getByTestId('image-row').filter({ has: page.locator(`[title*="${unused}"]`) });
    const name = (await row.getAttribute('data-name')) ?? '';
    await manage.choose(row, 'run');
    await expect(dialog.getByTestId('run-image')).toHaveValue(name);
    await expectAccessible(page);
    // What no container has is suggested too: the engine’s own list is asked.
    await dialog.getByTestId('run-image').fill('journey/unu');
    await page.getByRole('option', { name: unused }).click();
    await run('journey-from-row');
    expect(await stateOf('journey-from-row')).toEqual({ image: unused, running: true });

    await page.evaluate((hash) => (location.hash = hash), `#/images/${encodeURIComponent(TEST_IMAGE)}`);
    await page.getByTestId('image-page').locator('[data-action="run"]').click();
    await run('journey-from-page');
    expect((await stateOf('journey-from-page')).running).toBe(true);
  } finally {
    for (const one of await fixture.docker.listContainers()) {
      if (one.Names.some((name) => made.includes(name.slice(1)))) await fixture.docker.removeContainer(one.Id);
    }
    await docker(engine, 'rmi', unused);
  }
});
