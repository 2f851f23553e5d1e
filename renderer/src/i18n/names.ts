import type { Language } from './index.ts';

/** Languages name themselves. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', 'zh-CN': '简体中文' };
