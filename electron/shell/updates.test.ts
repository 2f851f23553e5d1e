/** Updates, against a stand-in of electron-updater: what is asked of it, and that nothing is where no feed is. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { feedIn, feedOf, type Feed } from './update-feed.ts';
import { followUpdates, type UpdateNews, type Updater } from './updates.ts';

const DAY = 24 * 60 * 60 * 1000;
const READY: Feed = { kind: 'ready', installs: true };

class StandInUpdater extends EventEmitter implements Updater {
  autoDownload = true;
  autoInstallOnAppQuit = false;
  allowDowngrade = true;
  allowPrerelease = true;
  logger: null | object = console;
  checks = 0;
  downloads = 0;
  version = '2.0.0';
  fails: Error | null = null;
  checkForUpdates = (): Promise<void> => {
    this.checks += 1;
    if (this.fails) return Promise.reject(this.fails);
    if (this.version !== '') this.emit('update-available', { version: this.version });
    return Promise.resolve();
  };
  downloadUpdate = (): Promise<void> => {
    this.downloads += 1;
    if (this.fails) return Promise.reject(this.fails);
    this.emit('update-downloaded', { version: this.version });
    return Promise.resolve();
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function start(given: { readonly feed?: Feed; readonly agrees?: boolean; readonly isWanted?: boolean } = {}) {
  const updater = new StandInUpdater();
  const news: UpdateNews[] = [];
  const asked: string[] = [];
  const person = { agrees: given.agrees ?? true, isWanted: given.isWanted ?? true };
  let loads = 0;
  const updates = followUpdates({
    feed: given.feed ?? READY,
    load: () => {
      loads += 1;
      return Promise.resolve(updater);
    },
    isWanted: () => person.isWanted,
    ask: (version) => {
      asked.push(version);
      return Promise.resolve(person.agrees);
    },
    onNews: (one) => void news.push(one),
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return { updater, updates, news, asked, person, settle, loads: () => loads };
}

describe('without a feed', () => {
  test.each<Feed>([{ kind: 'none' }, { kind: 'refused', why: 'its address is not https' }])(
    '(%j) nothing is loaded, constructed or asked, however long it runs and whatever is wanted',
    async (feed) => {
      const { updates, loads, updater, news } = start({ feed });
      updates.consider();
      await vi.advanceTimersByTimeAsync(10 * DAY);
      expect([loads(), updater.checks, updater.listenerCount('update-available'), news]).toEqual([0, 0, 0, []]);
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});

describe('with a feed', () => {
  test('a version is asked about, loaded when the person agrees, and told to be put in place at quitting', async () => {
    const { updater, asked, news, settle } = start();
    await settle();
    expect([updater.checks, asked, updater.downloads]).toEqual([1, ['2.0.0'], 1]);
    expect(news).toEqual([{ kind: 'ready', version: '2.0.0' }]);
    const { autoDownload, autoInstallOnAppQuit, allowDowngrade, allowPrerelease, logger } = updater;
    expect({ autoDownload, autoInstallOnAppQuit, allowDowngrade, allowPrerelease, logger }).toEqual({
      autoDownload: false,
      autoInstallOnAppQuit: true,
      allowDowngrade: false,
      allowPrerelease: false,
      logger: null,
    });
  });

  test('nothing is loaded against the person’s word, who is asked once about a version', async () => {
    const { updater, asked, news } = start({ agrees: false });
    await vi.advanceTimersByTimeAsync(3 * DAY);
    expect([updater.checks, asked, updater.downloads, news]).toEqual([4, ['2.0.0'], 0, []]);
    updater.version = '2.1.0';
    await vi.advanceTimersByTimeAsync(DAY);
    expect(asked).toEqual(['2.0.0', '2.1.0']);
  });

  test('where updates are not signed, a new version is only told', async () => {
    const { updater, asked, news, settle } = start({ feed: { kind: 'ready', installs: false } });
    await settle();
    expect([asked, updater.downloads, updater.autoInstallOnAppQuit]).toEqual([[], 0, false]);
    expect(news).toEqual([{ kind: 'there', version: '2.0.0' }]);
  });

  test('the switch of the settings is obeyed at once, both ways', async () => {
    const { updater, updates, person, loads, settle } = start({ isWanted: false });
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(loads()).toBe(0);
    person.isWanted = true;
    updates.consider();
    updates.consider();
    await settle();
    expect([loads(), updater.checks]).toEqual([1, 1]);
    person.isWanted = false;
    updates.consider();
    await vi.advanceTimersByTimeAsync(2 * DAY);
    expect(updater.checks).toBe(1);
  });

  test('a check that fails is tried again the next day; a load that fails is told', async () => {
    const { updater, news, settle } = start();
    updater.version = '';
    await settle();
    updater.fails = new Error('no network');
    await vi.advanceTimersByTimeAsync(DAY);
    expect(news).toEqual([]);
    updater.emit('error', updater.fails);
    updater.emit('update-available', { version: '3.0.0' });
    await settle();
    expect(news).toEqual([{ kind: 'failed', why: 'no network' }]);
    updater.fails = null;
    updater.version = '3.0.0';
    await vi.advanceTimersByTimeAsync(DAY);
    expect([updater.checks, news.at(-1)]).toEqual([3, { kind: 'ready', version: '3.0.0' }]);
  });

  test('nothing is looked for after the end', async () => {
    const { updater, updates, settle } = start({ agrees: false });
    await settle();
    updates.close();
    updates.consider();
    await vi.advanceTimersByTimeAsync(3 * DAY);
    expect([updater.checks, vi.getTimerCount()]).toEqual([1, 0]);
  });
});

describe('a feed', () => {
  const generic = { provider: 'generic', url: 'https://updates.example/' };
  test.each<[string, unknown, NodeJS.Platform, Feed]>([
    ['of a signed Mac app', generic, 'darwin', { kind: 'ready', installs: true }],
    [
      'with a publisher, for Windows',
      { ...generic, publisherName: ['Bulkhead'] },
      'win32',
      { kind: 'ready', installs: true },
    ],
    ['without one, for Windows', generic, 'win32', { kind: 'refused', why: 'it names no publisher' }],
    [
      'with an empty one, for Windows',
      { ...generic, publisherName: [] },
      'win32',
      { kind: 'refused', why: 'app-update.yml is not understood' },
    ],
    ['on Linux', generic, 'linux', { kind: 'ready', installs: false }],
    [
      'in the clear',
      { provider: 'generic', url: 'http://updates.example/' },
      'darwin',
      { kind: 'refused', why: 'its address is not https' },
    ],
    ['without an address', { provider: 'generic' }, 'darwin', { kind: 'refused', why: 'its address is not https' }],
    ['that says nothing', null, 'darwin', { kind: 'refused', why: 'app-update.yml is not understood' }],
  ])('%s', (_, config, platform, expected) => {
    expect(feedOf(config, platform)).toEqual(expected);
  });

  test('is none where the packager wrote none, and refused where it cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bulkhead-feed-'));
    try {
      const file = join(folder, 'app-update.yml');
      expect(feedIn(file, 'darwin')).toEqual({ kind: 'none' });
      writeFileSync(file, 'provider: [');
      expect(feedIn(file, 'darwin')).toEqual({ kind: 'refused', why: 'app-update.yml cannot be read' });
      writeFileSync(file, 'provider: generic\nurl: https://updates.example/\n');
      expect(feedIn(file, 'darwin')).toEqual({ kind: 'ready', installs: true });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what packages are built by', () => {
  const config = parse(readFileSync(join(import.meta.dirname, '..', '..', 'electron-builder.yml'), 'utf8'));

  /** What a build with updates must have, so that they can be told from anybody's. */
  const wanting = (built: typeof config): string[] => [
    ...(built.publish === null || built.forceCodeSigning === true ? [] : ['every package is signed, or none is built']),
    ...(built.win.verifyUpdateCodeSignature === true ? [] : ['Windows verifies who signed an update']),
    ...(built.mac.hardenedRuntime === true ? [] : ['the hardened runtime']),
    ...(built.publish === null || built.win.signtoolOptions?.publisherName
      ? []
      : ['the publisher of Windows packages']),
    ...(built.publish === null || feedOf(built.publish, 'darwin').kind === 'ready' ? [] : ['a feed over https']),
  ];

  test('has no feed yet, and verifies what one would bring', () => {
    expect([config.publish, wanting(config)]).toEqual([null, []]);
  });

  test('cannot get a feed without all that', () => {
    expect(wanting({ ...config, publish: { provider: 'generic', url: 'http://x.example' } })).toEqual([
      'every package is signed, or none is built',
      'the publisher of Windows packages',
      'a feed over https',
    ]);
  });
});
