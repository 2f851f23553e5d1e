/**
 * What of the app is there beside its window: tray, menus, badge, notifications.  Follows the core, also while no window is open.
 */
import { join } from 'node:path';
import { noticesBetween, type Notice, type Picture } from '../../shared/actions/notices.ts';
import type { Say } from '../../shared/actions/say.ts';
import { contextOf, trayModel, type TrayDeed, type TrayInput, type TrayModel } from '../../shared/actions/tray.ts';
import type { NOTICES } from '../../shared/settings.ts';
import type { Language } from '../../shared/contract/desktop.ts';
import { toErrorShape } from '../../shared/errors.ts';
import { followChosen, type DesktopSettings } from './chosen.ts';
import { createDeeds, type DeskCore } from './deeds.ts';
import type { DownloadItem, ElectronApis, Tray } from './electron-apis.ts';
import { nativeMenu } from './native-menu.ts';
import { followSaving } from './saving.ts';
import { failureIn, sayIn } from './texts.ts';
import { trayMenu } from './tray-menu.ts';
import { followUpdates, type Updates, type UpdateSource } from './updates.ts';

export interface DeskOptions {
  readonly electron: ElectronApis;
  readonly core: DeskCore;
  readonly platform: NodeJS.Platform;
  /** Where the icons are (`resources/icons`). */
  readonly iconsDir: string;
  /** What starts at login. */
  readonly program: readonly [string, ...string[]];
  readonly show: (hash?: string) => void;
  readonly updates: UpdateSource;
}

export interface Desk {
  settings(): DesktopSettings;
  /** A window is there that was not before. */
  windowOpened(): void;
  /** A file of the page's is about to be saved. */
  saving(item: DownloadItem): void;
  close(): void;
}

