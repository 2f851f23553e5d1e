/** Starting programs of this checkout. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root.mjs';

/**
 * The arguments with which Node runs a package's own program, on every platform (no shell, no `.cmd`).
 *
 * @param {string} packageName
 * @param {string} [name] the program's name where it is not the package's
 * @returns {string[]} the script's path
 */
export function programOf(packageName, name = packageName) {
  const folder = join(ROOT, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return [join(folder, typeof bin === 'string' ? bin : bin[name])];
}

/**
 * Runs Node with these arguments from the root of the checkout.
 *
 * @param {readonly string[]} args
 * @param {{ env?: Record<string, string>, isQuiet?: boolean, timeoutMs?: number }} [options] `isQuiet`: collect the
 *   output instead of showing it; `timeoutMs`: end it after that time
 * @returns {Promise<{ code: number, output: string, ms: number }>} `code` is 124 when time ran out
 */
export function runNode(args, { env = {}, isQuiet = false, timeoutMs } = {}) {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: isQuiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    const collect = (text) => (output += text);
    child.stdout?.setEncoding('utf8').on('data', collect);
    child.stderr?.setEncoding('utf8').on('data', collect);
    let isLate = false;
    const bound =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            isLate = true;
            child.kill('SIGKILL');
          }, timeoutMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(bound);
      resolve({ code: isLate ? 124 : (code ?? 1), output, ms: performance.now() - startedAt });
    });
  });
}

/**
 * Does the work for every item, no more than `limit` at once, in order of the list.
 *
 * @template T, R
 * @param {readonly T[]} items
 * @param {number} limit
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of `items`
 */
export async function inParallel(items, limit, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      results[index] = await work(items[index]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
}

/** @param {number} ms */
export function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
