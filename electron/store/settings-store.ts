/**
 * The settings: one JSON file in the user's configuration folder, followed when another Bulkhead or an editor changes it.
 *
 * Only what was chosen is in it, beside what other versions wrote.  A file that cannot be understood is set aside under
 * another name; a single value that cannot stays where it is until it is set.
 */
import { watch, type FSWatcher } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { SettingsTrouble } from '../../shared/contract/settings.ts';
import { BulkheadError, toErrorShape } from '../../shared/errors.ts';
import {
  DEFAULT_SETTINGS,
  isRawSettings,
  patched,
  type RawSettings,
  type Settings,
  type SettingsPatch,
} from '../../shared/settings.ts';
import { understand } from '../../shared/settings-schema.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import { withFileLock } from './file-lock.ts';
import { formerFiles, type FormerFile } from './former-settings.ts';
import { codeOf, storageError } from './storage-error.ts';
import { writeWhole } from './write-whole.ts';

export interface KnownSettings {
  readonly settings: Settings;
  readonly trouble: SettingsTrouble;
}

export interface SettingsStore {
  /** As of the last reading; the defaults before the first. */
  readonly known: ReadableSignal<KnownSettings>;
  /** Resolves after the first reading.  Never rejects. */
  readonly ready: Promise<void>;
  /**
   * Changes the file as it is at that moment; nobody else's change is lost.
   *
   * @throws BulkheadError `STORAGE`.
   */
  set(patch: SettingsPatch): Promise<void>;
  /** The same by what is chosen at that moment; what `make` throws is thrown on, and nothing is changed. */
  edit(make: (settings: Settings) => SettingsPatch): Promise<void>;
  /** The file's text; that of no settings where there is none. @throws BulkheadError `STORAGE` */
  export(): Promise<string>;
  /** @throws BulkheadError `BAD_INPUT` when any of it is not understood (nothing is changed then), `STORAGE`. */
  import(text: string): Promise<void>;
  readonly file: string;
  close(): void;
}

const FILE = 'settings.json';
const LOCK_WAIT_MS = 10_000;
/** An editor's save is several events: they are answered together, when they are over. */
const SETTLE_MS = 120;
/** Editors write in several steps: what makes no sense is looked at again before it is set aside. */
const SECOND_LOOK_MS = 300;

export interface SettingsStoreOptions {
  /** Absolute; made when first written to. */
  readonly configDir: string;
  /** Where the desktop app kept settings of its own before they were all in one file; absent: nothing is taken over from there. */
  readonly desktopDir?: string | undefined;
}

