/** Addresses of engines that the user added, kept with the other settings. */
import { BulkheadError } from '../../shared/errors.ts';
import { MOST_ENGINES } from '../../shared/settings.ts';
import type { SettingsStore } from './settings-store.ts';

export interface EngineList {
  read(): Promise<readonly string[]>;
  /** @throws BulkheadError `STORAGE`; `BAD_INPUT` where they are more than are kept */
  change(edit: (addresses: readonly string[]) => readonly string[]): Promise<void>;
}

export function createEngineList(settings: Pick<SettingsStore, 'edit' | 'known' | 'ready'>): EngineList {
  return {
    read: async () => {
      await settings.ready;
      return settings.known.get().settings.engines.known;
    },
    change: (edit) =>
      settings.edit(({ engines }) => {
        const known = [...edit(engines.known)];
        if (known.length <= MOST_ENGINES) return { engines: { known } };
        throw new BulkheadError({
          code: 'BAD_INPUT',
          message: `No more than ${MOST_ENGINES} addresses are kept.`,
          hint: 'Forget one that is no longer used.',
        });
      }),
  };
}
