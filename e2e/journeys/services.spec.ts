/** What a person does with Swarm services: look at them, scale, update, read, roll back, remove; and looks up names.  The docker command line is asked whether it is so. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startSwarm, type RunningSwarm } from '../engines/swarm.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { ManagePage } from '../pages/manage-page.ts';
import { expect, serveApp, test, type ServedApp } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

let swarm: RunningSwarm;
let served: ServedApp;

const docker = async (...words: readonly string[]): Promise<string> =>
  (
    await promisify(execFile)('docker', words, { env: { ...process.env, DOCKER_HOST: swarm.manager.url } })
  ).stdout.trim();

test.describe('on a Swarm', () => {
  test.beforeAll(async () => {
    swarm = await startSwarm({ version: '28.5', name: `browser-swarm-${String(process.pid)}`, nodes: 2 });
    for (const node of swarm.nodes) {
      await importTestImage(node);
      const env = { ...process.env, DOCKER_HOST: node.url };
      await promisify(execFile)('docker', ['tag', TEST_IMAGE, 'bulkhead-test/other:2'], { env });
    }
    await docker('network', 'create', '--driver', 'overlay', '--attachable', 'mesh');
    await docker(
      ...['service', 'create', '--no-resolve-image', '--name', 'shop_web', '--replicas', '2', '--publish', '8091:80'],
      ...['--network', 'name=mesh,alias=front', '--stop-grace-period', '1s', '--update-monitor', '1s'],
      ...['--label', 'com.docker.stack.namespace=shop', '--restart-max-attempts', '0', '--detach'],
      ...[TEST_IMAGE, 'sh', '-c', 'echo I am $HOSTNAME; exec sleep 3600'],
    );
  });
  test.afterAll(() => swarm.stop());
  test.beforeEach(async () => {
    served = await serveApp(swarm.manager.url);
  });
  test.afterEach(() => served.stop());

  test('a service is looked at, scaled, read, updated, rolled back and removed', async ({ page }) => {
    const manage = new ManagePage(page);
    await manage.open(served.url, 'services');
    const row = manage.row('service', 'shop_web');
    await expect(row).toHaveAttribute('data-running', '2');
    await expect(row).toContainText('8091:80');
    await expectAccessible(page);
    await row.getByRole('link', { name: 'shop_web' }).click();
    const service = page.locator('[data-testid="service-page"][data-name="shop_web"]');
    await expect(service.getByTestId('tasks').locator('[data-testid="task-row"][data-state="running"]')).toHaveCount(2);
    await expect(service.getByRole('link', { name: 'mesh' })).toBeVisible();
    await expectAccessible(page);

    await service.locator('[data-action="scale"]').click();
    await page.getByTestId('replicas').fill('3');
    await page.getByTestId('form-submit').click();
    await expect(service.getByTestId('tasks').locator('[data-testid="task-row"][data-state="running"]')).toHaveCount(3);
    expect(await docker('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toBe('shop_web 3/3');

    await page.getByTestId('tab-logs').click();
    const lines = page.getByTestId('log-lines').locator('.log-line');
    await expect(lines).toHaveCount(3);
    await expect(lines.first()).toContainText('I am');
    await expectAccessible(page);
    await page.getByTestId('tab-tasks').click();

    await service.locator('[data-action="update"]').click();
    await page.getByTestId('service-image').fill('bulkhead-test/nowhere:1');
    await expectAccessible(page);
    await page.getByTestId('form-submit').click();
    const update = page.getByTestId('update-state');
    await expect(update).toHaveAttribute('data-state', 'paused', { timeout: 60_000 });
    await expect(page.locator('.mantine-Notification-root').first()).toContainText(/no such image/i);
    await expect(service.getByTestId('tasks')).toContainText(/no such image/i);
    await service.getByLabel(/find a task/i).fill('no such image');
    await expect(service.getByTestId('task-row').first()).toContainText(/no such image/i);
    await expect(
      service.locator('[data-testid="task-row"][data-state="running"]'),
      'are not what is sought',
    ).toHaveCount(0);

    await service.locator('[data-action="rollback"]').click();
    await page.getByTestId('confirm-action').click();
    await expect(update).toHaveAttribute('data-state', 'rollback_completed', { timeout: 60_000 });
    await service.locator('[data-action="update"]').click();
    await page.getByTestId('service-image').fill('bulkhead-test/other:2');
    await page.getByTestId('form-submit').click();
    await expect(update).toHaveAttribute('data-state', 'completed', { timeout: 60_000 });
    expect(
      await docker('service', 'inspect', 'shop_web', '--format', '{{.Spec.TaskTemplate.ContainerSpec.Image}}'),
    ).toBe('bulkhead-test/other:2');

    await service.locator('[data-action="remove"]').click();
    await expect(page.getByRole('dialog')).toContainText('shop_web (3 tasks)');
    await page.getByTestId('confirm-action').click();
    await expect(page.getByRole('heading', { name: /there is no service shop_web/i })).toBeVisible();
    expect(await docker('service', 'ls', '--quiet')).toBe('');
  });

  test('a node is emptied, and names are looked up', async ({ page }) => {
    await docker(
      ...['service', 'create', '--no-resolve-image', '--name', 'again', '--replicas', '2', '--network', 'mesh'],
      ...['--stop-grace-period', '1s', '--detach', TEST_IMAGE, 'sleep', '3600'],
    );
    const manage = new ManagePage(page);
    await manage.open(served.url, 'services');
    await expect(manage.row('service', 'again')).toHaveAttribute('data-running', '2');
    await page.getByTestId('tab-nodes').click();
    const nodes = page.getByTestId('nodes').locator('tbody tr');
    await expect(nodes).toHaveCount(2);
    await expectAccessible(page);
    const worker = nodes.filter({ hasText: 'worker' });
    await worker.getByRole('combobox').selectOption('drain');
    await page.getByTestId('confirm-action').click();
    await expect(worker).toHaveAttribute('data-availability', 'drain');
    expect(await docker('node', 'ls', '--format', '{{.Availability}}')).toContain('Drain');
    await worker.getByRole('combobox').selectOption('active');
    await expect(worker).toHaveAttribute('data-availability', 'active');

    await page.getByTestId('tab-names').click();
    const mesh = page.locator('[data-network="mesh"]');
    await expect(mesh.locator('[data-name="again"][data-how="service"]')).toBeVisible();
    await expect(mesh.locator('[data-name="tasks.again"]')).toBeVisible();
    await page.getByTestId('names-search').fill('tasks.');
    await expect(mesh.locator('tbody tr')).toHaveCount(1);
    await expectAccessible(page);
    await mesh.getByRole('link', { name: 'again' }).click();
    await expect(page.getByTestId('service-page')).toBeVisible();
  });
});

test('without a Swarm it is said what one is; names of ordinary networks are there, also on the network’s page', async ({
  page,
  app,
  fixture,
}) => {
  const { docker: engine } = fixture;
  await page.goto(app.url);
  await page.getByTestId('nav-services').click();
  await expect(page.getByRole('heading', { name: /in no swarm/i })).toBeVisible();
  await expectAccessible(page);
  await engine.createNetwork('named');
  await engine.connect('named', 'web', { Aliases: ['shopfront'] });
  await page.getByTestId('tab-names').click();
  const row = page.locator('[data-network="named"] [data-name="shopfront"]');
  await expect(row).toContainText('web');
  await expectAccessible(page);
  await page.evaluate(() => (location.hash = '#/networks/named'));
  await expect(page.getByTestId('names').locator('[data-name="shopfront"]')).toContainText('web');
  const { stdout } = await engine.exec('web', ['nslookup', 'shopfront', '127.0.0.11']);
  const address = (await engine.inspectContainer('web')).NetworkSettings.Networks['named']?.IPAddress ?? '';
  expect(stdout).toContain(address);
  await expect(page.getByTestId('names').locator('[data-name="shopfront"]')).toContainText(address);
  await engine.disconnect('named', 'web');
  await engine.removeNetwork('named');
});
