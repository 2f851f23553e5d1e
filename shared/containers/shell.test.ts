import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoted, shellWords } from './shell.ts';

/** What a shell cannot carry. */
const argument = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''));

describe('a shell line', () => {
  it('that was quoted is taken apart into the same arguments', () => {
    fc.assert(
      fc.property(fc.array(argument), (words) => {
        expect(shellWords(words.map(quoted).join(' '))).toEqual({ ok: true, words });
      }),
    );
  });

  it('means the same to a real shell', () => {
    const hostile = [
      '',
      ' ',
      "it's",
      '"',
      '$(touch /tmp/x)',
      '`id`',
      '\\',
      'a\nb',
      '*',
      '~',
      '!x',
      '#',
      'x;y',
      '日志',
      '-n',
    ];
    const line = `printf '%s\\0' ${hostile.map(quoted).join(' ')}`;
    const printed = execFileSync('/bin/sh', ['-c', line], { encoding: 'utf8' });
    expect(printed.split('\0').slice(0, -1)).toEqual(hostile);
  });

  it.each([
    ['a  b\tc\nd', ['a', 'b', 'c', 'd']],
    [`sh -c 'echo "$HOME"'`, ['sh', '-c', 'echo "$HOME"']],
    [`"a \\"b\\" \\x" 'c'd`, ['a "b" \\x', 'cd']],
    [`a\\ b "" ''`, ['a b', '', '']],
    ['a \\\n b', ['a', 'b']],
    ['', []],
  ])('%j', (line, words) => {
    expect(shellWords(line)).toEqual({ ok: true, words });
  });

  it.each([
    [`'open`, 'quote'],
    [`"open \\"`, 'quote'],
    ['end\\', 'escape'],
  ])('%j is not whole', (line, problem) => {
    expect(shellWords(line)).toEqual({ ok: false, problem });
  });
});
