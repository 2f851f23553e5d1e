/** Desktop entry. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { app } from 'electron';
import { configDirectory } from './app/config-dir.ts';
import { keepLog } from './app/keep-log.ts';
import { createCore } from './app/create-core.ts';
import { createBridge } from './bridge/index.ts';
import { packageDirectory } from './lib/package-dir.ts';
import { rendererDirectory } from './serve/renderer-dir.ts';
import { electronApis } from './shell/electron.ts';
import { runShell } from './shell/shell.ts';
import { feedIn, NO_FEED } from './shell/update-feed.ts';

// Chromium's own switches come along, so unknown ones are nothing to complain about.
const { engine } = parseArgs({
  args: process.argv.slice(1),
  options: { engine: { type: 'string' } },
  strict: false,
}).values;
const rendererDir = rendererDirectory();

// An uninstaller asks for nothing but this: no window, no tray, and whoever runs already follows the policy that it empties.
if (process.argv.includes('--clear-engines')) void leave();
else runApp();

async function leave(): Promise<void> {
  const { run } = await import('./cli/run.ts');
  const { signal } = new AbortController();
  const err = (text: string): void => void process.stderr.write(text);
  app.exit(await run(['clear', '--all'], { out: err, bytes: () => undefined, err, env: process.env, signal }));
}

function runApp(): void {
  runShell({
    electron: electronApis,
    rendererDir,
    preload: join(rendererDir, '..', 'preload.cjs'),
    platform: process.platform,
    iconsDir: join(packageDirectory(), 'resources', 'icons'),
    // What an AppImage runs is a folder that is gone when it ends.  Electron that is not packaged is told which app it is.
    program: app.isPackaged
      ? [process.env['APPIMAGE'] ?? process.execPath]
      : [process.execPath, join(rendererDir, '..', 'main.js')],
    argv: process.argv.slice(1),
    updates: {
      // Electron that is not packaged has a folder of resources that is not ours.
      feed: app.isPackaged ? feedIn(join(process.resourcesPath, 'app-update.yml'), process.platform) : NO_FEED,
      load: async () => (await import('electron-updater')).default.autoUpdater,
    },
    open: () => {
      const [version, configDir] = [app.getVersion(), configDirectory()];
      const core = createCore({
        version,
        configDir,
        desktopDir: app.getPath('userData'),
        engine: typeof engine === 'string' ? engine : undefined,
        asks: true,
      });
      const stopLog = keepLog(core, { configDir, version, process });
      return {
        core,
        bridge: createBridge(core),
        downloads: core.downloads,
        uploads: core.uploads,
        close: () => {
          stopLog();
          return core.close();
        },
      };
    },
  });
}
