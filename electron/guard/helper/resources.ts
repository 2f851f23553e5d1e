/** Where the files that ship beside the code are. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BulkheadError } from '../../../shared/errors.ts';
import type { TarEntry } from './tar.ts';

/** How far above this module the project's root may be: `out/main.js` or `out/chunks/x.js`, `electron/guard/helper/x.ts`. */
const LEVELS = 5;

/**
 * The `resources` folder: what `BULKHEAD_RESOURCES` says, else beside or above this module (built or source), else
 * where Electron keeps a packed app's resources, else below the working directory.
 *
 * @throws BulkheadError `HELPER_FAILED` when none of them has the helper's recipe.
 */
export function resourcesDir(env: NodeJS.ProcessEnv = process.env, from = import.meta.url): string {
  const asked = env['BULKHEAD_RESOURCES'];
  const candidates = asked
    ? [resolve(asked)]
    : [...above(dirname(fileURLToPath(from))), ...packed(), resolve('resources')];
  const found = candidates.find((folder) => existsSync(join(folder, 'helper', 'Dockerfile')));
  if (found !== undefined) return found;
  throw new BulkheadError({
    code: 'HELPER_FAILED',
    message: `The files of the helper are missing (looked in ${candidates.join(', ')}).`,
    hint: 'Install Bulkhead again, or set BULKHEAD_RESOURCES to its resources folder.',
  });
}

function above(start: string): string[] {
  const folders: string[] = [];
  let folder = start;
  for (let level = 0; level < LEVELS; level += 1) {
    folders.push(join(folder, 'resources'));
    folder = dirname(folder);
  }
  return folders;
}

function packed(): string[] {
  const { resourcesPath } = process as { readonly resourcesPath?: string };
  return resourcesPath === undefined ? [] : [join(resourcesPath, 'resources'), resourcesPath];
}

/** The helper's program as archive entries under `prefix`, in a fixed order. */
export async function programEntries(prefix: string): Promise<TarEntry[]> {
  const root = programDir();
  const listed = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = listed.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const entries = paths.map(async (path) => ({
    name: `${prefix}/${relative(root, path).split(sep).join('/')}`,
    content: await readFile(path),
  }));
  return (await Promise.all(entries)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function programDir(): string {
  return join(resourcesDir(), 'helper', 'program');
}
