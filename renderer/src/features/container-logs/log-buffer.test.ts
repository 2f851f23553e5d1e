import { describe, expect, test } from 'vitest';
import { LogBuffer, NO_FILTER } from './log-buffer.ts';

const never = (): boolean => false;

function bufferOf(texts: readonly string[], limits: { mostLines?: number; mostCharacters?: number } = {}): LogBuffer {
  const buffer = new LogBuffer(limits);
  for (const text of texts) buffer.push({ source: 0, time: '', stream: 1, text, isCut: false });
  buffer.work(never);
  return buffer;
}

const shown = (buffer: LogBuffer): (string | undefined)[] => buffer.shown.map((number) => buffer.at(number)?.text);

describe('what a page keeps of a log', () => {
  test('is the newest lines, so many', () => {
    const buffer = bufferOf(['a', 'b', 'c', 'd', 'e'], { mostLines: 3 });
    expect(shown(buffer)).toEqual(['c', 'd', 'e']);
    expect([buffer.first, buffer.next]).toEqual([2, 5]);
    expect(buffer.at(1)).toBeUndefined();
  });

  test('is bounded in characters too, and holds the newest line however long it is', () => {
    const buffer = bufferOf(['aaaa', 'bbbb', 'c'.repeat(50)], { mostCharacters: 10 });
    expect(buffer.shown).toEqual([2]);
    buffer.push({ source: 0, time: '', stream: 1, text: 'short', isCut: false });
    buffer.work(never);
    expect(shown(buffer)).toEqual(['short']);
  });

  test('goes on after it was cleared', () => {
    const buffer = bufferOf(['a', 'b']);
    buffer.clear();
    expect(buffer.shown).toEqual([]);
    buffer.push({ source: 0, time: '', stream: 1, text: 'c', isCut: false });
    buffer.work(never);
    expect(shown(buffer)).toEqual(['c']);
  });
});

describe('what is shown', () => {
  const TEXTS = ['INFO one', 'ERROR two', '\u001b[31mERROR\u001b[0m three', 'plain two'];

  test.each([
    ['everything', {}, [0, 1, 2, 3], []],
    ['of some levels', { levels: new Set(['error'] as const) }, [1, 2], []],
    ['with matches', { pattern: /two/ }, [0, 1, 2, 3], [1, 3]],
    ['only matches', { pattern: /two/, onlyMatching: true }, [1, 3], [1, 3]],
    [
      'only matches of some levels',
      { pattern: /two/, onlyMatching: true, levels: new Set(['error'] as const) },
      [1],
      [1],
    ],
    ['matches through colours', { pattern: /ERROR three/ }, [0, 1, 2, 3], [2]],
  ])('%s', (_, filter, lines, matches) => {
    const buffer = bufferOf(TEXTS);
    buffer.setFilter({ ...NO_FILTER, ...filter });
    buffer.work(never);
    expect([buffer.shown, buffer.matches]).toEqual([lines, matches]);
  });

  test('is worked out in slices, and is the same then', () => {
    const buffer = bufferOf(Array.from({ length: 9000 }, (_, index) => `line ${index}`));
    buffer.setFilter({ ...NO_FILTER, pattern: /9$/, onlyMatching: true });
    let slices = 1;
    while (!buffer.work(() => true)) slices += 1;
    expect(slices).toBe(5);
    expect(buffer.shown).toHaveLength(900);
  });
});
