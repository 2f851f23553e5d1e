import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

describe('coalesce', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('works on the first note at once and on the burst behind it in one batch', async () => {
    const batches: (readonly number[])[] = [];
    const notes = coalesce<number>({
      gapMs: 50,
      run: (batch) => {
        batches.push(batch);
        return Promise.resolve();
      },
      onError: () => undefined,
    });
    for (let at = 1; at <= 1000; at += 1) notes.add(at);
    expect(batches).toEqual([[1]]);
    await vi.advanceTimersByTimeAsync(50);
    expect(batches.map((batch) => batch.length)).toEqual([1, 999]);
    await vi.advanceTimersByTimeAsync(500);
    notes.add(7);
    expect(batches[2]).toEqual([7]);
    notes.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('never overlaps batches, goes on after a failed one, and stops for good when closed', async () => {
    const seen: number[] = [];
    const errors: unknown[] = [];
    let release = (): void => undefined;
    const notes = coalesce<number>({
      gapMs: 10,
      run: async (batch) => {
        seen.push(...batch);
        if (batch.includes(1)) await new Promise<void>((resolve) => (release = resolve));
        if (batch.includes(2)) throw new Error('two');
      },
      onError: (thrown) => errors.push(thrown),
    });
    notes.add(1);
    notes.add(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual([1]);
    release();
    await vi.advanceTimersByTimeAsync(10);
    expect(seen).toEqual([1, 2]);
    expect(errors).toHaveLength(1);
    notes.add(3);
    await vi.advanceTimersByTimeAsync(10);
    expect(seen).toEqual([1, 2, 3]);
    notes.close();
    notes.add(4);
    await vi.advanceTimersByTimeAsync(1000);
    expect(seen).toEqual([1, 2, 3]);
  });
});
