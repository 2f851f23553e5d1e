/**
 * What a person has chosen about Bulkhead itself; the defaults are what holds where nothing was chosen.  How it is checked stands in
 * `settings-schema.ts`: the page, which begins with this, has no use for zod.
 */
import type * as z from 'zod';
import type { settingsPatch, settingsSchema } from './settings-schema.ts';

export const THEMES = ['system', 'light', 'dark'] as const;
/** `system`: the first of the system's languages that we speak. */
export const LANGUAGE_CHOICES = ['system', 'en', 'zh-CN'] as const;
export const DENSITIES = ['comfortable', 'compact'] as const;
/** What a notification may be about. */
export const NOTICES = ['blockFailed', 'driftRepaired', 'newContainer'] as const;

/** So many addresses are kept at most. */
export const MOST_ENGINES = 100;

/** Of so many engines the places of nodes are kept, and of each so many. */
export const MOST_PLACED = 50;
export const MOST_PLACES = 1000;

export type Settings = z.infer<typeof settingsSchema>;
/** What is changed of them; the rest stays. */
export type SettingsPatch = z.infer<typeof settingsPatch>;

/** Puts a node of one engine's diagram somewhere; those that were put first make room where there are too many. */
export function withPin(
  pins: Settings['diagram']['pins'],
  engine: string,
  layout: 'layered' | 'force',
  key: string,
  at: readonly [number, number],
): Settings['diagram']['pins'] {
  const { [engine]: mine = { layered: {}, force: {} }, ...others } = pins;
  const { [key]: _, ...rest } = mine[layout];
  const kept = Object.entries(rest).slice(1 - MOST_PLACES);
  const next = { ...mine, [layout]: { ...Object.fromEntries(kept), [key]: [...at] } };
  return { ...Object.fromEntries(Object.entries(others).slice(1 - MOST_PLACED)), [engine]: next };
}

/** Lets all nodes of one engine's diagram go. */
export function withoutPins(pins: Settings['diagram']['pins'], engine: string): Settings['diagram']['pins'] {
  const { [engine]: _, ...others } = pins;
  return others;
}

export const DEFAULT_SETTINGS: Settings = {
  engines: { known: [], open: '' },
  guard: { posture: 'open' },
  notifications: { blockFailed: true, driftRepaired: true, newContainer: true },
  desktop: { closeToTray: true, startAtLogin: false, updates: true },
  look: { theme: 'system', language: 'system', density: 'comfortable' },
  diagram: { pins: {} },
  start: { welcomed: false },
};

/** A JSON object as it is in the file, whoever wrote it. */
export type RawSettings = Readonly<Record<string, unknown>>;

export function isRawSettings(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts a change into what is in the file; what it does not name stays, known to us or not. */
export function patched(raw: RawSettings, patch: SettingsPatch): RawSettings {
  const changed = Object.entries(patch).flatMap(([section, values]) => {
    const before = raw[section];
    return values === undefined ? [] : [[section, { ...(isRawSettings(before) ? before : {}), ...values }] as const];
  });
  return { ...raw, ...Object.fromEntries(changed) };
}
