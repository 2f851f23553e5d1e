/** A day with containers: what a person does on the screen, checked with the engine itself. */
import { readFile } from 'node:fs/promises';
import { dockerJson } from '../fixture/docker-http.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, test } from '../specs/app.ts';

const MADE = ['journey', 'journey-2', 'journey-copy', 'journey-other', 'journey-sick'];

test.afterEach(async ({ fixture }) => {
  const all = await fixture.docker.listContainers();
  const isOurs = (name: string): boolean => MADE.includes(name.slice(1)) || name.startsWith('/many-');
  for (const { Id, Names } of all) if (Names.some(isOurs)) await fixture.docker.removeContainer(Id);
});

interface Inspected {
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Env: readonly string[]; readonly Cmd: readonly string[] };
  readonly HostConfig: {
    readonly Memory: number;
    readonly Binds: readonly string[];
    readonly RestartPolicy: { readonly Name: string };
    readonly PortBindings: Readonly<Record<string, readonly { readonly HostPort: string }[]>>;
  };
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, { readonly Aliases: readonly string[] }>> };
}

test('a container is run from an image as it was asked for', async ({ page, app, engine }) => {
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  await page.getByTestId('run').click();
  const { dialog } = screen;
  await dialog.getByTestId('run-start').click();
  await expect(dialog.getByText('Which image?'), 'says what is missing').toBeVisible();
  await dialog.getByTestId('run-image').fill(TEST_IMAGE);
  await dialog.getByLabel('Name', { exact: true }).first().fill('web');
  await dialog.getByTestId('run-command').fill(`sh -c 'echo "$GREETING"; exec sleep 100000'`);
  const port = await screen.addLine('ports');
  await port.getByLabel('any port').fill('18481');
  await port.getByLabel('container port').fill('80');
  const variable = await screen.addLine('env');
  await variable.getByLabel('Name').fill('GREETING');
  await variable.getByLabel('Value').fill("it's $5");
  const mount = await screen.addLine('mounts');
  await mount.getByLabel('From').fill('journey-data');
  await mount.getByLabel('In the container').fill('/data');
  const network = await screen.addLine('networks');
  await network.getByLabel('network', { exact: true }).fill('back');
  await network.getByLabel('aliases').fill('greeter hello');
  await dialog.getByLabel('Memory limit').fill('64m');
  await dialog.getByLabel('Restart', { exact: true }).selectOption('unless-stopped');
  await expect(dialog.getByTestId('run-line')).toHaveText(
    `docker run -d --name web --restart unless-stopped --memory 64m --network back --network-alias greeter` +
      ` --network-alias hello -p 18481:80 -e 'GREETING=it'\\''s $5' -v journey-data:/data ${TEST_IMAGE}` +
      ` sh -c 'echo "$GREETING"; exec sleep 100000'`,
  );

  await dialog.getByTestId('run-start').click();
  await expect(dialog.getByRole('alert'), 'in the words of the engine').toContainText('already in use');
  await expect(dialog.getByRole('alert'), 'and what to do').toContainText('Choose another name');
  await dialog.getByLabel('Name', { exact: true }).first().fill('journey');
  await dialog.getByTestId('run-start').click();
  await expect(screen.detail).toHaveAttribute('data-name', 'journey');
  await expect(screen.detail).toHaveAttribute('data-state', 'running');

  const made = await dockerJson<Inspected>(engine.socket, { method: 'GET', path: '/containers/journey/json' });
  expect(made.Config.Env).toContain("GREETING=it's $5");
  expect(made.Config.Cmd).toEqual(['sh', '-c', 'echo "$GREETING"; exec sleep 100000']);
  expect(made.HostConfig).toMatchObject({
    Memory: 64 * 1024 * 1024,
    Binds: ['journey-data:/data'],
    RestartPolicy: { Name: 'unless-stopped' },
    PortBindings: { '80/tcp': [{ HostPort: '18481' }] },
  });
  expect(made.NetworkSettings.Networks['back']?.Aliases).toEqual(expect.arrayContaining(['greeter', 'hello']));

  await screen.goTo(`#/containers?run=${encodeURIComponent(TEST_IMAGE)}`);
  await dialog.getByLabel('Name', { exact: true }).first().fill('journey-2');
  await dialog.getByTestId('run-start').click();
  await expect(dialog.getByRole('alert')).toContainText('say which to run');
  await dialog.getByTestId('run-command').fill('sleep 100000');
  const taken = await screen.addLine('ports');
  await taken.getByLabel('any port').fill('18481');
  await taken.getByLabel('container port').fill('80');
  await dialog.getByTestId('run-start').click();
  await expect(dialog.getByRole('alert')).toContainText('publish another one');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(screen.row('journey'), 'its port leads to it').toContainText('18481:80');
  await expect(screen.row('journey').getByRole('link', { name: '18481:80' })).toHaveAttribute(
    'href',
    'http://localhost:18481',
  );
  await expect(screen.row('journey-2'), 'nothing is left of what failed').toHaveCount(0);
});