export function createSettingsStore({ configDir, desktopDir }: SettingsStoreOptions): SettingsStore {
  const file = join(configDir, FILE);
  const former = formerFiles(configDir, desktopDir);
  const kept = [file, ...former.map((one) => one.file)];
  const known = createSignal<KnownSettings>({
    settings: DEFAULT_SETTINGS,
    trouble: { aside: [], strange: [], error: null },
  });
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | null = null;
  // Readings and changes follow each other: none may put back what a later one has changed.
  let chain: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = chain.then(work);
    chain = turn.catch(() => undefined);
    return turn;
  };

  const take = async (raw: RawSettings): Promise<void> => {
    const { settings, strange } = understand(raw);
    const next: KnownSettings = {
      settings,
      trouble: { aside: (await Promise.all(kept.map(asideOf))).flat(), strange: [...strange], error: null },
    };
    if (!closed && !isDeepStrictEqual(next, known.get())) known.set(next);
  };
  const reread = async (): Promise<void> => {
    try {
      let raw = parse(await readText(file));
      if (raw === null) {
        await pause(SECOND_LOOK_MS);
        raw = parse(await readText(file));
      }
      await take(raw ?? (await locked(file, () => readOrSetAside(file))));
    } catch (thrown) {
      tellError(thrown);
    }
  };
  const tellError = (thrown: unknown): void => {
    const { settings, trouble } = known.get();
    if (!closed) known.set({ settings, trouble: { ...trouble, error: toErrorShape(thrown) } });
  };
  const change = (edit: (raw: RawSettings) => RawSettings): Promise<void> =>
    inTurn(async () => {
      const next = await locked(file, async () => {
        const before = await readOrSetAside(file);
        const after = edit(before);
        if (!isDeepStrictEqual(after, before)) await writeWhole(file, textOf(after));
        return after;
      });
      await take(next);
    });
  const onEvent = (): void => {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void inTurn(reread), SETTLE_MS);
    timer.unref();
  };

  const begin = async (): Promise<void> => {
    // Followed first: a change while it is read for the first time must not be missed.
    watcher = await watchFile(file, onEvent);
    if (closed) watcher?.close();
    for (const one of former) {
      try {
        await takeOver(one);
      } catch (thrown) {
        // It stays where it is, and is taken over another time.
        await reread();
        tellError(thrown);
        return;
      }
    }
    await reread();
  };
  /** The file goes when the settings have what it said: it is not taken over twice. */
  const takeOver = async (one: FormerFile): Promise<void> => {
    if ((await readText(one.file)) === null) return;
    await locked(file, async () => {
      const text = await readText(one.file);
      if (text === null) return;
      const before = await readOrSetAside(file);
      const after = one.take(before, text);
      if (after === null) {
        await setAside(one.file);
        return;
      }
      if (!isDeepStrictEqual(after, before)) await writeWhole(file, textOf(after));
      await rm(one.file, { force: true });
    });
  };

  return {
    known,
    ready: inTurn(begin),
    set: (patch) => change((raw) => patched(raw, patch)),
    edit: (make) => change((raw) => patched(raw, make(understand(raw).settings))),
    // With what was changed just before.
    export: () => inTurn(async () => (await readText(file)) ?? '{}\n'),
    import: async (text) => {
      const raw = parse(text);
      const strange = raw === null ? [] : understand(raw).strange;
      if (raw === null || strange.length > 0) {
        throw new BulkheadError({
          code: 'BAD_INPUT',
          message:
            raw === null ? 'This is no file of settings.' : `These settings are not understood: ${strange.join(', ')}.`,
          hint: 'Nothing was changed. Choose a file that Bulkhead has exported.',
        });
      }
      await change(() => raw);
    },
    file,
    close: () => {
      closed = true;
      clearTimeout(timer);
      watcher?.close();
    },
  };
}

async function locked<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await withFileLock(file, LOCK_WAIT_MS, work);
  } catch (thrown) {
    if (thrown instanceof BulkheadError) throw thrown;
    throw storageError('written', file, thrown);
  }
}

/** Only under the lock, so that what another has just corrected is not taken away. */
async function readOrSetAside(file: string): Promise<RawSettings> {
  const raw = parse(await readText(file));
  if (raw !== null) return raw;
  await setAside(file);
  return {};
}

async function setAside(file: string): Promise<void> {
  const taken = new Set(await asideOf(file));
  let number = 1;
  while (taken.has(asideName(file, number))) number += 1;
  await rename(file, asideName(file, number));
}

function textOf(raw: RawSettings): string {
  return `${JSON.stringify(raw, null, 2)}\n`;
}

const asideName = (file: string, number: number): string => file.replace(/\.json$/, `.broken-${String(number)}.json`);

/** Newest first. */
async function asideOf(file: string): Promise<string[]> {
  const names = await readdir(dirname(file)).catch((): string[] => []);
  const stem = basename(file, '.json');
  const numbers = names.flatMap((name) => {
    const match = /^\.broken-(\d{1,6})\.json$/.exec(name.startsWith(stem) ? name.slice(stem.length) : '');
    return match ? [Number(match[1])] : [];
  });
  return numbers.toSorted((a, b) => b - a).map((number) => asideName(file, number));
}

/** No file is as good as one that says nothing. @returns null for what cannot be understood */
function parse(text: string | null): RawSettings | null {
  if (text === null) return {};
  try {
    // Editors of Windows begin a file with a mark.
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRawSettings(value) ? value : null;
  } catch {
    return null;
  }
}

async function readText(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (thrown) {
    if (codeOf(thrown) === 'ENOENT') return null;
    throw storageError('read', file, thrown);
  }
}

/** Watches the folder, since an atomic write replaces the file itself; null where it cannot be watched. */
async function watchFile(file: string, changed: () => void): Promise<FSWatcher | null> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    const watcher = watch(dirname(file), { persistent: false }, (_event, seen) => {
      if (seen === null || seen === FILE) changed();
    });
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    // A folder that cannot be made is told when something is to be written.
    return null;
  }
}
