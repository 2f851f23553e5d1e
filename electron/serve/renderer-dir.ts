/** Where the built page is, whether this runs from out/ or from the sources. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns `out/renderer` of the package this file belongs to; it may not have been built */
export function rendererDirectory(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return join(folder, 'out', 'renderer');
    if (dirname(folder) === folder) throw new Error(`No package.json above ${from}`);
  }
}
