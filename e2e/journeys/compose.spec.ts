/** What a person does with Compose projects: open one, look at it, scale it, read its logs, stop it, take it down; the docker command line is asked whether it is so. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { ensureCompose } from '../engines/compose.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { startRegistry } from '../fixture/registry.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, serveApp, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

const FILE = `services:
  front:
    image: ${TEST_IMAGE}
    stop_signal: SIGKILL
    command: [sh, -c, 'while true; do echo front says $$WORD; sleep 1; done']
    environment: { WORD: "\${WORD:-nothing}" }
    ports: ["8177:80"]
  store:
    image: ${TEST_IMAGE}
    stop_signal: SIGKILL
    command: [sh, -c, 'while true; do echo store is here; sleep 1; done']
    volumes: ["data:/data"]
  tools: { image: "${TEST_IMAGE}", stop_signal: SIGKILL, command: [sleep, "3600"], profiles: [tools] }
volumes: { data: {} }
`;

let folder: string;
let path: string | undefined;

test.beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-journey-compose-'));
  await mkdir(join(folder, 'bin'));
  await symlink(await ensureCompose(), join(folder, 'bin', 'docker-compose'));
  path = process.env['PATH'];
  process.env['PATH'] = `${join(folder, 'bin')}:${path ?? ''}`;
});
test.afterAll(async () => {
  process.env['PATH'] = path;
  await rm(folder, { recursive: true, force: true });
});

const place = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const at = join(folder, name);
  await mkdir(at, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(at, file), text);
  return at;
};
const docker = async (url: string, ...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words, { env: { ...process.env, DOCKER_HOST: url } })).stdout.trim();
const running = async (url: string, project: string): Promise<string[]> =>
  (await docker(url, 'ps', '--filter', `label=com.docker.compose.project=${project}`, '--format', '{{.Names}}'))
    .split('\n')
    .filter(Boolean)
    .toSorted();
const openFile = async (page: Page, at: string, more: { readonly env?: string } = {}): Promise<void> => {
  await page.getByTestId('open-file').click();
  await page.getByTestId('open-path').fill(at);
  if (more.env !== undefined) await page.getByTestId('open-env').fill(more.env);
  await page.getByTestId('open-read').click();
};

test('a project is opened, looked at, scaled, read, stopped, taken down and brought up again', async ({
  page,
  app,
  engine,
}) => {
  const at = await place('journey', { 'compose.yaml': FILE, 'words.env': 'WORD=hello\n' });
  const manage = new ManagePage(page);
  await manage.open(app.url, 'compose');
  await expectAccessible(page);
  await openFile(page, at, { env: 'words.env' });
  await expect(page.getByTestId('up-services')).toContainText('front');
  await expect(page.getByTestId('up-services')).not.toContainText('tools');
  await page.getByTestId('profile-tools').check();
  await expect(page.getByTestId('up-services')).toContainText('tools');
  await expectAccessible(page);
  await page.getByTestId('form-submit').click();

  const project = page.locator('[data-testid="project-page"][data-name="journey"]');
  await expect(project).toBeVisible();
  const state = project.locator('.detail-head').getByTestId('running-state');
  await expect(state).toHaveText(/3 of 3 running/);
  expect(await running(engine.url, 'journey')).toEqual(['journey-front-1', 'journey-store-1', 'journey-tools-1']);
  await expect(project.getByText(join(at, 'compose.yaml'))).toBeVisible();
  await expectAccessible(page);

  const store = project.locator('[data-service="store"]');
  await store.locator('[data-action="scale"]').click();
  await page.getByTestId('replicas').fill('3');
  await page.getByTestId('form-submit').click();
  await expect(store.getByTestId('running-state')).toHaveText(/3 of 3 running/);
  expect(await running(engine.url, 'journey')).toHaveLength(5);

  await page.getByTestId('tab-config').click();
  await expect(page.getByTestId('compose-config')).toContainText('WORD: hello');
  await expectAccessible(page);
  await page.getByTestId('tab-logs').click();
  const lines = page.getByTestId('log-lines');
  await expect(lines).toContainText('front says hello');
  await expect(lines).toContainText('store is here');
  await expectAccessible(page);
  await page.getByTestId('tab-services').click();

  await project.locator('[data-service="front"]').locator('[data-action="stop"]').click();
  await expect(project.locator('[data-service="front"]').getByTestId('running-state')).toHaveText(/0 of 1 running/);
  expect(await running(engine.url, 'journey')).not.toContain('journey-front-1');
  await project.locator('.detail-head [data-action="start"]').click();
  await expect(state).toHaveText(/5 of 5 running/);

  await project.locator('.detail-head [data-action="more"]').click();
  await page.getByTestId('row-menu').locator('[data-action="down"]').click();
  await expect(page.getByRole('dialog')).toContainText('journey-store-1');
  await expectAccessible(page);
  await page.getByTestId('confirm-action').click();
  await expect(state).toHaveText(/not up/);
  expect(await running(engine.url, 'journey')).toEqual([]);
  expect(await docker(engine.url, 'volume', 'ls', '--quiet'), 'volumes stay unless asked for').toContain(
    'journey_data',
  );

  await project.locator('.detail-head [data-action="up"]').click();
  await expect(page.getByTestId('up-services')).toContainText('front');
  await page.getByTestId('form-submit').click();
  await expect(state).toHaveText(/2 of 2 running/);
  await page.getByTestId('nav-containers').click();
  const group = page.locator('[data-testid="group-row"][data-name="journey"]');
  await group.getByTestId('project-link').click();
  await expect(project).toBeVisible();
  await project.getByRole('link', { name: /all projects/i }).click();
  await manage.choose(manage.row('compose', 'journey'), 'down');
  await page.getByLabel(/volumes too/i).check();
  await page.getByTestId('confirm-action').click();
  await expect(manage.row('compose', 'journey')).toHaveAttribute('data-total', '0');
  await expect.poll(() => docker(engine.url, 'volume', 'ls', '--quiet')).not.toContain('journey_data');
  await manage.choose(manage.row('compose', 'journey'), 'forget');
  await expect(manage.row('compose', 'journey')).toHaveCount(0);
});

test('what is wrong with a file is said in Compose’s words; what hangs is cancelled; files that go are missed', async ({
  page,
  app,
  engine,
}) => {
  const manage = new ManagePage(page);
  await manage.open(app.url, 'compose');
  await openFile(page, await place('broken', { 'compose.yaml': 'services: [' }));
  await expect(page.getByRole('alert')).toContainText(/yaml.*Correct the Compose file/is);
  await expect(page.getByTestId('form-submit')).toBeDisabled();
  await page.getByTestId('open-path').fill(join(folder, 'nowhere'));
  await page.getByTestId('open-read').click();
  await expect(page.getByRole('alert')).toContainText(/there is no .*nowhere/i);
  await expectAccessible(page);

  const waits = `services:
  slow: { image: "${TEST_IMAGE}", stop_signal: SIGKILL, command: [sleep, "3600"], healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1000 } }
  late: { image: "${TEST_IMAGE}", command: [sleep, "3600"], depends_on: { slow: { condition: service_healthy } } }
`;
  const at = await place('waits', { 'compose.yaml': waits });
  await page.getByTestId('open-path').fill(at);
  await page.getByTestId('open-read').click();
  await page.getByTestId('form-submit').click();
  const project = page.locator('[data-testid="project-page"][data-name="waits"]');
  await expect(project).toBeVisible();
  // Made and not yet started it would be left so.
  await expect.poll(() => running(engine.url, 'waits')).toEqual(['waits-slow-1']);
  await page.getByTestId('activity').click();
  const job = page.locator('[data-testid="job"][data-kind="compose-up"]').first();
  await job.getByRole('button', { name: /^cancel/i }).click();
  await expect(job).toHaveAttribute('data-state', 'cancelled');
  await page.keyboard.press('Escape');
  await expect(project.locator('[data-service="slow"]')).toBeVisible();
  expect(await running(engine.url, 'waits')).toEqual(['waits-slow-1']);

  await rename(join(at, 'compose.yaml'), join(at, 'away.yaml'));
  await project.locator('.detail-head [data-action="stop"]').click();
  await expect(project.locator('.detail-head').getByTestId('running-state')).toHaveText(/0 of \d running/);
  await expect(project.locator('.detail-head').getByText('files gone')).toBeVisible();
  await project.locator('.detail-head [data-action="up"]').click();
  await expect(page.getByRole('alert').last()).toContainText(/compose\.yaml: no such file/i);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await project.locator('.detail-head [data-action="more"]').click();
  await page.getByTestId('row-menu').locator('[data-action="down"]').click();
  await page.getByTestId('confirm-action').click();
  await expect(project.locator('.detail-head').getByTestId('running-state')).toHaveText(/not up/);
  expect(await docker(engine.url, 'ps', '--all', '--format', '{{.Names}}')).not.toContain('waits-');
});

test('without Compose, projects are shown with their logs, and it is said what is missing', async ({
  page,
  engine,
  fixture,
}) => {
  void fixture;
  const with_ = process.env['PATH'];
  // The docker command line is there, and knows no compose.
  process.env['PATH'] = path;
  const bare = await serveApp(engine.url);
  process.env['PATH'] = with_;
  await docker(
    engine.url,
    ...['run', '--detach', '--name', 'alone-web-1', '--stop-signal', 'KILL'],
    ...['--label', 'com.docker.compose.project=alone', '--label', 'com.docker.compose.service=web'],
    ...[TEST_IMAGE, 'sh', '-c', 'echo all alone; exec sleep 3600'],
  );
  try {
    const manage = new ManagePage(page);
    await manage.open(bare.url, 'compose');
    const absent = page.getByTestId('compose-absent');
    const isHere = await docker(engine.url, 'compose', 'version').then(
      () => true,
      () => false,
    );
    test.skip(isHere, 'this machine has a Compose of its own');
    await expect(absent).toContainText(/not on this machine/i);
    await expect(page.getByTestId('open-file')).toBeDisabled();
    await expectAccessible(page);
    await manage.row('compose', 'alone').getByRole('link', { name: 'alone' }).click();
    await expect(page.locator('.detail-head [data-action="up"]')).toHaveCount(0);
    await page.getByTestId('tab-logs').click();
    await expect(page.getByTestId('log-lines')).toContainText('all alone');
  } finally {
    await docker(engine.url, 'rm', '--force', 'alone-web-1');
    await bare.stop();
  }
});

test('a newer image is pulled for a project from the local registry, and taken at its next coming up; it is restarted', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const registry = await startRegistry(engine, { port: 5081 });
  const image = `${registry.host}/journey/web:1`;
  const publish = async (says: string): Promise<void> => {
    const id = await docker(engine.url, 'create', TEST_IMAGE, 'true');
    await docker(engine.url, 'commit', '--change', `CMD ["sh", "-c", "echo ${says}; exec sleep 3600"]`, id, image);
    await docker(engine.url, 'rm', id);
    await docker(engine.url, 'push', '--quiet', image);
  };
  try {
    await publish('newer');
    const newer = await docker(engine.url, 'image', 'inspect', '--format', '{{.Id}}', image);
    await publish('older');
    const older = await docker(engine.url, 'image', 'inspect', '--format', '{{.Id}}', image);
    const at = await place('pulled', {
      'compose.yaml': `services:\n  web: { image: "${image}", stop_signal: SIGKILL }\n`,
    });
    const manage = new ManagePage(page);
    await manage.open(app.url, 'compose');
    await openFile(page, at);
    await page.getByTestId('form-submit').click();
    const project = page.locator('[data-testid="project-page"][data-name="pulled"]');
    const state = project.locator('.detail-head').getByTestId('running-state');
    await expect(state).toHaveText(/1 of 1 running/);
    const used = (): Promise<string> => docker(engine.url, 'inspect', '--format', '{{.Image}}', 'pulled-web-1');
    expect(await used()).toBe(older);

    // Somebody publishes another under the same name; this engine still has the old one.
    await docker(engine.url, 'tag', newer, image);
    await docker(engine.url, 'push', '--quiet', image);
    await docker(engine.url, 'tag', older, image);
    const more = async (action: string): Promise<void> => {
      const button = project.locator(`.detail-head [data-action="${action}"]`);
      if ((await button.count()) === 0) {
        await project.locator('.detail-head [data-action="more"]').click();
        await page.getByTestId('row-menu').locator(`[data-action="${action}"]`).click();
      } else await button.click();
    };
    const job = (kind: string, status: string) =>
      page.locator(`[data-testid="job"][data-kind="${kind}"][data-state="${status}"]`);
    await more('pull');
    await page.getByTestId('activity').click();
    await expect(job('compose-pull', 'done').first()).toBeVisible({ timeout: 60_000 });
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    expect(await docker(engine.url, 'image', 'inspect', '--format', '{{.Id}}', image)).toBe(newer);
    expect(await used(), 'what runs is not touched').toBe(older);
    await more('up');
    await page.getByTestId('form-submit').click();
    await expect.poll(used, { timeout: 60_000 }).toBe(newer);
    await expect(state).toHaveText(/1 of 1 running/);
    const started = (): Promise<string> =>
      docker(engine.url, 'inspect', '--format', '{{.State.StartedAt}}', 'pulled-web-1');
    const before = await started();
    await more('restart');
    await expect.poll(started, { timeout: 60_000 }).not.toBe(before);

    // The registry is gone: what runs goes on, and it is said why nothing came.
    await registry.stop();
    await more('pull');
    await expect(page.locator('.mantine-Notification-root').first()).toContainText(
      /refused.*cannot reach that registry/is,
    );
    await more('down');
    await page.getByTestId('confirm-action').click();
    await expect(state).toHaveText(/not up/);
  } finally {
    await registry.stop();
    await docker(engine.url, 'rm', '--force', 'pulled-web-1').catch(() => undefined);
  }
});
