import { describe, expect, it } from 'vitest';
import { csvLine, table, visible, visibleLines } from './text.ts';

describe('text for a terminal', () => {
  it('pads columns to their widest cell and trims line ends', () => {
    expect(
      table([
        ['a', 'bb', 'c'],
        ['ccc', 'd', ''],
      ]),
    ).toBe('a    bb  c\nccc  d\n');
  });

  it('never lets a name repaint the terminal', () => {
    expect(visible('web\u001b[2J\u0007\r\n\u202egnp')).toBe('web\uFFFD[2J\uFFFD\uFFFD\uFFFD\uFFFDgnp');
    expect(table([['\u001b]0;x']])).toBe('\uFFFD]0;x\n');
  });

  it('keeps the line breaks of our own text and nothing else', () => {
    expect(visibleLines('one\u001b[2J\ntwo\n')).toBe('one\uFFFD[2J\ntwo\n');
  });

  it.each([
    { cells: ['web', 'db'], line: 'web,db' },
    { cells: ['a,b', 'say "x"', 'two\nlines'], line: '"a,b","say ""x""","two\nlines"' },
    { cells: ['=1+1', '+x', '-x', '@x'], line: "'=1+1,'+x,'-x,'@x" },
  ])('writes $cells as one CSV line', ({ cells, line }) => {
    expect(csvLine(cells)).toBe(line);
  });
});
