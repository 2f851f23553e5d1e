import { expect, test } from 'vitest';
import { activeProfiles } from './profiles.ts';

const service = (name: string, ...profiles: string[]) => ({ name, profiles });

test.each([
  ['nothing that has a profile is there', [service('web'), service('debug', 'debug')], ['web'], []],
  ['what is there names one', [service('web'), service('debug', 'debug')], ['web', 'debug'], ['debug']],
  ['of two, the one that brings in nothing else', [service('a', 'all', 'one'), service('b', 'all')], ['a'], ['one']],
  [
    'one that another service needs anyhow serves both',
    [service('a', 'one', 'all'), service('b', 'all')],
    ['a', 'b'],
    ['all'],
  ],
  ['a service that the files do not name any more', [service('web')], ['web', 'old'], []],
])('%s', (_, services, present, expected) => {
  expect(activeProfiles(services, new Set(present))).toEqual(expected);
});
