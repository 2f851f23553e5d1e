/** Tells whether a build is stale: a hash over the names and contents of everything that goes into it. */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';

const TESTS = /\.(engine\.)?test\.(tsx?|mjs)$/;

/**
 * Hashes files and whole folders under `root`; test files do not count, and what is absent counts as absent.
 *
 * @param {string} root
 * @param {readonly string[]} inputs paths relative to `root`
 * @returns {Promise<string>} hexadecimal; the same for the same names and contents, in whatever order they are listed
 */
export async function fingerprint(root, inputs) {
  const files = (await Promise.all(inputs.map((input) => filesUnder(join(root, input))))).flat();
  const names = files.map((file) => relative(root, file).split(sep).join('/')).filter((name) => !TESTS.test(name));
  const hash = createHash('sha256');
  for (const name of [...new Set(names)].sort()) {
    const content = await readFile(join(root, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} path
 * @returns {Promise<string[]>}
 */
async function filesUnder(path) {
  let entries;
  try {
    entries = await readdir(path, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path];
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/**
 * @param {string} file
 * @returns {Promise<string>} what was stamped there, `''` when nothing was
 */
export async function readStamp(file) {
  return readFile(file, 'utf8').catch(() => '');
}

/**
 * @param {string} file
 * @param {string} stamp
 */
export async function writeStamp(file, stamp) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, stamp);
}
