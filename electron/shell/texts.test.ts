import { describe, expect, test } from 'vitest';
import type { ErrorShape } from '../../shared/errors.ts';
import { failureIn } from './texts.ts';

const OURS: ErrorShape = { code: 'NOT_FOUND', message: 'There is nothing to undo.', hint: '' };
const ENGINES: ErrorShape = { code: 'ENGINE_REFUSED', message: 'no such device', hint: "The engine's log says more." };

describe('why something failed, in a notification', () => {
  test.each([
    ['zh-CN', OURS, '没有可以撤销的更改。'],
    ['zh-CN', ENGINES, '引擎拒绝了此操作\n引擎的日志中有更多说明。\nno such device'],
    ['en', OURS, 'There is nothing to undo.'],
    ['en', ENGINES, "no such device\nThe engine's log says more."],
  ] as const)('in %s: %o', (language, error, expected) => {
    expect(failureIn(language, error)).toBe(expected);
  });
});
