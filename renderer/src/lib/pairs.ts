/** `name=value`, one a line, as people write options, labels and arguments. */

/** Lines without a name are left out; without `=`, the value is empty. */
export function pairsOf(text: string): Record<string, string> {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('='));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1)];
    }),
  );
}
