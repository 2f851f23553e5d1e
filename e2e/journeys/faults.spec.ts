/** What goes wrong in a day, as a person meets it: said in the engine's words, with what to do, and nothing else is lost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerCli } from '../fixture/docker-cli.ts';
import { Docker } from '../fixture/docker.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { startRegistry } from '../fixture/registry.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, test } from '../specs/app.ts';

const HUGE = 'x'.repeat(10_000_000);

test('what carries labels of 10 MB is listed, looked at and copied like anything else', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const raw = new Docker(engine.socket);
  let received = 0;
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => (received += payload.length)));
  const screen = new ContainersPage(page);
  const manage = new ManagePage(page);
  await screen.open(app.url);
  try {
    await raw.createContainer('heavy', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'], Labels: { HUGE, small: 'y' } });
    await expect(screen.row('heavy'), 'as soon as it is there').toBeVisible();
    await raw.createNetwork('heavy-net', { Labels: { HUGE } });
    await raw.createVolume('heavy-vol', { HUGE });
    for (const [list, kind, name] of [
      ['networks', 'network', 'heavy-net'],
      ['volumes', 'volume', 'heavy-vol'],
    ] as const) {
      await page.getByTestId(`nav-${list}`).click();
      await manage.row(kind, name).getByRole('link', { name }).click();
      await expect(page.getByText(/HUGE=x{2000}…/)).toBeVisible();
    }
    expect(received, 'none of it crossed').toBeLessThan(2_000_000);
    await expectAccessible(page);

    await screen.goTo('#/containers/heavy/inspect');
    const inspect = page.getByTestId('inspect');
    await inspect.getByRole('textbox').fill('HUGE');
    await expect(inspect.locator('[data-path=".Config.Labels.HUGE"]')).toContainText(/"x{1000}/);
    await screen.goTo('#/containers?duplicate=heavy');
    await expect(screen.dialog.getByText('too long to be shown')).toBeVisible();
    await expectAccessible(page);
    await screen.dialog.getByTestId('run-create').click();
    await expect(screen.detail).toHaveAttribute('data-name', 'heavy-copy');
    const size = '{{len (index .Config.Labels "HUGE")}} {{index .Config.Labels "small"}}';
    expect(await docker('inspect', '--format', size, 'heavy-copy')).toBe(`${HUGE.length} y`);
  } finally {
    await docker('rm', '--force', 'heavy', 'heavy-copy').catch(() => undefined);
    await docker('network', 'rm', 'heavy-net').catch(() => undefined);
    await docker('volume', 'rm', 'heavy-vol').catch(() => undefined);
  }
});

test('files that are no archives, and a Dockerfile that is none, are refused with what to do', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-journey-faults-'));
  const bad = join(folder, 'bad.tar');
  await writeFile(bad, 'no archive at all '.repeat(5000));
  const said = page.locator('.mantine-Notification-root');
  const dismiss = async (): Promise<void> => {
    await said.first().getByRole('button', { name: /close/i }).click();
    await expect(said).toHaveCount(0);
  };
  const manage = new ManagePage(page);
  try {
    await manage.open(app.url, 'images');
    const before = await docker('image', 'ls', '--all', '--quiet');
    let choosing = page.waitForEvent('filechooser');
    await page.getByTestId('load').click();
    await (await choosing).setFiles(bad);
    await expect(said.first()).toContainText(/no archive of that kind.*choose another/i);
    await expectAccessible(page);
    await dismiss();
    expect(await docker('image', 'ls', '--all', '--quiet')).toBe(before);

    await writeFile(join(folder, 'Dockerfile'), `FROM ${TEST_IMAGE}\nRUNN true\n`);
    await page.getByTestId('build').click();
    await page.getByTestId('build-folder').fill(folder);
    await page.getByTestId('form-submit').click();
    await expect(said.first()).toContainText(/unknown instruction: RUNN.*Correct the Dockerfile/is);
    await dismiss();

    await docker('volume', 'create', 'journey-restored');
    await page.getByTestId('nav-volumes').click();
    await manage.row('volume', 'journey-restored').getByRole('link', { name: 'journey-restored' }).click();
    choosing = page.waitForEvent('filechooser');
    await page.locator('[data-action="restore"]').click();
    await (await choosing).setFiles(bad);
    await page.getByTestId('confirm-action').click();
    await expect(said.first()).toContainText(/archive/i);
    await dismiss();
  } finally {
    await docker('volume', 'rm', '--force', 'journey-restored');
    await rm(folder, { recursive: true, force: true });
  }
});

test('a disk that is full is said wherever something is written to it, and what frees it is a link away', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const small = ['--opt', 'type=tmpfs', '--opt', 'device=tmpfs', '--opt', 'o=size=64k'];
  const said = page.locator('.mantine-Notification-root');
  const manage = new ManagePage(page);
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-journey-full-'));
  const file = join(folder, 'large.bin');
  await writeFile(file, Buffer.alloc(1_000_000, 7));
  try {
    await docker('volume', 'create', ...small, 'tight');
    await docker(
      ...['run', '--detach', '--name', 'tight', '--stop-signal', 'KILL', '--volume', 'tight:/tight'],
      ...[TEST_IMAGE, 'sleep', '3600'],
    );
    await manage.open(app.url, 'volumes');
    await page.evaluate(() => (location.hash = '#/containers/tight/files'));
    await page.getByTestId('files-path').fill('/tight');
    await page.getByTestId('files-path').press('Enter');
    await page.getByTestId('files-chooser').setInputFiles(file);
    await expect(said.first()).toContainText(/no space left on device.*Free space/is);
    await expectAccessible(page);
  } finally {
    await docker('rm', '--force', 'tight');
    await docker('volume', 'rm', '--force', 'tight');
    await rm(folder, { recursive: true, force: true });
  }
});

test('an engine that dies during a pull: the pull says so, and is begun again when it is back', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  const docker = dockerCli(engine.url);
  const registry = await startRegistry(engine, { port: 5071 });
  const name = `${registry.host}/journey/dying:1`;
  try {
    await docker('tag', TEST_IMAGE, name);
    await docker('push', '--quiet', name);
    await docker('rmi', name);
    const manage = new ManagePage(page);
    await manage.open(app.url, 'images');
    registry.freeze();
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill(name);
    await page.getByTestId('form-submit').click();
    await page.getByTestId('activity').click();
    const pull = page.locator('[data-kind="image-pull"]').filter({ hasText: 'dying:1' });
    await expect(pull.first()).toHaveAttribute('data-state', 'running');
    await engine.stopDaemon();
    registry.thaw();
    await expect(pull.first()).toHaveAttribute('data-state', 'failed');
    await expect(pull.first().getByRole('alert')).toContainText(/engine at .* does not answer.*start it, or wait/is);
    await expect(page.getByTestId('lost-banner')).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await engine.startDaemon();
    await expect(page.getByTestId('lost-banner')).toHaveCount(0, { timeout: 60_000 });
    await page.getByTestId('pull').click();
    await page.getByTestId('pull-name').fill(name);
    await page.getByTestId('form-submit').click();
    await expect
      .poll(() => docker('image', 'ls', '--format', '{{.Repository}}:{{.Tag}}'), { timeout: 60_000 })
      .toContain(name);
    await docker('rmi', name);
  } finally {
    registry.thaw();
    await registry.stop();
    await engine.startDaemon();
    for (const { name: one, running } of fixture.containers) if (running) await fixture.docker.startContainer(one);
  }
});

test('a container that is removed while one looks at it: each tab says so, and leads back', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  const screen = new ContainersPage(page);
  await screen.open(app.url);
  for (const tab of ['terminal', 'stats', 'files', 'inspect', 'processes'] as const) {
    await docker('run', '--detach', '--name', 'leaving', '--stop-signal', 'KILL', TEST_IMAGE, 'sleep', '3600');
    await screen.goTo(`#/containers/leaving/${tab}`);
    await expect(screen.detail).toHaveAttribute('data-state', 'running');
    await docker('rm', '--force', 'leaving');
    await expect(page.getByRole('heading', { name: 'leaving is gone' }), tab).toBeVisible();
    await page
      .locator('main')
      .getByRole('link', { name: /containers/i })
      .click();
    await expect(screen.grid).toBeVisible();
  }
});
