import { expect, test } from 'vitest';
import type { StatsSample } from '../../../../../shared/contract/containers.ts';
import { createStatsStore, SAMPLES_SHOWN } from './stats-store.ts';

const at = (time: number) => ({ at: time }) as StatsSample;
const times = (samples: readonly StatsSample[]): readonly number[] => samples.map((one) => one.at);

test('keeps the last minute of each, whatever is told twice', () => {
  const store = createStatsStore();
  let told = 0;
  store.subscribe('a', () => (told += 1));
  store.take([{ id: 'a', samples: [at(1), at(2)] }]);
  store.take([
    { id: 'a', samples: [at(1), at(2), at(3)] },
    { id: 'b', samples: [at(9)] },
  ]);
  const before = store.samples('a');
  store.take([{ id: 'a', samples: [at(3)] }]);
  expect([times(before), told, store.samples('a') === before]).toEqual([[1, 2, 3], 2, true]);
  store.take([{ id: 'a', samples: Array.from({ length: 200 }, (_, index) => at(index + 10)) }]);
  expect(store.samples('a')).toHaveLength(SAMPLES_SHOWN);
  store.keep(new Set(['b']));
  expect([store.samples('a'), times(store.samples('b'))]).toEqual([[], [9]]);
});
