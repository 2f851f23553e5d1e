import { expect, test } from 'vitest';
import { chosenSources, MOST_SOURCES, type LogSource } from './log-sources.ts';

const made = (state: string, count: number): LogSource[] =>
  Array.from({ length: count }, (_, at) => ({
    id: `${state}-${String(at)}`,
    name: `${state}-${String(at)}`,
    startedAt: 0,
    state,
  }));
const counts = (sources: readonly LogSource[]): Readonly<Record<string, number>> => {
  const found: Record<string, number> = {};
  for (const { state } of sources) found[state] = (found[state] ?? 0) + 1;
  return found;
};

test('as many as are read together are read as they come', () => {
  const sources = [...made('exited', 20), ...made('running', MOST_SOURCES - 20)];
  expect(chosenSources(sources)).toBe(sources);
});

test.each<[string, readonly LogSource[], Readonly<Record<string, number>>]>([
  [
    'one that runs takes the place of one that has ended',
    [...made('exited', 50), ...made('running', 1)],
    { running: 1, exited: 49 },
  ],
  [
    'those that have ended fill what is left',
    [...made('shutdown', 90), ...made('running', 30)],
    { running: 30, shutdown: 20 },
  ],
  ['of too many that run, the first', [...made('failed', 5), ...made('running', 60)], { running: 50 }],
])('%s', (_, sources, expected) => {
  const chosen = chosenSources(sources);
  expect(counts(chosen)).toEqual(expected);
  const running = sources.filter(({ state }) => state === 'running').slice(0, MOST_SOURCES);
  expect(chosen.slice(0, running.length)).toEqual(running);
});
