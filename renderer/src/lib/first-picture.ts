/** What the first picture waits for, so that no other colours, language or empty face flash up before it. */
import type { AppState, AppStore } from './store.ts';

/** A core that takes longer with the settings is away: the page says so, and follows it when it comes (ms). */
const SETTINGS_MS = 1500;
/** An engine that takes longer to be listed is waited for with a face that says so (ms). */
const LISTING_MS = 300;

/** Resolves when the settings are known, or late. */
export function settingsKnown(store: AppStore): Promise<void> {
  return until(store, ({ settings }) => settings !== null, SETTINGS_MS);
}

/** Resolves when it is known what there is to show, or late. */
export function pictureKnown(store: AppStore): Promise<void> {
  return until(store, isPictureKnown, LISTING_MS);
}

/** A face that says what is wrong, or what to do first, is a picture too. */
function isPictureKnown({ link, engine, failure, frame, containers, settings }: AppState): boolean {
  if (link === 'down' || failure !== null || settings?.firstRun === true) return true;
  return engine !== null && engine.phase !== 'connecting' && frame !== null && containers !== null;
}

function until(store: AppStore, holds: (state: AppState) => boolean, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const look = (state: AppState): void => {
      if (holds(state)) end();
    };
    const timer = setTimeout(end, patienceMs);
    const stop = store.subscribe(look);
    look(store.getState());
  });
}
