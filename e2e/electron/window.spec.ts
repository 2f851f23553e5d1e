/** The real desktop app, wherever Electron's runtime is present. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';

const ROOT = join(import.meta.dirname, '..', '..');

/** Electron's program, or null: its npm package comes without it and fetches it at first use. */
function electronBinary(): string | null {
  const override = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as Record<string, string>;
  const name = names[process.platform] ?? 'electron';
  const folder = override ?? join(dirname(createRequire(import.meta.url).resolve('electron/package.json')), 'dist');
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}

const binary = electronBinary();

test.describe('the desktop app', () => {
  test.skip(binary === null, 'Electron’s runtime is not on this machine (set ELECTRON_OVERRIDE_DIST_PATH)');

  let app: ElectronApplication;
  let page: Page;
  let configDir: string;

  test.beforeEach(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-electron-'));
    app = await _electron.launch({
      executablePath: binary ?? '',
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        join(ROOT, 'out', 'main.js'),
        '--engine=demo',
        `--user-data-dir=${configDir}`,
      ],
      env: { ...process.env, BULKHEAD_CONFIG_DIR: configDir },
    });
    page = await app.firstWindow();
  });
  test.afterEach(async () => {
    await app.close();
    await rm(configDir, { recursive: true, force: true });
  });

  test('shows the matrix of the demo engine', async () => {
    await expect(page.getByTestId('overview')).toBeVisible();
  });

  test('gives the page neither Node nor scripts of others', async () => {
    expect(await page.evaluate(() => 'require' in window || 'process' in window)).toBe(false);
    const added = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.title = "owned"';
      document.body.append(script);
      return document.title;
    });
    expect(added).not.toBe('owned');
  });

  test('stays on its own page', async () => {
    const before = page.url();
    await page.evaluate(() => {
      window.open('https://example.invalid/');
      location.assign('https://example.invalid/');
    });
    await expect.poll(() => page.url()).toBe(before);
    expect(app.windows()).toHaveLength(1);
  });

  test('is sandboxed, isolated and of one instance', async () => {
    const facts = await app.evaluate(({ app: electron, BrowserWindow }) => {
      const [window] = BrowserWindow.getAllWindows();
      // Not in the types: what the window was really made with.
      const contents = window?.webContents as unknown as { getLastWebPreferences(): Record<string, unknown> };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, first: electron.hasSingleInstanceLock() };
    });
    expect(facts).toEqual({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      first: true,
    });
  });

  test('copies what its buttons offer', async () => {
    await page.evaluate(() => (location.hash = '#/settings'));
    const folder = await page.getByTestId('data-folder').textContent();
    await page.locator('.settings-where').getByRole('button').first().click();
    await expect.poll(() => app.evaluate(({ clipboard }) => clipboard.readText())).toBe(folder);
  });

  test('is led by its native menus', async () => {
    await expect(page.getByTestId('overview')).toBeVisible();
    await app.evaluate(({ Menu }) => {
      const go = Menu.getApplicationMenu()?.items.find(({ label }) => label === 'Go' || label === '前往');
      go?.submenu?.items.find(({ label }) => label === 'Go to networks' || label === '前往网络')?.click();
    });
    await expect(page).toHaveURL(/#\/networks$/);
  });

  test('goes on without its window, and shows it again', async () => {
    await expect(page.getByTestId('overview')).toBeVisible();
    const closed = page.waitForEvent('close');
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().forEach((window) => window.close()));
    await closed;
    const opening = app.waitForEvent('window');
    await app.evaluate(({ app: electron }) => void electron.emit('second-instance', {}, ['bulkhead://history']));
    const again = await opening;
    await expect(again).toHaveURL(/^app:\/\/bulkhead\/#\/history$/);
  });

  test('clears engines for an uninstaller, without a window or a display', async () => {
    const args = [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...(process.platform === 'linux' ? ['--ozone-platform=headless', '--disable-gpu'] : []),
      join(ROOT, 'out', 'main.js'),
      '--clear-engines',
    ];
    // Where nothing was ever changed of an engine nothing is done; what is done elsewhere e2e/integration/leave.test.ts tries.
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env;
    const ended = promisify(execFile)(binary ?? '', args, { env: { ...env, BULKHEAD_CONFIG_DIR: configDir } });
    await expect(ended).resolves.toBeDefined();
  });
});
