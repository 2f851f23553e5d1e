import { expect, test } from 'vitest';
import { sayFrom } from './translate.ts';

const CATALOGUE = {
  a: { one: 'One', of: '{{name}} of {{count}}', n_one: '{{count}} thing', n_other: '{{count}} things' },
};

test.each([
  ['a.one', {}, 'One'],
  ['a.of', { name: '{{count}} $1', count: 3 }, '{{count}} $1 of 3'],
  ['a.n', { count: 1 }, '1 thing'],
  ['a.n', { count: 0 }, '0 things'],
  ['a.of', {}, '{{name}} of {{count}}'],
  ['a', {}, 'a'],
  ['a.toString', {}, 'a.toString'],
  ['__proto__.a', {}, '__proto__.a'],
])('%s with %j', (key, params, expected) => {
  expect(sayFrom(CATALOGUE, 'en')(key, params)).toBe(expected);
});

test('a language without a form for one uses the other', () => {
  expect(sayFrom({ n_other: '{{count}} 个' }, 'zh-CN')('n', { count: 1 })).toBe('1 个');
});

test('groups the digits of what is counted as the language does, and of nothing else', () => {
  const say = sayFrom({ a: '{{count}} of {{total}} at {{port}}' }, 'en');
  expect(say('a', { count: 10300, total: 1_000_000, port: 54320 })).toBe('10,300 of 1,000,000 at 54320');
});
