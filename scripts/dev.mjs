/**
 * `npm run dev`: the page from vite with hot reload, beside a core that starts again when its sources change.
 *
 *   npm run dev -- --engine demo
 *
 * The core is `bulkhead serve` from the sources.  Vite stands in front of it: it serves the page and passes the page's
 * WebSocket on, with the cookie that this script got for the core's one-time token.
 */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import react from '@vitejs/plugin-react';
import { createServer } from 'vite';
import { buildIfStale } from './lib/build.mjs';
import { enterCore, passOn } from './lib/dev-proxy.mjs';
import { ROOT } from './lib/root.mjs';

/** Saving in an editor is several events. */
const SETTLE_MS = 150;

/** @type {import('./lib/dev-proxy.mjs').Entered | null} */
let core = null;
let child = null;
let isEnding = false;

// `serve` wants a built page, though vite's is the one to look at.
await buildIfStale();
const page = await createServer({
  configFile: false,
  root: join(ROOT, 'renderer'),
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5173 },
});
await page.listen();
const origin = `http://127.0.0.1:${page.httpServer.address().port}`;
page.httpServer.prependListener('upgrade', (request, socket, head) => passOn(request, socket, head, { origin, core }));

startCore();
let timer;
for (const folder of ['electron', 'shared']) {
  watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
    if (!name?.endsWith('.ts') || name.endsWith('.test.ts')) return;
    clearTimeout(timer);
    timer = setTimeout(restartCore, SETTLE_MS);
  });
}
process.stdout.write(`${origin}/\n`);

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    isEnding = true;
    child?.kill('SIGTERM');
    void page.close().finally(() => process.exit());
  });
}

function startCore() {
  const args = ['--import', 'tsx', join(ROOT, 'electron', 'cli.ts'), 'serve', '--no-open', ...process.argv.slice(2)];
  const started = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  child = started;
  createInterface({ input: started.stdout }).once('line', (url) => {
    enterCore(url).then(
      (entered) => {
        if (child === started) core = entered;
      },
      (error) => process.stderr.write(`${error.message}\n`),
    );
  });
  started.once('exit', () => {
    core = null;
    if (child !== started) return;
    child = null;
    if (!isEnding) process.stderr.write('The core ended; it starts again when its sources change.\n');
  });
}

function restartCore() {
  const old = child;
  core = null;
  child = null;
  if (!old) {
    startCore();
    return;
  }
  // One after the other: both would talk to the same helper.
  old.once('exit', startCore);
  old.kill('SIGTERM');
}
