/** Every text in every language, for whoever speaks all of them at once: the desktop app's tray, and tests. */
export { en } from './catalogue.en.ts';
export { errors as zhErrors, zhCN } from './catalogue.zh-CN.ts';
