/** Words of menus, tray and notifications, from the page's own catalogues. */
import zhRules from '../../renderer/src/i18n/rules.zh-CN.json' with { type: 'json' };
import { en, zhCN, zhErrors } from '../../renderer/src/i18n/catalogue.ts';
import type { Say } from '../../shared/actions/say.ts';
import { sayFrom } from '../../shared/actions/translate.ts';
import type { Language } from '../../shared/contract/desktop.ts';
import { createTranslate, errorWords, type Translate } from '../../shared/error-words.ts';
import type { ErrorShape } from '../../shared/errors.ts';

const SAYS: Readonly<Record<Language, Say>> = { en: sayFrom(en, 'en'), 'zh-CN': sayFrom(zhCN, 'zh-CN') };

const TRANSLATES: Readonly<Record<Language, Translate | null>> = { en: null, 'zh-CN': createTranslate(zhErrors) };

interface Sentence {
  readonly rule: string;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** What stands in the way, as the core says it in English and the page's catalogue in other languages. */
export function obstacleIn(language: Language, { rule, text, params }: Sentence): string {
  const obstacles: Readonly<Record<string, string>> = language === 'zh-CN' ? zhRules.obstacles : {};
  const template = obstacles[rule];
  if (template === undefined) return text;
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => params[name] ?? '');
}

export function sayIn(language: Language): Say {
  return SAYS[language];
}

/** What went wrong and what to do next, a line each; the words of engine and system, which are in no catalogue, come last. */
export function failureIn(language: Language, error: ErrorShape): string {
  const say = sayIn(language);
  const { title, hint, quoted } = errorWords(error, {
    translate: TRANSLATES[language],
    kindOf: (code) => ({ title: say(`error.${code}.title`), hint: say(`error.${code}.hint`) }),
  });
  return [title, hint, quoted].filter((line) => line !== '').join('\n');
}