/** Only once Electron is ready. */
export function openDesk({ electron, core, platform, iconsDir, program, show, updates: source }: DeskOptions): Desk {
  const { app } = electron;
  const stop = new AbortController();
  let shownTray = '';
  let shownMenu = '';
  let badge: { readonly alerts: number; readonly words: string } = { alerts: 0, words: '' };
  let picture = pictureOf(core);

  const desktop = (): DesktopSettings => chosen.settings().desktop;
  const language = (): Language => core.desktop.language() ?? systemLanguage(app.getPreferredSystemLanguages());
  const say = (): Say => sayIn(language());
  const clock = (at: number): string => {
    const isToday = new Date(at).toDateString() === new Date().toDateString();
    const shown = isToday ? ({ timeStyle: 'short' } as const) : ({ dateStyle: 'medium', timeStyle: 'short' } as const);
    return new Intl.DateTimeFormat(language(), shown).format(at);
  };
  const icon = (mood: TrayModel['mood']): string =>
    // A template image takes the colour of macOS's own menu bar.
    join(iconsDir, `tray-${mood}${platform === 'darwin' ? 'Template' : ''}.png`);
  const tell = (title: string, body: string, hash?: string): void =>
    electron.notify({ title, body, onClick: () => show(hash) });

  const onShell = (what: Extract<TrayDeed, { kind: 'shell' }>['what']): void => {
    switch (what) {
      case 'open':
        return show();
      case 'quit':
        return app.quit();
      case 'close-to-tray':
        return chosen.set({ closeToTray: !desktop().closeToTray });
      case 'start-at-login':
        return chosen.set({ startAtLogin: !desktop().startAtLogin });
    }
  };
  const deeds = createDeeds({ core, electron, say, language, show, tell, onShell, signal: stop.signal });

  const tray: Tray = electron.createTray(icon('away'));
  // On macOS a click opens the menu, as is usual there.
  if (platform !== 'darwin') tray.on('click', () => show());

  const drawBadge = (): void => {
    const { alerts, words } = badge;
    app.setBadgeCount(alerts);
    // The taskbar of Windows knows no count: a picture on the window's button stands for it.
    if (platform === 'win32') electron.setOverlay(alerts === 0 ? null : icon('alert'), words);
  };

  const draw = (): void => {
    const input: TrayInput = {
      engine: core.engine.state(),
      frame: core.matrix.frame(),
      journal: core.journal.entries(),
      clock,
      settings: desktop(),
    };
    const words = say();
    const model = trayModel(input, words);
    const drawn = JSON.stringify(model);
    if (drawn !== shownTray) {
      shownTray = drawn;
      tray.setImage(icon(model.mood));
      tray.setToolTip(model.tooltip);
      tray.setMenu(trayMenu(model.items, (deed) => void deeds.perform(deed)));
      badge = { alerts: model.alerts, words: model.tooltip };
      drawBadge();
    }
    const context = contextOf(input);
    const menu = JSON.stringify([language(), context]);
    if (menu === shownMenu) return;
    shownMenu = menu;
    const { isPackaged } = app;
    electron.setMenu(nativeMenu({ platform, isPackaged, context, say: words, onAction: deeds.choose }));
  };

  const follow = (): void => {
    const next = pictureOf(core);
    const { notifications } = chosen.settings();
    for (const notice of noticesBetween(picture, next)) {
      if (!notifications[WANTED_BY[notice.kind]]) continue;
      const { title, body } = noticeWords(notice, language());
      tell(title, body, notice.kind === 'arrived' ? '#/networks' : '#/matrix');
    }
    // While an engine is away the last picture of it stays what the next one is compared with.
    if (next.frame !== null || !('engine' in next.engine)) picture = next;
    draw();
  };

  let updates: Updates | null = null;
  const chosen = followChosen({
    settings: core.settings,
    login: { app, platform, program },
    onChange: () => {
      // The system ticks an item by itself: what is true is drawn again.
      shownTray = '';
      draw();
      updates?.consider();
    },
    onFailure: (what, why) =>
      tell(say()('notice.failed.title', { what: say()(SAID_AS[what]) }), failureIn(language(), toErrorShape(why))),
  });
  updates = followUpdates({
    ...source,
    // Not before the file was read: whoever switched it off is not asked again by a start.
    isWanted: () => core.settings.view() !== null && desktop().updates,
    ask: async (version) => {
      const words = say();
      const pressed = await electron.ask({
        type: 'info',
        title: 'Bulkhead',
        message: words('ask.update.title', { version }),
        detail: words('ask.update.text'),
        buttons: [words('ask.update.yes'), words('ask.cancel')],
        defaultId: 0,
        cancelId: 1,
        noLink: true,
      });
      return pressed === 0;
    },
    onNews: (news) => {
      const words = say();
      if (news.kind === 'failed') tell(words('notice.failed.title', { what: words('ask.update.yes') }), news.why);
      else
        tell(
          words(`notice.update.${news.kind}.title`, { version: news.version }),
          words(`notice.update.${news.kind}.text`),
        );
    },
  });
  core.desktop.setFolderOpener(() => electron.external.openPath(core.app.info().configDir));
  const stops = [
    core.engine.onState(follow),
    core.matrix.onFrame(follow),
    core.journal.onEntries(draw),
    core.desktop.onLanguage(draw),
  ];
  draw();
  return {
    settings: desktop,
    windowOpened: drawBadge,
    saving: (item) => followSaving(item, { say, tell }),
    close: () => {
      stop.abort();
      chosen.close();
      updates?.close();
      core.desktop.setFolderOpener(null);
      for (const one of stops) one();
      tray.destroy();
    },
  };
}

/** Which setting a notification goes by. */
const WANTED_BY = {
  unheld: 'blockFailed',
  repaired: 'driftRepaired',
  arrived: 'newContainer',
} as const satisfies Record<Notice['kind'], (typeof NOTICES)[number]>;

const SAID_AS = {
  closeToTray: 'tray.close-to-tray',
  startAtLogin: 'tray.start-at-login',
  updates: 'settings.desktop.updates',
} as const satisfies Record<keyof DesktopSettings, string>;

function pictureOf({ engine, matrix }: DeskCore): Picture {
  return { engine: engine.state(), frame: matrix.frame() };
}

function noticeWords(notice: Notice, language: Language): { readonly title: string; readonly body: string } {
  const say = sayIn(language);
  switch (notice.kind) {
    case 'unheld': {
      const { count, error } = notice;
      const body = error ? failureIn(language, error) : say('notice.unheld.text');
      return { title: say('notice.unheld.title', { count }), body };
    }
    case 'repaired':
      return { title: say('notice.repaired.title'), body: say('notice.repaired.text', { count: notice.count }) };
    case 'arrived': {
      const { name, network } = notice;
      return { title: say('notice.arrived.title', { name }), body: say('notice.arrived.text', { network }) };
    }
  }
}

/** The first of the user's languages that is one of ours. */
function systemLanguage(preferred: readonly string[]): Language {
  const first = preferred.find((one) => /^(en|zh)\b/i.test(one));
  return first?.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en';
}
