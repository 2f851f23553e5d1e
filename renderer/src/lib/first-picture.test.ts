import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SettingsView } from '../../../shared/contract/settings.ts';
import type { Frame } from './frame.ts';
import { pictureKnown, settingsKnown } from './first-picture.ts';
import { createAppStore, type AppState } from './store.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @returns whether it has resolved, as soon as whatever is due has happened */
async function seen(promise: Promise<void>): Promise<() => Promise<boolean>> {
  let done = false;
  void promise.then(() => (done = true));
  return async () => {
    await vi.advanceTimersByTimeAsync(0);
    return done;
  };
}

const SETTINGS = { firstRun: false } as SettingsView;
const CONNECTED = { phase: 'connected' } as AppState['engine'];

test('the language waits for the settings, and not for ever', async () => {
  const store = createAppStore();
  const isKnown = await seen(settingsKnown(store));
  expect(await isKnown()).toBe(false);
  store.setState({ settings: SETTINGS });
  expect(await isKnown()).toBe(true);
  const late = await seen(settingsKnown(createAppStore()));
  await vi.advanceTimersByTimeAsync(1499);
  expect(await late()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await late()).toBe(true);
});

test('the picture waits until the engine and all that stands on it are told', async () => {
  const store = createAppStore();
  const isKnown = await seen(pictureKnown(store));
  store.setState({ settings: SETTINGS, engine: { phase: 'connecting' } as AppState['engine'] });
  expect(await isKnown()).toBe(false);
  store.setState({ engine: CONNECTED, frame: {} as Frame });
  expect(await isKnown()).toBe(false);
  store.setState({ containers: [] });
  expect(await isKnown()).toBe(true);
});

test.each<[string, Partial<AppState>]>([
  ['an engine that cannot be had', { failure: { phase: 'failed' } as AppState['failure'] }],
  ['a core that is away', { link: 'down' }],
  ['the first run', { settings: { ...SETTINGS, firstRun: true } }],
])('%s is a picture too', async (_, state) => {
  const store = createAppStore();
  store.setState(state);
  expect(await (await seen(pictureKnown(store)))()).toBe(true);
});

test('an engine that is slow is waited for with a face that says so', async () => {
  const isKnown = await seen(pictureKnown(createAppStore()));
  await vi.advanceTimersByTimeAsync(299);
  expect(await isKnown()).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(await isKnown()).toBe(true);
});

test('what no longer waits no longer listens', async () => {
  const store = createAppStore();
  let listening = 0;
  const subscribe = store.subscribe.bind(store);
  store.subscribe = (listener) => {
    listening += 1;
    const stop = subscribe(listener);
    return () => {
      listening -= 1;
      stop();
    };
  };
  const isKnown = await seen(settingsKnown(store));
  expect(listening).toBe(1);
  store.setState({ settings: SETTINGS });
  expect([await isKnown(), listening, vi.getTimerCount()]).toEqual([true, 0, 0]);
});
