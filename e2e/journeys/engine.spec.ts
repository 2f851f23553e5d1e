/** What a person does with an engine: reads what it is, cleans it up, watches what happens, and goes to another one and back. */
import { spawnSync } from 'node:child_process';
import { expect, test } from '../specs/app.ts';
import { expectAccessible } from '../specs/axe.ts';

test('what the engine is, and what its own process takes, is there to be read', async ({ page, app, engine }) => {
  await page.goto(app.url);
  await page.getByTestId('nav-engine').click();
  const overview = page.getByTestId('engine-overview');
  await expect(overview).toContainText(cli(engine.url, 'info', '--format', '{{.KernelVersion}}'));
  await expect(overview).toContainText(cli(engine.url, 'info', '--format', '{{.Driver}}'));
  await expect(page.getByTestId('daemon-memory')).toContainText('MB');
  await expect(page.getByTestId('daemon-cpu')).toContainText('%');
  await expectAccessible(page);
});

test('what nobody uses is shown, goes, and nothing else', async ({ page, app, engine, fixture }) => {
  const { docker } = fixture;
  await docker.createNetwork('forsaken');
  cli(engine.url, 'volume', 'create', 'precious');
  cli(engine.url, 'run', '--name', 'ended', 'bulkhead-test/busybox:1', 'true');
  await page.goto(app.url);
  await page.getByTestId('nav-engine').click();
  await page.getByTestId('tab-disk').click();
  const images = page.locator('[data-testid="disk-usage"] [data-kind="images"]');
  await expect(images).toContainText('MB');
  await expectAccessible(page);

  const plan = page.getByTestId('plan');
  await expect(plan.locator('[data-item="forsaken"]')).toBeVisible();
  await expect(plan.locator('[data-item="ended"]')).toHaveCount(0);
  await page.getByTestId('plan-containers').check();
  await expect(plan.locator('[data-item="ended"]')).toBeVisible();
  const shown = await plan
    .locator('[data-item]')
    .evaluateAll((items) => items.map((one) => one.getAttribute('data-item')));
  await page.getByTestId('plan-prune').click();
  await expect(page.getByTestId('confirm-action')).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId('confirm-action').click();
  await expect(page.locator('[data-testid="job"][data-kind="engine-prune"]')).toHaveAttribute('data-state', 'done');
  await expect(plan.locator('[data-item="ended"]')).toHaveCount(0);

  expect(shown).toEqual(expect.arrayContaining(['ended', 'forsaken']));
  const left = cli(engine.url, 'network', 'ls', '--format', '{{.Name}}').split('\n');
  expect(left).not.toContain('forsaken');
  expect(cli(engine.url, 'ps', '-a', '--format', '{{.Names}}').split('\n')).not.toContain('ended');
  expect(cli(engine.url, 'volume', 'ls', '-q').split('\n')).toContain('precious');
  cli(engine.url, 'volume', 'rm', 'precious');
});

test('what happens is seen as it happens, found, held and copied', async ({ page, app, engine, fixture }) => {
  void fixture;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto(app.url);
  await page.getByTestId('nav-engine').click();
  await page.getByTestId('tab-events').click();
  await expect(page.getByTestId('events-status')).toContainText('5,000');
  const row = (name: string, action: string) =>
    page.locator(`[data-testid="event-row"][data-name="${name}"][data-action="${action}"]`);
  cli(engine.url, 'run', '--rm', '--name', 'passer-by', 'bulkhead-test/busybox:1', 'true');
  await expect(row('passer-by', 'die')).toBeVisible();
  await expectAccessible(page);

  await page.getByTestId('events-type').selectOption('volume');
  await expect(row('passer-by', 'die')).toHaveCount(0);
  await page.getByTestId('events-type').selectOption('container');
  await page.getByTestId('events-action').selectOption('die');
  await expect(row('passer-by', 'start')).toHaveCount(0);
  await expect(row('passer-by', 'die')).toBeVisible();

  await page.getByTestId('events-pause').click();
  cli(engine.url, 'run', '--rm', '--name', 'unseen', 'bulkhead-test/busybox:1', 'true');
  await expect(page.getByTestId('events-pause')).toContainText(/[1-9]\d* new/);
  await expect(row('unseen', 'die')).toHaveCount(0);
  await page.getByTestId('events-pause').click();
  await expect(row('unseen', 'die')).toBeVisible();

  await page.getByTestId('events-copy').click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/container die passer-by/);
  expect(copied.split('\n').every((line) => line.includes(' container die '))).toBe(true);
});

