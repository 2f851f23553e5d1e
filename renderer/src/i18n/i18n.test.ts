import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { OBSTACLES } from '../../../shared/policy/obstacle-texts.ts';
import { REASONS } from '../../../shared/reachability/reasons.ts';
import { fill, sentence } from './sentences.ts';
import { stateName } from '../features/matrix/words.ts';
import { en, zhCN as zh } from './catalogue.ts';
import { createI18n, initialLanguage } from './index.ts';
import rules from './rules.zh-CN.json';

type Tree = { readonly [key: string]: string | Tree };

function flatten(tree: Tree, prefix = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'string' ? [[`${prefix}${key}`, value] as const] : [...flatten(value, `${prefix}${key}.`)],
    ),
  );
}

const EN = flatten(en);
const ZH = flatten(zh);
/** English tells one from many, Chinese does not. */
const plain = (key: string): string => key.replace(/_(one|other)$/, '');
const placeholders = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{?(\w+)\}?\}/g)].map(([, name]) => name ?? '').toSorted();

/** Every key the page asks for: whole, or with a part that varies (`cell.${verdict}`; `${id}.label` of any list). */
function usedKeys(): { readonly whole: ReadonlySet<string>; readonly open: readonly RegExp[] } {
  // The desktop app's tray, menus and notifications speak from the same catalogues.
  const folders = ['..', '../../../shared/actions', '../../../electron/shell'];
  const source = folders.flatMap((folder) => sourcesIn(fileURLToPath(new URL(folder, import.meta.url)))).join('\n');
  const literals = [...source.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'/g)].map(([, key]) => key ?? '');
  const templates = [...source.matchAll(/`((?:[a-z][\w-]*|\$\{(?:props\.)?(?:id|list)\})\.[^`\s/]*)`/g)].map(
    ([, text]) => text ?? '',
  );
  const open = templates.map(
    (text) => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll(/\$\{[^}]*\}+/g, '[\\w-]+')}$`),
  );
  return { whole: new Set(literals), open };
}

function sourcesIn(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => readFileSync(`${root}/${file}`, 'utf8'));
}

describe('the catalogues', () => {
  test('both languages have the same keys', () => {
    expect([...new Set([...ZH.keys()].map(plain))].toSorted()).toEqual(
      [...new Set([...EN.keys()].map(plain))].toSorted(),
    );
  });

  test('both say the same things: every placeholder is in both', () => {
    const different = [...EN].filter(([key, text]) => {
      const other = ZH.get(key) ?? ZH.get(`${plain(key)}_other`) ?? '';
      return placeholders(text).join() !== placeholders(other).join();
    });
    expect(different).toEqual([]);
  });

  test('no key is unused', () => {
    const { whole, open } = usedKeys();
    const unused = [...new Set([...EN.keys()].map(plain))].filter(
      (key) => !whole.has(key) && !open.some((pattern) => pattern.test(key)),
    );
    expect(unused).toEqual([]);
  });

  test('no whole key is missing', () => {
    const roots = Object.keys(en);
    const known = new Set([...EN.keys()].map(plain));
    const missing = [...usedKeys().whole].filter((key) => roots.includes(key.split('.')[0] ?? '') && !known.has(key));
    expect(missing).toEqual([]);
  });
});

describe('sentences of the core', () => {
  test.each([
    ['reasons', REASONS, rules.reasons],
    ['obstacles', Object.fromEntries(Object.entries(OBSTACLES).map(([id, { text }]) => [id, text])), rules.obstacles],
  ])('every one of the %s is translated, with the same parameters', (_, original, translated) => {
    const shape = (catalogue: Readonly<Record<string, string>>): unknown =>
      Object.fromEntries(Object.entries(catalogue).map(([id, text]) => [id, [...new Set(placeholders(text))]]));
    expect(shape(translated)).toEqual(shape(original));
  });

  test('a rule without a translation, or without its parameter, is shown in English', async () => {
    await createI18n('zh-CN');
    const english = { text: 'As it is.', params: {} };
    expect(sentence('zh-CN', 'reasons', 'R000', english)).toBe('As it is.');
    expect(sentence('zh-CN', 'reasons', 'R101', english)).toBe('As it is.');
    expect(sentence('en', 'reasons', 'R101', english)).toBe('As it is.');
    expect(sentence('zh-CN', 'reasons', 'R505', { ...english, params: { via: 'net1' } })).toContain('net1');
  });

  test('what is empty leaves no gap', () => {
    const step = { text: '', params: { from: 'web', to: 'db', ports: '', action: 'deny' } };
    expect(sentence('zh-CN', 'steps', 'policy-file', step)).toBe('保存到策略文件：web → db，deny。');
    expect(fill('{from} → {to} {ports}.', { from: 'web', to: 'db', ports: 'tcp/80' })).toBe('web → db tcp/80.');
  });

  test('a hostile parameter is only ever text', () => {
    expect(fill('{from}!', { from: '{to}$&' })).toBe('{to}$&!');
  });
});

describe('translating', () => {
  test('a hostile name is neither escaped nor taken for a key or a placeholder', async () => {
    const { t } = await createI18n('en');
    const name = '<b>$t(app.skip) {{to}}</b>';
    expect(t('cell.pair', { from: name, to: 'db' })).toBe(`${name} → db`);
  });

  test.each([
    ['en', 'exited', 'stopped'],
    ['zh-CN', 'exited', '已停止'],
    ['en', 'stopping', 'stopping'],
    ['en', 'a.b:c', 'a.b:c'],
  ] as const)('in %s, the state %s is called %s', async (language, state, expected) => {
    expect(stateName(await createI18n(language), state)).toBe(expected);
  });

  test.each([
    ['stored choice', 'zh-CN', ['en-GB'], 'zh-CN'],
    ['browser language', null, ['fr', 'zh-TW', 'en'], 'zh-CN'],
    ['unknown stored', 'xx', ['en-US'], 'en'],
    ['nothing we speak', null, ['fr', 'de'], 'en'],
  ])('%s', (_, stored, preferred, expected) => {
    expect(initialLanguage(stored, preferred)).toBe(expected);
  });
});

test('groups the digits of what is counted, as the language does, and leaves ports as they are', async () => {
  const i18n = await createI18n('en');
  i18n.addResource('en', 'translation', 'probe', '{{count}} of {{total}} at {{port}}: {{name}}');
  const say = i18n.t as unknown as (key: string, values: object) => string;
  expect(say('probe', { count: 10300, total: 20000, port: 54320, name: '{{count}}' })).toBe(
    '10,300 of 20,000 at 54320: {{count}}',
  );
});
