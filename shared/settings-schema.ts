/** What of the settings can be understood: they come from a file that people edit, and from pages. */
import * as z from 'zod';
import {
  DEFAULT_SETTINGS,
  DENSITIES,
  isRawSettings,
  LANGUAGE_CHOICES,
  MOST_ENGINES,
  MOST_PLACED,
  MOST_PLACES,
  THEMES,
  type RawSettings,
  type Settings,
} from './settings.ts';

/** As `--engine` takes it. */
const address = z.string().min(1).max(1024);

/** Of a node that was dragged, by its key, which is made of names: how far from its place in layers, or where among forces. */
const places = z.record(z.string().max(1024), z.tuple([z.number(), z.number()]));

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
