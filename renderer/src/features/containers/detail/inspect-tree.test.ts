import { describe, expect, test } from 'vitest';
import { LONGEST, MOST_LINES, pathTo, treeLines } from './inspect-tree.ts';

const DOCUMENT = { Id: 'abc', Config: { Env: ['A=1', 'B=2'], Labels: { 'com.example': 'x' } }, Mounts: [], Size: null };
const paths = (search: string, ...open: readonly string[]) =>
  treeLines(DOCUMENT, { open: new Set(open), search }).map(({ path }) => path);

describe('the tree', () => {
  test.each([
    ['folded', '', [], ['.Id', '.Config', '.Mounts', '.Size']],
    ['one unfolded', '', ['.Config'], ['.Id', '.Config', '.Config.Env', '.Config.Labels', '.Mounts', '.Size']],
    ['unfolded inside of what is folded', '', ['.Config.Env'], ['.Id', '.Config', '.Mounts', '.Size']],
    ['found by a value', 'b=', [], ['.Config', '.Config.Env', '.Config.Env[1]']],
    [
      'found by a key, with all that is in it',
      'LABELS',
      [],
      ['.Config', '.Config.Labels', '.Config.Labels["com.example"]'],
    ],
    ['not found', 'nothing', ['.Config'], []],
  ])('%s', (_, search, open, expected) => {
    expect(paths(search, ...open)).toEqual(expected);
  });

  test('of ten megabytes only what is unfolded is made, and long values are cut', () => {
    const labels = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`l${at}`, 'x'.repeat(10_000)]));
    const lines = treeLines({ Labels: labels }, { open: new Set(), search: '' });
    expect(lines).toHaveLength(1);
    const open = treeLines({ Labels: labels }, { open: new Set(['.Labels']), search: '' });
    expect([open.length, open[1]?.text.length]).toEqual([1001, LONGEST]);
  });

  test('never grows beyond its bound', () => {
    const many = Array.from({ length: 50_000 }, (_, at) => at);
    expect(treeLines({ many }, { open: new Set(['.many']), search: '' })).toHaveLength(MOST_LINES);
  });

  test('a path can be read by jq', () => {
    expect([pathTo('', 'Id'), pathTo('', 'a b'), pathTo('.A', 0), pathTo('.A[0]', '"')]).toEqual([
      '.Id',
      '.["a b"]',
      '.A[0]',
      '.A[0]["\\""]',
    ]);
  });
});
