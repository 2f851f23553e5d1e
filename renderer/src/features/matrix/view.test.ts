import { describe, expect, test } from 'vitest';
import { locate, moveCursor } from './cursor.ts';
import { keyCommand, type KeyPress } from './keys.ts';
import { endpoint, frameOf, zone } from './test-frame.ts';
import { buildView, pairRef, parseQuery, ZONE_GROUP, type MatrixView, type ViewOptions } from './view.ts';

const WEB = endpoint('shop-web-1', { project: 'shop', service: 'web', networks: ['edge', 'app'] });
const DB = endpoint('shop-db-1', { project: 'shop', service: 'db', networks: ['app'], addresses: ['172.19.0.6'] });
const TOOL = endpoint('tool', { networks: ['bridge'] });
const FRAME = frameOf({ endpoints: [WEB, DB, TOOL, zone('host'), zone('internet')] });
const ALL: ViewOptions = { grouping: 'project', network: '', query: '' };

const names = (side: MatrixView['rows']): readonly string[] =>
  side.members.map((index) => FRAME.endpoints[index]?.name ?? '?');

describe('grouping', () => {
  test('by project: bands of projects, names without the project', () => {
    const { rows } = buildView(FRAME, ALL);
    expect(rows.labels).toEqual(['web-1', 'db-1', 'tool', 'host', 'internet']);
    expect(rows.groups).toEqual([
      { label: 'shop', size: 2 },
      { label: '', size: 1 },
      { label: ZONE_GROUP, size: 2 },
    ]);
  });

  test('by network: those with the same networks together, zones last, whole names', () => {
    const { rows } = buildView(FRAME, { ...ALL, grouping: 'network' });
    expect(rows.groups.map(({ label }) => label)).toEqual(['app', 'app + edge', 'bridge', ZONE_GROUP]);
    expect(rows.labels).toEqual(['shop-db-1', 'shop-web-1', 'tool', 'host', 'internet']);
  });

  test('a Swarm service stands with its stack, and is found by what the command line calls it', () => {
    const service = {
      ...endpoint('shop_web', { project: 'shop', service: 'web', networks: ['mesh'] }),
      kind: 'service' as const,
      state: '1/2',
    };
    const frame = frameOf({ endpoints: [service, zone('host')] });
    const view = buildView(frame, { ...ALL, query: 'service:shop' });
    expect(view.rows.groups.map(({ label }) => label)).toEqual(['shop', ZONE_GROUP]);
    expect(view.rows.labels).toEqual(['web', 'host']);
    expect([...view.matches]).toEqual([0]);
  });

  test('a name that only starts like its project stays whole', () => {
    const frame = frameOf({
      endpoints: [endpoint('shopkeeper', { project: 'shop' }), endpoint('shop', { project: 'shop' })],
    });
    expect(buildView(frame, ALL).rows.labels).toEqual(['shopkeeper', 'shop']);
  });
});

describe('filters and search', () => {
  test('a network shows only those on it', () => {
    const { rows, cols } = buildView(FRAME, { ...ALL, network: 'app' });
    expect([names(rows), names(cols)]).toEqual([
      ['shop-web-1', 'shop-db-1'],
      ['shop-web-1', 'shop-db-1'],
    ]);
  });

  test.each([
    ['SHOP/DB', ['shop-db-1']],
    ['172.19', ['shop-db-1']],
    ['image', ['shop-web-1', 'shop-db-1', 'tool']],
    ['nothing like it', []],
  ])('"%s" marks matches and hides nothing', (query, matched) => {
    const view = buildView(FRAME, { ...ALL, query });
    expect([...view.matches].map((index) => FRAME.endpoints[index]?.name)).toEqual(matched);
    expect(view.rows.members).toHaveLength(5);
  });

  test.each([
    ['web > db', ['shop-web-1'], ['shop-db-1']],
    ['web→', ['shop-web-1'], ['shop-web-1', 'shop-db-1', 'tool', 'host', 'internet']],
    ['-> internet', ['shop-web-1', 'shop-db-1', 'tool', 'host', 'internet'], ['internet']],
  ])('"%s" shows only those rows and columns', (query, rows, cols) => {
    const view = buildView(FRAME, { ...ALL, query });
    expect([names(view.rows), names(view.cols)]).toEqual([rows, cols]);
  });

  test('an arrow alone asks for nothing', () => {
    expect(parseQuery(' > ')).toEqual({ kind: 'none' });
  });
});

