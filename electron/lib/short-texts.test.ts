import { expect, test } from 'vitest';
import { LONGEST_TEXT, shortTexts } from './short-texts.ts';

test('what is too long to be shown is cut, and seen to be; a name is a name, whatever it says', () => {
  const long = 'x'.repeat(LONGEST_TEXT + 1);
  const cut = `${'x'.repeat(LONGEST_TEXT)}…`;
  const texts = { a: 'b', long, [long]: 'c', ['__proto__']: 'd', whole: 'y'.repeat(LONGEST_TEXT) };
  expect(Object.entries(shortTexts(texts))).toEqual([
    ['a', 'b'],
    ['long', cut],
    [cut, 'c'],
    ['__proto__', 'd'],
    ['whole', 'y'.repeat(LONGEST_TEXT)],
  ]);
});
