import { describe, expect, test } from 'vitest';
import type { ActionContext } from '../../../../shared/actions/registry.ts';
import { createI18n } from '../../i18n/index.ts';
import { endpoint, zone } from '../matrix/test-frame.ts';
import { entriesOf, search, type Things } from './entries.ts';

const { t } = await createI18n('en');
const CONTEXT: ActionContext = {
  phase: 'connected',
  isDemo: true,
  standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
  limits: [],
  isPaused: false,
  hasUndo: false,
};
const THINGS: Things = {
  endpoints: [
    endpoint('shop-web-1', { project: 'shop', image: 'nginx:1.29' }),
    endpoint('db', { isolation: { from: 'everything', by: 'container:db' } }),
    zone('internet'),
  ],
  networks: [{ id: 'n1', name: 'front', driver: 'bridge', internal: false, subnets: ['172.18.0.0/16'] }],
  volumes: [
    {
      name: 'uploads',
      driver: 'local',
      mountpoint: '',
      options: {},
      labels: {},
      project: 'shop',
      anonymous: false,
      users: [{ id: 'id-db', name: 'db', state: 'running', destination: '/data', writable: true }],
    },
  ],
  images: [{ id: 'sha256:0123456789abcdef', tags: ['nginx:1.29'], digests: [], size: 0, createdAt: 0, users: [] }],
};
const texts = (query: string, given: Partial<ActionContext> = {}): readonly string[] =>
  search(entriesOf(t, { ...CONTEXT, ...given }, THINGS), query).map(({ text }) => text);

describe('what is found', () => {
  test('containers with what can be asked of them, networks, images, actions', () => {
    expect(texts('web')).toEqual([
      'shop-web-1',
      'Stop: shop-web-1',
      'Logs: shop-web-1',
      'Isolate: shop-web-1',
      'Restart: shop-web-1',
      'Terminal: shop-web-1',
      'Cut from the internet: shop-web-1',
    ]);
    expect(texts('isolate web')).toEqual(['Isolate: shop-web-1']);
    expect(texts('release db')).toEqual(['Release: db']);
    expect(texts('172.18')).toEqual(['front', 'Guard: only what rules allow: front']);
    expect(texts('nginx')[0]).toBe('nginx:1.29');
    expect(texts('gohist')).toEqual(['Go to the history']);
  });

  test('volumes, by name and by who has them; networks and projects with what can be asked of them', () => {
    expect(texts('uploads')).toEqual(['uploads']);
    expect(texts('local db')).toEqual([]);
    expect(texts('guard front')).toEqual(['Guard: only what rules allow: front']);
    const standing = { posture: 'open' as const, guarded: ['network:front'], isolated: [], offline: [] };
    expect(texts('front', { standing })).toContain('Do not guard any more: front');
    expect(texts('shop')).toEqual(expect.arrayContaining(['shop', 'Isolate: shop', 'Cut from the internet: shop']));
    expect(texts('guard front', { limits: [{ what: 'guard', code: 'no-bridge-tables' }] })).toEqual([]);
  });

  test.each<[string, readonly string[]]>([
    ['running', ['Stop: job', 'Restart: job', 'Logs: job', 'Terminal: job']],
    ['exited', ['Start: job', 'Logs: job']],
    ['paused', ['Resume: job', 'Stop: job', 'Logs: job']],
  ])('of a container that is %s, what its state allows', (state, expected) => {
    const entries = entriesOf(t, CONTEXT, { ...THINGS, endpoints: [endpoint('job', { state })] });
    const own = entries.filter(({ id, deed }) => id.endsWith(' id-job') && deed.kind !== 'ask').slice(1);
    expect(own.map(({ text }) => text)).toEqual(expected);
  });

  test('the dialogs of the lists, while there is an engine', () => {
    expect(texts('pull an image')).toEqual(['Pull an image']);
    expect(texts('clean up')).toEqual(['Clean up images', 'Clean up volumes', 'Clean up networks']);
    expect(texts('clean up', { phase: 'reconnecting' })).toEqual([]);
    expect(texts('stop web', { phase: 'reconnecting' })).toEqual([]);
  });

  test('nothing that makes no sense now', () => {
    expect(texts('everything')).toEqual([
      'Isolate everything',
      'Cut everything from the internet',
      'Guard everything: only what rules allow',
    ]);
    expect(texts('everything', { phase: 'reconnecting' })).toEqual([]);
    expect(texts('isolate', { limits: [{ what: 'firewall', code: 'no-tables' }] })).toEqual([]);
    expect(texts('demo')).toEqual([]);
  });

  test('with nothing typed, what there is, without each of its buttons', () => {
    const all = texts('');
    expect(all).toContain('shop-web-1');
    expect(all.filter((text) => /^(Isolate|Stop|Logs):/.test(text))).toEqual([]);
    expect(all).not.toContain('Find anything');
  });

  test('of thousands no more than can be read', () => {
    const endpoints = Array.from({ length: 3000 }, (_, at) => endpoint(`c${at}`));
    const entries = entriesOf(t, CONTEXT, { ...THINGS, endpoints });
    expect([search(entries, 'c').length, search(entries, 'c2999')[0]?.text]).toEqual([60, 'c2999']);
  });
});

test('every entry has an id of its own', () => {
  const ids = entriesOf(t, CONTEXT, THINGS).map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a hostile name is neither a pattern nor a key', () => {
  const things = { ...THINGS, endpoints: [endpoint('{{offer}} $t(app.skip) .*')] };
  expect(search(entriesOf(t, CONTEXT, things), '.*').map(({ text }) => text)[0]).toBe('{{offer}} $t(app.skip) .*');
});
