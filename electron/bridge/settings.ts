import type { SettingsView } from '../../shared/contract/settings.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const settingsRouter = ({ settings, desktop }: Core) => ({
  watch: procedures.settings.watch.handler(({ signal }) =>
    latest<SettingsView>(
      signal,
      () => settings.view(),
      (listener) => settings.onView(listener),
    ),
  ),
  set: procedures.settings.set.handler(({ input }) => settings.set(input)),
  export: procedures.settings.export.handler(async () => ({
    name: 'bulkhead-settings.json',
    text: await settings.export(),
  })),
  import: procedures.settings.import.handler(({ input }) => settings.import(input.text)),
  where: procedures.settings.where.handler(() => ({ ...settings.where(), canOpen: desktop.canOpenFolder() })),
  openFolder: procedures.settings.openFolder.handler(() => desktop.openFolder()),
  found: procedures.settings.found.handler(({ signal }) => settings.found(signal ?? new AbortController().signal)),
});
