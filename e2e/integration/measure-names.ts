/** What every comparison of names must show, so that neither answer is free. */
import { expect } from 'vitest';
import type { Comparison } from '../truth/compare.ts';

/** Whoever shares a network knows the other by a name at least; and there are names that nobody finds. */
export function expectNames(names: Comparison['names']): void {
  if (names === null) throw new Error('The names were left out.');
  expect(names.known).toBeGreaterThanOrEqual(names.neighbours);
  expect(names.compared).toBeGreaterThan(names.known);
}
