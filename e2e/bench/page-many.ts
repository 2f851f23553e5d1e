/** Every list of the page with a thousand things in it: when it is painted, and whether anything done there makes it stand still. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openPage, type OpenPage } from './page.ts';
import { inTurn, median, rowOf, timed, type Row } from './row.ts';

const run = promisify(execFile);

const ROUNDS = 7;
const RATIO = 1.3;
const MORE_MS = 100;
/** No task of the page may take longer (ms). */
const TASK_MS = 100;
/** What of a list may be among the page's elements: what is seen of 1,200 pixels, and as much again. */
const DRAWN = 80;

interface List {
  readonly screen: 'containers' | 'images' | 'volumes' | 'networks' | 'compose';
  readonly row: string;
  readonly search: RegExp;
  /** Finds some of them, not all. */
  readonly words: string;
  /** What the engine itself is asked, to compare with. */
  readonly paths: readonly string[];
}

const LISTS: readonly List[] = [
  {
    screen: 'containers',
    row: 'container-row',
    search: /find a container/i,
    words: 'container-00',
    paths: ['/containers/json?all=true'],
  },
  {
    screen: 'images',
    row: 'image-row',
    search: /find an image/i,
    words: 'image:00',
    paths: ['/images/json', '/containers/json?all=true'],
  },
  { screen: 'volumes', row: 'volume-row', search: /find a volume/i, words: 'volume-00', paths: ['/volumes'] },
  { screen: 'networks', row: 'network-row', search: /find a network/i, words: 'network-0', paths: ['/networks'] },
  {
    screen: 'compose',
    row: 'compose-row',
    search: /find a project/i,
    words: 'project-0',
    paths: ['/containers/json?all=true'],
  },
];

/** @param engine has very many things on it (`makeMany`) */
export async function manyRows(engine: { readonly url: string; readonly socket: string }): Promise<Row[]> {
  const open = await openPage(engine.url);
  try {
    await open.page.locator('[data-testid="matrix"], .face').first().waitFor();
    const rows: Row[] = [];
    for (const list of LISTS) rows.push(...(await rowsOf(list, open, engine.socket)));
    return [...rows, ...(await matrixRows(open))];
  } finally {
    await open.close();
  }
}

async function rowsOf(list: List, open: OpenPage, socket: string): Promise<Row[]> {
  const { screen, paths } = list;
  const curl = ['--silent', '--fail', '--unix-socket', socket];
  const raw = (): Promise<number> =>
    timed(() => run('curl', [...curl, ...paths.flatMap((path) => ['--output', '/dev/null', `http://engine${path}`])]));
  const painted = await inTurn(ROUNDS, 2, () => firstPainted(open, list), raw);
  const bound = RATIO * median(painted.baseline) + MORE_MS;
  const what = `${await countIn(open, list)} ${screen}`;
  return [
    rowOf({
      name: `list of ${what} painted, from the click on its screen`,
      ...painted,
      baselineName: `curl, GET ${paths.join(', ')}`,
      limits: { median: { atMost: Math.round(bound) } },
    }),
    await typed(list, what, open),
    await sorted(what, open),
    rowOf({
      name: `rows of ${what} among the page's elements`,
      unit: 'rows',
      measured: [await open.page.getByTestId(list.row).count()],
      limits: { median: { atMost: DRAWN } },
    }),
  ];
}

/** Inside the page: from the click to the second frame after the first row is there (ms). */
async function firstPainted({ page }: OpenPage, { screen, row }: List): Promise<number> {
  await page.getByTestId('nav-guide').click();
  await page.getByTestId('guide').waitFor();
  return page.evaluate(
    ({ screen, row }) =>
      new Promise<number>((resolve) => {
        const startedAt = performance.now();
        document.querySelector<HTMLElement>(`[data-testid="nav-${screen}"]`)?.click();
        const look = (): void => {
          if (document.querySelector(`[data-testid="${row}"]`) === null) requestAnimationFrame(look);
          // What was drawn in this frame is on the screen in the next.
          else requestAnimationFrame(() => resolve(performance.now() - startedAt));
        };
        look();
      }),
    { screen, row },
  );
}

/** As the list itself tells it. */
async function countIn({ page }: OpenPage, { screen }: List): Promise<string> {
  const told = await page
    .getByTestId(screen)
    .getByText(/^[\d,]+ /)
    .first()
    .textContent();
  return /^[\d,]+/.exec(told ?? '')?.[0] ?? '';
}

async function typed({ search, words }: List, what: string, open: OpenPage): Promise<Row> {
  const field = open.page.getByLabel(search);
  return longest(`longest task while looking for something among ${what}, key by key`, open, async () => {
    await field.pressSequentially(words, { delay: 60 });
    for (const _ of words) await field.press('Backspace', { delay: 60 });
  });
}

async function sorted(what: string, open: OpenPage): Promise<Row> {
  const heads = open.page.locator('[data-testid^="sort-"]');
  return longest(`longest task while sorting ${what} by each column`, open, async () => {
    for (const head of await heads.all()) {
      for (let press = 0; press < 3; press += 1) await head.click();
    }
  });
}

async function matrixRows(open: OpenPage): Promise<Row[]> {
  const { page } = open;
  return [
    await longest('longest task while the matrix of all of them is opened and looked through', open, async () => {
      await page.getByTestId('nav-matrix').click();
      const canvas = page.getByTestId('matrix');
      await canvas.waitFor();
      await canvas.hover();
      for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(200, 300);
    }),
    await longest('longest task while one of them is looked for in the palette', open, async () => {
      await page.keyboard.press('Control+k');
      await page.getByTestId('palette').waitFor();
      await page.keyboard.type('container-0042', { delay: 60 });
      await page.keyboard.press('Escape');
    }),
  ];
}

/** Of the page, whatever made it; in processor time, so that what others do on the machine is left out. */
async function longest(name: string, open: OpenPage, work: () => Promise<void>): Promise<Row> {
  await open.page.waitForTimeout(500);
  const tasks = await open.tasksOf(work);
  return rowOf({ name, measured: [Math.max(0, ...tasks)], limits: { median: { atMost: TASK_MS } } });
}
