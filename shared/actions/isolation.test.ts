import { expect, test } from 'vitest';
import { endpoint, zone } from '../../renderer/src/features/matrix/test-frame.ts';
import { offersFor } from './isolation.ts';

const WEB = endpoint('web', { id: 'id', project: 'shop', service: 'web' });

test.each([
  [
    'free',
    WEB,
    [
      ['isolate', null],
      ['offline', null],
    ],
  ],
  [
    'isolated by its own name',
    { ...WEB, isolation: { from: 'everything' as const, by: 'shop/web' } },
    [['release', null]],
  ],
  [
    'cut from the internet with its project',
    { ...WEB, isolation: { from: 'internet' as const, by: 'project:shop' } },
    [
      ['isolate', null],
      ['release', 'project:shop'],
    ],
  ],
  ['a zone', zone('host'), []],
  ['a service', { ...WEB, kind: 'service' as const }, []],
])('what is offered for an endpoint that is %s', (_, given, expected) => {
  expect(offersFor(given).map(({ kind, by }) => [kind, by])).toEqual(expected);
});

test('releasing names what isolates it, isolating the endpoint itself', () => {
  const isolated = { ...WEB, isolation: { from: 'internet' as const, by: 'project:shop' } };
  expect(offersFor(isolated).map(({ change }) => change)).toEqual([
    { action: 'isolate', name: 'id' },
    { action: 'release', name: 'project:shop' },
  ]);
});
