/** The built app in a browser of its own, and what its two processes take. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type CDPSession, type Page } from '@playwright/test';
import { packageDirectory } from '../../electron/lib/package-dir.ts';

export interface OpenPage {
  readonly page: Page;
  /** Processor time of the core so far (ms), all threads together. */
  coreMs(): number;
  /** Of the core's memory, what is in the machine's now (MB). */
  coreMb(): number;
  /** Of the page's own memory, what is in use after what is not has been collected (MB). */
  heapMb(): Promise<number>;
  /** Milliseconds of each task of the page over 50 ms since the last call. */
  longTasks(): Promise<readonly number[]>;
  /** Processor time of each task of the page's main thread while that is done (ms): what others do on the machine is left out. */
  tasksOf(work: () => Promise<void>): Promise<readonly number[]>;
  close(): Promise<void>;
}

/** Linux counts processor time for programs in hundredths of a second. */
const TICK_MS = 10;
const SIZE = { width: 1280, height: 1200 };

/** Serves the app on that engine and opens it. */
export async function openPage(engine: string): Promise<OpenPage> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-page-'));
  const cli = join(packageDirectory(), 'out', 'cli.js');
  const child = spawn(process.execPath, [cli, '--engine', engine, 'serve', '--no-open'], {
    env: { ...process.env, BULKHEAD_CONFIG_DIR: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await firstLine(child);
  const browser = await chromium.launch({
    executablePath: process.env['BULKHEAD_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
  const page = await browser.newPage({ viewport: SIZE, reducedMotion: 'reduce' });
  await page.addInitScript(watchLongTasks);
  await page.goto(url);
  const session = await page.context().newCDPSession(page);
  return {
    page,
    coreMs: () => ticksOf(child.pid ?? 0) * TICK_MS,
    coreMb: () => residentMb(child.pid ?? 0),
    heapMb: () => heapOf(session),
    longTasks: () => page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks.splice(0)),
    tasksOf: async (work) => {
      await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
      await work();
      return mainTasks((await browser.stopTracing()).toString());
    },
    close: async () => {
      await browser.close();
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the thread's own time, in microseconds. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** @param trace as the browser writes it; of its pages there is one */
function mainTasks(trace: string): readonly number[] {
  const { traceEvents } = JSON.parse(trace) as { readonly traceEvents: readonly TraceEvent[] };
  const threadOf = ({ pid, tid }: TraceEvent): string => `${pid} ${tid}`;
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map((event) => threadOf(event)),
  );
  const tasks = traceEvents.filter((event) => event.tdur !== undefined && mains.has(threadOf(event)));
  if (tasks.length === 0) throw new Error('The browser told of no task.');
  return tasks.map(({ tdur = 0 }) => tdur / 1000);
}

/** Runs in the page. */
function watchLongTasks(): void {
  const longTasks: number[] = [];
  Object.assign(globalThis, { longTasks });
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
    buffered: true,
  });
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

function ticksOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** As `ps` shows it. */
export function residentMb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`bulkhead serve ended with ${code}; was it built?`)));
    child.once('error', reject);
    if (child.stdout) createInterface({ input: child.stdout }).once('line', resolve);
  });
}
