import { describe, expect, test } from 'vitest';
import { LOG_LINE_BYTES } from '../../../../shared/contract/logs.ts';
import type { LogLine } from '../../domains/logs.ts';
import { secondsOf } from './index.ts';
import { createLineReader } from './lines.ts';

const T1 = '2026-01-02T03:04:05.000000001Z';
const T2 = '2026-01-02T03:04:05.000000002Z';

function read(...writes: readonly (string | Buffer)[]): LogLine[] {
  const lines: LogLine[] = [];
  const reader = createLineReader(1, (line) => lines.push(line));
  for (const bytes of writes) reader.write(Buffer.from(bytes), true);
  reader.end();
  return lines;
}

describe('lines of a log', () => {
  test.each([
    ['two at once', [`${T1} one\n${T2} two\n`], ['one', 'two']],
    ['one that ends with the log', [`${T1} one`], ['one']],
    ['an empty one', [`${T1} \n`], ['']],
    ['those of a terminal', [`${T1} one\r\n`], ['one']],
    ['a progress bar: what was last written over it', [`${T1} 10%\r50%\r100%\n`], ['100%']],
    ['one in two frames, the second with the time again', [`${T1} on`, `${T1} e\n`], ['one']],
    ['one that goes on with what only looks like a time', [`${T1} it is `, '2026 now\n'], ['it is 2026 now']],
    ['what bears no time is none', ['rubbish\n', `${T1} one\n`], ['one']],
  ])('%s', (_, writes, expected) => {
    expect(read(...writes).map(({ text }) => text)).toEqual(expected);
  });

  test('characters cut by a frame are put together', () => {
    const bytes = Buffer.from(`${T1} 容器\n`);
    expect(read(bytes.subarray(0, 33), bytes.subarray(33))).toEqual([
      { time: T1, stream: 1, text: '容器', isCut: false },
    ]);
  });

  test('a line without an end is told once, cut, and what follows its end is read again', () => {
    const lines = read(
      `${T1} ${'x'.repeat(5000)}`,
      `${T1} ${'x'.repeat(5000)}`,
      `${T1} ${'x'.repeat(90_000)}\n`,
      `${T2} next\n`,
    );
    expect(lines).toEqual([
      { time: T1, stream: 1, text: 'x'.repeat(LOG_LINE_BYTES), isCut: true },
      { time: T2, stream: 1, text: 'next', isCut: false },
    ]);
  });

  test('binary output is text all the same', () => {
    const [line] = read(Buffer.concat([Buffer.from(`${T1} `), Buffer.from([0, 255, 7]), Buffer.from('\n')]));
    expect(line?.text).toBe('\u0000\ufffd\u0007');
  });
});

test.each([
  [T1, '1767323045.000000001'],
  ['2026-01-02T03:04:05Z', '1767323045.000000000'],
  ['rubbish', '0'],
])('%s is asked for as %s', (time, expected) => {
  expect(secondsOf(time)).toBe(expected);
});
