/** Inside a container: its log is followed, a terminal typed into, what it uses seen, files looked at, fetched and put there. */
import { readFile, writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { TEST_IMAGE } from '../fixture/image.ts';
import { MatrixPage } from '../pages/matrix-page.ts';
import { expectAccessible } from './axe.ts';
import { expect, test } from './app.ts';

const PROJECT = { 'com.docker.compose.project': 'inside' };

async function openTab(page: Page, url: string | null, name: string, tab: string): Promise<void> {
  if (url !== null) await new MatrixPage(page).open(url);
  await page.evaluate((hash) => (window.location.hash = hash), `#/containers/${name}/${tab}`);
  await expect(page.getByTestId(`tab-${tab}`)).toHaveAttribute('aria-current', 'page');
}

/** What the terminal in sight shows. */
const screen = (page: Page) => page.locator('[data-testid="terminal"][data-shown="true"] .xterm-rows');

test('logs are followed, searched, filtered, interleaved and saved', async ({ page, app, fixture }) => {
  const { docker } = fixture;
  const talker = (name: string, script: string) =>
    docker.runContainer(name, {
      Image: TEST_IMAGE,
      Cmd: ['sh', '-c', script],
      Labels: { ...PROJECT, 'com.docker.compose.service': name },
      HostConfig: { NetworkMode: 'none' },
    });
  const web = await talker(
    'talker-web',
    'echo first; printf "\\033[31mERROR\\033[0m it broke\\n"; echo "<img src=x onerror=alert(1)>"; while true; do echo "INFO tick $((i=i+1))"; sleep 0.2; done',
  );
  await talker('talker-db', 'while true; do echo "LOG:  checkpoint"; sleep 0.3; done');
  try {
    await openTab(page, app.url, 'talker-web', 'logs');
    const lines = page.getByTestId('log-lines');
    const logs = page.getByTestId('logs');
    await expect(page.getByTestId('log-status')).toHaveAttribute('data-state', 'following');
    await expect(lines, 'what is written appears by itself').toContainText('INFO tick 12');
    await expectAccessible(page);

    await page.getByTestId('log-search').fill('it br.ke');
    await expect(page.getByTestId('log-matches')).toHaveAttribute('data-count', '0');
    await page.getByRole('button', { name: /regular expression/ }).click();
    await expect(page.getByTestId('log-matches')).toHaveAttribute('data-count', '1');
    await page.getByTestId('log-search').press('Enter');
    await expect(lines.locator('[data-current="true"]')).toContainText('ERROR it broke');
    await expect(lines.locator('[data-current="true"]')).toHaveAttribute('data-level', 'error');
    await page.getByRole('button', { name: /only lines that match/ }).click();
    await expect(logs).toHaveAttribute('data-shown', '1');
    await page.getByTestId('log-search').fill('onerror');
    await expect(lines, 'hostile output is text').toContainText('<img src=x onerror=alert(1)>');
    await page.getByTestId('log-search').fill('(');
    await expect(page.getByText(/Unterminated group/)).toBeVisible();
    await page.getByTestId('log-search').fill('');

    await page.getByTestId('log-project').check();
    await expect(lines.locator('.log-name', { hasText: 'talker-db' }).first()).toBeVisible();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: /^save/i }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('inside.log');
    const saved = (await readFile(await download.path(), 'utf8')).trimEnd().split('\n');
    const times = saved.map((line) => line.slice(0, 30));
    expect(times.toSorted(), 'in order of time over both').toEqual(times);
    expect(saved.filter((line) => line.includes('talker-db |')).length).toBeGreaterThan(2);
    expect(saved.some((line) => line.endsWith('ERROR it broke'))).toBe(true);
    await page.getByTestId('log-project').uncheck();

    await docker.stopContainer(web, 0);
    await expect(page.getByTestId('log-status')).toHaveAttribute('data-state', 'ended');
    await docker.startContainer(web);
    await expect(page.getByTestId('log-status'), 'a new start is followed by itself').toHaveAttribute(
      'data-state',
      'following',
    );
    await docker.removeContainer(web);
    await expect(page.getByText('talker-web is gone'), 'what it wrote is still there to be read').toBeVisible();
    await expect(page.getByTestId('log-status')).toHaveAttribute('data-state', 'gone');
    await expect(page.getByText(/was removed/).first()).toBeVisible();
    await expect(page.locator('.log-line').first()).toBeVisible();
  } finally {
    await docker.removeContainer('talker-web').catch(() => undefined);
    await docker.removeContainer('talker-db').catch(() => undefined);
  }
});

