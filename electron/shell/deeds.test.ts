/** What becomes of a choice in the tray when something is in its way. */
import { expect, test, vi } from 'vitest';
import type { Change } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Core } from '../app/core.ts';
import { fakeCore } from '../bridge/fake-core.ts';
import { createDeeds } from './deeds.ts';
import { standIn } from './stand-in.ts';
import { sayIn } from './texts.ts';

function deeds(policy: Partial<Core['policy']> = {}) {
  const core = fakeCore();
  const { electron, user, questions } = standIn({ userData: '/nowhere' });
  const told: string[][] = [];
  const stop = new AbortController();
  user.presses = 0;
  const made = createDeeds({
    core: { ...core, policy: { ...core.policy, ...policy } },
    electron,
    say: () => sayIn('en'),
    language: () => 'en',
    show: () => undefined,
    tell: (title, body) => void told.push([title, body]),
    onShell: () => undefined,
    signal: stop.signal,
  });
  return { perform: made.perform, told, questions, core, stop };
}

const QUICK = { kind: 'quick', change: { action: 'isolate', name: 'web' }, about: 'web' } as const;
const CLEAR: readonly Change[] = [
  { action: 'release', name: 'web' },
  { action: 'release', name: 'all' },
];
const refused = new BulkheadError({ code: 'BAD_INPUT', message: 'There is no web.', hint: 'Look again.' });

test('a change that fails is told with its reason and with what to do next', async () => {
  const { perform, told } = deeds({ apply: () => Promise.reject(refused) });
  await perform(QUICK);
  expect(told).toEqual([['web: it could not be done', 'There is no web.\nLook again.']]);
});

test('nothing is told of a change that was cut short because the app quits', async () => {
  const { perform, told, stop } = deeds({
    apply: (_change, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(refused), { once: true })),
  });
  const performing = perform(QUICK);
  stop.abort();
  await performing;
  expect(told).toEqual([]);
});

test('what cannot even be planned is told and asked about no more, and changes nothing', async () => {
  const apply = vi.fn<Core['policy']['apply']>();
  const { perform, told, questions } = deeds({ plan: () => Promise.reject(refused), apply });
  await perform({ kind: 'change', changes: [{ action: 'isolate', name: 'all' }] });
  expect([told, questions, apply.mock.calls]).toEqual([
    [['Isolate everything: it could not be done', 'There is no web.\nLook again.']],
    [],
    [],
  ]);
});

test('of several changes each waits for the end of the one before', async () => {
  const log: string[] = [];
  const { perform } = deeds({
    apply: async (change) => {
      const name = 'name' in change ? change.name : '';
      log.push(`begin ${name}`);
      await new Promise((resolve) => setImmediate(resolve));
      log.push(`end ${name}`);
    },
  });
  await perform({ kind: 'change', changes: CLEAR });
  expect(log).toEqual(['begin web', 'end web', 'begin all', 'end all']);
});

test('to undo where there is nothing to undo is told', async () => {
  const { perform, told, core } = deeds();
  core.setHistory([]);
  await perform({ kind: 'undo' });
  expect(told.map(([title]) => title)).toEqual(['Undo the last change: it could not be done']);
});

test('an engine that still does not answer is told, and what was chosen never rejects', async () => {
  const { perform, told } = deeds();
  await expect(perform({ kind: 'engine', what: 'retry' })).resolves.toBeUndefined();
  expect(told).toEqual([[expect.stringMatching(/: it could not be done$/), expect.stringMatching(/^a defect\n/)]]);
});
