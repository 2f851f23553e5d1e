/** When the desktop app cannot run on this machine, so that a browser has to show it. */

/** What a shell, and a loader that misses a library, say of a program that could not start. */
const NOT_STARTED = 127;
/** How Chromium ends when something it needs is not there: no sandbox, no display that answers, no shared memory. */
const CRASHES = new Set(['SIGTRAP', 'SIGABRT', 'SIGSEGV', 'SIGILL', 'SIGBUS']);
/** A crash later than this is one of an app that had started, on the slowest of machines. */
const CRASH_MS = 30_000;
/** An exit with a code other than 0 later than this may be the app's own. */
const EXIT_MS = 5_000;

/**
 * Whether a run of Electron ended without having started.
 *
 * @param {{ code: number | null, signal: NodeJS.Signals | null, ms: number, wasStopped: boolean }} end `code` and `signal`
 *   as Node tells them, `ms` after the start; `wasStopped`: by the user
 */
export function hasNotStarted({ code, signal, ms, wasStopped }) {
  if (wasStopped) return false;
  if (code === NOT_STARTED) return true;
  if (signal !== null) return CRASHES.has(signal) && ms < CRASH_MS;
  return code !== 0 && ms < EXIT_MS;
}

/**
 * Whether a window can be shown at all: on Linux that takes a display.
 *
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform }} machine
 */
export function hasDisplay({ env, platform }) {
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
