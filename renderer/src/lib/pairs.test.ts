import { expect, test } from 'vitest';
import { pairsOf } from './pairs.ts';

test.each([
  ['', {}],
  ['a=b', { a: 'b' }],
  [' a = b=c \n\n=x\nflag', { a: ' b=c', flag: '' }],
  ['__proto__=x', Object.fromEntries([['__proto__', 'x']])],
])('%j', (text, expected) => {
  expect(pairsOf(text)).toEqual(expected);
});
