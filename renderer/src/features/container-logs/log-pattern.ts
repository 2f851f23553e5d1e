/** What is typed into the search field, as a pattern. */

/** @returns null for nothing; an error's text where it is no regular expression */
export function patternOf(text: string, isRegex: boolean): RegExp | null | string {
  if (text === '') return null;
  try {
    // Small letters stand for both, as in most editors.
    return new RegExp(isRegex ? text : escaped(text), text === text.toLowerCase() ? 'i' : '');
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
