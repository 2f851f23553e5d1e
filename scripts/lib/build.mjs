/** Builds the app into out/ when what is there is not of the present sources. */
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './root.mjs';
import { fingerprint, readStamp, writeStamp } from './stamp.mjs';

const OUT = join(ROOT, 'out');
const STAMP = join(OUT, '.stamp');
const INPUTS = [
  'electron',
  'shared',
  'renderer',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
  'tsconfig.base.json',
  'tsconfig.page.json',
];

/**
 * @param {{ force?: boolean, quiet?: boolean }} [options] `force` builds in any case; `quiet` prints only warnings
 * @returns {Promise<boolean>} whether anything was built
 */
export async function buildIfStale({ force = false, quiet = true } = {}) {
  const stamp = await fingerprint(ROOT, INPUTS);
  if (!force && (await readStamp(STAMP)) === stamp) return false;
  // Loaded only now: when nothing is stale, a start should not wait for the bundler.
  const { build } = await import('electron-vite');
  // Without its stamp, a build that is interrupted half-way counts as stale.
  await rm(OUT, { recursive: true, force: true });
  await build({ root: ROOT, configFile: join(ROOT, 'electron.vite.config.ts'), logLevel: quiet ? 'warn' : 'info' });
  await chmod(join(OUT, 'cli.js'), 0o755);
  await writeStamp(STAMP, stamp);
  return true;
}
