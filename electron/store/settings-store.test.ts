import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type SettingsPatch } from '../../shared/settings.ts';
import { createEngineList } from './engine-list.ts';
import { createSettingsStore, type KnownSettings, type SettingsStore } from './settings-store.ts';

let folder: string;
let stores: SettingsStore[];
const fileOf = (): string => join(folder, 'settings.json');
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-settings-'));
  stores = [];
});
afterEach(async () => {
  for (const store of stores) store.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<SettingsStore> {
  const store = createSettingsStore({ configDir: folder, desktopDir: join(folder, 'desktop') });
  stores.push(store);
  await store.ready;
  return store;
}

function until(store: SettingsStore, holds: (known: KnownSettings) => boolean): Promise<KnownSettings> {
  return new Promise((resolve) => {
    const look = (known: KnownSettings): void => {
      if (!holds(known)) return;
      stop();
      resolve(known);
    };
    const stop = store.known.subscribe(look);
    look(store.known.get());
  });
}

const inFile = async (): Promise<unknown> => JSON.parse(await readFile(fileOf(), 'utf8'));

describe('the settings file', () => {
  it('is not made by looking, holds only what was chosen, and is the user’s alone', async () => {
    const store = await open();
    expect(store.known.get().settings).toEqual(DEFAULT_SETTINGS);
    expect(await readdir(folder)).toEqual([]);
    await store.set({ look: { theme: 'dark' } });
    expect(await inFile()).toEqual({ look: { theme: 'dark' } });
    expect((await stat(fileOf())).mode & 0o777).toBe(0o600);
    expect((await open()).known.get().settings.look).toEqual({ ...DEFAULT_SETTINGS.look, theme: 'dark' });
  });

  it('keeps what other versions wrote, at every depth', async () => {
    await writeFile(fileOf(), '{ "future": [1], "look": { "font": "big", "density": "compact" } }');
    const store = await open();
    await store.set({ look: { theme: 'light' }, start: { welcomed: true } });
    expect(await inFile()).toEqual({
      future: [1],
      look: { font: 'big', density: 'compact', theme: 'light' },
      start: { welcomed: true },
    });
  });

  it.each([
    ['cut short', '{ "look": { "theme": "da'],
    ['no object', '[1, 2]'],
    ['empty', ''],
    ['of bytes', '\u0000\uFFFD'],
  ])('that is %s is set aside whole and told of', async (_, text) => {
    await writeFile(fileOf(), text);
    const store = await open();
    const { settings, trouble } = store.known.get();
    expect(settings).toEqual(DEFAULT_SETTINGS);
    expect(trouble.aside).toEqual([join(folder, 'settings.broken-1.json')]);
    expect(await readFile(trouble.aside[0] ?? '', 'utf8')).toBe(text);
    await store.set({ look: { theme: 'dark' } });
    expect(await readFile(trouble.aside[0] ?? '', 'utf8')).toBe(text);
  });

  it('never sets one aside over another', async () => {
    await writeFile(fileOf(), 'first');
    const store = await open();
    await writeFile(fileOf(), 'second');
    const { trouble } = await until(store, ({ trouble }) => trouble.aside.length === 2);
    expect(await Promise.all(trouble.aside.map((path) => readFile(path, 'utf8')))).toEqual(['second', 'first']);
  });

  it('with a value that is not understood keeps it, tells of it, and uses the others', async () => {
    await writeFile(fileOf(), '{ "look": { "theme": "sepia", "density": "compact" }, "guard": 7 }');
    const store = await open();
    const { settings, trouble } = store.known.get();
    expect(settings.look).toEqual({ theme: 'system', language: 'system', density: 'compact' });
    expect(trouble).toEqual({ aside: [], strange: ['guard', 'look.theme'], error: null });
    await store.set({ start: { welcomed: true } });
    expect(await inFile()).toMatchObject({ look: { theme: 'sepia' }, guard: 7 });
    await store.set({ look: { theme: 'dark' } });
    expect(store.known.get().trouble.strange).toEqual(['guard']);
  });

  it('is followed when another changes it', async () => {
    const [one, two] = [await open(), await open()];
    await one.set({ notifications: { newContainer: false } });
    const { settings } = await until(two, ({ settings }) => !settings.notifications.newContainer);
    expect(settings.notifications).toEqual({ blockFailed: true, driftRepaired: true, newContainer: false });
    await rm(fileOf());
    await until(one, ({ settings }) => settings.notifications.newContainer);
  });

  it('loses nothing of many who write at once', async () => {
    const patches: readonly SettingsPatch[] = [
      { engines: { open: 'demo' } },
      { guard: { posture: 'guarded' } },
      { notifications: { blockFailed: false } },
      { notifications: { driftRepaired: false } },
      { notifications: { newContainer: false } },
      { look: { theme: 'dark' } },
      { look: { language: 'zh-CN' } },
      { look: { density: 'compact' } },
      { start: { welcomed: true } },
    ];
    // A store each, which share nothing but the file and its lock, as processes do.
    const writers = await Promise.all(patches.map(() => open()));
    await Promise.all(writers.map((store, index) => store.set(patches[index] ?? {})));
    const off = { blockFailed: false, driftRepaired: false, newContainer: false };
    expect(await inFile()).toEqual({
      engines: { open: 'demo' },
      guard: { posture: 'guarded' },
      notifications: off,
      look: { theme: 'dark', language: 'zh-CN', density: 'compact' },
      start: { welcomed: true },
    });
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('is exported with a change that is still being written', async () => {
    const store = await open();
    const changing = store.set({ look: { density: 'compact' } });
    expect(JSON.parse(await store.export())).toEqual({ look: { density: 'compact' } });
    await changing;
  });

  it('is exported and imported whole, and not at all when any of it is not understood', async () => {
    const store = await open();
    expect(JSON.parse(await store.export())).toEqual({});
    await store.import('\uFEFF{ "future": 1, "look": { "density": "compact" } }');
    expect(store.known.get().settings.look.density).toBe('compact');
    expect(JSON.parse(await store.export())).toEqual({ future: 1, look: { density: 'compact' } });
    await expect(store.import('{ "look": { "density": "tiny" } }')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(store.import('nonsense')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(store.known.get().settings.look.density).toBe('compact');
  });

  it('that cannot be read is told of, and what is known stays', async () => {
    const store = await open();
    await store.set({ look: { theme: 'dark' } });
    await rm(fileOf());
    await mkdir(fileOf());
    const { settings, trouble } = await until(store, ({ trouble }) => trouble.error !== null);
    expect(trouble.error).toMatchObject({ code: 'STORAGE' });
    expect(settings.look.theme).toBe('dark');
    await expect(store.set({ look: { theme: 'light' } })).rejects.toMatchObject({ code: 'STORAGE' });
  });
});

describe('what earlier versions kept elsewhere', () => {
  const engines = (): string => join(folder, 'engines.json');
  const desktop = (): string => join(folder, 'desktop', 'desktop.json');
  beforeEach(() => mkdir(join(folder, 'desktop')));
  const gone = async (file: string): Promise<boolean> => !(await readdir(dirname(file))).includes(basename(file));

  it('is taken over once, into what was not chosen since', async () => {
    await writeFile(engines(), '{"version":1,"addresses":["tcp://a:2375","tcp://b:2375"]}');
    await writeFile(desktop(), '{"closeToTray":false,"startAtLogin":true}');
    await writeFile(
      fileOf(),
      '{"engines":{"known":["tcp://b:2375"],"open":"demo"},"desktop":{"closeToTray":true},"new":1}',
    );
    const store = await open();
    expect(await inFile()).toEqual({
      engines: { known: ['tcp://b:2375', 'tcp://a:2375'], open: 'demo' },
      desktop: { closeToTray: true, startAtLogin: true },
      new: 1,
    });
    expect(store.known.get().settings.desktop.startAtLogin).toBe(true);
    expect([await gone(engines()), await gone(desktop()), store.known.get().trouble.aside]).toEqual([true, true, []]);
    await store.set({ desktop: { startAtLogin: false } });
    expect((await open()).known.get().settings.desktop.startAtLogin).toBe(false);
  });

  it.each([
    ['torn', '{"version":1,"addr'],
    ['of another version', '{"version":2,"addresses":[]}'],
    ['not what it should be', '{"version":1,"addresses":[7]}'],
  ])('is set aside whole where it is %s, and told', async (_, text) => {
    await writeFile(engines(), text);
    await writeFile(desktop(), '[');
    const store = await open();
    const kept = [join(folder, 'engines.broken-1.json'), join(folder, 'desktop', 'desktop.broken-1.json')];
    expect(store.known.get().trouble.aside).toEqual(kept);
    expect(await readFile(kept[0] ?? '', 'utf8')).toBe(text);
    expect(store.known.get().settings).toEqual(DEFAULT_SETTINGS);
    expect([await gone(engines()), await gone(desktop())]).toEqual([true, true]);
  });

  it('is no reason to lose a broken settings file, nor the other way round', async () => {
    await writeFile(fileOf(), '{ torn');
    await writeFile(engines(), '{"version":1,"addresses":["tcp://a:2375"]}');
    const store = await open();
    expect(store.known.get().settings.engines.known).toEqual(['tcp://a:2375']);
    expect(store.known.get().trouble.aside).toEqual([join(folder, 'settings.broken-1.json')]);
  });

  it('by several that start at once is taken over by one of them', async () => {
    await writeFile(engines(), '{"version":1,"addresses":["tcp://a:2375"]}');
    const all = await Promise.all([open(), open(), open()]);
    for (const store of all) {
      await until(store, ({ settings }) => settings.engines.known.length === 1);
      expect(store.known.get().trouble).toEqual({ aside: [], strange: [], error: null });
    }
  });
});

describe('the list of engines', () => {
  it('is that of the settings: of two who add at once, none is lost, and more than are kept are refused', async () => {
    const [one, other] = [createEngineList(await open()), createEngineList(await open())];
    await Promise.all([one.change((all) => [...all, 'tcp://a:1']), other.change((all) => [...all, 'tcp://b:1'])]);
    expect((await inFile()) as object).toEqual({
      engines: { known: expect.arrayContaining(['tcp://a:1', 'tcp://b:1']) },
    });
    const many = Array.from({ length: 101 }, (_, at) => `tcp://h${String(at)}:1`);
    await expect(one.change(() => many)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});