test('many are chosen by keyboard, stopped together, and started again', async ({ page, app, fixture }) => {
  const { docker } = fixture;
  for (const name of ['journey', 'journey-2']) {
    await docker.runContainer(name, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      HostConfig: { NetworkMode: 'none' },
    });
  }
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  await page.getByRole('textbox', { name: 'Find a container' }).fill('journey');
  await expect(screen.row('journey-2')).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(screen.grid).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.press(' ');
  await page.keyboard.press('Shift+ArrowUp');
  await expect(screen.bulk).toContainText('2 selected');
  await screen.bulk.locator('[data-action="kill"]').click();
  const dialog = page.getByTestId('confirm');
  await expect(dialog).toContainText('journey-2');
  expect((await docker.inspectContainer('journey')).State.Running, 'nothing happens before the answer').toBe(true);
  await screen.confirm();
  for (const name of ['journey', 'journey-2']) {
    await expect(screen.row(name)).toHaveAttribute('data-state', 'exited');
    expect((await docker.inspectContainer(name)).State.Running).toBe(false);
  }
  await page.getByTestId('activity').click();
  await expect(page.getByTestId('job').first()).toHaveAttribute('data-state', 'done');
  await page.keyboard.press('Escape');
  await expect(screen.bulk, 'still chosen').toContainText('2 selected');
  await screen.bulk.locator('[data-action="start"]').click();
  await expect(screen.row('journey')).toHaveAttribute('data-state', 'running');
});

test('one is looked into: network, inspect, environment, mounts, processes, health', async ({ page, app, fixture }) => {
  await fixture.docker.runContainer('journey-sick', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '100000'],
    Env: ['DB_PASSWORD=hunter2', 'LEVEL=info'],
    Healthcheck: { Test: ['CMD-SHELL', 'echo not well; exit 1'], Interval: 1_000_000_000, Retries: 1 },
    HostConfig: { NetworkMode: 'back', Binds: ['journey-data:/data'] },
  });
  await fixture.docker.runContainer('journey-other', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '100000'],
    HostConfig: { NetworkMode: 'none', Binds: ['journey-data:/theirs:ro'] },
  });
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  await expect(screen.row('journey-sick')).toHaveAttribute('data-health', 'unhealthy', { timeout: 30_000 });
  await screen.row('journey-sick').getByRole('link', { name: 'journey-sick' }).click();
  await expect(screen.detail).toBeVisible();

  const network = await screen.openTab('network');
  const peer = network.locator('[data-testid="peer-row"][data-name="api"]');
  await expect(peer).toHaveAttribute('data-out', 'open');
  await expectAccessible(page);

  const inspect = await screen.openTab('inspect');
  await inspect.getByRole('textbox').fill('journey-data');
  await expect(inspect.locator('[data-path=".Mounts[0].Name"]')).toContainText('journey-data');
  await inspect.getByRole('textbox').fill('DB_PASS');
  await expect(inspect).not.toContainText('hunter2');
  await expectAccessible(page);

  const environment = await screen.openTab('environment');
  await expect(environment).toContainText('LEVEL');
  await expect(environment, 'secrets are hidden').not.toContainText('hunter2');
  await environment.getByRole('button', { name: 'Show DB_PASSWORD' }).click();
  await expect(environment).toContainText('hunter2');

  await expect(await screen.openTab('mounts')).toContainText('journey-other');
  await expect(await screen.openTab('processes')).toContainText('sleep 100000');
  const health = await screen.openTab('health');
  await expect(health).toContainText('not well');
  await expect(health.locator('[data-exit-code="1"]').first()).toBeVisible();
  await expectAccessible(page);

  await fixture.docker.removeContainer('journey-sick');
  await expect(page.getByRole('heading', { name: 'journey-sick is gone' })).toBeVisible();

  await screen.goTo('#/matrix/web/api');
  await expect(page.getByTestId('explain')).toBeVisible();
  await expect(page.getByTestId('active-cell')).toHaveAttribute('data-to', 'api');
});

