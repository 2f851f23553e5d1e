/** Steady traffic between two containers of a private engine, and the moments in which it stops and flows again. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageDirectory } from '../../electron/lib/package-dir.ts';
import type { RunningEngine } from '../engines/engine.ts';
import type { Running } from './guard-world.ts';

export type Kind = 'udp' | 'tcp';

export interface Traffic {
  /**
   * Resolves when packets have been flowing, or have stopped, since a moment not before `since`; with that moment.
   * Milliseconds of the clock of `monotonic`.
   */
  until(kind: Kind, what: 'flowing' | 'stopped', since: number): Promise<number>;
  /** Whether they flow, as far as was heard. */
  flows(kind: Kind): boolean;
  /** Drops the connection there is, or opens a new one. */
  connection(order: 'drop' | 'open'): void;
  close(): Promise<void>;
}

interface News {
  readonly kind: Kind;
  readonly what: 'flowing' | 'stopped';
  readonly at: number;
}

const WAIT_MS = 20_000;

/** The kernel's monotonic clock, in milliseconds: the same in every process of the machine. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

export async function openTraffic(engine: RunningEngine, from: Running, to: Running): Promise<Traffic> {
  const latest = new Map<Kind, News>();
  const listeners = new Set<() => void>();
  let failure = '';
  const receiver = await start(engine, to, ['receive'], (line) => {
    const [kind, what, at] = line.split(' ');
    if ((kind !== 'udp' && kind !== 'tcp') || (what !== 'flowing' && what !== 'stopped')) failure = line;
    else latest.set(kind, { kind, what, at: Number(at) });
    for (const listener of [...listeners]) listener();
  });
  const sender = await start(engine, from, ['send', to.address], (line) => (failure = line));
  return {
    until: (kind, what, since) =>
      new Promise((resolve, reject) => {
        const end = (): void => {
          clearTimeout(bound);
          listeners.delete(check);
        };
        const check = (): void => {
          const news = latest.get(kind);
          if (failure === '' && !(news?.what === what && news.at >= since)) return;
          end();
          if (failure !== '' || !news) reject(new Error(failure));
          else resolve(news.at);
        };
        const bound = setTimeout(() => {
          end();
          reject(new Error(`${kind} is not ${what}: ${JSON.stringify(latest.get(kind) ?? null)}, since ${since}.`));
        }, WAIT_MS);
        listeners.add(check);
        check();
      }),
    flows: (kind) => latest.get(kind)?.what === 'flowing',
    connection: (order) => void sender.stdin.write(`${order}\n`),
    close: async () => {
      for (const child of [sender, receiver]) await ended(child);
    },
  };
}

/** Resolves when it says that it is ready. */
function start(
  engine: RunningEngine,
  where: Running,
  args: readonly string[],
  onLine: (line: string) => void,
): Promise<ChildProcessWithoutNullStreams> {
  const program = join(packageDirectory(), 'e2e', 'bench', 'traffic.pl');
  const [file = '', ...rest] = [...engine.namespace.enter, 'nsenter', '-t', String(where.pid), '-n', 'perl', program];
  const child = spawn(file, [...rest, ...args]);
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => reject(new Error(`traffic.pl has ended: ${complaint}`)));
    createInterface(child.stdout).on('line', (line) => {
      if (line === 'ready') resolve(child);
      else onLine(line);
    });
  });
}

function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null) resolve();
    child.once('close', () => resolve());
    child.stdin.end();
  });
}