describe('the cursor', () => {
  const view = buildView(FRAME, ALL);
  const page = { rows: 3, cols: 2 };
  test.each([
    ['nowhere, any key', null, { kind: 'move', rows: 1, cols: 0 }, { row: 0, col: 0 }],
    ['down', { row: 0, col: 0 }, { kind: 'move', rows: 1, cols: 0 }, { row: 1, col: 0 }],
    ['left at the edge', { row: 2, col: 0 }, { kind: 'move', rows: 0, cols: -1 }, { row: 2, col: 0 }],
    ['a page down', { row: 0, col: 1 }, { kind: 'page', rows: 1, cols: 0 }, { row: 2, col: 1 }],
    ['a page past the end', { row: 4, col: 1 }, { kind: 'page', rows: 1, cols: 0 }, { row: 4, col: 1 }],
    ['end of row', { row: 1, col: 1 }, { kind: 'edge', row: 'same', col: 'last' }, { row: 1, col: 4 }],
    ['last cell', { row: 1, col: 1 }, { kind: 'edge', row: 'last', col: 'last' }, { row: 4, col: 4 }],
  ] as const)('%s', (_, cursor, command, expected) => {
    expect(moveCursor(cursor, command, view, page)).toEqual(expected);
  });

  test('there is none where nothing matches', () => {
    const empty = buildView(FRAME, { ...ALL, query: 'x > y' });
    expect(moveCursor(null, { kind: 'move', rows: 1, cols: 0 }, empty, page)).toBeNull();
  });

  test('stays with its containers when rows come, go, or are made anew under the same name', () => {
    const pair = pairRef(WEB, DB);
    const later = frameOf({ endpoints: [endpoint('first'), { ...WEB, id: 'new' }, TOOL, DB] });
    expect(locate(later, buildView(later, ALL), pair)).toEqual({ row: 1, col: 3 });
  });

  test('is nowhere while one of its containers is gone', () => {
    const later = frameOf({ endpoints: [WEB, TOOL] });
    expect(locate(later, buildView(later, ALL), pairRef(WEB, DB))).toBeNull();
  });
});

describe('the keyboard', () => {
  const press = (key: string, given: Partial<KeyPress> = {}): KeyPress => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    shiftKey: false,
    ...given,
  });
  test.each([
    [press('ArrowRight'), { kind: 'move', rows: 0, cols: 1 }],
    [press('ArrowRight', { ctrlKey: true }), { kind: 'edge', row: 'same', col: 'last' }],
    [press('Home'), { kind: 'edge', row: 'same', col: 'first' }],
    [press('End', { metaKey: true }), { kind: 'edge', row: 'last', col: 'last' }],
    [press('PageDown'), { kind: 'page', rows: 1, cols: 0 }],
    [press('PageUp', { shiftKey: true }), { kind: 'page', rows: 0, cols: -1 }],
    [press('Enter'), { kind: 'open' }],
    [press('b'), { kind: 'block' }],
    [press('A', { shiftKey: true }), { kind: 'allow' }],
    [press('v'), { kind: 'verify' }],
    [press('i'), { kind: 'isolate' }],
    [press('/'), { kind: 'search' }],
    [press('Escape'), { kind: 'close' }],
    [press('+'), { kind: 'zoom', direction: 1 }],
    [press('-', { ctrlKey: true }), { kind: 'zoom', direction: -1 }],
    [press('0', { ctrlKey: true }), { kind: 'zoom', direction: 0 }],
    // Copy, select all, browser menus: not ours.
    [press('a', { ctrlKey: true }), null],
    [press('ArrowLeft', { altKey: true }), null],
    [press('Tab'), null],
  ])('%o', (pressed, command) => {
    expect(keyCommand(pressed)).toEqual(command);
  });
});
