/** Words from a catalogue, for where no page is: `{{name}}` is filled in, and `count` chooses between one and many. */
import type { Say } from './say.ts';

export interface Catalogue {
  readonly [key: string]: string | Catalogue;
}

/** What is counted, by the name it has in texts: written as a language groups its digits.  Ports and process ids are no amounts. */
const AMOUNTS: ReadonlySet<string> = new Set(['count', 'total', 'held']);

/** A value as a text of that language says it. */
export function valueText(language: string, name: string, value: unknown): string {
  return typeof value === 'number' && AMOUNTS.has(name) ? new Intl.NumberFormat(language).format(value) : String(value);
}

/** @returns the key itself for a text that is not there (a test finds those) */
export function sayFrom(catalogue: Catalogue, language: string): Say {
  return (key, params = {}) => {
    const { count } = params;
    const forms = typeof count === 'number' ? [...(count === 1 ? [`${key}_one`] : []), `${key}_other`, key] : [key];
    const text = forms.map((form) => textAt(catalogue, form.split('.'))).find((found) => found !== null) ?? key;
    // In one pass: a value that looks like a placeholder is only ever a value.
    return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) =>
      Object.hasOwn(params, name) ? valueText(language, name, params[name]) : whole,
    );
  };
}

function textAt(catalogue: Catalogue, path: readonly string[]): string | null {
  let at: string | Catalogue | undefined = catalogue;
  for (const part of path) {
    if (typeof at !== 'object' || !Object.hasOwn(at, part)) return null;
    at = at[part];
  }
  return typeof at === 'string' ? at : null;
}
