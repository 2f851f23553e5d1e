import { describe, expect, test } from 'vitest';
import { healthConfigOf, mergeChecks } from './health.ts';

const check = (start: string, code = 0, output = 'ok') => ({
  Start: start,
  End: start,
  ExitCode: code,
  Output: output,
});
const inspected = (...log: readonly unknown[]) => ({ State: { Health: { Log: log } } });
const [ONE, TWO, THREE] = ['2026-01-01T00:00:01Z', '2026-01-01T00:00:02Z', '2026-01-01T00:00:03Z'];

describe('health checks', () => {
  test('come newest first, and stay when the engine has forgotten them', () => {
    const first = mergeChecks([], inspected(check(ONE), check(TWO, 1, 'down')));
    expect(first.map(({ exitCode, output }) => [exitCode, output])).toEqual([
      [1, 'down'],
      [0, 'ok'],
    ]);
    const second = mergeChecks(first, inspected(check(TWO, 1, 'down'), check(THREE)));
    expect(second.map(({ startedAt }) => startedAt)).toEqual([THREE, TWO, ONE].map((one) => Date.parse(one)));
  });

  test('that were told already change nothing', () => {
    const first = mergeChecks([], inspected(check(ONE)));
    expect(mergeChecks(first, inspected(check(ONE)))).toBe(first);
    expect(mergeChecks(first, {})).toBe(first);
  });

  test('whatever an engine makes of them', () => {
    const odd = mergeChecks([], inspected(null, 7, { Start: 5, Output: 'x'.repeat(100_000) }));
    expect(odd.map(({ startedAt, output }) => [startedAt, output.length])).toEqual([[0, 20_000]]);
  });

  test.each([
    [['CMD', 'curl', '-f', 'http://x'], 'curl -f http://x'],
    [['CMD-SHELL', 'exit 1'], 'exit 1'],
    [['NONE'], undefined],
    [[], undefined],
  ])('%j runs %s', (Test, command) => {
    const config = healthConfigOf({ Config: { Healthcheck: { Test, Interval: 3e9, Retries: 2 } } });
    expect(config?.command).toBe(command);
    if (config) expect(config).toMatchObject({ interval: 3000, timeout: 0, retries: 2 });
  });
});
