/** What the person chose about the desktop app, from the one settings file, carried out as it changes — wherever it is changed. */
import { BulkheadError } from '../../shared/errors.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings.ts';
import type { Core } from '../app/core.ts';
import { setStartAtLogin, type LoginOptions } from './start-at-login.ts';

export type DesktopSettings = Settings['desktop'];

export interface Chosen {
  /** The defaults until the file was read. */
  settings(): Settings;
  set(patch: Partial<DesktopSettings>): void;
  close(): void;
}

export interface ChosenOptions {
  readonly settings: Pick<Core['settings'], 'view' | 'onView' | 'set'>;
  readonly login: LoginOptions;
  readonly onChange: () => void;
  /** What could not be done, and why. */
  readonly onFailure: (what: keyof DesktopSettings, why: unknown) => void;
}

export function followChosen({ settings, login, onChange, onFailure }: ChosenOptions): Chosen {
  const now = (): Settings => settings.view()?.settings ?? DEFAULT_SETTINGS;
  /** What the system was told last.  It was not told before the file was read: an unread file is no wish. */
  let told = DEFAULT_SETTINGS.desktop.startAtLogin;
  const set = (patch: Partial<DesktopSettings>): void => {
    const [what = 'closeToTray'] = Object.keys(patch) as (keyof DesktopSettings)[];
    settings.set({ desktop: patch }).catch((thrown: unknown) => {
      onFailure(what, thrown);
      // The system has ticked the item by itself.
      onChange();
    });
  };
  const tellSystem = (): void => {
    const { startAtLogin } = now().desktop;
    if (startAtLogin !== told) {
      told = startAtLogin;
      const why = setStartAtLogin(login, startAtLogin);
      if (why !== null) {
        onFailure('startAtLogin', new BulkheadError({ code: 'STORAGE', message: why, hint: '' }));
        told = !startAtLogin;
        set({ startAtLogin: !startAtLogin });
      }
    }
  };
  const stop = settings.onView(() => {
    tellSystem();
    onChange();
  });
  if (settings.view()) tellSystem();
  return { settings: now, set, close: stop };
}
