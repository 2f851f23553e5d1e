import { describe, expect, test } from 'vitest';
import { reread } from './reread.ts';

function source() {
  const listeners = new Set<() => void>();
  return {
    listeners,
    tell: () => listeners.forEach((listener) => listener()),
    onChange: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

describe('what is read again after each change', () => {
  test('is told now, and once for many changes', async () => {
    const { tell, onChange, listeners } = source();
    let count = 0;
    const values = reread(undefined, { read: () => Promise.resolve((count += 1)), onChange, gapMs: 1 });
    expect(await values.next()).toEqual({ done: false, value: 1 });
    tell();
    tell();
    expect(await values.next()).toEqual({ done: false, value: 2 });
    await values.return?.();
    expect(listeners.size).toBe(0);
  });

  test('a change while it is being read is read afterwards', async () => {
    const { tell, onChange } = source();
    let resolve = (_value: string): void => undefined;
    const answers = [new Promise<string>((done) => (resolve = done)), Promise.resolve('second')];
    const values = reread(undefined, { read: () => answers.shift() ?? Promise.resolve('more'), onChange, gapMs: 1 });
    tell();
    resolve('first');
    expect(await values.next()).toEqual({ done: false, value: 'first' });
    expect(await values.next()).toEqual({ done: false, value: 'second' });
    await values.return?.();
  });

  test('what fails ends it, and nobody is listened to any more', async () => {
    const { onChange, listeners } = source();
    const values = reread(undefined, { read: () => Promise.reject(new Error('away')), onChange });
    await expect(values.next()).rejects.toMatchObject({ code: 'BULKHEAD' });
    expect(listeners.size).toBe(0);
  });
});
