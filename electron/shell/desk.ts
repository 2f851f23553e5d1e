/**
 * What of the app is there beside its window: tray, menus, badge, notifications.  Follows the core, also while no window is open.
 */
import { join } from 'node:path';
import { noticesBetween, type Notice, type Picture } from '../../shared/actions/notices.ts';
import type { Say } from '../../shared/actions/say.ts';
import { contextOf, trayModel, type TrayDeed, type TrayInput, type TrayModel } from '../../shared/actions/tray.ts';
import type { Language } from '../../shared/contract/desktop.ts';
import { createDeeds, type DeskCore } from './deeds.ts';
import { readDesktopSettings, writeDesktopSettings, type DesktopSettings } from './desktop-settings.ts';
import type { ElectronApis, Tray } from './electron-apis.ts';
import { nativeMenu } from './native-menu.ts';
import { setStartAtLogin } from './start-at-login.ts';
import { sayIn } from './texts.ts';
import { trayMenu } from './tray-menu.ts';

export interface DeskOptions {
  readonly electron: ElectronApis;
  readonly core: DeskCore;
  readonly platform: NodeJS.Platform;
  /** Where the icons are (`resources/icons`). */
  readonly iconsDir: string;
  /** What starts at login. */
  readonly program: readonly [string, ...string[]];
  readonly show: (hash?: string) => void;
}

export interface Desk {
  settings(): DesktopSettings;
  close(): void;
}

/** Only once Electron is ready. */
export function openDesk({ electron, core, platform, iconsDir, program, show }: DeskOptions): Desk {
  const { app } = electron;
  const file = join(app.getPath('userData'), 'desktop.json');
  const stop = new AbortController();
  let settings = readDesktopSettings(file);
  let shownTray = '';
  let shownMenu = '';
  let picture = pictureOf(core);

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

  const choose = (next: Partial<DesktopSettings>): void => {
    settings = { ...settings, ...next };
    writeDesktopSettings(file, settings);
    draw();
  };
  const onShell = (what: Extract<TrayDeed, { kind: 'shell' }>['what']): void => {
    switch (what) {
      case 'open':
        return show();
      case 'quit':
        return app.quit();
      case 'close-to-tray':
        return choose({ closeToTray: !settings.closeToTray });
      case 'start-at-login': {
        const startAtLogin = !settings.startAtLogin;
        const why = setStartAtLogin({ app, platform, program }, startAtLogin);
        if (why === null) return choose({ startAtLogin });
        tell(say()('notice.failed.title', { what: say()('tray.start-at-login') }), why);
        // The system has ticked the item by itself.
        shownTray = '';
        draw();
      }
    }
  };
  const deeds = createDeeds({ core, electron, say, show, tell, onShell, signal: stop.signal });

  const tray: Tray = electron.createTray(icon('away'));
  // On macOS a click opens the menu, as is usual there.
  if (platform !== 'darwin') tray.on('click', () => show());

  const draw = (): void => {
    const input: TrayInput = {
      engine: core.engine.state(),
      frame: core.matrix.frame(),
      journal: core.journal.entries(),
      clock,
      settings,
    };
    const words = say();
    const model = trayModel(input, words);
    const drawn = JSON.stringify(model);
    if (drawn !== shownTray) {
      shownTray = drawn;
      tray.setImage(icon(model.mood));
      tray.setToolTip(model.tooltip);
      tray.setMenu(trayMenu(model.items, (deed) => void deeds.perform(deed)));
      app.setBadgeCount(model.alerts);
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
    for (const notice of noticesBetween(picture, next)) {
      const { title, body } = noticeWords(notice, say());
      tell(title, body, notice.kind === 'arrived' ? '#/networks' : '#/matrix');
    }
    // While an engine is away the last picture of it stays what the next one is compared with.
    if (next.frame !== null || !('engine' in next.engine)) picture = next;
    draw();
  };

  const stops = [
    core.engine.onState(follow),
    core.matrix.onFrame(follow),
    core.journal.onEntries(draw),
    core.desktop.onLanguage(draw),
  ];
  draw();
  return {
    settings: () => settings,
    close: () => {
      stop.abort();
      for (const one of stops) one();
      tray.destroy();
    },
  };
}

function pictureOf({ engine, matrix }: DeskCore): Picture {
  return { engine: engine.state(), frame: matrix.frame() };
}

function noticeWords(notice: Notice, say: Say): { readonly title: string; readonly body: string } {
  switch (notice.kind) {
    case 'unheld': {
      const { count, why } = notice;
      return { title: say('notice.unheld.title', { count }), body: why === '' ? say('notice.unheld.text') : why };
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