test('the engine goes away and comes back while its events are watched', async ({ page, app, engine, fixture }) => {
  await page.goto(app.url);
  await page.getByTestId('nav-engine').click();
  await page.getByTestId('tab-events').click();
  await expect(page.getByTestId('events-status')).toBeVisible();
  await engine.stopDaemon();
  await expect(page.getByTestId('engine-events').getByRole('alert')).toContainText(/engine/i);
  await engine.startDaemon();
  await expect(page.getByTestId('engine-events').getByRole('alert')).toHaveCount(0);
  cli(engine.url, 'run', '--rm', '--name', 'after', 'bulkhead-test/busybox:1', 'true');
  await expect(page.locator('[data-testid="event-row"][data-name="after"][data-action="die"]')).toBeVisible();
  // Containers have no restart policy: put them back for whoever comes next.
  for (const { name, running } of fixture.containers) if (running) await fixture.docker.startContainer(name);
});

test('all engines are side by side: one is added, fails by itself, and one click leads to another and back', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  await page.goto(app.url);
  await page.getByTestId('nav-engine').click();
  await page.getByTestId('tab-engines').click();
  const card = (address: string) => page.locator(`[data-testid="engine-card"][data-address="${address}"]`);
  const add = async (address: string): Promise<void> => {
    await page.getByTestId('engine-address').fill(address);
    await page.getByTestId('engine-add').click();
  };
  await add(engine.url);
  // What is typed while that is asked stays.
  await page.getByTestId('engine-address').fill('tcp://127.0.0.1:1');
  await expect(card(engine.url)).toHaveAttribute('data-state', 'reachable');
  await expect(page.getByTestId('engine-address')).toHaveValue('tcp://127.0.0.1:1');
  await page.getByTestId('engine-add').click();
  await expect(card(engine.url)).toHaveAttribute('data-current', 'true');
  const broken = card('tcp://127.0.0.1:1');
  await expect(broken).toHaveAttribute('data-state', 'unreachable');
  await expect(broken.getByRole('alert')).toContainText('nothing listens there');
  const running = (): string => cli(engine.url, 'info', '--format', '{{.ContainersRunning}}');
  await expect(card(engine.url).getByTestId('card-running')).toHaveAttribute('data-running', running());
  cli(engine.url, 'run', '-d', '--name', 'one-more', 'bulkhead-test/busybox:1', 'sleep', '99');
  await expect(card(engine.url).getByTestId('card-running')).toHaveAttribute('data-running', running());
  cli(engine.url, 'rm', '-f', 'one-more');
  await expectAccessible(page);

  await add('gopher://nowhere');
  await expect(page.getByRole('alert').filter({ hasText: 'no engine address' })).toBeVisible();

  await card('demo').getByTestId('switch').click();
  await expect(card('demo')).toHaveAttribute('data-current', 'true');
  await expect(page, 'the place stays').toHaveURL(/#\/engine\/engines$/);
  await card('tcp://127.0.0.1:1').getByTestId('switch').click();
  await expect(card(engine.url), 'also while nothing is connected').toHaveAttribute('data-state', 'reachable');
  await card(engine.url).getByTestId('switch').click();
  await expect(card(engine.url)).toHaveAttribute('data-current', 'true');
  await broken.getByRole('button', { name: /forget/i }).click();
  await expect(broken).toHaveCount(0);
});

/** The docker command line, which knows nothing of Bulkhead. */
function cli(url: string, ...args: string[]): string {
  const { stdout, stderr, status } = spawnSync('docker', args, {
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: url },
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}
