/** Files in which earlier versions kept what is now in the settings: each is taken over once, into what was not chosen there since. */
import { join } from 'node:path';
import * as z from 'zod';
import { isRawSettings, patched, type RawSettings } from '../../shared/settings.ts';
import { understand } from '../../shared/settings-schema.ts';

export interface FormerFile {
  readonly file: string;
  /** @returns the settings with what the file says; null where it makes no sense */
  take(raw: RawSettings, text: string): RawSettings | null;
}

const engines = z.object({ version: z.literal(1), addresses: z.array(z.string().min(1).max(1024)) });
const desktop = z.object({ closeToTray: z.boolean().optional(), startAtLogin: z.boolean().optional() });

/** @param desktopDir where the desktop app kept its own; absent: nobody asks for that here */
export function formerFiles(configDir: string, desktopDir: string | undefined): readonly FormerFile[] {
  return [
    {
      file: join(configDir, 'engines.json'),
      take: (raw, text) => {
        const found = engines.safeParse(json(text));
        if (!found.success) return null;
        const { known } = understand(raw).settings.engines;
        return patched(raw, { engines: { known: [...new Set([...known, ...found.data.addresses])] } });
      },
    },
    ...(desktopDir === undefined
      ? []
      : [
          {
            file: join(desktopDir, 'desktop.json'),
            take: (raw: RawSettings, text: string) => {
              const found = desktop.safeParse(json(text));
              if (!found.success) return null;
              const section = raw['desktop'];
              // What was chosen since counts.
              const chosen = isRawSettings(section) ? section : {};
              return { ...raw, desktop: { ...found.data, ...chosen } };
            },
          },
        ]),
  ];
}

function json(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
}
