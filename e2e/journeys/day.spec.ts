/** A day without the command line: a container is run, read, typed into, and a file is taken out of it; the docker command line is asked whether it is so. */
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { dockerCli } from '../fixture/docker-cli.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { ContainersPage } from '../pages/containers-page.ts';
import { expectAccessible } from '../specs/axe.ts';
import { expect, test } from '../specs/app.ts';

const shown = (page: Page) => page.locator('[data-testid="terminal"][data-shown="true"] .xterm-rows');
const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

test('a container is run, read, typed into, a file is taken out, and the line that was shown runs another', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const screen = new ContainersPage(page);
  const { dialog } = screen;
  try {
    await screen.open(app.url);
    await page.getByTestId('run').click();
    await dialog.getByTestId('run-image').fill(TEST_IMAGE);
    await dialog.getByLabel('Name', { exact: true }).first().fill('day');
    const script = 'echo "ready, $WHO"; while read -r line; do echo "heard $line"; done; sleep 3600';
    await dialog.getByTestId('run-command').fill(`sh -c '${script}'`);
    const variable = await screen.addLine('env');
    await variable.getByLabel('Name').fill('WHO');
    await variable.getByLabel('Value').fill('Ann');
    await dialog.getByLabel('CPU', { exact: false }).first().fill('0.5');
    await dialog.getByLabel('Memory limit').fill('64m');
    await dialog.locator('summary').click();
    await dialog.getByRole('switch', { name: /terminal/i }).check();
    await dialog.getByRole('button', { name: /copy.*line|copy the command/i }).click();
    const line = await copied(page);
    expect(line).toMatch(/^docker run -d -it --name day /);
    await dialog.getByTestId('run-start').click();
    await expect(screen.detail).toHaveAttribute('data-state', 'running');
    const facts =
      '{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.Config.Tty}} {{json .Config.Cmd}} {{json .Config.Env}}';
    const made = await docker('inspect', '--format', facts, 'day');
    expect(made).toContain(`500000000 ${64 * 1024 * 1024} true`);

    // What it wrote is there, and goes on by itself.
    await screen.openTab('logs');
    await expect(page.getByTestId('log-lines')).toContainText('ready, Ann');
    expect(await docker('logs', 'day')).toContain('ready, Ann');

    // Its own main program is spoken to.
    await page.getByTestId('tab-terminal').click();
    await expect(shown(page)).toContainText('/ #');
    await page.getByTestId('attach').click();
    await page.getByRole('menuitem').first().click();
    await expect(page.getByTestId('terminal')).toHaveCount(2);
    await expect(page.locator('[data-testid="terminal"][data-shown="true"]')).toHaveAttribute('data-phase', 'open');
    await page.keyboard.type('good day\n');
    await expect(shown(page)).toContainText('heard good day');
    await expect.poll(() => docker('logs', 'day')).toContain('heard good day');
    await expectAccessible(page);

    // And a shell is typed into.
    await page.locator('.terminal-tab').first().getByRole('button').first().click();
    await page.keyboard.type('echo "made by hand" > /tmp/hand.txt; echo wr"itten"\n');
    await expect(shown(page)).toContainText('written');
    expect(await docker('exec', 'day', 'cat', '/tmp/hand.txt')).toBe('made by hand');

    await screen.goTo('#/containers/day/files');
    await page.getByTestId('files-path').fill('/tmp');
    await page.getByTestId('files-path').press('Enter');
    const file = page.locator('[data-testid="file-row"][data-name="hand.txt"]');
    const arriving = page.waitForEvent('download');
    await file.locator('[data-action="download"]').click();
    expect(await readFile(await (await arriving).path(), 'utf8')).toBe('made by hand\n');

    // The line that was copied is a line of the shell: it makes the same.
    const again = spawnSync('sh', ['-c', line.replace('--name day ', '--name day-again ')], {
      encoding: 'utf8',
      env: { ...process.env, DOCKER_HOST: engine.url, DOCKER_CONFIG: '/nonexistent' },
    });
    expect(again.stderr).toBe('');
    expect(await docker('inspect', '--format', facts, 'day-again')).toBe(made);
    await screen.goTo('#/containers');
    await expect(screen.row('day-again')).toHaveAttribute('data-state', 'running');
    await expect(screen.row('day').locator('svg.sparkline').first(), 'what it uses is drawn').toBeVisible();

    for (const [action, state, told] of [
      ['pause', 'paused', 'paused'],
      ['unpause', 'running', 'running'],
      ['stop', 'exited', 'exited'],
    ] as const) {
      await screen.choose('day-again', action);
      if (action === 'stop') await screen.confirm();
      await expect(screen.row('day-again')).toHaveAttribute('data-state', state, { timeout: 30_000 });
      expect(await docker('inspect', '--format', '{{.State.Status}}', 'day-again')).toBe(told);
    }
    const before = await docker('inspect', '--format', '{{.State.StartedAt}}', 'day');
    await screen.choose('day', 'restart');
    await screen.confirm();
    await expect
      .poll(() => docker('inspect', '--format', '{{.State.StartedAt}}', 'day'), { timeout: 30_000 })
      .not.toBe(before);
    await screen.choose('day-again', 'remove');
    await screen.confirm();
    await expect(screen.row('day-again')).toHaveCount(0);
    expect(await docker('ps', '--all', '--format', '{{.Names}}')).not.toContain('day-again');
  } finally {
    await docker('rm', '--force', 'day', 'day-again').catch(() => undefined);
  }
});

