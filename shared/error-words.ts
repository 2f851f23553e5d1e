/**
 * What went wrong, in the words of whoever reads it.
 *
 * The core says it in English where it happens (`BulkheadError`), and the command line, the journal and the logs keep those words.
 * Another language has a catalogue by the English sentence, with a `{name}` for each part that differs from time to time.  What the
 * engine or the system said is in no catalogue: it is quoted.
 */
import type { ErrorCode, ErrorShape } from './errors.ts';

/** @returns null for what is no sentence of the core */
export type Translate = (text: string) => string | null;

/** To be shown as title, advice and quiet line; `''` for what there is none of. */
export interface ErrorWords {
  readonly title: string;
  readonly hint: string;
  /** Words of the engine, the system or the core as they came, in English. */
  readonly quoted: string;
}

/** What a language knows of errors; `translate` is null for English. */
export interface ErrorLanguage {
  readonly translate: Translate | null;
  /** What kind of trouble it is, and what helps as a rule, for what has to be quoted. */
  readonly kindOf: (code: ErrorCode) => { readonly title: string; readonly hint: string };
}

export function errorWords({ code, message, hint }: ErrorShape, { translate, kindOf }: ErrorLanguage): ErrorWords {
  if (!translate) return { title: message, hint, quoted: '' };
  const said = translate(message);
  const advice = hint === '' ? null : translate(hint);
  const quoted = [said === null ? message : '', advice === null ? hint : ''].filter((part) => part !== '').join(' ');
  if (said !== null) return { title: said, hint: advice ?? '', quoted };
  const kind = kindOf(code);
  return { title: kind.title, hint: advice ?? kind.hint, quoted };
}

interface Template {
  /** The words around the places: one more than there are places. */
  readonly literals: readonly string[];
  readonly places: readonly string[];
  readonly translated: string;
  /** None of its words would tell it from anything else: it holds only around a sentence that is known. */
  readonly isWordless: boolean;
}

/** Of all that could be meant, what is looked at again; the newest. */
const REMEMBERED = 500;
/** Sentences in a row that are told apart. */
const IN_A_ROW = 12;
const NUMBERS = /^(line|col|port|hostPort|pid|status|code|found|matches|failures|items|denied|held|impossible)$/;
const NAMES = /^(name|ref|from|to|state|host|op)\d*$/;

/**
 * Places take what is there as it is: a name that looks like a template, or like a place, is only ever text.
 *
 * @param catalogue English sentence → translated, with the same places
 */
export function createTranslate(catalogue: Readonly<Record<string, string>>): Translate {
  const known = new Map(Object.entries(catalogue));
  const templates = Object.entries(catalogue)
    .filter(([english]) => /\{\w+\}/.test(english))
    .map(([english, translated]) => templateOf(english, translated))
    // The one that says most: "Port {port} is in use." before "{name} is in use.".
    .toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const remembered = new Map<string, string | null>();

  const one = (text: string): string | null => {
    const whole = known.get(text);
    if (whole !== undefined) return whole;
    for (const template of templates) {
      const params = match(template, text);
      if (!params) continue;
      const inner = new Map([...params].map(([place, value]) => [place, translate(value)]));
      if (template.isWordless && [...inner.values()].every((value) => value === null)) continue;
      return fill(template.translated, (place) => inner.get(place) ?? params.get(place) ?? '');
    }
    return null;
  };
  const row = (text: string, left: number): string | null => {
    const whole = one(text);
    if (whole !== null || left === 0) return whole;
    for (let end = text.indexOf('. '); end !== -1; end = text.indexOf('. ', end + 1)) {
      const first = one(text.slice(0, end + 1));
      const rest = first === null ? null : row(text.slice(end + 2), left - 1);
      if (rest !== null) return `${first}${rest}`;
    }
    return null;
  };
  const translate: Translate = (text) => {
    const before = remembered.get(text);
    if (before !== undefined) return before;
    const translated = row(text, IN_A_ROW);
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, translated);
    return translated;
  };
  return translate;
}

function templateOf(english: string, translated: string): Template {
  const parts = english.split(/\{(\w+)\}/);
  const literals = parts.filter((_, index) => index % 2 === 0);
  const places = parts.filter((_, index) => index % 2 === 1);
  return { literals, places, translated, isWordless: !literals.some((literal) => /\w/.test(literal)) };
}

function sizeOf({ literals }: Template): number {
  return literals.join('').length;
}

/** Each place takes as little as it can, at least something; in one pass, whatever the text. */
function match({ literals, places }: Template, text: string): ReadonlyMap<string, string> | null {
  const [head = ''] = literals;
  const tail = literals.at(-1) ?? '';
  if (!text.startsWith(head) || !text.endsWith(tail)) return null;
  const params = new Map<string, string>();
  let from = head.length;
  for (const [index, place] of places.entries()) {
    const literal = literals[index + 1] ?? '';
    const isLast = index === places.length - 1;
    const to = isLast ? text.length - tail.length : text.indexOf(literal, from + 1);
    if (to <= from) return null;
    const value = text.slice(from, to);
    if (!fits(place, value, { before: literals[index] ?? '', after: literal })) return null;
    params.set(place, value);
    from = to + literal.length;
  }
  return params;
}

/** So that "{name} is in use." is not taken for the end of an engine's long sentence. */
function fits(place: string, value: string, around: { readonly before: string; readonly after: string }): boolean {
  if (NUMBERS.test(place)) return /^\d+$/.test(value);
  const isQuoted = /["“]$/.test(around.before) && /^["”]/.test(around.after);
  return isQuoted || !NAMES.test(place) || !/\s/.test(value);
}

/** A sentence that has ended needs no space behind it. */
function fill(template: string, valueOf: (place: string) => string): string {
  return template.replaceAll(/\{(\w+)\}( ?)/g, (_, place: string, space: string) => {
    const value = valueOf(place);
    return /[。！？]$/.test(value) ? value : `${value}${space}`;
  });
}
