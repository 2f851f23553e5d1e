import { expect, test } from 'vitest';
import { hashOfLink, linkAmong } from './deep-link.ts';

test.each([
  ['bulkhead://open', ''],
  ['bulkhead://', ''],
  ['bulkhead://matrix', '#/matrix'],
  ['bulkhead://matrix/web/db', '#/matrix/web/db'],
  ['bulkhead://containers/a%2Fb%20c/logs/', '#/containers/a%2Fb%20c/logs'],
  ['bulkhead://containers/%E5%AE%B9%E5%99%A8', '#/containers/%E5%AE%B9%E5%99%A8'],
  // Names are only ever names.
  ['bulkhead://containers/%3Frun=evil', '#/containers/%3Frun%3Devil'],
  ['bulkhead://containers/../../etc', '#/containers/etc'],
])('%s leads to %s', (link, hash) => {
  expect(hashOfLink(link)).toBe(hash);
});

test.each([
  ['another scheme', 'https://matrix/web'],
  ['no screen of ours', 'bulkhead://settings-of-evil'],
  ['a query, which could open and fill in a dialog', 'bulkhead://containers?run=evil/image'],
  ['a fragment', 'bulkhead://matrix#x'],
  ['a user', 'bulkhead://root@matrix/'],
  ['a port', 'bulkhead://matrix:80/'],
  ['too many parts', 'bulkhead://matrix/a/b/c/d'],
  ['a line of its own', 'bulkhead://containers/a%0Ab'],
  ['turned text', 'bulkhead://containers/a%E2%80%AEb'],
  ['a broken escape', 'bulkhead://containers/%E0%A4%A'],
  ['too long a name', `bulkhead://containers/${'a'.repeat(3000)}`],
  ['something after open', 'bulkhead://open/matrix'],
  ['nothing', ''],
])('%s leads nowhere', (_, link) => {
  expect(hashOfLink(link)).toBeNull();
});

test('is found among what a program was started with', () => {
  expect(linkAmong(['/app/bulkhead', '--hidden', 'bulkhead://matrix', 'bulkhead://images'])).toBe('bulkhead://matrix');
  expect(linkAmong(['/app/bulkhead', '--x=bulkhead://matrix'])).toBeNull();
});
