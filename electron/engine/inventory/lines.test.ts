import { describe, expect, test } from 'vitest';
import { createJsonReader } from './lines.ts';

/** Fed whole, and in pieces of so many characters. */
const read = (text: string, { piece = text.length, most }: { piece?: number; most?: number } = {}): unknown[] => {
  const values: unknown[] = [];
  const take = createJsonReader((value) => values.push(value), most);
  for (let at = 0; at < text.length; at += piece) take(text.slice(at, at + piece));
  return values;
};

describe('a stream of JSON values', () => {
  test.each([
    ['one a line', '{"a":1}\n{"b":2}\n', [{ a: 1 }, { b: 2 }]],
    ['run together', '{"a":1}{"b":2}', [{ a: 1 }, { b: 2 }]],
    ['with braces and quotes in texts', '{"a":"{\\"}"}\n{"b":"}{"}', [{ a: '{"}' }, { b: '}{' }]],
    ['one in the other', '{"a":{"b":{}}} {"c":1}', [{ a: { b: {} } }, { c: 1 }]],
    ['after nonsense', 'oops } " \n{"a":1}', [{ a: 1 }]],
    ['after one that is broken', '{oops}\n{"a":1}', [{ a: 1 }]],
    ['after a text without an end', '{"a":"oops\n{"b":2}\n', [{ b: 2 }]],
    ['without an end', '{"a":1', []],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
    for (const piece of [1, 2, 3, 5]) expect(read(text, { piece }), `in pieces of ${piece}`).toEqual(expected);
  });

  test('what is too long is passed over to its end, with what looks like a value in it', () => {
    const inner = '{{{{}{"Type":"container"}'.repeat(10);
    const text = `{"a":1}\n${JSON.stringify({ long: inner, after: { inner } })}\n{"b":2}\n`;
    for (const piece of [1, 7, text.length]) {
      expect(read(text, { piece, most: 100 }), `in pieces of ${piece}`).toEqual([{ a: 1 }, { b: 2 }]);
    }
  });

  test('ten megabytes in one text are one value', () => {
    const value = { Type: 'container', label: 'x'.repeat(10_000_000) };
    expect(read(`${JSON.stringify(value)}\n{"b":2}\n`, { piece: 65_536 })).toEqual([value, { b: 2 }]);
  });
});
