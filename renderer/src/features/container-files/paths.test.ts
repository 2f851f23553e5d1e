import { expect, test } from 'vitest';
import { joinPath, modeWords, parentPath, tidyPath } from './paths.ts';

test.each([
  ['/a/../b/./c/', '/b/c'],
  ['', '/'],
  ['etc', '/etc'],
  ['/../..', '/'],
])('%j is %s', (path, expected) => expect(tidyPath(path)).toBe(expected));

test('folders and what is in them', () => {
  expect([joinPath('/', 'a'), joinPath('/a', 'b c'), parentPath('/a/b'), parentPath('/a'), parentPath('/')]).toEqual([
    '/a',
    '/a/b c',
    '/a',
    '/',
    '/',
  ]);
});

test.each([
  [0o755, 'rwxr-xr-x'],
  [0o640, 'rw-r-----'],
  [0o4755, 'rwsr-xr-x'],
  [0o1777, 'rwxrwxrwt'],
  [0o2644, 'rw-r-Sr--'],
])('%i is %s', (mode, expected) => expect(modeWords(mode)).toBe(expected));
