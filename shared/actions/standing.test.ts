import { expect, test } from 'vitest';
import type { Standing } from '../contract/schemas.ts';
import { guardedBy, offersForWhole, type Whole } from './standing.ts';

const NOTHING: Standing = { posture: 'open', guarded: [], isolated: [], offline: [] };
const SHOP: Whole = { kind: 'project', name: 'shop' };

test.each<[string, Whole, Partial<Standing>, string[]]>([
  ['a network', { kind: 'network', name: 'app' }, {}, ['guard network:app']],
  ['a network that is', { kind: 'network', name: 'app' }, { guarded: ['network:app'] }, ['unguard network:app']],
  ['a network beside one that is', { kind: 'network', name: 'b' }, { guarded: ['network:app'] }, ['guard network:b']],
  ['a project', SHOP, {}, ['isolate project:shop', 'isolate project:shop internet', 'guard project:shop']],
  [
    'a project cut off',
    SHOP,
    { offline: ['project:shop'] },
    ['isolate project:shop', 'release project:shop', 'guard project:shop'],
  ],
  [
    'a project isolated',
    SHOP,
    { isolated: ['project:shop'], guarded: ['project:shop'] },
    ['release project:shop', 'unguard project:shop'],
  ],
  ['everything', { kind: 'everything' }, {}, ['isolate all', 'isolate all internet', 'guard posture']],
  [
    'everything shut',
    { kind: 'everything' },
    { isolated: ['all'], posture: 'guarded' },
    ['release all', 'unguard posture'],
  ],
])('what is offered for %s', (_, whole, standing, expected) => {
  const offers = offersForWhole(whole, { ...NOTHING, ...standing });
  expect(
    offers
      .map(({ change }) => change)
      .map((one) => ('name' in one ? `${one.action} ${one.name}${'only' in one ? ' internet' : ''}` : '')),
  ).toEqual(expected);
});

test.each<[string, Partial<Standing>, ReturnType<typeof guardedBy>]>([
  ['nothing', {}, null],
  ['its own name', { guarded: ['network:app', 'project:shop'], posture: 'guarded' }, 'itself'],
  ['its project', { guarded: ['project:shop'] }, 'project'],
  ['everything', { guarded: ['network:other'], posture: 'guarded' }, 'everything'],
])('a network is guarded by %s', (_, standing, expected) => {
  expect(guardedBy({ name: 'app', project: 'shop' }, { ...NOTHING, ...standing })).toBe(expected);
});
