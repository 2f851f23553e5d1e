import { describe, expect, test } from 'vitest';
import type { JobView } from '../../../../shared/contract/jobs.ts';
import { actionsFor, needsConfirmation, pendingAction } from './actions.ts';

describe('what can be done', () => {
  test.each([
    ['running', ['stop', 'restart', 'pause', 'kill', 'remove']],
    ['paused', ['unpause', 'stop', 'remove']],
    ['restarting', ['stop', 'kill', 'remove']],
    ['exited', ['start', 'remove']],
    ['removing', []],
    ['a state we do not know', ['start', 'remove']],
  ])('%s', (state, actions) => {
    expect(actionsFor(state)).toEqual(actions);
  });

  test('everything that loses something is asked twice', () => {
    const all = [...actionsFor('running'), ...actionsFor('paused'), ...actionsFor('exited')];
    expect([...new Set(all)].filter(needsConfirmation)).toEqual(['stop', 'restart', 'kill', 'remove']);
  });
});

describe('what is being done', () => {
  const job = (given: Partial<JobView>): JobView => ({
    id: 'j',
    kind: 'container-stop',
    about: [],
    count: 1,
    state: 'running',
    startedAt: 0,
    endedAt: null,
    done: 0,
    total: null,
    unit: 'items',
    line: '',
    pending: ['a'],
    error: null,
    result: {},
    ...given,
  });
  test.each([
    ['a job that has not come to it', [job({})], 'stop'],
    ['a job that is through with it', [job({ pending: ['b'] })], null],
    ['a job that has ended', [job({ state: 'failed' })], null],
    ['nothing', [], null],
  ])('%s', (_, jobs, expected) => {
    expect(pendingAction(jobs, 'a')).toBe(expected);
  });
});
