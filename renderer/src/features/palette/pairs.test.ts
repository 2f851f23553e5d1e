import { describe, expect, test } from 'vitest';
import { createI18n } from '../../i18n/index.ts';
import { endpoint, zone } from '../matrix/test-frame.ts';
import { pairEntries, type PairThings } from './pairs.ts';

const { t } = await createI18n('en');
const [web, db, cache] = [endpoint('shop-web-1'), endpoint('shop-db-1'), endpoint('cache')];
const THINGS: PairThings = {
  endpoints: [web, db, cache, zone('internet')],
  isDenied: (from, to) => from === db.id && to === cache.id,
  canBlock: true,
};
const texts = (query: string, given: Partial<PairThings> = {}, words = t): readonly string[] =>
  pairEntries(words, { ...THINGS, ...given }, query).map(({ text }) => text);

describe('pairs', () => {
  test.each<[string, readonly string[]]>([
    ['block web → db', ['Block: shop-web-1 → shop-db-1']],
    ['block web db', ['Block: shop-web-1 → shop-db-1']],
    ['BLOCK web->db', ['Block: shop-web-1 → shop-db-1']],
    ['web > db', ['Block: shop-web-1 → shop-db-1', 'Explain: shop-web-1 → shop-db-1']],
    ['db → cache', ['Allow: shop-db-1 → cache', 'Explain: shop-db-1 → cache']],
    ['allow db cache', ['Allow: shop-db-1 → cache']],
    // What is so already is not offered.
    ['block db cache', []],
    ['allow web db', []],
    ['explain web internet', ['Explain: shop-web-1 → internet']],
    ['block cache', ['Block: cache → internet', 'Block: cache → shop-db-1', 'Block: cache → shop-web-1']],
    ['web', []],
    ['web db', []],
    ['block', []],
    ['block nobody db', []],
    ['→ db', []],
    ['web → db → cache', []],
  ])('%s', (query, expected) => {
    expect(texts(query).toSorted()).toEqual([...expected].toSorted());
  });

  test('nobody is blocked from itself', () => {
    expect(texts('block web web')).toEqual([]);
  });

  test('where the engine takes no rules they are only explained and allowed', () => {
    const given = { canBlock: false };
    expect([texts('block web db', given), texts('web → db', given), texts('allow db cache', given)]).toEqual([
      [],
      ['Explain: shop-web-1 → shop-db-1'],
      ['Allow: shop-db-1 → cache'],
    ]);
  });

  test('say what they do', () => {
    const [block, explain] = pairEntries(t, THINGS, 'web → db');
    expect([block?.deed, explain?.deed]).toEqual([
      {
        kind: 'ask',
        subject: { from: web.id, to: db.id },
        change: { action: 'block', from: web.id, to: db.id },
        about: 'shop-web-1 → shop-db-1',
      },
      { kind: 'open', screen: 'matrix', path: ['shop-web-1', 'shop-db-1'] },
    ]);
  });

  test('are asked for in Chinese too', async () => {
    const { t: zh } = await createI18n('zh-CN');
    expect(texts('阻断 web db', {}, zh)).toEqual(['阻断：shop-web-1 → shop-db-1']);
    expect(texts('block web db', {}, zh)).toHaveLength(1);
  });

  test('of hundreds are few, and soon there', () => {
    const endpoints = Array.from({ length: 1000 }, (_, at) => endpoint(`c${String(at)}`));
    const before = performance.now();
    expect(texts('block c c', { endpoints })).toHaveLength(15);
    expect(performance.now() - before).toBeLessThan(500);
  });

  test('a hostile name is only ever text', () => {
    const endpoints = [endpoint('.* $t(app.skip)'), db];
    expect(texts('.* → db', { endpoints })[0]).toBe('Block: .* $t(app.skip) → shop-db-1');
  });
});
