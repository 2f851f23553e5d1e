/** Texts of an engine as a page can show them: a label may be 10 MB long, and is told again with every change of its list. */

/** Characters of a name or a value. */
export const LONGEST_TEXT = 2000;

export function shortText(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}

export function shortTexts(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([name, value]) => [shortText(name), shortText(value)]));
}
