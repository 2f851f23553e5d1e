/** `npm start`: the desktop app; without Electron's runtime, the same app in a browser. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale } from './lib/build.mjs';
import { hasDisplay, hasNotStarted } from './lib/desktop.mjs';
import { electronProgram, fetchElectron, isWorthFetching } from './lib/electron.mjs';
import { ROOT } from './lib/root.mjs';

const machine = { env: process.env, platform: process.platform };
const args = process.argv.slice(2);

await buildIfStale();
if (!electronProgram(machine) && isWorthFetching(machine)) await fetchElectron(process.env);
const obstacle = await runDesktop();
if (obstacle !== null) {
  process.stderr.write(`${obstacle}; here is the same app for a browser (end it with Ctrl+C).\n`);
  const { code } = await run(process.execPath, [join(ROOT, 'out', 'cli.js'), 'serve', ...args]);
  process.exitCode = code ?? 1;
}

/** @returns {Promise<string | null>} what kept the desktop app from running; null when it did, and has ended */
async function runDesktop() {
  const electron = electronProgram(machine);
  if (!electron) return "Electron's runtime is not on this machine";
  if (!hasDisplay(machine)) return 'There is no display for a window of its own';
  // Chromium refuses to run as root inside its own sandbox.
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  const end = await run(electron, [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...args]);
  if (hasNotStarted(end)) return "Electron's runtime cannot start on this machine";
  process.exitCode = end.code ?? 1;
  return null;
}

/**
 * @param {string} program
 * @param {readonly string[]} programArgs
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null, ms: number, wasStopped: boolean }>} its end;
 *   `code` is 127 for a program that could not be run
 */
function run(program, programArgs) {
  const startedAt = performance.now();
  let wasStopped = false;
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, { stdio: 'inherit' });
    // Ctrl+C reaches the child by itself; it closes what it opened, and this process ends after it.
    const onInterrupt = () => (wasStopped = true);
    const onTerminate = () => {
      wasStopped = true;
      child.kill('SIGTERM');
    };
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
    const end = (code, signal) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      resolve({ code, signal, ms: performance.now() - startedAt, wasStopped });
    };
    child.once('error', () => end(127, null));
    child.once('exit', end);
  });
}
