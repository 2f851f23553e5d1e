/** What was chosen of the look, on the page: colours, language, density; followed wherever it is changed. */
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import type { i18n as I18n } from 'i18next';
import type { SettingsView } from '../../../shared/contract/settings.ts';
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/settings.ts';
import { changeLanguage, initialLanguage, type Language } from '../i18n/index.ts';
import type { AppStore } from '../lib/store.ts';

type Look = Settings['look'];

function lookOf(store: AppStore): Look {
  return lookIn(store.getState().settings);
}

function lookIn(settings: SettingsView | null): Look {
  return settings?.settings.look ?? DEFAULT_SETTINGS.look;
}

/** Which language the page speaks. @param settings null: not known (yet) */
export function languageOf(settings: SettingsView | null): Language {
  return initialLanguage(lookIn(settings).language, navigator.languages);
}

function schemeOf({ theme }: Look): MantineColorScheme {
  return theme === 'system' ? 'auto' : theme;
}

/** Gives the library the colours that were chosen.  It keeps nothing itself: the settings do. */
export function schemeManager(store: AppStore): MantineColorSchemeManager {
  let stop: (() => void) | null = null;
  return {
    get: () => schemeOf(lookOf(store)),
    set: () => undefined,
    clear: () => undefined,
    subscribe: (onUpdate) => {
      stop?.();
      let shown = schemeOf(lookOf(store));
      stop = store.subscribe(() => {
        const next = schemeOf(lookOf(store));
        if (next !== shown) onUpdate(next);
        shown = next;
      });
    },
    unsubscribe: () => {
      stop?.();
      stop = null;
    },
  };
}

/** Keeps language and density of the page as they were chosen; returns the way to stop. */
export function followLook(store: AppStore, i18n: I18n): () => void {
  const apply = (): void => {
    document.documentElement.dataset['density'] = lookOf(store).density;
    const language = languageOf(store.getState().settings);
    // What was chosen while its texts were on their way counts.
    void changeLanguage(i18n, language).then(() => languageOf(store.getState().settings) !== language && apply());
  };
  apply();
  return store.subscribe(({ settings }, before) => {
    if (settings !== before.settings) apply();
  });
}
