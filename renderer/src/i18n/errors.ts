/** What went wrong, in the language of the page: the one way in which every face, note and notification says it. */
import type { i18n as I18n } from 'i18next';
import { createTranslate, errorWords, type ErrorWords, type Translate } from '../../../shared/error-words.ts';
import type { ErrorShape } from '../../../shared/errors.ts';

const TRANSLATES = new Map<string, Translate>();

/** Those of a language, when it has been loaded. */
export function addErrors(language: string, catalogue: Readonly<Record<string, string>>): void {
  TRANSLATES.set(language, createTranslate(catalogue));
}

export function errorIn({ language, t }: Pick<I18n, 'language' | 't'>, error: ErrorShape): ErrorWords {
  return errorWords(error, {
    translate: TRANSLATES.get(language) ?? null,
    kindOf: (code) => ({ title: t(`error.${code}.title`), hint: t(`error.${code}.hint`) }),
  });
}

/** One sentence of the core by itself; the engine's and the system's words stay what they are. */
export function wordsIn(
  { language }: Pick<I18n, 'language'>,
  text: string,
): { readonly text: string; readonly lang?: 'en' } {
  const translate = TRANSLATES.get(language);
  if (!translate || text === '') return { text };
  const translated = translate(text);
  return translated === null ? { text, lang: 'en' } : { text: translated };
}
