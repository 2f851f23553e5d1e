import { expect, it } from 'vitest';
import { amountOf } from './amount.ts';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1540, '1.5 kB'],
  [2_500_000, '2.5 MB'],
  [7e15, '7,000 TB'],
])('writes %d bytes as people read them', (bytes, text) => {
  expect(amountOf('en', bytes)).toBe(text);
});
