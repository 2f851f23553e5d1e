/** Words of menus, tray and notifications, from the page's own catalogues. */
import { en, zhCN } from '../../renderer/src/i18n/catalogue.ts';
import type { Say } from '../../shared/actions/say.ts';
import { sayFrom } from '../../shared/actions/translate.ts';
import type { Language } from '../../shared/contract/desktop.ts';

const SAYS: Readonly<Record<Language, Say>> = { en: sayFrom(en), 'zh-CN': sayFrom(zhCN) };

export function sayIn(language: Language): Say {
  return SAYS[language];
}
