/**
 * The page's files, by the names under which they may be asked for.
 *
 * Only what was listed at the start is ever read, so no way of writing `..` leads anywhere.
 */
import { readdir } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { BulkheadError } from '../../shared/errors.ts';

export interface PageFile {
  readonly path: string;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/**
 * @param directory the built page
 * @returns by name relative to the page's address: `''` (index.html), `assets/x.js`
 * @throws BulkheadError when there is no built page
 */
export async function listPageFiles(directory: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>();
  for (const path of await filesUnder(directory).catch(() => [])) {
    const name = relative(directory, path).split(sep).join('/');
    const type = TYPES[extname(name)];
    if (type !== undefined) files.set(name === 'index.html' ? '' : name, { path, type });
  }
  if (!files.has('')) {
    throw new BulkheadError({
      code: 'STORAGE',
      message: `There is no built page in ${directory}.`,
      hint: 'Run "npm run build" first.',
    });
  }
  return files;
}

/** Folder by folder, because inside a packaged app's archive only plain listings are sure to work. */
async function filesUnder(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const lists = entries.map(async (entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesUnder(path);
    // Links are not followed: what they lead to is not part of the page.
    return entry.isFile() ? [path] : [];
  });
  return (await Promise.all(lists)).flat();
}