test('a terminal takes what is typed, resizes, tells how it ends, and leaves nothing behind', async ({
  page,
  app,
  fixture,
}) => {
  const { docker } = fixture;
  const id = await docker.runContainer('typed', { Image: TEST_IMAGE, Cmd: ['sleep', '600'] });
  const refused: string[] = [];
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) refused.push(message.text());
  });
  try {
    await openTab(page, app.url, 'typed', 'terminal');
    await expect(screen(page)).toContainText('/ #');
    await page.keyboard.type('echo made-$((40+2)) > /tmp/made; stty size; echo do"ne"\n');
    await expect(screen(page)).toContainText('done');
    expect((await docker.exec(id, ['cat', '/tmp/made'])).stdout).toBe('made-42\n');
    const size = (text: string | null) =>
      /(\d+) (\d+) *(?:\s|d)/
        .exec(text ?? '')
        ?.slice(1)
        .map(Number) ?? [];
    const [rows = 0, cols = 0] = size(await screen(page).innerText());
    expect(
      [rows, cols].every((one) => one > 20),
      `a size of its own: ${rows} ${cols}`,
    ).toBe(true);
    await expectAccessible(page);

    await page.getByTestId('new-shell').click();
    await expect(page.getByTestId('terminal')).toHaveCount(2);
    await expect(screen(page)).toContainText('/ #');
    await page.setViewportSize({ width: 900, height: 600 });
    await page.keyboard.type('stty size | sed s/^/now-/\n');
    await expect(screen(page)).toContainText(/now-\d+ \d+/);
    expect(Number(/now-\d+ (\d+)/.exec(await screen(page).innerText())?.[1])).toBeLessThan(cols);
    await page.keyboard.type('exit 3\n');
    await expect(page.getByTestId('terminal-end')).toHaveAttribute('data-code', '3');

    const shells = async () => (await docker.exec(id, ['ps', '-o', 'args'])).stdout.match(/^ash$/gm)?.length ?? 0;
    expect(await shells()).toBe(1);
    await page.getByTestId('nav-containers').click();
    await expect.poll(shells, { timeout: 20_000 }).toBe(0);
    expect(refused).toEqual([]);
  } finally {
    await docker.removeContainer('typed');
  }
});

test('files are looked at, put there, fetched, and what changed is told', async ({ page, app, fixture }, testInfo) => {
  const { docker } = fixture;
  const id = await docker.runContainer('filed', {
    Image: TEST_IMAGE,
    Cmd: ['sh', '-c', 'mkdir -p /data/deep && echo "hello there" > /data/greeting.txt && sleep 600'],
  });
  try {
    await openTab(page, app.url, 'filed', 'files');
    const row = (name: string) => page.locator(`[data-testid="file-row"][data-name="${name}"]`);
    await row('data').locator('.file-name').click();
    await expect(row('greeting.txt')).toBeVisible();
    await expect(page).not.toHaveURL(/undefined/);
    await row('greeting.txt').locator('.file-name').click();
    await expect(page.getByTestId('file-text')).toHaveText('hello there\n');
    await expectAccessible(page);

    const local = testInfo.outputPath('upload me.bin');
    const bytes = Buffer.from(Array.from({ length: 700_000 }, (_, at) => (at * 7) % 256));
    await writeFile(local, bytes);
    await page.getByTestId('files-chooser').setInputFiles(local);
    await expect(row('upload me.bin')).toBeVisible();
    expect((await docker.exec(id, ['wc', '-c', '/data/upload me.bin'])).stdout).toMatch(/^700000/);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row('upload me.bin').locator('[data-action="download"]').click(),
    ]);
    expect((await readFile(await download.path())).equals(bytes)).toBe(true);

    await page
      .getByRole('radiogroup')
      .getByText(/Changed since/)
      .click();
    await expect(page.locator('[data-testid="change-row"][data-path="/data/greeting.txt"]')).toHaveAttribute(
      'data-kind',
      'added',
    );
    await docker.stopContainer(id, 0);
    await page
      .getByRole('radiogroup')
      .getByText(/Browse/)
      .click();
    await expect(row('greeting.txt'), 'a stopped one is looked at as well').toBeVisible();
    await page.getByTestId('files-path').fill('/no/such/place');
    await page.getByTestId('files-path').press('Enter');
    await expect(page.getByRole('alert')).toContainText(/no\/such\/place|not find/);
  } finally {
    await docker.removeContainer('filed');
  }
});

