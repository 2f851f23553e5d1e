/** Where this package is on disk, whether the code runs from `out/`, from the sources, or inside a packaged app. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** @returns the nearest folder above `from` that holds a package.json */
export function packageDirectory(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) throw new Error(`No package.json above ${from}`);
  }
}
