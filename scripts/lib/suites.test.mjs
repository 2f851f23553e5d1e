import { expect, test } from 'vitest';
import { chosen, engineVersions, obstacle, SUITES } from './suites.mjs';

test.each([
  [[], SUITES, []],
  [['unit'], ['unit'], []],
  [['browser', 'unit'], ['unit', 'browser'], []],
  [['unit', 'electron/serve', '-t', 'token'], ['unit'], ['electron/serve', '-t', 'token']],
  [['electron/serve'], SUITES, ['electron/serve']],
])('%j runs %j and hands on %j', (args, suites, rest) => {
  expect(chosen(args)).toEqual({ suites, rest });
});

test('unit tests run anywhere; the others say what they miss', () => {
  const here = { isDebian: false, isRoot: false };
  expect(obstacle('unit', here)).toBeNull();
  expect(obstacle('engine', here)).toMatch(/Debian and root/);
  expect(obstacle('browser', { isDebian: true, isRoot: false })).toMatch(/takes root$/);
  expect(obstacle('integration', { isDebian: true, isRoot: true })).toBeNull();
});

test('the engines to test on can be named', () => {
  expect(engineVersions({})).toEqual(['28.5', '20.10']);
  expect(engineVersions({ BULKHEAD_TEST_VERSIONS: ' 26.1  28.5 ' })).toEqual(['26.1', '28.5']);
});
