import { describe, expect, test } from 'vitest';
import { createI18n } from '../../i18n/index.ts';
import { partWords } from './job-words.ts';

describe('how far a part is', () => {
  test.each([
    ['zh-CN', 'Pulling fs layer', '等待下载'],
    ['zh-CN', 'failed: no such image: web', '失败: no such image: web'],
    ['zh-CN', 'Something new', 'Something new'],
    ['zh-CN', '', ''],
    ['en', 'Pulling fs layer', 'Pulling fs layer'],
    // A task's state, not Compose's.
    ['en', 'running', 'running'],
  ] as const)('in %s, “%s” is “%s”', async (language, text, expected) => {
    expect(partWords((await createI18n(language)).t, text)).toBe(expected);
  });
});
