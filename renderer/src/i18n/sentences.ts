/**
 * Sentences of the core (reasons, obstacles, plan steps) in the user's language.
 *
 * English comes from the core itself, so that the page, the command line and the tests say the same.  Other languages
 * translate by rule id and params; where a translation is missing, the English sentence is shown rather than nothing.
 */
import type { sentences } from './catalogue.zh-CN.ts';

export interface Sentence {
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

type Kind = keyof typeof sentences;
type Sentences = Readonly<Record<Kind, Readonly<Record<string, string>>>>;

const CATALOGUES = new Map<string, Sentences>();

/** Those of a language, when it has been loaded. */
export function addSentences(language: string, added: Sentences): void {
  CATALOGUES.set(language, added);
}

/** Fills `{name}` places, of which an empty one takes its space with it; a template asking for what is not there is not used at all. */
export function fill(template: string, params: Readonly<Record<string, string>>): string | null {
  let complete = true;
  const text = template.replaceAll(/( ?)\{(\w+)\}/g, (_, space: string, name: string) => {
    const value = params[name];
    if (value === undefined) complete = false;
    return value === undefined || value === '' ? '' : space + value;
  });
  return complete ? text : null;
}

export function sentence(language: string, kind: Kind, id: string, { text, params }: Sentence): string {
  const template = CATALOGUES.get(language)?.[kind][id];
  return (template === undefined ? null : fill(template, params)) ?? text;
}
