/** The settings as pages see them, and the engines among which a person chooses. */
import type { FoundEngine, SettingsView } from '../../shared/contract/settings.ts';
import { permissionWay } from '../../shared/engine/permission.ts';
import { toErrorShape } from '../../shared/errors.ts';
import { connect } from '../engine/connection/index.ts';
import { createSignal, type ReadableSignal } from '../lib/signal.ts';
import type { SettingsStore } from '../store/settings-store.ts';
import type { Core } from './core.ts';
import { DEMO_ADDRESS, engineChoices } from './open-driver.ts';

/** An engine that is there says its version at once; one far away a little later (ms). */
const ASK_MS = 4000;

/** @param waits whether the core waits for a person to choose an engine; null until that is known */
export function createCoreSettings(
  store: SettingsStore,
  waits: ReadableSignal<boolean | null>,
  folder: string,
): Core['settings'] {
  const look = (): SettingsView | null => {
    const firstRun = waits.get();
    const { settings, trouble } = store.known.get();
    return firstRun === null ? null : { settings, trouble, firstRun };
  };
  const view = createSignal(look());
  store.known.subscribe(() => view.set(look()));
  waits.subscribe(() => view.set(look()));
  return {
    view: () => view.get(),
    onView: (listener) => view.subscribe((value) => value && listener(value)),
    set: (patch) => store.set(patch),
    export: () => store.export(),
    import: (text) => store.import(text),
    where: () => ({ folder, file: store.file }),
    found: async (signal) => {
      const choices = await engineChoices(store.known.get().settings.engines.known);
      const real = choices.filter(({ address }) => address !== DEMO_ADDRESS);
      return Promise.all(
        real.map(async (choice): Promise<FoundEngine> => {
          try {
            const api = await connect(choice.address, { signal, timeoutMs: ASK_MS });
            api.close();
            return { ...choice, version: api.server.version, error: null, permission: null };
          } catch (thrown) {
            const error = toErrorShape(thrown);
            const isRefused = error.code === 'ENGINE_PERMISSION';
            const permission = isRefused ? permissionWay(process.platform, choice.address) : null;
            return { ...choice, version: null, error, permission };
          }
        }),
      );
    },
  };
}
