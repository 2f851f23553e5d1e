/** Where the built page is. */
import { join } from 'node:path';
import { packageDirectory } from '../lib/package-dir.ts';

/** @returns `out/renderer` of this package; it may not have been built */
export function rendererDirectory(): string {
  return join(packageDirectory(), 'out', 'renderer');
}
