/** Words of a POSIX shell: from arguments to a line that can be pasted, and back. */

/** Characters that mean nothing to any shell. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** One argument, so that a shell hands on exactly this text. */
export function quoted(argument: string): string {
  if (PLAIN.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

export type ShellWords =
  | { readonly ok: true; readonly words: readonly string[] }
  /** `quote`: one that is not closed; `escape`: a backslash at the end. */
  | { readonly ok: false; readonly problem: 'quote' | 'escape' };

/** Takes a line apart as a shell would, without expanding anything: `$HOME` and `*` stay as they are written. */
export function shellWords(line: string): ShellWords {
  const words: string[] = [];
  let word: string | null = null;
  let at = 0;
  while (at < line.length) {
    const char = line[at] ?? '';
    at += 1;
    if (/\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (char === "'") {
      const end = line.indexOf("'", at);
      if (end < 0) return { ok: false, problem: 'quote' };
      word = (word ?? '') + line.slice(at, end);
      at = end + 1;
    } else if (char === '"') {
      word ??= '';
      for (;;) {
        const next = line[at];
        if (next === undefined) return { ok: false, problem: 'quote' };
        at += 1;
        if (next === '"') break;
        const escaped = line[at] ?? '';
        if (next === '\\' && '"\\$`'.includes(escaped) && escaped !== '') {
          word += escaped;
          at += 1;
        } else word += next;
      }
    } else if (char === '\\') {
      const next = line[at];
      if (next === undefined) return { ok: false, problem: 'escape' };
      at += 1;
      if (next !== '\n') word = (word ?? '') + next;
    } else word = (word ?? '') + char;
  }
  if (word !== null) words.push(word);
  return { ok: true, words };
}
