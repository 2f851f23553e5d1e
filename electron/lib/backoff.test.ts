import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { backoffMs, pause } from './backoff.ts';

describe('backoff', () => {
  it.each([
    [1, 100, 200],
    [2, 200, 400],
    [3, 400, 800],
    [6, 2500, 5000],
    [5000, 2500, 5000],
  ])('after failure %i waits between %i and %i ms', (attempt, least, most) => {
    const options = { firstMs: 200, capMs: 5000 };
    expect(backoffMs(attempt, { ...options, random: () => 0 })).toBe(least);
    expect(backoffMs(attempt, { ...options, random: () => 1 })).toBe(most);
  });

  it('ends its wait at once when aborted, and leaves no listener behind', async () => {
    const abort = new AbortController();
    const waiting = pause(60_000, abort.signal);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(1);
    abort.abort();
    await waiting;
    await pause(60_000, abort.signal);
    expect(getEventListeners(abort.signal, 'abort')).toHaveLength(0);
  });
});
