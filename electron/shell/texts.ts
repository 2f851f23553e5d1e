/** Words of menus, tray and notifications, from the page's own catalogues. */
import zhRules from '../../renderer/src/i18n/rules.zh-CN.json' with { type: 'json' };
import { en, zhCN } from '../../renderer/src/i18n/catalogue.ts';
import type { Say } from '../../shared/actions/say.ts';
import { sayFrom } from '../../shared/actions/translate.ts';
import type { Language } from '../../shared/contract/desktop.ts';

const SAYS: Readonly<Record<Language, Say>> = { en: sayFrom(en), 'zh-CN': sayFrom(zhCN) };

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
