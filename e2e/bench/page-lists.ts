/** The list of containers in the page: when it is painted, and what figures of many cost the core. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Docker } from '../fixture/docker.ts';
import { openPage, type OpenPage } from './page.ts';
import { inTurn, median, rowOf, timed, type Row } from './row.ts';

const run = promisify(execFile);

const ROUNDS = 9;
const RATIO = 1.3;
const MORE_MS = 100;
const STREAMS = 20;
const STATS_S = 20;
const STATS_PERCENT = 10;

/** @param running at least 20 */
export async function listRows(engine: { readonly url: string; readonly socket: string }): Promise<Row[]> {
  const docker = new Docker(engine.socket);
  const count = (await docker.listContainers()).length;
  const open = await openPage(engine.url);
  const curl = ['--silent', '--fail', '--output', '/dev/null', '--unix-socket', engine.socket];
  const raw = (): Promise<number> => timed(() => run('curl', [...curl, 'http://engine/containers/json?all=true']));
  try {
    await open.page.locator('[data-testid="matrix"], .face').first().waitFor();
    const painted = await inTurn(ROUNDS, 2, () => firstPainted(open), raw);
    const bound = RATIO * median(painted.baseline) + MORE_MS;
    return [
      rowOf({
        name: `list of ${count} containers painted, from the click on its screen`,
        ...painted,
        baselineName: 'curl, GET /containers/json?all=true',
        limits: { median: { atMost: Math.round(bound) } },
      }),
      await statsRow(open),
    ];
  } finally {
    await open.close();
  }
}

/** Inside the page: from the click to the second frame after the first row is there (ms). */
async function firstPainted({ page }: OpenPage): Promise<number> {
  await page.getByTestId('nav-networks').click();
  await page.getByTestId('networks').waitFor();
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const startedAt = performance.now();
        document.querySelector<HTMLElement>('[data-testid="nav-containers"]')?.click();
        const look = (): void => {
          if (document.querySelector('[data-testid="container-row"]') === null) requestAnimationFrame(look);
          // What was drawn in this frame is on the screen in the next.
          else requestAnimationFrame(() => resolve(performance.now() - startedAt));
        };
        look();
      }),
  );
}

/** Those that run come first; their figures are asked for as long as they are in sight. */
async function statsRow(open: OpenPage): Promise<Row> {
  const { page } = open;
  await page.getByTestId('nav-containers').click();
  await page.getByLabel(/find a container/i).fill('running-');
  await page
    .locator('[data-testid="container-row"] .sparkline')
    .nth(STREAMS - 1)
    .waitFor();
  // Starting them is not what they cost.
  await page.waitForTimeout(3000);
  const before = open.coreMs();
  const ms = await timed(() => page.waitForTimeout(STATS_S * 1000));
  const streams = await page.locator('[data-testid="container-row"] .sparkline').count();
  if (streams < STREAMS) throw new Error(`Only ${streams} figures are in sight.`);
  return rowOf({
    name: `processor time of the core for ${STREAMS} streams of figures, of one core`,
    unit: '%',
    measured: [(100 * (open.coreMs() - before)) / ms],
    limits: { median: { atMost: STATS_PERCENT } },
  });
}
