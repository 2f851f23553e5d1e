/** What the demo's containers would write: some lines of before, then one from time to time for as long as they run. */
import { pause } from '../../../lib/backoff.ts';
import type { LogLine, LogsDomain } from '../../domains/logs.ts';
import type { DemoStage } from './containers.ts';

const BEFORE = 240;
const BETWEEN_MS = 900;

/** `#` stands for a number that goes up. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  db: [
    'LOG:  checkpoint starting: time',
    'LOG:  checkpoint complete: wrote # buffers (0.2%)',
    'WARNING:  there is no transaction in progress',
    'ERROR:  duplicate key value violates unique constraint "orders_pkey"',
    'DETAIL:  Key (id)=(#) already exists.',
  ],
  proxy: [
    '172.18.0.1 - - "GET / HTTP/1.1" 200 #',
    '172.18.0.1 - - "GET /assets/app.js HTTP/1.1" 304 0',
    '172.18.0.1 - - "POST /api/orders HTTP/1.1" 201 #',
    '172.18.0.1 - - "GET /favicon.ico HTTP/1.1" 404 153',
  ],
  '': [
    '\u001b[32mINFO\u001b[0m  request \u001b[36m#\u001b[0m answered in 12 ms',
    '\u001b[32mINFO\u001b[0m  order # placed',
    '\u001b[34mDEBUG\u001b[0m cache miss for product:#',
    '\u001b[33mWARN\u001b[0m  payment provider took 2.1 s, trying again',
    '\u001b[1;31mERROR\u001b[0m could not send mail for order #: connection refused',
  ],
};

export function createDemoLogs({ world }: DemoStage): LogsDomain {
  const lineAt = (ref: string, index: number, at: number): LogLine => {
    const { described } = world.find(ref);
    const said = SAID[described.service] ?? SAID[''] ?? [];
    // Not in turn, yet the same every time.
    const text = said[(index * 7 + (index >> 2)) % said.length] ?? '';
    return {
      time: new Date(at).toISOString().replace('Z', `${String(index % 1_000_000).padStart(6, '0')}Z`),
      stream: text.includes('ERROR') ? 2 : 1,
      text: text.replaceAll('#', String(1000 + index)),
      isCut: false,
    };
  };
  const has = (ref: string): boolean => {
    try {
      return world.find(ref).pid !== 0;
    } catch {
      return false;
    }
  };
  return {
    lines: async function* (ref, { tail, since, follow, signal }) {
      const { startedAt, finishedAt } = world.find(ref);
      const until = finishedAt === 0 ? Math.max(startedAt, Date.now()) : finishedAt;
      const before = Array.from({ length: BEFORE }, (_, at) => lineAt(ref, at, until - (BEFORE - at) * 1700)).filter(
        ({ time }) => time >= since,
      );
      if (tail !== 0) yield tail === null ? before : before.slice(-tail);
      for (let index = BEFORE; follow && has(ref) && signal?.aborted !== true; index += 1) {
        await pause(BETWEEN_MS, signal);
        if (has(ref)) yield [lineAt(ref, index, Date.now())];
      }
    },
    isThere: (ref) =>
      Promise.resolve([...world.containers.values()].some((one) => one.id === ref || one.described.name === ref)),
  };
}
