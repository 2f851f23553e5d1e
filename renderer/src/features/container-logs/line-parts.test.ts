import { describe, expect, test } from 'vitest';
import { partsOf, shownText } from './line-parts.ts';
import { patternOf } from './log-pattern.ts';

const brief = (text: string, pattern: RegExp | null = null): string[] =>
  partsOf(text, pattern).map(({ text: part, classes, color, isMatch }) =>
    [part, classes, color, isMatch ? 'match' : ''].filter(Boolean).join('|'),
  );

describe('a line', () => {
  test.each([
    ['plain', 'hello', ['hello']],
    ['coloured', '\u001b[31mred\u001b[0m plain', ['red|ansi-red', ' plain']],
    ['bold and bright', '\u001b[1;92mok\u001b[0m', ['ok|ansi-bright-green ansi-bold']],
    ['of 256 colours', '\u001b[38;5;196mhot', ['hot|rgb(255, 0, 0)']],
    ['of all colours', '\u001b[38;2;1;2;3mown', ['own|rgb(1, 2, 3)']],
    ['with a control character', 'a\u0000b\u0007', ['a␀b␇']],
    ['hostile', '<img src=x>', ['<img src=x>']],
  ])('%s', (_, text, expected) => expect(brief(text)).toEqual(expected));

  test('is cut where it matches, across colours', () => {
    expect(brief('\u001b[31mab\u001b[0mcd ab', /bc|ab$/)).toEqual([
      'a|ansi-red',
      'b|ansi-red|match',
      'c|match',
      'd ',
      'ab|match',
    ]);
  });

  test('of which nothing is matched by an expression that matches nothing', () => {
    expect(brief('abc', /x*/)).toEqual(['abc']);
  });
});

test('what is looked for', () => {
  expect(patternOf('', true)).toBeNull();
  expect(patternOf('a.c', false)).toEqual(/a\.c/i);
  expect(patternOf('A.c', true)).toEqual(/A.c/);
  expect(patternOf('(', true)).toEqual(expect.stringContaining('Unterminated group'));
});

test('a tab stays a tab', () => expect(shownText('a\tb')).toBe('a\tb'));
