/** Desktop entry. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app } from 'electron';
import { configDirectory } from './app/config-dir.ts';
import { createCore } from './app/create-core.ts';
import { createBridge } from './bridge/index.ts';
import { rendererDirectory } from './serve/renderer-dir.ts';
import { electronApis } from './shell/electron.ts';
import { runShell } from './shell/shell.ts';

// Chromium's own switches come along, so unknown ones are nothing to complain about.
const { engine } = parseArgs({
  args: process.argv.slice(1),
  options: { engine: { type: 'string' } },
  strict: false,
}).values;
const rendererDir = rendererDirectory();

runShell({
  electron: electronApis,
  rendererDir,
  preload: join(rendererDir, '..', 'preload.cjs'),
  platform: process.platform,
  open: () => {
    const core = createCore({
      version: app.getVersion(),
      configDir: configDirectory(),
      engine: typeof engine === 'string' ? engine : undefined,
    });
    return { bridge: createBridge(core), downloads: core.downloads, uploads: core.uploads, close: () => core.close() };
  },
});
