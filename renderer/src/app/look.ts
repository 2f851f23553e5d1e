/** What was chosen of the look, on the page: colours, language, density; followed wherever it is changed. */
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core';
import type { i18n as I18n } from 'i18next';
import { DEFAULT_SETTINGS, type Settings } from '../../../shared/settings.ts';
import { changeLanguage, initialLanguage, type Language } from '../i18n/index.ts';
import type { AppStore } from '../lib/store.ts';

type Look = Settings['look'];

export function lookOf(store: AppStore): Look {
  return store.getState().settings?.settings.look ?? DEFAULT_SETTINGS.look;
}

export function languageOf({ language }: Look): Language {
  return initialLanguage(language, navigator.languages);
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
    const look = lookOf(store);
    document.documentElement.dataset['density'] = look.density;
    void changeLanguage(i18n, languageOf(look));
  };
  apply();
  return store.subscribe(({ settings }, before) => {
    if (settings !== before.settings) apply();
  });
}
