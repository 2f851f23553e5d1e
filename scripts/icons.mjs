/** `node scripts/icons.mjs`: draws `resources/icons` anew (see `lib/icons.mjs`); a test tells when that was forgotten. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { drawIcons } from './lib/icons.mjs';
import { ROOT } from './lib/root.mjs';

const FOLDER = join(ROOT, 'resources', 'icons');

const files = await drawIcons();
await rm(FOLDER, { recursive: true, force: true });
for (const [name, bytes] of files) {
  const file = join(FOLDER, name);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, bytes);
}
process.stdout.write(`${files.size} files in ${FOLDER}\n`);
