import { expect, test } from 'vitest';
import type { StatsSample } from '../../../../shared/contract/containers.ts';
import { MOST_SAMPLES, ratesOf, withSamples } from './stats-series.ts';

const sample = (at: number, counted = at): StatsSample => ({
  at,
  cpu: 1,
  memory: 1,
  memoryLimit: 1,
  received: counted,
  sent: counted,
  read: counted,
  written: counted,
  pids: 1,
});

test('samples told twice are kept once, and so many only', () => {
  const known = withSamples([], [sample(1), sample(2)]);
  expect(withSamples(known, [sample(1), sample(2), sample(3)]).map(({ at }) => at)).toEqual([1, 2, 3]);
  const many = Array.from({ length: 2000 }, (_, at) => sample(at + 1));
  expect(withSamples([], many)).toHaveLength(MOST_SAMPLES);
});

test('what was before a new start is forgotten', () => {
  expect(withSamples([sample(1, 500)], [sample(2, 3)]).map(({ at }) => at)).toEqual([2]);
});

test('rates are per second, whatever the time between', () => {
  expect(ratesOf([sample(1000, 0), sample(2000, 500), sample(4000, 1500)], 'sent')).toEqual([null, 500, 500]);
  expect(ratesOf([sample(1000, 5), sample(1000, 5)], 'read')).toEqual([null, null]);
});
