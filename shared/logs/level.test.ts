import { expect, test } from 'vitest';
import { levelOf, plainText } from './level.ts';

test.each([
  ['ERROR could not send mail', 'error'],
  ['\u001b[1;31mERROR\u001b[0m could not send mail', 'error'],
  ['2026-01-02 03:04:05.123 UTC [71] ERROR:  duplicate key', 'error'],
  ['2026/01/02 03:04:05 [error] 29#29: open() failed', 'error'],
  ['{"time":"now","level":"warning","msg":"error in its text"}', 'warn'],
  ['time=now level=warn msg="slow"', 'warn'],
  ['npm warn deprecated', 'other'],
  ['warn: Microsoft.Hosting[0]', 'warn'],
  ['I0102 03:04:05.678901 1 main.go:1] ready', 'info'],
  ['E0102 03:04:05.678901 1 main.go:1] broken', 'error'],
  ['[INFO] started', 'info'],
  ['DEBUG cache miss', 'debug'],
  ['TERROR-like words and ERROR-CODE are no levels', 'other'],
  ['no error was found', 'other'],
  ['level=quiet', 'other'],
  ['', 'other'],
])('%j is of level %s', (text, level) => {
  expect(levelOf(text)).toBe(level);
});

test('colours are taken off', () => {
  expect(plainText('\u001b[38;5;12mblue\u001b[0m and \u001b[1Kgone')).toBe('blue and gone');
});
