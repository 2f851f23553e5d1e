/** Settings: one file for all engines, followed wherever it is changed. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { PERMISSION_WAYS } from '../engine/permission.ts';
import { settingsPatch, settingsSchema } from '../settings-schema.ts';
import { procedure } from './procedure.ts';
import { engineChoice, errorShape } from './schemas.ts';

/** What is wrong with the file, none of which loses anything. */
export const settingsTrouble = z.object({
  /** Files that could not be understood, and where they are kept now; newest first. */
  aside: z.array(z.string()),
  /** Values of the present file that are not understood, such as `look.theme`; they stay in it until they are set. */
  strange: z.array(z.string()),
  /** Why it cannot be read at all. */
  error: errorShape.nullable(),
});

export const settingsView = z.object({
  settings: settingsSchema,
  trouble: settingsTrouble,
  /** No engine was named and nothing was chosen yet: the core waits to be told. */
  firstRun: z.boolean(),
});

/** An engine that may be there, and what it says when it is asked. */
export const foundEngine = engineChoice.extend({
  /** Its version; null where it does not answer. */
  version: z.string().nullable(),
  error: errorShape.nullable(),
  /** How one comes to be allowed to use it; null where that is not what is wrong. */
  permission: z.enum(PERMISSION_WAYS).nullable(),
});

export const settingsContract = {
  /** Now, then after every change, whoever made it. */
  watch: procedure.output(eventIterator(settingsView)),
  set: procedure.input(settingsPatch),
  /** The whole file as text, with what other versions wrote into it. */
  export: procedure.output(z.object({ name: z.string(), text: z.string() })),
  /** Takes the place of what is there; nothing is changed when any of it is not understood. */
  import: procedure.input(z.object({ text: z.string().max(262_144) })),
  where: procedure.output(z.object({ folder: z.string(), file: z.string(), canOpen: z.boolean() })),
  /** Shows that folder in the system's own program, where `canOpen`. */
  openFolder: procedure,
  /** Asks every engine that may be there for its version, and starts nothing. */
  found: procedure.output(z.array(foundEngine)),
};

export type SettingsView = z.infer<typeof settingsView>;
export type SettingsTrouble = z.infer<typeof settingsTrouble>;
export type FoundEngine = z.infer<typeof foundEngine>;
