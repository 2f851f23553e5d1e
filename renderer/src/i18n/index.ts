/** Languages: English and Simplified Chinese, both complete.  Which keys exist is checked by the compiler and a test. */
import { createInstance, type FormatterModule, type i18n as I18n } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { valueText } from '../../../shared/actions/translate.ts';
import { addErrors } from './errors.ts';
import { addSentences } from './sentences.ts';
import { en } from './catalogue.en.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

/** The language that was chosen, else the browser's when we speak it, else English. */
export function initialLanguage(chosen: string | null, preferred: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === chosen);
  if (known) return known;
  const first = preferred.find((language) => /^(en|zh)\b/i.test(language));
  return first?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}

/** What is counted is written as the language writes it; all else as it is. */
const AMOUNTS_BY_LANGUAGE: FormatterModule = {
  type: 'formatter',
  init: () => undefined,
  add: () => undefined,
  addCached: () => undefined,
  format: (value: unknown, _format, language = 'en', options = {}) =>
    typeof value === 'number'
      ? valueText(language, String(options['interpolationkey'] ?? ''), value)
      : (value as string),
};

/**
 * Speaks that language once it is there: another than English, which stands in for all of them, is loaded when it is wanted.
 * Values are not escaped: React renders every text as text, and names are never parsed for further keys.
 */
export async function createI18n(language: Language): Promise<I18n> {
  const instance = createInstance();
  void instance
    .use(initReactI18next)
    .use(AMOUNTS_BY_LANGUAGE)
    .init({
      lng: 'en',
      fallbackLng: 'en',
      resources: { en: { translation: en } },
      interpolation: { escapeValue: false, skipOnVariables: true, alwaysFormat: true },
      returnNull: false,
      initAsync: false,
    });
  await speak(instance, language);
  return instance;
}

/** Of the page.  Where the texts cannot be had (the core is away), it goes on as it spoke. */
export async function changeLanguage(i18n: I18n, language: Language): Promise<void> {
  if (i18n.language !== language) await speak(i18n, language);
  document.documentElement.lang = i18n.language;
}

async function speak(i18n: I18n, language: Language): Promise<void> {
  if (language === 'zh-CN' && !i18n.hasResourceBundle(language, 'translation')) {
    try {
      const { zhCN, sentences, errors } = await import('./catalogue.zh-CN.ts');
      i18n.addResourceBundle(language, 'translation', zhCN);
      addSentences(language, sentences);
      addErrors(language, errors);
    } catch {
      return;
    }
  }
  await i18n.changeLanguage(language);
}
