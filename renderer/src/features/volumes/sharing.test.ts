import { describe, expect, test } from 'vitest';
import { flowsOf } from './sharing.ts';

const user = (name: string, writable: boolean, destination = '/data') => ({
  id: name,
  name,
  state: 'running',
  destination,
  writable,
});

describe('who passes data to whom', () => {
  test.each([
    ['nobody alone', [user('a', true)], []],
    ['one who reads gives nothing', [user('a', true), user('b', false)], ['a b']],
    ['two who write', [user('a', true), user('b', true)], ['a b', 'b a']],
    ['two who read', [user('a', false), user('b', false)], []],
    ['one who has it twice', [user('a', false, '/x'), user('a', true, '/y'), user('b', false)], ['a b']],
  ])('%s', (_, users, expected) => {
    expect(flowsOf(users).map(({ from, to }) => `${from.name} ${to.name}`)).toEqual(expected);
  });
});
