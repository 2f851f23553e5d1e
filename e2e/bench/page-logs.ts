/** Logs in the page: how far behind `docker logs` they are, what they hold of memory, and whether following holds up the page. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Docker } from '../fixture/docker.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { openPage, type OpenPage } from './page.ts';
import { inTurn, rowOf, timed, type Row } from './row.ts';

const run = promisify(execFile);

const LINES = 100_000;
const BEHIND_MS = 2000;
const ROUNDS = 5;
const PER_SECOND = 5000;
const FOLLOWED_S = 15;
const LONG_TASK_MS = 100;
/** What 100,000 lines of this length and more that came after them may take of the page's memory (MB). */
const HEAP_MB = 150;
const WAIT_MS = 60_000;

/** As a web server would write; the number makes each line one of its own. */
const WORDS = 'GET /api/v1/orders?page=3 HTTP/1.1 200 512 12.5ms level=info client=10.0.0.7 upstream=api:8080';

export async function logRows(engine: { readonly url: string; readonly socket: string }): Promise<Row[]> {
  const docker = new Docker(engine.socket);
  await docker.runContainer('bench-logs', {
    Image: TEST_IMAGE,
    Cmd: ['sh', '-c', `seq 1 ${LINES} | awk '{ print "line " $1 " ${WORDS}" }'; sleep 86400`],
  });
  await docker.runContainer('bench-flow', { Image: TEST_IMAGE, Cmd: ['sh', '-c', flowing()] });
  await written(engine.url, LINES);
  const open = await openPage(engine.url);
  try {
    await open.page.getByTestId('nav-containers').click();
    await open.page.locator('[data-testid="container-row"]').first().waitFor();
    const times = await inTurn(
      ROUNDS,
      1,
      () => shownAndFound(open),
      () => timed(() => read(engine.url, 'bench-logs')),
    );
    const row = rowOf({
      name: `${LINES} log lines of one container shown and searched, from the click`,
      ...times,
      baselineName: 'docker logs --timestamps, read to its end',
      limits: { behind: { atMost: BEHIND_MS } },
    });
    return [row, ...(await followRows(open))];
  } finally {
    await open.close();
  }
}

/** Lines in ten bursts a second, some more than asked for: a shell's clock is not exact. */
function flowing(): string {
  const burst = Math.ceil((PER_SECOND * 1.08) / 10);
  return `awk 'BEGIN { while (1) { for (i = 0; i < ${burst}; i++) print "line " ++n " ${WORDS}"; fflush(); system("usleep 96000") } }'`;
}

/** The page has them all, and finds the last one by its words (ms). */
async function shownAndFound({ page }: OpenPage): Promise<number> {
  await goTo(page, '#/containers');
  await page.locator('[data-testid="container-row"]').first().waitFor();
  const ms = await timed(async () => {
    await goTo(page, '#/containers/bench-logs/logs');
    const search = page.getByTestId('log-search');
    await search.fill(`line ${LINES} `);
    await page.locator(`[data-testid="logs"][data-shown="${LINES}"]`).waitFor({ timeout: WAIT_MS });
    await page.locator('[data-testid="log-matches"][data-count="1"]').waitFor({ timeout: WAIT_MS });
  });
  await page.getByTestId('log-search').fill('');
  return ms;
}

async function followRows(open: OpenPage): Promise<readonly Row[]> {
  const { page } = open;
  await goTo(page, '#/containers/bench-flow/logs');
  // What there was is read first; following is what is measured.
  await page.locator('[data-testid="log-status"][data-state="following"]').waitFor({ timeout: WAIT_MS });
  const first = await lastNumber(open);
  await open.longTasks();
  const seconds = (await timed(() => page.waitForTimeout(FOLLOWED_S * 1000))) / 1000;
  const tasks = await open.longTasks();
  const rate = ((await lastNumber(open)) - first) / seconds;
  const dropped = Number(await page.getByTestId('logs').getAttribute('data-dropped'));
  if (rate < PER_SECOND) throw new Error(`Only ${Math.round(rate)} lines a second were followed.`);
  if (dropped > 0) throw new Error(`${dropped} lines were left out while following.`);
  return [
    rowOf({
      name: `longest task of the page while following ${Math.round(rate)} lines/s for ${FOLLOWED_S} s`,
      measured: [Math.max(0, ...tasks)],
      limits: { median: { atMost: LONG_TASK_MS } },
    }),
    rowOf({
      name: 'memory of the page after that, 100,000 lines kept',
      unit: 'MB',
      measured: [await open.heapMb()],
      limits: { median: { atMost: HEAP_MB } },
    }),
  ];
}

/** Number of the newest line in sight. */
async function lastNumber({ page }: OpenPage): Promise<number> {
  const text = await page.locator('.log-line').last().textContent();
  return Number(/line (\d+)/.exec(text ?? '')?.[1] ?? NaN);
}

function goTo(page: OpenPage['page'], hash: string): Promise<void> {
  return page.evaluate((to) => void (window.location.hash = to), hash);
}

async function read(url: string, name: string): Promise<number> {
  // Through a pipe, as whoever reads it would.
  const { stdout } = await run('sh', ['-c', `docker logs --timestamps ${name} | wc -l`], {
    env: { ...process.env, DOCKER_HOST: url },
  });
  return Number(stdout);
}

async function written(url: string, lines: number): Promise<void> {
  while ((await read(url, 'bench-logs')) < lines) await new Promise((resolve) => setTimeout(resolve, 500));
}
