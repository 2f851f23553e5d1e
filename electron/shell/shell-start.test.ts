/** From the start of the program to its first picture, and what may come in between. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createDownloads } from '../app/downloads.ts';
import { createUploads } from '../app/uploads.ts';
import { fakeCore } from '../bridge/fake-core.ts';
import { runShell } from './shell.ts';
import { standIn, type StandInOptions } from './stand-in.ts';
import { NO_FEED } from './update-feed.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-start-'));
  mkdirSync(join(folder, 'renderer'));
  writeFileSync(join(folder, 'renderer', 'index.html'), '<title>page</title>');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts it; the system is not ready before `becomeReady`. */
function start({ argv = [], ...given }: Partial<StandInOptions> & { readonly argv?: readonly string[] } = {}) {
  const desktop = standIn({ userData: folder, ...given });
  const uploads = createUploads();
  let closed = 0;
  runShell({
    electron: desktop.electron,
    rendererDir: join(folder, 'renderer'),
    preload: '/app/out/preload.cjs',
    platform: 'linux',
    iconsDir: '/app/resources/icons',
    program: ['/app/bulkhead'],
    argv,
    updates: { feed: NO_FEED, load: () => Promise.reject(new Error('nothing may be loaded')) },
    open: () => ({
      core: fakeCore(),
      bridge: { connect: () => undefined },
      downloads: createDownloads(),
      uploads,
      close: () => Promise.resolve(void (closed += 1)),
    }),
  });
  return {
    ...desktop,
    uploads,
    closed: () => closed,
    shown: async () => {
      await desktop.becomeReady();
      await vi.waitFor(() => expect(desktop.trays).toHaveLength(1));
      return desktop.windows.map(({ webContents }) => webContents.mainFrame.url);
    },
  };
}

const opening = { preventDefault: () => undefined };

describe('before anything can be shown', () => {
  test('a link is kept until there is a window, also when the program is started once more without one', async () => {
    const { app, shown } = start();
    app.emit('open-url', opening, 'bulkhead://history');
    app.emit('second-instance', {}, ['/app/bulkhead']);
    expect(await shown()).toEqual(['app://bulkhead/#/history']);
  });

  test('a link opens the window of a program that was to start without one', async () => {
    const { app, shown } = start({ argv: ['--hidden'] });
    app.emit('open-url', opening, 'bulkhead://networks');
    expect(await shown()).toEqual(['app://bulkhead/#/networks']);
  });

  test('macOS’s wish to see the app opens nothing', async () => {
    const { app, windows, shown } = start();
    app.emit('activate');
    expect(windows).toEqual([]);
    expect(await shown()).toEqual(['app://bulkhead/']);
  });
});

describe('the window', () => {
  test('is shown when its page is there, and not before', async () => {
    const { windows, shown } = start();
    await shown();
    expect(windows[0]?.options.show).toBe(false);
    expect(windows[0]?.calls).toEqual([]);
    windows[0]?.emit('ready-to-show');
    expect(windows[0]?.calls).toEqual(['show']);
  });

  test.each([
    [true, ['maximize']],
    [false, []],
  ])('fills the screen again if it did (%s)', async (maximized, calls) => {
    const bounds = { x: 10, y: 20, width: 1000, height: 700 };
    writeFileSync(join(folder, 'window.json'), JSON.stringify({ bounds, maximized }));
    const { windows, shown } = start();
    await shown();
    expect(windows[0]?.calls).toEqual(calls);
  });
});

test('app:// is a place of its own, as safe as https, and no more than that', async () => {
  const { privileges } = start();
  expect(privileges).toEqual([{ standard: true, secure: true, supportFetchAPI: true }]);
});

test('a file is taken only at the page’s own place', async () => {
  const { ask, shown, uploads } = start();
  await shown();
  const { path } = uploads.expect();
  const answer = await ask(`app://other/${path}`, 'PUT', new Response('all of it').body);
  expect(answer.status).toBe(404);
});

test('a link that no program of the system opens ends nothing', async () => {
  const { windows, opened, shown } = start({ hasBrowser: false });
  await shown();
  const unhandled = vi.fn<(reason: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  try {
    expect(windows[0]?.webContents.openWindow('https://docs.example/')).toEqual({ action: 'deny' });
    await new Promise((resolve) => setTimeout(resolve));
    expect([opened, unhandled.mock.calls]).toEqual([['https://docs.example/'], []]);
  } finally {
    process.off('unhandledRejection', unhandled);
  }
});

test('a page that is not there is said on the terminal, and the program ends', async () => {
  rmSync(join(folder, 'renderer'), { recursive: true });
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const { log, becomeReady } = start();
    await becomeReady();
    await vi.waitFor(() => expect(log).toContain('quit'));
    expect(said.mock.calls.map(([text]) => String(text))).toEqual([expect.stringMatching(/^bulkhead: \S.*\n$/)]);
  } finally {
    said.mockRestore();
  }
});
