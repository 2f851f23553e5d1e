import { describe, expect, test } from 'vitest';
import { TERMINAL_WINDOW, type TerminalEvent } from '../../shared/contract/terminal.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { TerminalDomain, TerminalLine } from '../engine/domains/terminal.ts';
import { createTerminals } from './terminals.ts';

interface FakeLine extends TerminalLine {
  readonly written: string[];
  readonly closed: () => number;
  /** How many parts of the output were asked for. */
  readonly asked: () => number;
}

function lineOf(
  parts: readonly string[],
  { exit = Promise.resolve<number | null>(0), endless = false } = {},
): FakeLine {
  const written: string[] = [];
  let [closed, asked] = [0, 0];
  let end = (): void => undefined;
  const closing = new Promise<void>((resolve) => (end = resolve));
  return {
    program: 'sh',
    isTerminal: true,
    takesInput: true,
    output: (async function* () {
      for (const part of parts) {
        asked += 1;
        yield part;
      }
      if (endless) await closing;
    })(),
    write: async (text) => void written.push(text),
    resize: async () => undefined,
    exitCode: () => exit,
    close: () => {
      closed += 1;
      end();
    },
    written,
    closed: () => closed,
    asked: () => asked,
  };
}

const REQUEST = { container: 'a', kind: 'shell', cols: 80, rows: 24 } as const;
const domainOf = (line: TerminalLine): TerminalDomain => ({ open: () => Promise.resolve(line) });

async function opened(events: AsyncGenerator<TerminalEvent, void, void>): Promise<string> {
  const { value } = await events.next();
  if (value?.kind !== 'opened') throw new Error('It did not open.');
  return value.id;
}

describe('terminals of pages', () => {
  test('tell what is written and how it ended, and are closed then', async () => {
    const terminals = createTerminals();
    const line = lineOf(['a', 'b'], { exit: Promise.resolve(3) });
    const events: TerminalEvent[] = [];
    for await (const event of terminals.open(domainOf(line), REQUEST, new AbortController().signal)) events.push(event);
    expect(events.slice(1)).toEqual([
      { kind: 'data', text: 'a' },
      { kind: 'data', text: 'b' },
      { kind: 'ended', code: 3, error: null },
    ]);
    expect([line.closed(), terminals.count()]).toEqual([1, 0]);
  });

  test('take what is typed by their id, which nobody has after their end', async () => {
    const terminals = createTerminals();
    const line = lineOf([], { endless: true });
    const leaving = new AbortController();
    const events = terminals.open(domainOf(line), REQUEST, leaving.signal);
    const id = await opened(events);
    await terminals.write(id, 'ls\r');
    expect(line.written).toEqual(['ls\r']);
    expect(() => terminals.write('other', 'x')).toThrow('has ended');
    const next = events.next();
    leaving.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    expect([line.closed(), terminals.count()]).toEqual([1, 0]);
    expect(() => terminals.write(id, 'x')).toThrow('has ended');
  });

  test('wait when the page has not drawn, and go on when it has', async () => {
    const terminals = createTerminals();
    const line = lineOf(['x'.repeat(TERMINAL_WINDOW), 'after'], { endless: true });
    const leaving = new AbortController();
    const events = terminals.open(domainOf(line), REQUEST, leaving.signal);
    const id = await opened(events);
    await events.next();
    const next = events.next();
    expect(await Promise.race([next, Promise.resolve('waits')])).toBe('waits');
    expect(line.asked(), 'the program waits too').toBe(1);
    terminals.drew(id, 10);
    expect(await next).toMatchObject({ value: { kind: 'data', text: 'after' } });
    leaving.abort();
  });

  test('say when it was the way that was lost, not the program that ended', async () => {
    const terminals = createTerminals();
    const fault = new BulkheadError({ code: 'ENGINE_UNREACHABLE', message: 'gone', hint: '' });
    const line = lineOf(['a'], { exit: Promise.reject(fault) });
    const events: TerminalEvent[] = [];
    for await (const event of terminals.open(domainOf(line), REQUEST, new AbortController().signal)) events.push(event);
    expect(events.at(-1)).toMatchObject({ kind: 'ended', code: null, error: { code: 'ENGINE_UNREACHABLE' } });
  });
});
