/** Updates of the desktop app: looked for where a feed is configured and the person allows it, loaded when they agree, put in place when the app quits. */
import { toErrorShape } from '../../shared/errors.ts';
import type { Feed } from './update-feed.ts';

/** The few things of electron-updater that are used; its `autoUpdater` satisfies them. */
export interface Updater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  allowPrerelease: boolean;
  /** It would write addresses and paths to the console. */
  logger: null | object;
  on(event: 'update-available' | 'update-downloaded', listener: (info: { readonly version: string }) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  checkForUpdates(): Promise<unknown>;
  downloadUpdate(): Promise<unknown>;
}

export interface UpdateSource {
  readonly feed: Feed;
  /** Loads electron-updater; called once at most, and never without a feed. */
  readonly load: () => Promise<Updater>;
}

export interface UpdatesOptions extends UpdateSource {
  /** As the settings say now. */
  readonly isWanted: () => boolean;
  /** Whether the person wants this version loaded. */
  readonly ask: (version: string) => Promise<boolean>;
  readonly onNews: (news: UpdateNews) => void;
}

export type UpdateNews =
  /** There is one, which this system gets another way. */
  | { readonly kind: 'there'; readonly version: string }
  /** It is put in place when the app quits. */
  | { readonly kind: 'ready'; readonly version: string }
  | { readonly kind: 'failed'; readonly why: string };

export interface Updates {
  /** Something that `isWanted` goes by has changed. */
  consider(): void;
  close(): void;
}

const EVERY_MS = 24 * 60 * 60 * 1000;

export function followUpdates({ feed, load, isWanted, ask, onNews }: UpdatesOptions): Updates {
  if (feed.kind !== 'ready') return { consider: () => undefined, close: () => undefined };
  const { installs } = feed;
  let updater: Promise<Updater> | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  /** Versions that were told or asked about: once is enough for a day's app. */
  const told = new Set<string>();

  const offer = async (loaded: Updater, version: string): Promise<void> => {
    if (closed || told.has(version)) return;
    told.add(version);
    if (!installs) return onNews({ kind: 'there', version });
    if (!(await ask(version)) || closed) return;
    try {
      await loaded.downloadUpdate();
    } catch (thrown) {
      told.delete(version);
      onNews({ kind: 'failed', why: toErrorShape(thrown).message });
    }
  };
  const opened = async (): Promise<Updater> => {
    const loaded = await load();
    loaded.autoDownload = false;
    loaded.autoInstallOnAppQuit = installs;
    loaded.allowDowngrade = false;
    loaded.allowPrerelease = false;
    loaded.logger = null;
    loaded.on('update-available', ({ version }) => void offer(loaded, version));
    loaded.on('update-downloaded', ({ version }) => onNews({ kind: 'ready', version }));
    // Also tells of a check that failed, which is no news: a machine is often without a network.
    loaded.on('error', () => undefined);
    return loaded;
  };
  const check = async (): Promise<void> => {
    updater ??= opened();
    try {
      await (await updater).checkForUpdates();
    } catch {
      // Looked for again tomorrow.
    }
  };
  const consider = (): void => {
    if (closed || !isWanted()) {
      clearInterval(timer);
      timer = undefined;
      return;
    }
    if (timer) return;
    timer = setInterval(() => void check(), EVERY_MS);
    timer.unref();
    void check();
  };
  consider();
  return {
    consider,
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}
