import { expect, it } from 'vitest';
import { mapLimited } from './limit.ts';

it('keeps the order, never runs more than the limit at once, and does run that many', async () => {
  let running = 0;
  let most = 0;
  const results = await mapLimited([...Array(20).keys()], 3, async (item) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    return item * 2;
  });
  expect(most).toBe(3);
  expect(results).toEqual([...Array(20).keys()].map((item) => item * 2));
});

it('starts nothing new after a failure', async () => {
  const started: number[] = [];
  const run = mapLimited([1, 2, 3, 4, 5], 2, async (item) => {
    started.push(item);
    await Promise.resolve();
    if (item === 1) throw new Error('first');
    await new Promise((resolve) => setImmediate(resolve));
  });
  await expect(run).rejects.toThrow('first');
  await new Promise((resolve) => setImmediate(resolve));
  expect(started).not.toContain(5);
});
