/** Where Electron's runtime is, and getting it when it is not there.  Its npm package comes without it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasDisplay } from './desktop.mjs';
import { ROOT } from './root.mjs';
import { runNode } from './run.mjs';

const PACKAGE = join(ROOT, 'node_modules', 'electron');
const PROGRAMS = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const RELEASES = 'https://github.com/electron/electron/releases/download/';
/** Long enough for an answer from far away, short enough to be waited for without one. */
const ANSWER_MS = 4_000;
const DOWNLOAD_MS = 180_000;

/**
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform, exists?: (path: string) => boolean }} machine
 * @returns {string | null} the program, null when it is not there
 */
export function electronProgram({ env, platform, exists = existsSync }) {
  const name = PROGRAMS[platform] ?? 'electron';
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  // The installer writes this last: without it, `dist` holds a part of what was to be unpacked.
  if (!override && !exists(join(PACKAGE, 'path.txt'))) return null;
  const path = join(override || join(PACKAGE, 'dist'), name);
  return exists(path) ? path : null;
}

/**
 * Whether to try to get it: not where nobody could see its window, nor where it was said not to.
 *
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform }} machine
 */
export function isWorthFetching({ env, platform }) {
  if (env.CI || env.ELECTRON_OVERRIDE_DIST_PATH || env.ELECTRON_SKIP_BINARY_DOWNLOAD) return false;
  return hasDisplay({ env, platform });
}

/**
 * Downloads it with Electron's own installer, if its server answers soon.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>} whether it was installed
 */
export async function fetchElectron(env) {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  const mirror = env.ELECTRON_MIRROR || env.npm_config_electron_mirror || RELEASES;
  try {
    const asked = { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) };
    const answer = await fetch(new URL(`v${version}/SHASUMS256.txt`, mirror), asked);
    if (answer.status >= 400) return false;
  } catch {
    return false;
  }
  process.stderr.write(`Fetching Electron ${version} …\n`);
  const { code } = await runNode([join(PACKAGE, 'install.js')], { isQuiet: true, timeoutMs: DOWNLOAD_MS });
  return code === 0;
}
