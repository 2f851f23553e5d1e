import { describe, expect, it } from 'vitest';
import { createSignal } from './signal.ts';

describe('signal', () => {
  it('tells each listener of each change, once, and nobody of a change that is none', () => {
    const signal = createSignal(1);
    const seen: string[] = [];
    const stop = signal.subscribe((value) => seen.push(`a${value}`));
    signal.subscribe((value) => seen.push(`b${value}`));
    signal.set(1);
    signal.set(2);
    stop();
    stop();
    signal.set(3);
    expect(seen).toEqual(['a2', 'b2', 'b3']);
    expect(signal.get()).toBe(3);
  });

  it('does not call a listener that an earlier listener stopped, nor one that subscribes meanwhile', () => {
    const signal = createSignal(0);
    const seen: string[] = [];
    let stopSecond = (): void => undefined;
    signal.subscribe(() => {
      stopSecond();
      signal.subscribe(() => seen.push('late'));
    });
    stopSecond = signal.subscribe(() => seen.push('second'));
    signal.set(1);
    expect(seen).toEqual([]);
  });

  it('keeps one of two subscriptions of the same function when the other stops', () => {
    const signal = createSignal(0);
    let calls = 0;
    const listener = (): void => void (calls += 1);
    signal.subscribe(listener);
    signal.subscribe(listener)();
    signal.set(1);
    expect(calls).toBe(1);
    signal.clear();
    signal.set(2);
    expect(calls).toBe(1);
  });
});
