/** What a person has chosen about Bulkhead itself; the defaults are what holds where nothing was chosen. */
import * as z from 'zod';

export const THEMES = ['system', 'light', 'dark'] as const;
/** `system`: the first of the system's languages that we speak. */
export const LANGUAGE_CHOICES = ['system', 'en', 'zh-CN'] as const;
export const DENSITIES = ['comfortable', 'compact'] as const;
/** What a notification may be about. */
export const NOTICES = ['blockFailed', 'driftRepaired', 'newContainer'] as const;

/** So many addresses are kept at most. */
export const MOST_ENGINES = 100;

/** As `--engine` takes it. */
const address = z.string().min(1).max(1024);

/** Of a node that was dragged, by its key, which is made of names: how far from its place in layers, or where among forces. */
const places = z.record(z.string().max(1024), z.tuple([z.number(), z.number()]));
/** Of so many engines the places are kept. */
const MOST_PLACED = 50;
const MOST_PLACES = 1000;

/** One schema per value, so that one wrong value does not spoil the others. */
const SCHEMAS = {
  engines: {
    /** Those that were added by hand, beside what is found. */
    known: z.array(address).max(MOST_ENGINES),
    /** Which to open at start; `''`: the first that answers. */
    open: z.string().max(1024),
  },
  /** What an engine without a policy of its own begins with. */
  guard: { posture: z.enum(['open', 'guarded']) },
  notifications: { blockFailed: z.boolean(), driftRepaired: z.boolean(), newContainer: z.boolean() },
  /** Of the desktop app alone: whether it stays when its window closes, comes with the user's session, looks for its own updates. */
  desktop: { closeToTray: z.boolean(), startAtLogin: z.boolean(), updates: z.boolean() },
  look: { theme: z.enum(THEMES), language: z.enum(LANGUAGE_CHOICES), density: z.enum(DENSITIES) },
  /** Where nodes of the diagram were put, by the engine's address. */
  diagram: {
    pins: z
      .record(z.string().max(1024), z.object({ layered: places, force: places }))
      .refine((pins) => Object.keys(pins).length <= MOST_PLACED)
      .refine((pins) =>
        Object.values(pins).every(({ layered, force }) =>
          [layered, force].every((one) => Object.keys(one).length <= MOST_PLACES),
        ),
      ),
  },
  /** Whether the first run is over. */
  start: { welcomed: z.boolean() },
} as const;

export const settingsSchema = z.object({
  engines: z.object(SCHEMAS.engines),
  guard: z.object(SCHEMAS.guard),
  notifications: z.object(SCHEMAS.notifications),
  desktop: z.object(SCHEMAS.desktop),
  look: z.object(SCHEMAS.look),
  diagram: z.object(SCHEMAS.diagram),
  start: z.object(SCHEMAS.start),
});

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

export type Settings = z.infer<typeof settingsSchema>;

/** What is changed of them; the rest stays. */
export const settingsPatch = z.object({
  engines: z.object(SCHEMAS.engines).partial().optional(),
  guard: z.object(SCHEMAS.guard).partial().optional(),
  notifications: z.object(SCHEMAS.notifications).partial().optional(),
  desktop: z.object(SCHEMAS.desktop).partial().optional(),
  look: z.object(SCHEMAS.look).partial().optional(),
  diagram: z.object(SCHEMAS.diagram).partial().optional(),
  start: z.object(SCHEMAS.start).partial().optional(),
});

export type SettingsPatch = z.infer<typeof settingsPatch>;

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

/**
 * Takes what is understood; a value that is not is as if it were not there.
 *
 * @returns `strange`: the names of those values, such as `look.theme`.
 */
export function understand(raw: RawSettings): { readonly settings: Settings; readonly strange: readonly string[] } {
  const strange: string[] = [];
  const settings = Object.fromEntries(
    Object.entries(SCHEMAS).map(([section, schemas]) => {
      const defaults: RawSettings = DEFAULT_SETTINGS[section as keyof Settings];
      const found = raw[section];
      if (found !== undefined && !isRawSettings(found)) strange.push(section);
      const given = isRawSettings(found) ? found : {};
      const values = Object.entries(schemas as Readonly<Record<string, z.ZodType>>).map(([name, schema]) => {
        const value = given[name];
        if (value === undefined) return [name, defaults[name]];
        const parsed = schema.safeParse(value);
        if (parsed.success) return [name, parsed.data];
        strange.push(`${section}.${name}`);
        return [name, defaults[name]];
      });
      return [section, Object.fromEntries(values)];
    }),
  );
  return { settings: settingsSchema.parse(settings), strange };
}

/** Puts a change into what is in the file; what it does not name stays, known to us or not. */
export function patched(raw: RawSettings, patch: SettingsPatch): RawSettings {
  const changed = Object.entries(patch).flatMap(([section, values]) => {
    const before = raw[section];
    return values === undefined ? [] : [[section, { ...(isRawSettings(before) ? before : {}), ...values }] as const];
  });
  return { ...raw, ...Object.fromEntries(changed) };
}
