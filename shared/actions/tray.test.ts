import { describe, expect, test } from 'vitest';
import { en, zhCN } from '../../renderer/src/i18n/catalogue.ts';
import type { MatrixFrame } from '../contract/schemas.ts';
import { container, ENGINE, entry, frame, trayInput } from './test-input.ts';
import { sayFrom } from './translate.ts';
import { trayModel, type TrayInput, type TrayItem } from './tray.ts';

const SAY = sayFrom(en, 'en');
const ERROR = { code: 'ENGINE_UNREACHABLE' as const, message: 'gone', hint: '' };

const model = (given: Partial<TrayInput> = {}) => trayModel(trayInput(given), SAY);
const texts = (items: readonly TrayItem[]): string[] =>
  items.map((item) => (item.kind === 'separator' ? '-' : item.text));

/** The items of the menus with these texts, one inside the other. */
function inside(items: readonly TrayItem[], ...path: readonly string[]): readonly TrayItem[] {
  return path.reduce<readonly TrayItem[]>((all, text) => {
    const found = all.find((item) => item.kind === 'menu' && item.text === text);
    if (found?.kind !== 'menu') throw new Error(`no menu ${text} among ${texts(all).join(', ')}`);
    return found.items;
  }, items);
}

const found = (items: readonly TrayItem[], text: string) => {
  const item = items.find((one) => one.kind === 'item' && one.text === text);
  if (item?.kind !== 'item') throw new Error(`no item ${text} among ${texts(items).join(', ')}`);
  return item;
};

const changesOf = (items: readonly TrayItem[]) =>
  items.map((item) => (item.kind === 'item' && item.deed.kind === 'quick' ? [item.text, item.deed.change] : item.kind));

describe('the state at a glance', () => {
  const isolated = container('db', { isolation: { from: 'everything', by: 'container:db' } });
  const failing: MatrixFrame['guard'] = { phase: 'failing', denied: 5, held: 2, impossible: 1, error: null };

  test.each<[string, Partial<TrayInput>, string, string[]]>([
    ['nothing to tell', {}, 'calm', ['workshop is connected', 'Nothing is isolated']],
    [
      'someone isolated',
      { frame: frame([isolated, container('web')]) },
      'shut',
      ['workshop is connected', '1 container is isolated'],
    ],
    [
      'blocks that do not hold',
      { frame: frame([isolated], { guard: failing }) },
      'alert',
      ['workshop is connected', '1 container is isolated', '2 blocks are not in force'],
    ],
    [
      'rules put back',
      { frame: frame([], { guard: { ...failing, phase: 'holding', repaired: 3 } }) },
      'calm',
      ['workshop is connected', 'Nothing is isolated', '3 rule tables were removed by other software and put back'],
    ],
    [
      'an engine to come',
      { engine: { phase: 'connecting', address: '' }, frame: null },
      'away',
      ['Connecting to an engine…'],
    ],
    [
      'an engine that went',
      { engine: { phase: 'reconnecting', engine: ENGINE, error: ERROR, attempt: 2 }, frame: frame([isolated]) },
      'away',
      ['Connection to workshop is lost; trying again'],
    ],
    [
      'no engine',
      { engine: { phase: 'failed', error: ERROR, tried: [] }, frame: null },
      'away',
      ['No engine is connected'],
    ],
  ])('with %s', (_, given, mood, lines) => {
    const tray = model(given);
    expect([tray.mood, texts(tray.items).slice(0, lines.length + 1), tray.tooltip]).toEqual([
      mood,
      [...lines, '-'],
      ['Bulkhead', ...lines].join('\n'),
    ]);
  });

  test('a guard that fails without a count is one alert at least', () => {
    expect(model({ frame: frame([], { guard: { ...failing, denied: 2, held: 2 } }) }).alerts).toBe(1);
  });
});

describe('quick isolation', () => {
  const web = container('web', { project: 'shop', service: 'web' });
  const db = container('db', { project: 'shop', isolation: { from: 'internet', by: 'project:shop' } });
  const given = {
    frame: frame([web, db, container('old', { state: 'exited' }), container('host', { kind: 'host' })], {
      standing: { posture: 'open', guarded: [], isolated: [], offline: ['project:shop'] },
    }),
  };

  test('is offered for what runs, the shut ones first', () => {
    expect(texts(inside(model(given).items, 'Containers'))).toEqual(['db – no internet', 'web']);
    expect(texts(inside(model(given).items, 'Projects'))).toEqual(['shop']);
  });

  test('knows by which name to release', () => {
    const { items } = model(given);
    expect(changesOf(inside(items, 'Containers', 'db – no internet'))).toEqual([
      ['Isolate', { action: 'isolate', name: 'id-db' }],
      ['Release project:shop', { action: 'release', name: 'project:shop' }],
    ]);
    expect(changesOf(inside(items, 'Containers', 'web'))).toEqual([
      ['Isolate', { action: 'isolate', name: 'id-web' }],
      ['Cut from the internet', { action: 'isolate', name: 'id-web', only: 'internet' }],
    ]);
    expect(changesOf(inside(items, 'Projects', 'shop'))).toEqual([
      ['Isolate', { action: 'isolate', name: 'project:shop' }],
      ['Release', { action: 'release', name: 'project:shop' }],
    ]);
  });

  test('can only release where the engine takes no rules', () => {
    const limited = frame(given.frame.endpoints, {
      ...given.frame,
      limits: [{ what: 'firewall', code: 'no-tables' }],
    });
    const items = inside(model({ frame: limited }).items, 'Containers', 'db – no internet');
    expect(items.map((item) => item.kind === 'item' && item.enabled)).toEqual([false, true]);
  });

  test('of hundreds shows the first and leads to the rest', () => {
    const many = Array.from({ length: 60 }, (_, at) => container(`c${String(at).padStart(2, '0')}`));
    const items = inside(model({ frame: frame(many) }).items, 'Containers');
    expect([items.length, texts(items).slice(-2)]).toEqual([42, ['-', '20 more in the app…']]);
    expect(found(items, '20 more in the app…').deed).toEqual({ kind: 'go', screen: 'containers' });
  });

  test('is not there without an engine', () => {
    const away = model({ ...given, engine: { phase: 'connecting', address: '' } });
    expect(texts(away.items)).not.toContain('Containers');
    expect([
      found(away.items, 'Isolate everything…').enabled,
      found(away.items, 'Release everything…').enabled,
    ]).toEqual([false, false]);
  });
});

