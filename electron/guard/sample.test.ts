import { describe, expect, it } from 'vitest';
import { sampleOf } from './sample.ts';

const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
const pairs = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));

describe('a sample of pairs', () => {
  it('is all of them where there are few', () => {
    expect(sampleOf(pairs, pairs.length)).toBe(pairs);
  });

  it('has every source and every target equally often, each pair once', () => {
    const sample = sampleOf(pairs, 60);
    const count = (side: 'from' | 'to'): readonly number[] =>
      names.map((name) => sample.filter((one) => one[side] === name).length);
    expect({ size: new Set(sample).size, from: count('from'), to: count('to') }).toEqual({
      size: 60,
      from: names.map(() => 3),
      to: names.map(() => 3),
    });
  });

  it('takes turns where one source has nearly all pairs', () => {
    const star = [...names.slice(1).map((to) => ({ from: 'c0', to })), { from: 'c1', to: 'c0' }];
    expect(sampleOf(star, 5)).toHaveLength(5);
  });
});