test('what a container uses is drawn, and is what docker stats says', async ({ page, app, engine, fixture }) => {
  const { docker } = fixture;
  const id = await docker.runContainer('busy', { Image: TEST_IMAGE, Cmd: ['sh', '-c', 'while true; do :; done'] });
  try {
    await openTab(page, app.url, 'busy', 'stats');
    const stats = page.getByTestId('stats');
    await expect(stats).toHaveAttribute('data-pids', '1');
    await expect.poll(async () => Number(await stats.getAttribute('data-samples'))).toBeGreaterThan(3);
    await expect(page.locator('.stats-chart canvas')).toHaveCount(5);
    await expectAccessible(page);
    // The very figures of the command line: the loop takes what it gets, so the machine's load is in both.
    const told = await engine.exec(['docker', 'stats', '--no-stream', '--format', '{{.CPUPerc}} {{.PIDs}}', id]);
    const [cpu = '', pids] = told.stdout.trim().split(' ');
    expect(pids).toBe(await stats.getAttribute('data-pids'));
    const drawn = Number(await stats.getAttribute('data-cpu'));
    expect(drawn / parseFloat(cpu), `${drawn} beside ${cpu}`).toBeGreaterThan(0.4);
    expect(drawn / parseFloat(cpu), `${drawn} beside ${cpu}`).toBeLessThan(2.5);
  } finally {
    await docker.removeContainer('busy');
  }
});

test('an engine that dies while a log is followed and a shell is open is said, and both go on with it', async ({
  page,
  app,
  engine,
  fixture,
}) => {
  const { docker } = fixture;
  await docker.runContainer('survivor', {
    Image: TEST_IMAGE,
    Cmd: ['sh', '-c', 'while true; do echo alive; sleep 0.2; done'],
    HostConfig: { RestartPolicy: { Name: 'always' }, NetworkMode: 'none' },
  });
  try {
    await openTab(page, app.url, 'survivor', 'logs');
    await expect(page.getByTestId('log-status')).toHaveAttribute('data-state', 'following');
    await engine.stopDaemon();
    await expect(page.getByTestId('lost-banner')).toBeVisible();
    await engine.startDaemon();
    await expect(page.getByTestId('lost-banner')).toHaveCount(0, { timeout: 60_000 });
    const before = Number(await page.getByTestId('logs').getAttribute('data-shown'));
    await expect
      .poll(async () => Number(await page.getByTestId('logs').getAttribute('data-shown')), { timeout: 60_000 })
      .toBeGreaterThan(before + 3);
    await expect(page.getByTestId('log-status')).toHaveAttribute('data-state', 'following');

    await page.getByTestId('tab-terminal').click();
    await expect(screen(page)).toContainText('/ #');
    await engine.stopDaemon();
    await expect(page.getByTestId('terminal')).toHaveAttribute('data-phase', 'ended');
    await expect(page.getByTestId('terminals').getByRole('alert')).toBeVisible();
    await engine.startDaemon();
    await expect(page.getByTestId('lost-banner')).toHaveCount(0, { timeout: 60_000 });
  } finally {
    await docker.removeContainer('survivor');
    for (const { name, running } of fixture.containers) if (running) await docker.startContainer(name);
  }
});