describe('everything', () => {
  test('is isolated by one name, and released by every name that holds', () => {
    const standing = { posture: 'open' as const, guarded: [], isolated: ['all', 'shop/db'], offline: ['shop/db', 'x'] };
    expect(found(model().items, 'Isolate everything…').deed).toEqual({
      kind: 'change',
      changes: [{ action: 'isolate', name: 'all' }],
    });
    const shut = model({ frame: frame([], { standing }) });
    expect(found(shut.items, 'Isolate everything…').enabled).toBe(false);
    expect(found(shut.items, 'Release everything…').deed).toEqual({
      kind: 'change',
      changes: ['all', 'shop/db', 'x'].map((name) => ({ action: 'release', name })),
    });
  });
});

describe('a pause', () => {
  const paused = (until: number | null) =>
    frame([], {
      guard: { phase: 'paused', denied: 3, held: 0, impossible: 0, error: null, pause: { since: 0, until } },
    });

  test('is offered for some while, and asked about', () => {
    const items = inside(model().items, 'Pause the guard');
    expect(items.map((item) => item.kind === 'item' && [item.text, item.enabled, item.deed])).toEqual([
      ['Pause the guard for 5 minutes…', true, { kind: 'change', changes: [{ action: 'pause', minutes: 5 }] }],
      ['Pause the guard for 30 minutes…', true, { kind: 'change', changes: [{ action: 'pause', minutes: 30 }] }],
      ['Pause the guard until it is resumed…', true, { kind: 'change', changes: [{ action: 'pause' }] }],
    ]);
  });

  test.each([
    [14 * 3_600_000, 'PAUSED: everything is open until 14 o’clock'],
    [null, 'PAUSED: everything is open until you resume'],
  ])('until %s is seen at a glance, and ends at a click', (until, line) => {
    const { mood, tooltip, items, alerts } = model({ frame: paused(until) });
    expect([mood, alerts, tooltip.split('\n')[2]]).toEqual(['alert', 0, line]);
    expect(texts(items)).toContain(line);
    expect(texts(items)).not.toContain('Pause the guard');
    expect(found(items, 'Resume the guard').deed).toEqual({ kind: 'change', changes: [{ action: 'resume' }] });
  });
});

describe('recent changes', () => {
  const journal = [
    entry('c3', { change: { action: 'isolate', name: 'shop/web', only: 'internet' }, who: 'tray' }),
    entry('c2', { change: { action: 'undo', entry: 'c1' }, undoable: false }),
    entry('c1', { undoable: false, undoneBy: 'c2' }),
  ];

  test('are told in words, and can be taken back where that is possible', () => {
    const items = inside(model({ journal }).items, 'Recent changes');
    expect(texts(items)).toEqual([
      'Undo: Cut shop/web from the internet',
      'Undo: Block shop/web → shop/db',
      'Block shop/web → shop/db',
      '-',
      'Go to the history',
    ]);
    expect(items.map(({ kind }) => kind)).toEqual(['item', 'text', 'text', 'separator', 'item']);
    expect(changesOf(items)[0]).toEqual(['Undo: Cut shop/web from the internet', { action: 'undo', entry: 'c3' }]);
  });

  test('are eight at most, and none is said to be none', () => {
    const many = Array.from({ length: 20 }, (_, at) => entry(`e${at}`));
    expect(inside(model({ journal: many }).items, 'Recent changes')).toHaveLength(10);
    expect(texts(inside(model({ journal: null }).items, 'Recent changes'))[0]).toBe('Nothing was changed yet');
  });
});

test('settings show whether they are on', () => {
  const { items } = model({ settings: { closeToTray: true, startAtLogin: false } });
  expect([
    found(items, 'Keep running when the window is closed').checked,
    found(items, 'Start at login').checked,
  ]).toEqual([true, false]);
});

test('a hostile name is only ever text', () => {
  const evil = container('{{count}} $& <b>');
  expect(texts(inside(model({ frame: frame([evil]) }).items, 'Containers'))).toEqual(['{{count}} $& <b>']);
});

test('every text is there in both languages', () => {
  const full = trayInput({
    frame: frame([container('web', { project: 'shop', isolation: { from: 'everything', by: 'container:web' } })]),
    journal: [entry('a')],
  });
  const all = (items: readonly TrayItem[]): string[] =>
    items.flatMap((item) => (item.kind === 'menu' ? [item.text, ...all(item.items)] : texts([item])));
  const [english, chinese] = [en, zhCN].map((catalogue) => all(trayModel(full, sayFrom(catalogue, 'en')).items));
  expect(english?.length).toBe(chinese?.length);
  for (const text of [...(english ?? []), ...(chinese ?? [])]) expect(text).not.toMatch(/^[a-z]+(\.[\w-]+)+…?$/);
});
