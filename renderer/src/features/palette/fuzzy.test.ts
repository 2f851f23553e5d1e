import { describe, expect, test } from 'vitest';
import { fit } from './fuzzy.ts';

describe('what fits', () => {
  test.each([
    ['', 'anything', true],
    ['shop', 'shop-db-1', true],
    ['DB', 'shop-db-1', true],
    ['iso web', 'Isolate shop-web-1', true],
    ['shdb', 'shop-db-1', true],
    ['容器', '前往容器', true],
    ['hdb', 'shop-db-1', false],
    ['web db', 'shop-web-1', false],
    ['x', 'shop', false],
    ['.*', 'shop', false],
  ])('%j in %j: %s', (query, text, expected) => {
    expect(fit(query, text) !== null).toBe(expected);
  });
});

test('better is the beginning, then that of a word, then one piece, then letters', () => {
  const texts = ['d-x-b', 'redbox', 'shop-db-1', 'db-of-shop'];
  const sorted = texts.toSorted((a, b) => (fit('db', b) ?? 0) - (fit('db', a) ?? 0));
  expect(sorted).toEqual(['db-of-shop', 'shop-db-1', 'redbox', 'd-x-b']);
});

test('of those that fit alike the short one comes first', () => {
  expect((fit('web', 'web') ?? 0) > (fit('web', 'web-of-another-project') ?? 0)).toBe(true);
});