test('a log is read as one likes: by level, with times, in colours, wrapped, copied; whatever is in it', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const script = [
    'printf "\\033[31mERROR\\033[0m it broke\\n"',
    'echo "WARN careful"',
    'echo "INFO all well"',
    'head -c 300000 /dev/zero | tr "\\0" x; echo',
    'head -c 4000 /dev/urandom; echo',
    'echo "INFO the end"',
    'head -c 50000000 /dev/zero | tr "\\0" y',
    'sleep 3600',
  ].join('; ');
  try {
    await docker('run', '--detach', '--name', 'wordy', '--stop-signal', 'KILL', TEST_IMAGE, 'sh', '-c', script);
    const screen = new ContainersPage(page);
    await screen.open(app.url);
    await screen.goTo('#/containers/wordy/logs');
    const lines = page.getByTestId('log-lines');
    const search = page.getByTestId('log-search');
    await search.fill('the end');
    await expect(page.getByTestId('log-matches')).toHaveAttribute('data-count', '1');
    await search.fill('');
    await lines.press('Home');
    const broken = lines.locator('.log-line', { hasText: 'ERROR it broke' });
    await expect(broken).toBeVisible();
    const color = (of: string): Promise<string> =>
      broken.locator('.log-text span', { hasText: of }).evaluate((one) => getComputedStyle(one).color);
    expect(await color('ERROR'), 'in the colour that it was written in').not.toBe(await color('it broke'));
    await expect(lines.locator('.log-cut').first(), 'what never ends is cut, and says so').toBeVisible();
    await expectAccessible(page);

    await page.getByTestId('log-levels').click();
    await page.getByRole('menuitemcheckbox', { name: /error/i }).click();
    await page.keyboard.press('Escape');
    await expect(page.getByTestId('logs')).toHaveAttribute('data-shown', '1');
    await expect(lines).not.toContainText('careful');
    await page.getByRole('button', { name: 'Times' }).click();
    await expect(broken.locator('time')).toHaveCount(0);
    await page.getByRole('button', { name: 'Times' }).click();
    await expect(broken.locator('time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT/);
    await page.getByRole('button', { name: 'Copy what is shown' }).click();
    expect(await copied(page)).toMatch(/^\d{4}-\d\d-\d\dT\S+ .*ERROR it broke\n?$/);
    const first = (await docker('logs', '--timestamps', 'wordy').catch(() => '')).split('\n')[0] ?? '';
    expect(await copied(page), 'the very time that the engine tells').toContain(first.split(' ')[0] ?? 'nothing');

    await page.getByTestId('log-levels').click();
    for (const name of ['Warning', 'Info', 'Debug', 'No level'])
      await page.getByRole('menuitemcheckbox', { name }).click();
    await page.keyboard.press('Escape');
    const long = lines.locator('.log-line', { hasText: 'xxxx' }).first();
    const height = async (): Promise<number> => {
      await lines.press('Home');
      return (await long.boundingBox({ timeout: 2000 }).catch(() => null))?.height ?? 0;
    };
    await expect.poll(height).toBeGreaterThan(0);
    const flat = await height();
    await page.getByRole('button', { name: 'Wrap long lines' }).click();
    await expect.poll(height).toBeGreaterThan(flat * 4);
    expect(await lines.evaluate((one) => one.scrollWidth <= one.clientWidth + 1), 'nothing is beside it').toBe(true);
  } finally {
    await docker('rm', '--force', 'wordy');
  }
});

test('the path of what is looked at is copied, and a mount leads to its volume', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  void fixture;
  const docker = dockerCli(engine.url);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  try {
    await docker(
      'run',
      '--detach',
      '--name',
      'looked',
      '--label',
      'com.example.a=b',
      '--volume',
      'looked-data:/data',
      TEST_IMAGE,
      'sleep',
      '3600',
    );
    const screen = new ContainersPage(page);
    await screen.open(app.url);
    await screen.goTo('#/containers/looked/inspect');
    const inspect = page.getByTestId('inspect');
    await inspect.getByRole('textbox').fill('com.example.a');
    const found = inspect.locator('.inspect-line', { hasText: 'com.example.a' }).last();
    await found.hover();
    await found.getByRole('button', { name: /copy/i }).click();
    const path = await copied(page);
    expect(path).toBe('.Config.Labels["com.example.a"]');
    // As the command line's own templates would find it.
    expect(await docker('inspect', '--format', '{{index .Config.Labels "com.example.a"}}', 'looked')).toBe('b');

    const mounts = await screen.openTab('mounts');
    await mounts.getByRole('link', { name: 'looked-data' }).click();
    await expect(page).toHaveURL(/#\/volumes\/looked-data$/);
    await expect(page.getByTestId('volume-users')).toContainText('looked');
    await page.getByTestId('volume-users').getByRole('link', { name: 'looked' }).click();
    await expect(screen.detail).toHaveAttribute('data-name', 'looked');
    await screen.detail.getByRole('link', { name: TEST_IMAGE }).click();
    await expect(page.getByTestId('layers')).toBeVisible();
    await page.getByRole('link', { name: 'looked' }).click();
    const network = await screen.openTab('network');
    await network.getByRole('link', { name: 'bridge', exact: true }).click();
    await expect(page.locator('[data-member="looked"]')).toBeVisible();
  } finally {
    await docker('rm', '--force', '--volumes', 'looked');
    await docker('volume', 'rm', 'looked-data');
  }
});
