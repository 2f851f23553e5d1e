import { expect, test } from 'vitest';
import { keyCaps, keyStep, type KeyPress, type Pending } from './keys.ts';

const press = (key: string, given: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  timeStamp: 0,
  ...given,
});

/** What the last of these presses means. */
function last(presses: readonly KeyPress[], typing = false) {
  let pending: Pending | null = null;
  let action: string | null = null;
  for (const one of presses) ({ action, pending } = keyStep(pending, one, { typing }));
  return action;
}

test.each<[string, readonly KeyPress[], string | null]>([
  ['Ctrl+K', [press('k', { ctrlKey: true })], 'palette'],
  ['⌘K', [press('k', { metaKey: true })], 'palette'],
  ['Ctrl+K with Caps Lock', [press('K', { ctrlKey: true })], 'palette'],
  ['Ctrl+Shift+K', [press('K', { ctrlKey: true, shiftKey: true })], null],
  ['Alt+Ctrl+K', [press('k', { ctrlKey: true, altKey: true })], null],
  ['?', [press('?', { shiftKey: true })], 'shortcuts'],
  ['g, then n', [press('g'), press('n', { timeStamp: 900 })], 'go-networks'],
  ['g, then n much later', [press('g'), press('n', { timeStamp: 9000 })], null],
  ['g, Shift, ?', [press('g'), press('Shift', { shiftKey: true }), press('?', { shiftKey: true })], 'shortcuts'],
  ['g, g, then c', [press('g'), press('g', { timeStamp: 100 }), press('c', { timeStamp: 200 })], 'go-containers'],
  ['g, x, then c', [press('g'), press('x'), press('c')], null],
  ['n alone', [press('n')], null],
])('%s', (_, presses, expected) => {
  expect(last(presses)).toBe(expected);
});

test('in a field letters are letters, and chords still count', () => {
  expect([last([press('?')], true), last([press('g'), press('m')], true)]).toEqual([null, null]);
  expect(last([press('k', { ctrlKey: true })], true)).toBe('palette');
});

test.each([
  ['Mod+K', true, ['⌘', 'K']],
  ['Mod+K', false, ['Ctrl', 'K']],
  ['g m', false, ['g', 'm']],
  ['?', true, ['?']],
  ['+ - 0', false, ['+', '-', '0']],
])('%s reads (mac: %s)', (keys, isMac, expected) => {
  expect(keyCaps(keys, isMac)).toEqual(expected);
});
