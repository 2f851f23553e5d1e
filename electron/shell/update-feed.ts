/**
 * Where updates may come from: `app-update.yml`, which the packager puts beside the app where a feed is configured, and which a
 * build without one does not have.  A feed whose updates could not be told from anybody's is refused.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import * as z from 'zod';

export type Feed =
  /** None is configured: nothing of updates is even loaded. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly why: string }
  /** `installs`: what it offers is signed, so that it may be put in place; elsewhere a new version is only told. */
  | { readonly kind: 'ready'; readonly installs: boolean };

const written = z.looseObject({
  provider: z.string(),
  url: z.string().optional(),
  publisherName: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
});

export const NO_FEED: Feed = { kind: 'none' };

/** @param file where the packager would have put it */
export function feedIn(file: string, platform: NodeJS.Platform): Feed {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return NO_FEED;
  }
  try {
    return feedOf(parse(text), platform);
  } catch {
    return { kind: 'refused', why: 'app-update.yml cannot be read' };
  }
}

/** @param config what `app-update.yml` says, and so what `publish` of electron-builder.yml comes to */
export function feedOf(config: unknown, platform: NodeJS.Platform): Feed {
  const read = written.safeParse(config);
  if (!read.success) return { kind: 'refused', why: 'app-update.yml is not understood' };
  const { provider, url, publisherName } = read.data;
  if (provider === 'generic' && !isSecure(url)) return { kind: 'refused', why: 'its address is not https' };
  // Without a name electron-updater installs what anybody has signed, or nobody.
  if (platform === 'win32' && publisherName === undefined) return { kind: 'refused', why: 'it names no publisher' };
  // Squirrel asks macOS for the same signature as the running app's.  An AppImage has but a sum, from the same place as itself.
  return { kind: 'ready', installs: platform === 'darwin' || platform === 'win32' };
}

function isSecure(url: string | undefined): boolean {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:';
}
