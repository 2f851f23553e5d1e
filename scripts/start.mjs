/** `npm start`: the desktop app; without Electron's runtime, the same app in a browser. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildIfStale } from './lib/build.mjs';
import { electronProgram, fetchElectron, isWorthFetching } from './lib/electron.mjs';
import { ROOT } from './lib/root.mjs';

/** What a shell, and a loader that misses a library, say of a program that could not start. */
const COULD_NOT_START = 127;
const machine = { env: process.env, platform: process.platform };
const args = process.argv.slice(2);

await buildIfStale();
if (!electronProgram(machine) && isWorthFetching(machine)) await fetchElectron(process.env);
const electron = electronProgram(machine);
let code = COULD_NOT_START;
if (electron) {
  // Chromium refuses to run as root inside its own sandbox.
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  code = await run(electron, [...(isRoot ? ['--no-sandbox'] : []), ROOT, ...args]);
}
if (code === COULD_NOT_START) {
  const why = electron ? 'cannot start on this machine' : 'is not on this machine';
  process.stderr.write(`Electron's runtime ${why}; here is the same app for a browser (end it with Ctrl+C).\n`);
  code = await run(process.execPath, [join(ROOT, 'out', 'cli.js'), 'serve', ...args]);
}
process.exitCode = code;

/**
 * @param {string} program
 * @param {readonly string[]} programArgs
 * @returns {Promise<number>} its exit code
 */
function run(program, programArgs) {
  return new Promise((resolve) => {
    const child = spawn(program, programArgs, { stdio: 'inherit' });
    // Ctrl+C reaches the child by itself; it closes what it opened, and this process ends after it.
    const onInterrupt = () => undefined;
    const onTerminate = () => child.kill('SIGTERM');
    process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
    const end = (exitCode) => {
      process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
      resolve(exitCode);
    };
    child.once('error', () => end(COULD_NOT_START));
    child.once('exit', (exitCode) => end(exitCode ?? 1));
  });
}
