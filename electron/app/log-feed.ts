/**
 * The logs of one or several containers as events for a page.
 *
 * First what there is, in order of time over all of them and at the page's pace: nothing of it is lost, since the engine
 * waits.  Then what is written from now on, told about 20 times a second; where the page does not keep up, the oldest is
 * left out and counted, so that neither the page nor the core drowns.
 */
import type { LogLinesEvent, LogsEvent, LogsRequest } from '../../shared/contract/logs.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import { createPacker, type LinePacker } from '../../shared/logs/packed.ts';
import type { LogLine, LogsDomain } from '../engine/domains/logs.ts';
import { pause } from '../lib/backoff.ts';

/** Between two tellings (ms): a page draws no faster than it is read. */
const FRAME_MS = 50;
/** In one telling of what there was: some 20 ms of a page's time. */
const CHUNK_LINES = 5000;
/** Kept of what the page has not yet taken, while following. */
export const WAITING_LINES = 20_000;
const WAITING_CHARACTERS = 8_000_000;

/** What engines say while a container is being removed. */
const REMOVED = /marked for removal/i;

interface Tagged extends LogLine {
  readonly source: number;
}

/** What was told last of one container: following begins there. */
interface Mark {
  time: string;
  /** How many lines bore this very time. */
  count: number;
}

export async function* logFeed(
  logs: LogsDomain,
  { containers, tail, since = '', follow }: LogsRequest,
  signal: AbortSignal,
): AsyncGenerator<LogsEvent, void, void> {
  const marks = containers.map((): Mark => ({ time: '', count: 0 }));
  const failed = new Set<number>();
  const states: LogsEvent[] = [];
  const tell = (source: number, state: Extract<LogsEvent, { kind: 'state' }>['state'], thrown?: unknown): void => {
    if (state === 'failed') failed.add(source);
    // Removed between two readings: that is no failure.
    if (thrown instanceof BulkheadError && (thrown.code === 'NOT_FOUND' || REMOVED.test(thrown.message))) {
      states.push({ kind: 'state', source, state: 'gone', error: null });
      return;
    }
    states.push({ kind: 'state', source, state, error: thrown === undefined ? null : toErrorShape(thrown) });
  };

  const heads = await Promise.all(
    containers.map(async (ref, source) => {
      const head = headOf(logs.lines(ref, { tail, since, follow: false, signal }), source);
      await head.pull().catch((thrown: unknown) => tell(source, 'failed', thrown));
      return head;
    }),
  );
  yield* states.splice(0);
  const packer = createPacker();
  try {
    for (;;) {
      if (signal.aborted) return;
      const next = earliest(heads);
      if (!next) break;
      const { source } = next;
      const at = marks[source];
      const until = earliest(heads.filter((head) => head !== next))?.first()?.time ?? '';
      // A run of lines before any of the others: most of them, and of a single one all.
      for (let line = next.first(); line && (until === '' || line.time <= until); line = next.first()) {
        next.advance();
        mark(at, line.time);
        packer.add(line, source, line.isCut);
        if (packer.count() >= CHUNK_LINES) yield linesEvent(packer, 0);
      }
      if (next.isEmpty()) await next.pull().catch((thrown: unknown) => tell(source, 'failed', thrown));
    }
  } finally {
    await Promise.all(heads.map((head) => head.close()));
  }
  if (packer.count() > 0) yield linesEvent(packer, 0);
  yield* states.splice(0);
  if (!follow) return;

  const queue = createQueue();
  let running = 0;
  containers.forEach((ref, source) => {
    if (failed.has(source)) return;
    running += 1;
    tell(source, 'following');
    const at = marks[source] ?? { time: '', count: 0 };
    const read = async (follows: boolean): Promise<void> => {
      const from = { ...at };
      const begin = from.time === '' ? { tail, since } : { tail: null, since: from.time };
      let known = from.count;
      for await (const lines of logs.lines(ref, { ...begin, follow: follows, signal })) {
        for (const line of lines) {
          // The engine begins with what bears the very time that was asked for.
          if (from.time !== '' && (line.time < from.time || (line.time === from.time && (known -= 1) >= 0))) continue;
          mark(at, line.time);
          queue.push({ ...line, source });
        }
      }
    };
    const work = async (): Promise<void> => {
      await read(true);
      const isThere = await logs.isThere(ref);
      // An engine may end before the last words (seen: 20.10, a line without an end).
      if (isThere) await read(false);
      tell(source, isThere ? 'ended' : 'gone');
    };
    work()
      .catch((thrown: unknown) => tell(source, 'failed', thrown))
      .finally(() => {
        running -= 1;
        queue.wake();
      });
  });
  while (!signal.aborted) {
    const { lines, dropped } = queue.take();
    for (const line of lines) packer.add(line, line.source, line.isCut);
    if (lines.length > 0) yield linesEvent(packer, dropped);
    yield* states.splice(0);
    if (running === 0 && queue.isEmpty() && states.length === 0) return;
    if (states.length === 0) await queue.untilAny(signal);
    // What follows closely is told together.
    await pause(FRAME_MS, signal);
  }
}

