import { describe, expect, test } from 'vitest';
import { createTranslate, errorWords } from './error-words.ts';

const translate = createTranslate({
  'Cancelled.': '已取消。',
  'Port {port} is in use.': '端口 {port} 已被占用。',
  '{name} is in use.': '{name} 正在使用中。',
  'There is no endpoint "{name}".': '没有名为 “{name}” 的端点。',
  '{file} could not be read ({why}).': '无法读取 {file}（{why}）。',
  'The helper could not be started: {message}': '辅助容器无法启动：{message}',
  '{message} Your rule is saved.': '{message} 您的规则已保存。',
  '{line}:{col} {message}': '第 {line} 行第 {col} 列：{message}',
  '{file}:{message}': '{file}：{message}',
  '{name} is on {name2} already.': '{name} 已在 {name2} 上。',
  'Write [{odd}] or (x).*': '请写 [{odd}] 或 (x).*',
});

describe('a sentence of the core', () => {
  test.each([
    ['without places', 'Cancelled.', '已取消。'],
    ['with a number', 'Port 8080 is in use.', '端口 8080 已被占用。'],
    ['that says more is preferred', 'web is in use.', 'web 正在使用中。'],
    ['in a place of another', 'The helper could not be started: Cancelled.', '辅助容器无法启动：已取消。'],
    [
      'in front of another, without a space',
      'Port 1 is in use. Your rule is saved.',
      '端口 1 已被占用。您的规则已保存。',
    ],
    ['around what is not known', 'The helper could not be started: boom', '辅助容器无法启动：boom'],
    ['with a line in front', '3:14 Cancelled.', '第 3 行第 14 列：已取消。'],
    ['with a file and a line in front', '/p.yaml:3:14 Cancelled.', '/p.yaml：第 3 行第 14 列：已取消。'],
    ['in a row', 'Cancelled. web is in use. Cancelled.', '已取消。web 正在使用中。已取消。'],
    ['over several lines', 'The helper could not be started: one\ntwo', '辅助容器无法启动：one\ntwo'],
    ['with two places', 'a is on b already.', 'a 已在 b 上。'],
    ['with signs of a pattern', 'Write [a+] or (x).*', '请写 [a+] 或 (x).*'],
    ['with a hostile name', 'There is no endpoint "{name}$& <b>".', '没有名为 “{name}$& <b>” 的端点。'],
    ['with a name that has spaces, in quotes', 'There is no endpoint "a b".', '没有名为 “a b” 的端点。'],
  ])('%s', (_, english, expected) => {
    expect(translate(english)).toBe(expected);
    expect(translate(english)).toBe(expected);
  });

  test.each([
    ['the engine’s words', 'driver failed programming external connectivity'],
    ['an end that looks alike', 'The address of the gateway is in use.'],
    ['a place of numbers with something else', 'Port {port} is in use. Or not'],
    ['punctuation around words that are not known', 'Error: no such thing'],
    ['nothing at a place', ' is in use.'],
    ['half of a row', 'Cancelled. Something else.'],
    ['no words', ''],
  ])('%s is none', (_, text) => {
    expect(translate(text)).toBeNull();
  });

  test('a long and hostile text is looked at in one pass', () => {
    const long = `${'a is on '.repeat(50_000)}b`;
    const start = performance.now();
    expect(translate(long)).toBeNull();
    expect(translate(`${'x. '.repeat(50_000)}y`)).toBeNull();
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});

describe('the words of an error', () => {
  const kindOf = (): { title: string; hint: string } => ({ title: '引擎拒绝了此操作', hint: '原因见引擎的原话。' });
  const error = (message: string, hint = ''): Parameters<typeof errorWords>[0] => ({
    code: 'ENGINE_REFUSED',
    message,
    hint,
  });

  test.each([
    ['known', error('Cancelled.', 'web is in use.'), { title: '已取消。', hint: 'web 正在使用中。', quoted: '' }],
    ['known without a hint', error('Cancelled.'), { title: '已取消。', hint: '', quoted: '' }],
    [
      'known with a strange hint',
      error('Cancelled.', 'Odd advice.'),
      { title: '已取消。', hint: '', quoted: 'Odd advice.' },
    ],
    [
      'of the engine with a known hint',
      error('boom', 'Cancelled.'),
      { title: '引擎拒绝了此操作', hint: '已取消。', quoted: 'boom' },
    ],
    ['of the engine', error('boom'), { title: '引擎拒绝了此操作', hint: '原因见引擎的原话。', quoted: 'boom' }],
    [
      'all strange',
      error('boom', 'Odd advice.'),
      { title: '引擎拒绝了此操作', hint: '原因见引擎的原话。', quoted: 'boom Odd advice.' },
    ],
  ])('%s', (_, shape, expected) => {
    expect(errorWords(shape, { translate, kindOf })).toEqual(expected);
  });

  test('in English are its own', () => {
    const words = errorWords(error('boom', 'Odd advice.'), { translate: null, kindOf });
    expect(words).toEqual({ title: 'boom', hint: 'Odd advice.', quoted: '' });
  });
});
