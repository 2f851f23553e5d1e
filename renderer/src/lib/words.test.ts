import { expect, test } from 'vitest';
import { bytesWords, durationWords } from './words.ts';

test.each([
  [0, '0 sec'],
  [59_999, '59 sec'],
  [60_000, '1 min'],
  [7_200_000, '2 hr'],
  [86_400_000, '1 day'],
])('%d ms is %s', (ms, expected) => {
  expect(durationWords('en', ms)).toBe(expected);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [12_345_678, '12.3 MB'],
  [999_999, '1 MB'],
  [5e15, '5 PB'],
  [5e19, '50,000 PB'],
])('%d bytes are %s', (bytes, expected) => {
  expect(bytesWords('en', bytes)).toBe(expected);
});
