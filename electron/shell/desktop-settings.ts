/** What the user chose about the app itself: whether it stays when its window closes, whether it starts at login. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as z from 'zod';

const desktopSettings = z.object({
  closeToTray: z.boolean().default(true),
  startAtLogin: z.boolean().default(false),
});

export type DesktopSettings = z.infer<typeof desktopSettings>;

/** @returns the defaults when nothing usable was saved */
export function readDesktopSettings(file: string): DesktopSettings {
  try {
    return desktopSettings.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return desktopSettings.parse({});
  }
}

/** Best effort: what cannot be saved holds until the app quits. */
export function writeDesktopSettings(file: string, settings: DesktopSettings): void {
  try {
    writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  } catch {
    // Asked for again next time.
  }
}