function mark(at: Mark | undefined, time: string): void {
  if (!at) return;
  // Both streams write into one log, not quite in order: the latest counts.
  if (at.time === time) at.count += 1;
  else if (time > at.time) [at.time, at.count] = [time, 1];
}

/** The next lines of one container's log. */
interface Head {
  readonly source: number;
  isEmpty(): boolean;
  first(): LogLine | undefined;
  advance(): void;
  /** Waits for more, or for the end. */
  pull(): Promise<void>;
  close(): Promise<void>;
}

function headOf(lines: AsyncIterable<readonly LogLine[]>, source: number): Head {
  const iterator = lines[Symbol.asyncIterator]();
  let waiting: readonly LogLine[] = [];
  let at = 0;
  const first = (): LogLine | undefined => waiting[at];
  return {
    source,
    isEmpty: () => at >= waiting.length,
    first,
    advance: () => void (at += 1),
    pull: async () => {
      [waiting, at] = [[], 0];
      const next = await iterator.next();
      if (!next.done) waiting = next.value;
    },
    close: async () => void (await iterator.return?.()),
  };
}

/** The one whose next line is the oldest; null when none has any. */
function earliest(heads: readonly Head[]): Head | null {
  let [found, time]: [Head | null, string] = [null, ''];
  for (const head of heads) {
    const first = head.first();
    if (first && (found === null || first.time < time)) [found, time] = [head, first.time];
  }
  return found;
}

/** Holds lines until they are taken, and so many only. */
function createQueue() {
  let lines: Tagged[] = [];
  /** Those before it were dropped. */
  let start = 0;
  let characters = 0;
  let dropped = 0;
  let wake: (() => void) | null = null;
  const ring = (): void => {
    wake?.();
    wake = null;
  };
  return {
    isEmpty: () => lines.length === start,
    push: (line: Tagged): void => {
      lines.push(line);
      characters += line.text.length;
      while (lines.length - start > WAITING_LINES || (characters > WAITING_CHARACTERS && lines.length - start > 1)) {
        characters -= lines[start]?.text.length ?? 0;
        start += 1;
        dropped += 1;
      }
      if (start > WAITING_LINES) [lines, start] = [lines.slice(start), 0];
      ring();
    },
    take: () => {
      const taken = { lines: lines.slice(start).sort(byTime), dropped };
      [lines, start, characters, dropped] = [[], 0, 0, 0];
      return taken;
    },
    wake: ring,
    untilAny: (signal: AbortSignal): Promise<void> => {
      if (lines.length > start || signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const settle = (): void => {
          signal.removeEventListener('abort', settle);
          resolve();
        };
        wake = settle;
        signal.addEventListener('abort', settle, { once: true });
      });
    },
  };
}

function byTime(a: LogLine, b: LogLine): number {
  return a.time < b.time ? -1 : a.time > b.time ? 1 : 0;
}

function linesEvent(packer: LinePacker, dropped: number): LogLinesEvent {
  return { kind: 'lines', dropped, ...packer.take() };
}
