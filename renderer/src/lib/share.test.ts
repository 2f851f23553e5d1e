import { expect, test } from 'vitest';
import { shareUnchanged } from './share.ts';

const list = () => [
  { id: 'a', ports: [{ port: 80 }] },
  { id: 'b', ports: [] as { port: number }[] },
];
const idOf = ({ id }: { readonly id: string }): string => id;

test('an equal list is the very same one', () => {
  const before = list();
  expect(shareUnchanged(before, list(), idOf)).toBe(before);
});

test('what changed is new, the rest is what it was', () => {
  const before = list();
  const after = shareUnchanged(before, [{ id: 'b', ports: [{ port: 1 }] }, list()[0]!], idOf);
  expect(after[1]).toBe(before[0]);
  expect(after[0]).not.toBe(before[1]);
});

test.each([
  ['a shorter list', [list()[0]!]],
  ['another order', list().reverse()],
  ['a field more', [{ ...list()[0]!, x: 1 }, list()[1]!]],
  ['an array that became an object', [{ id: 'a', ports: { 0: { port: 80 } } as never }, list()[1]!]],
])('%s is another list', (_, after) => {
  const before = list();
  const shared = shareUnchanged(before, after, idOf);
  expect(shared).not.toBe(before);
  expect(shared).toEqual(after);
});
