/** The diagram in Chromium: laid out in the page's worker, and moved about in with a thousand endpoints. */
import { chromium, type Page } from '@playwright/test';
import { createServer } from 'vite';
import { packageDirectory } from '../../electron/lib/package-dir.ts';
import type { DiagramBench, Motion } from './diagram-page/main.ts';
import { rowOf, type Row } from './row.ts';

const LAID = { endpoints: 300, networks: 40 };
const SHOWN = { endpoints: 1000, networks: 120 };
const ROUNDS = 7;
const TURNS = 3;
const FRAMES = 60;
/** What a person sees as a stutter. */
const STUTTER_MS = 50;

export async function diagramInPageRows(): Promise<Row[]> {
  const root = packageDirectory();
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, watch: null },
  });
  await server.listen();
  const browser = await chromium.launch({
    executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    const address = server.resolvedUrls?.local[0] ?? '';
    await page.goto(new URL('/e2e/bench/diagram-page/index.html', address).href);
    await page.waitForFunction(() => 'bench' in globalThis);
    return [...(await layoutRows(page)), ...(await motionRows(page))];
  } finally {
    await browser.close();
    await server.close();
  }
}

function bench<Given, Answer>(
  page: Page,
  work: (bench: DiagramBench, given: Given) => Promise<Answer> | Answer,
  given: Given,
): Promise<Answer> {
  const source = `(given) => (${work.toString()})(globalThis.bench, given)`;
  return page.evaluate(`(${source})(${JSON.stringify(given)})`);
}

async function layoutRows(page: Page): Promise<Row[]> {
  const rounds: { readonly ms: number; readonly away: number; readonly idle: number }[] = [];
  // The first starts the worker.
  for (let round = -2; round < ROUNDS; round += 1) {
    const one = await bench(page, (on, { endpoints, networks }) => on.lay(endpoints, networks), LAID);
    const idle = await bench(page, (on, ms) => on.idle(ms), one.ms);
    if (round >= 0) rounds.push({ ...one, idle });
  }
  const scale = `${LAID.endpoints} endpoints, ${LAID.networks} networks`;
  return [
    rowOf({
      name: `diagram laid out in the page's worker: ${scale}`,
      measured: rounds.map(({ ms }) => ms),
      limits: { median: { atMost: 1000 } },
    }),
    rowOf({
      name: 'the longest that the page is away meanwhile',
      measured: rounds.map(({ away }) => away),
      baseline: rounds.map(({ idle }) => idle),
      baselineName: 'the same page with nothing to do',
      limits: { behind: { atMost: STUTTER_MS } },
    }),
  ];
}

/** Frames with all of it and with nothing in turn: whatever else the machine does meets both. */
async function motionRows(page: Page): Promise<Row[]> {
  await bench(page, (on, { endpoints, networks }) => on.lay(endpoints, networks), SHOWN);
  const rows: Row[] = [];
  for (const motion of ['pan', 'zoom', 'hover'] as const) {
    const times = { laid: [] as number[], nothing: [] as number[] };
    const stutters = { laid: [] as number[], nothing: [] as number[] };
    for (let turn = -1; turn < TURNS; turn += 1) {
      for (const what of ['laid', 'nothing'] as const) {
        const frames = await bench(
          page,
          async (on, given) => {
            on.show(given.what);
            return on.frames(given.motion, given.count);
          },
          { what, motion, count: FRAMES } satisfies { what: typeof what; motion: Motion; count: number },
        );
        // The first turn paints what is kept.
        if (turn < 0) continue;
        times[what].push(...frames);
        stutters[what].push((100 * frames.filter((ms) => ms > STUTTER_MS).length) / frames.length);
      }
    }
    rows.push(
      rowOf({
        name: `a frame at ${motion} over ${SHOWN.endpoints} endpoints`,
        measured: times.laid,
        baseline: times.nothing,
        baselineName: 'the same over nothing',
        limits: { median: { atMost: STUTTER_MS } },
      }),
      rowOf({
        name: `frames at ${motion} that take more than ${STUTTER_MS} ms`,
        unit: '%',
        measured: stutters.laid,
        baseline: stutters.nothing,
        baselineName: 'the same over nothing',
        limits: { behind: { atMost: 10 } },
      }),
    );
  }
  return rows;
}
