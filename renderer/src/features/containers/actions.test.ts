import { describe, expect, test } from 'vitest';
import type { ContainerView } from '../../../../shared/contract/schemas.ts';
import { endpoint } from '../matrix/test-frame.ts';
import { actionsFor, groupContainers, needsConfirmation } from './actions.ts';

const container = (name: string, given: Partial<ContainerView> = {}): ContainerView => ({
  ...endpoint(name),
  startedAt: 0,
  published: [],
  ...given,
});

describe('what can be done', () => {
  test.each([
    ['running', ['stop', 'restart', 'pause', 'remove']],
    ['paused', ['unpause', 'stop', 'remove']],
    ['exited', ['start', 'remove']],
    ['removing', []],
    ['a state we do not know', ['start', 'remove']],
  ])('%s', (state, actions) => {
    expect(actionsFor(state)).toEqual(actions);
  });

  test('everything that loses something is asked twice', () => {
    const all = [...actionsFor('running'), ...actionsFor('paused'), ...actionsFor('exited')];
    expect([...new Set(all)].filter(needsConfirmation)).toEqual(['stop', 'restart', 'remove']);
  });
});

describe('the list', () => {
  const all = [
    container('a', { project: 'shop', networks: ['edge'] }),
    container('b', { project: 'shop', published: ['8080 → 80/tcp'] }),
    container('c'),
  ];
  test.each([
    [
      '',
      [
        ['shop', 'a', 'b'],
        ['', 'c'],
      ],
    ],
    ['EDGE', [['shop', 'a']]],
    ['8080', [['shop', 'b']]],
    ['nothing', []],
  ])('"%s"', (query, expected) => {
    const groups = groupContainers(all, query);
    expect(groups.map(({ project, containers }) => [project, ...containers.map(({ name }) => name)])).toEqual(expected);
  });
});
