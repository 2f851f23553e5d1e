/** `npm run build`: builds into out/ when the sources have changed; `--force` builds in any case. */
import { buildIfStale } from './lib/build.mjs';

const built = await buildIfStale({ force: process.argv.includes('--force'), quiet: false });
if (!built) process.stdout.write('out/ is up to date.\n');
