/**
 * `npm run bench`: how fast it is, as ratios to something plain measured beside it in the same run.
 *
 * Built first, as users get it: what runs the sources directly slows down small functions.
 */
import { join } from 'node:path';
import { build } from 'vite';
import { ROOT } from './lib/root.mjs';
import { runNode } from './lib/run.mjs';

const OUT = join(ROOT, 'out', 'bench');

await build({
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  build: {
    outDir: OUT,
    emptyOutDir: true,
    ssr: true,
    target: 'node20',
    rolldownOptions: { input: { cli: join(ROOT, 'e2e/bench/cli.ts') }, output: { entryFileNames: '[name].js' } },
  },
});
const { code } = await runNode([join(OUT, 'cli.js'), ...process.argv.slice(2)]);
process.exitCode = code;
