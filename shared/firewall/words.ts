/** Splits a line into words as `iptables-restore` does: double quotes group, a backslash takes the next character as it is. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"|(\S+)/g;
  for (const [, quoted, plain] of line.matchAll(pattern)) words.push(quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  return words;
}
