import { describe, expect, test } from 'vitest';
import { arrange, keepCursor, keysBetween, nextSort, shiftOf, type DataColumn, type Line } from './model.ts';

interface Thing {
  readonly id: string;
  readonly group: string;
  readonly size: number;
}

const columns: readonly DataColumn<Thing>[] = [
  { id: 'name', value: ({ id }) => id },
  { id: 'size', value: ({ size }) => size, words: ({ size }) => `${size} MB` },
];
const thing = (id: string, group = '', size = 0): Thing => ({ id, group, size });
const THINGS = [thing('web10', 'shop', 5), thing('web9', 'shop', 50), thing('db', 'blog', 5), thing('Cache', '', 1)];

function lines(given: Partial<Parameters<typeof arrange<Thing>>[0]> = {}): Line<Thing>[] {
  return arrange({
    rows: THINGS,
    rowId: ({ id }) => id,
    columns,
    search: '',
    sort: null,
    folded: new Set<string>(),
    ...given,
  });
}
const keys = (all: readonly Line<Thing>[]): readonly string[] => all.map(({ key }) => key);

describe('the lines of a table', () => {
  const groupOf = ({ group }: Thing): string => group;
  test.each([
    ['as they come', {}, ['web10', 'web9', 'db', 'Cache']],
    ['by name, numbers as numbers', { sort: { column: 'name', descending: false } }, ['Cache', 'db', 'web9', 'web10']],
    [
      'by size downwards, equals as they came',
      { sort: { column: 'size', descending: true } },
      ['web9', 'web10', 'db', 'Cache'],
    ],
    ['by a column that is gone', { sort: { column: 'x', descending: true } }, ['web10', 'web9', 'db', 'Cache']],
    ['found by every word, in any column', { search: ' 5 WEB' }, ['web10', 'web9']],
    ['found by what a column says of itself', { search: '50 mb' }, ['web9']],
    ['that nothing fits', { search: 'nothing' }, []],
    ['in groups', { groupOf }, ['group shop', 'web10', 'web9', 'group blog', 'db', 'group ', 'Cache']],
    [
      'in groups, one folded',
      { groupOf, folded: new Set(['shop']) },
      ['group shop', 'group blog', 'db', 'group ', 'Cache'],
    ],
    ['unfolded by a search', { groupOf, folded: new Set(['shop']), search: 'web9' }, ['group shop', 'web9']],
  ])('%s', (_, given, expected) => {
    expect(keys(lines(given))).toEqual(expected);
  });

  test('a group knows all its members, also when it is folded', () => {
    const [shop] = lines({ groupOf, folded: new Set(['shop']) });
    expect(shop).toMatchObject({ group: 'shop', isFolded: true, members: [{ id: 'web10' }, { id: 'web9' }] });
  });
});

test('a column is sorted up, down, and not at all', () => {
  const up = nextSort({ column: 'size', descending: true }, 'name');
  expect(up).toEqual({ column: 'name', descending: false });
  expect(nextSort(up, 'name')).toEqual({ column: 'name', descending: true });
  expect(nextSort(nextSort(up, 'name'), 'name')).toBeNull();
});

describe('when rows come and go', () => {
  const all = lines();
  const without = (...ids: readonly string[]) => lines({ rows: THINGS.filter(({ id }) => !ids.includes(id)) });
  test.each([
    ['its row is still there', without('web10'), 'db', 'db'],
    ['its row is gone: the next one', without('web9'), 'web9', 'db'],
    ['the last row is gone: the one before', without('Cache'), 'Cache', 'db'],
    ['all are gone', [], 'db', null],
    ['there was none', all, null, null],
  ])('the cursor: %s', (_, after, cursor, expected) => {
    expect(keepCursor(all, after, cursor)).toBe(expected);
  });

  test.each([
    ['one went above', without('web10'), 2, -1],
    ['the first visible one went', without('db'), 2, -1],
    ['one came above', lines({ rows: [thing('new'), ...THINGS] }), 1, 1],
    ['one came below', lines({ rows: [...THINGS, thing('new')] }), 1, 0],
    ['all went', [], 1, 0],
  ])('what is looked at moves: %s', (_, after, first, expected) => {
    expect(shiftOf(all, after, first)).toBe(expected);
  });
});

test('a range goes either way and leaves groups out', () => {
  const all = lines({ groupOf: ({ group }) => group });
  expect(keysBetween(all, 'web9', 'Cache')).toEqual(['web9', 'db', 'Cache']);
  expect(keysBetween(all, 'Cache', 'web9')).toEqual(['web9', 'db', 'Cache']);
  expect(keysBetween(all, 'gone', 'db')).toEqual(['db']);
});
