import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { DEFAULT_SETTINGS, type Settings, type SettingsPatch } from '../../../shared/settings.ts';
import { useClient } from './client-context.tsx';
import { useApp, useAppStore } from './store.ts';
import { useReport } from './use-report.ts';

/** What was chosen; the defaults until the core has told. */
export function useSettings(): Settings {
  return useApp(({ settings }) => settings?.settings ?? DEFAULT_SETTINGS);
}

/** Changes some of them.  Seen at once; what cannot be kept is told, and taken back. */
export function useSetSettings(): (patch: SettingsPatch) => void {
  const client = useClient();
  const store = useAppStore();
  const report = useReport();
  const { t } = useTranslation();
  return useCallback(
    (patch) => {
      const before = store.getState().settings;
      if (before) store.setState({ settings: { ...before, settings: changed(before.settings, patch) } });
      client.settings.set(patch).catch((thrown: unknown) => {
        store.setState({ settings: before });
        report(t('settings.failed'), thrown);
      });
    },
    [client, store, report, t],
  );
}

function changed(
  settings: Settings,
  { engines, guard, notifications, desktop, look, diagram, start }: SettingsPatch,
): Settings {
  return {
    engines: { ...settings.engines, ...given(engines) },
    guard: { ...settings.guard, ...given(guard) },
    notifications: { ...settings.notifications, ...given(notifications) },
    desktop: { ...settings.desktop, ...given(desktop) },
    look: { ...settings.look, ...given(look) },
    diagram: { ...settings.diagram, ...given(diagram) },
    start: { ...settings.start, ...given(start) },
  };
}

/** Without what is there and undefined. */
function given<T extends object>(values: T | undefined): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  const present = Object.entries(values ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
