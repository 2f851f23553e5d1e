import { describe, expect, test } from 'vitest';
import type { LogsEvent, LogsRequest } from '../../shared/contract/logs.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { unpackLines } from '../../shared/logs/packed.ts';
import type { LogLine, LogsDomain, LogsOptions } from '../engine/domains/logs.ts';
import { logFeed, WAITING_LINES } from './log-feed.ts';

const at = (second: number): string => `2026-01-02T03:04:${String(second).padStart(2, '0')}.000000000Z`;
const line = (second: number, text = String(second)): LogLine => ({ time: at(second), stream: 1, text, isCut: false });

/** A domain of made-up logs: what was there, and what is written while it is followed. */
function domainOf(
  logs: Readonly<Record<string, { before: LogLine[]; live?: LogLine[][]; gone?: boolean; fault?: Error }>>,
) {
  const asked: (LogsOptions & { ref: string })[] = [];
  const domain: LogsDomain = {
    lines: async function* (ref, options) {
      asked.push({ ref, ...options });
      const { before = [], live = [], fault } = logs[ref] ?? {};
      if (fault) throw fault;
      const since = before.filter(({ time }) => time >= options.since);
      yield options.tail === null ? since : since.slice(-options.tail || since.length);
      if (options.follow) yield* live;
    },
    isThere: (ref) => Promise.resolve(logs[ref]?.gone !== true),
  };
  return { domain, asked };
}

async function all(
  domain: LogsDomain,
  request: Partial<LogsRequest> & Pick<LogsRequest, 'containers'>,
): Promise<LogsEvent[]> {
  const events: LogsEvent[] = [];
  const feed = logFeed(domain, { tail: 100, follow: false, ...request }, new AbortController().signal);
  for await (const event of feed) events.push(event);
  return events;
}

const textsOf = (events: readonly LogsEvent[]): string[] => {
  const texts: string[] = [];
  for (const event of events) {
    if (event.kind === 'lines') unpackLines(event.packed, ({ source, text }) => texts.push(`${source}:${text}`));
  }
  return texts;
};
const statesOf = (events: readonly LogsEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'state' ? [`${event.source}:${event.state}`] : []));

describe('the logs of several containers', () => {
  test('come in order of time', async () => {
    const { domain } = domainOf({ a: { before: [line(1), line(4)] }, b: { before: [line(2), line(3), line(5)] } });
    expect(textsOf(await all(domain, { containers: ['a', 'b'] }))).toEqual(['0:1', '1:2', '1:3', '0:4', '1:5']);
  });

  test('are followed from where they were, without a gap and without a line twice', async () => {
    const before = [line(1), line(2, 'x'), line(2, 'y')];
    const live = [[line(2, 'z')], [line(3)]];
    const { domain, asked } = domainOf({ a: { before, live } });
    const events = await all(domain, { containers: ['a'], follow: true });
    expect(textsOf(events)).toEqual(['0:1', '0:x', '0:y', '0:z', '0:3']);
    expect(statesOf(events)).toEqual(['0:following', '0:ended']);
    expect(asked[1]).toMatchObject({ since: at(2), tail: null, follow: true });
    expect(asked[2], 'the last words').toMatchObject({ since: at(3), tail: null, follow: false });
  });

  test('one that was removed is told apart from one that ended, and one that cannot be read spoils no other', async () => {
    const fault = new BulkheadError({ code: 'ENGINE_REFUSED', message: 'no reading', hint: '' });
    const { domain } = domainOf({
      a: { before: [line(1)], gone: true },
      b: { before: [], fault },
      c: { before: [line(2)] },
    });
    const events = await all(domain, { containers: ['a', 'b', 'c'], follow: true });
    expect(textsOf(events)).toEqual(['0:1', '2:2']);
    expect(statesOf(events).toSorted()).toEqual(['0:following', '0:gone', '1:failed', '2:ended', '2:following']);
    expect(events.find((event) => event.kind === 'state' && event.error?.message === 'no reading')).toBeDefined();
  });

  test('of a flood the newest is kept, and the rest is counted', async () => {
    const flood = Array.from({ length: WAITING_LINES + 7 }, (_, index) => line(3, String(index)));
    const { domain } = domainOf({ a: { before: [line(1)], live: [flood] } });
    const events = await all(domain, { containers: ['a'], follow: true });
    const dropped = events.reduce((sum, event) => sum + (event.kind === 'lines' ? event.dropped : 0), 0);
    const texts = textsOf(events);
    expect(dropped + texts.length).toBe(1 + flood.length);
    expect(dropped).toBe(7);
    expect(texts.at(-1)).toBe(`0:${flood.length - 1}`);
  });

  test('leaving ends the feed, whatever it waits for', async () => {
    const leaving = new AbortController();
    const domain: LogsDomain = {
      lines: async function* (_ref, { follow, signal }) {
        if (follow) await new Promise((resolve) => signal?.addEventListener('abort', resolve, { once: true }));
        yield [];
      },
      isThere: () => Promise.resolve(true),
    };
    const feed = logFeed(domain, { containers: ['a'], tail: 1, follow: true }, leaving.signal);
    expect(await feed.next()).toMatchObject({ value: { state: 'following' } });
    const next = feed.next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