test('one is renamed, copied, made anew, made into an image, and its files are saved', async ({
  page,
  app,
  fixture,
  engine,
}) => {
  const { docker } = fixture;
  await docker.runContainer('journey-2', {
    Image: TEST_IMAGE,
    Cmd: ['sh', '-c', 'echo kept > /tmp/kept; exec sleep 100000'],
    Env: ['A=1'],
    HostConfig: { NetworkMode: 'back' },
  });
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  await screen.choose('journey-2', 'rename');
  const naming = page.getByTestId('name-dialog');
  await naming.getByLabel('New name').fill('web');
  await naming.getByTestId('name-confirm').click();
  await expect(naming.getByRole('alert')).toContainText('already in use');
  await naming.getByLabel('New name').fill('journey');
  await naming.getByTestId('name-confirm').click();
  await expect(screen.row('journey')).toBeVisible();

  const downloading = page.waitForEvent('download');
  await screen.choose('journey', 'export');
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('journey.tar');
  expect((await readFile(await download.path())).includes('kept\n')).toBe(true);

  await screen.choose('journey', 'commit');
  await naming.getByLabel('Image name and tag').fill('bulkhead-test/snapshot:1');
  await naming.getByTestId('name-confirm').click();
  await expect(async () => {
    await dockerJson(engine.socket, { method: 'GET', path: '/images/bulkhead-test/snapshot:1/json' });
  }).toPass();

  await screen.choose('journey', 'duplicate');
  await expect(screen.dialog.getByTestId('run-line')).toContainText('--name journey-copy');
  await screen.dialog.getByTestId('run-start').click();
  await expect(screen.detail).toHaveAttribute('data-name', 'journey-copy');
  const { Config } = await docker.inspectContainer('journey-copy');
  expect(Config.Env).toContain('A=1');

  const before = (await docker.inspectContainer('journey')).Id;
  await screen.goTo('#/containers?recreate=journey');
  await expect(screen.dialog.getByText('will be lost'), 'what goes is said').toBeVisible();
  await screen.dialog.getByTestId('run-env').getByLabel('Value').fill('2');
  await screen.dialog.getByTestId('run-start').click();
  await expect(screen.detail).toHaveAttribute('data-name', 'journey', { timeout: 60_000 });
  await expect(async () => {
    const { Id, Config: next, State } = await docker.inspectContainer('journey');
    expect([Id === before, next.Env.includes('A=2'), State.Running]).toEqual([false, true, true]);
  }).toPass();
});

test('what one looks at, has chosen and stands on stays while others come and go', async ({ page, app, fixture }) => {
  const name = (at: number): string => `many-${String(at).padStart(2, '0')}`;
  for (let at = 0; at < 60; at += 1) {
    await fixture.docker.createContainer(name(at), {
      Image: TEST_IMAGE,
      Cmd: ['true'],
      HostConfig: { NetworkMode: 'none' },
    });
  }
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  await page.getByRole('textbox', { name: 'Find a container' }).fill('many');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  const row = screen.row(name(58));
  await expect(row).toHaveAttribute('aria-selected', 'true');
  const place = await row.boundingBox();
  // Above what is in sight.
  await fixture.docker.removeContainer(name(3));
  await expect(async () => {
    const active = await screen.grid.getAttribute('aria-activedescendant');
    const id = await row.getAttribute('id');
    expect(active).toBe(id);
    expect(await screen.grid.getAttribute('aria-rowcount')).toBe('61');
  }).toPass();
  expect((await row.boundingBox())?.y).toBeCloseTo(place?.y ?? 0, 0);
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(screen.grid).toBeFocused();
});
