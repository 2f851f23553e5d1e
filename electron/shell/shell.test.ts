import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PORT_HANDED, PORT_WANTED } from '../../shared/contract/carrier.ts';
import { createDownloads } from '../app/downloads.ts';
import { createUploads } from '../app/uploads.ts';
import type { Channel } from '../bridge/index.ts';
import { CONTENT_SECURITY_POLICY } from '../serve/headers.ts';
import { fakeCore } from '../bridge/fake-core.ts';
import { runShell } from './shell.ts';
import { NO_FEED } from './update-feed.ts';
import { itemOf, standIn, StandInContents, StandInDownload } from './stand-in.ts';

let folder: string;
let rendererDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-shell-'));
  rendererDir = join(folder, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<title>page</title>');
  writeFileSync(join(rendererDir, 'assets', 'app.js'), 'run()');
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly isFirst?: boolean;
  readonly isPackaged?: boolean;
  readonly platform?: NodeJS.Platform;
  readonly argv?: readonly string[];
}

async function start({ isFirst = true, isPackaged = false, platform = 'linux', argv = [] }: Given = {}) {
  const desktop = standIn({ userData: folder, isFirst, isPackaged });
  const core = fakeCore();
  const channels: Channel[] = [];
  const downloads = createDownloads();
  const uploads = createUploads();
  let cores = 0;
  let closed = 0;
  runShell({
    electron: desktop.electron,
    rendererDir,
    preload: '/app/out/preload.cjs',
    platform,
    iconsDir: '/app/resources/icons',
    program: ['/app/bulkhead'],
    argv,
    updates: { feed: NO_FEED, load: () => Promise.reject(new Error('nothing may be loaded')) },
    open: () => {
      cores += 1;
      const close = () => Promise.resolve(void (closed += 1));
      return { core, bridge: { connect: (channel) => void channels.push(channel) }, downloads, uploads, close };
    },
  });
  await desktop.becomeReady();
  while (isFirst && desktop.trays.length === 0) await new Promise((resolve) => setImmediate(resolve));
  return {
    ...desktop,
    core,
    channels,
    downloads,
    uploads,
    cores: () => cores,
    closed: () => closed,
    window: desktop.windows[0],
  };
}

/** An event that tells whether it was prevented. */
function event() {
  let isPrevented = false;
  return { preventDefault: () => void (isPrevented = true), isPrevented: () => isPrevented };
}

test.each([
  ['win32', ['sandbox', 'user model dev.bulkhead.app', 'scheme app']],
  ['linux', ['sandbox', 'scheme app']],
] as const)('on %s it says who it is before anything else', async (platform, expected) => {
  const { log } = await start({ platform });
  expect(log).toEqual(expected);
});

describe('the window', () => {
  test('shows the page, sandboxed and isolated', async () => {
    const { window, log } = await start();
    expect(log).toEqual(['sandbox', 'scheme app']);
    expect(window?.webContents.mainFrame.url).toBe('app://bulkhead/');
    expect(window?.options.webPreferences).toEqual({
      preload: '/app/out/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: true,
    });
  });

  test.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'refuses %s',
    async (name) => {
      const { window } = await start();
      const navigation = event();
      window?.webContents.emit(name, navigation);
      expect(navigation.isPrevented()).toBe(true);
    },
  );

  test('opens no other window, and hands only addresses of the web to the browser', async () => {
    const { window, opened } = await start();
    const urls = [
      'https://docs.example/a',
      'http://localhost:8080/',
      'http://docs.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'smb://host/share',
      'app://bulkhead/',
      'not an address',
    ];
    expect(urls.map((url) => window?.webContents.openWindow(url))).toEqual(urls.map(() => ({ action: 'deny' })));
    expect(opened).toEqual(['https://docs.example/a', 'http://localhost:8080/']);
  });

  test.each([
    ['what the page’s own buttons copy', 'clipboard-sanitized-write', 'app://bulkhead/#/matrix', true, true],
    ['the same in a frame', 'clipboard-sanitized-write', 'app://bulkhead/', false, false],
    ['the same to another page', 'clipboard-sanitized-write', 'https://elsewhere.example/', true, false],
    ['the same to a page that is called alike', 'clipboard-sanitized-write', 'app://bulkhead.example/', true, false],
    ['reading the clipboard', 'clipboard-read', 'app://bulkhead/', true, false],
    ['anything else', 'media', 'app://bulkhead/', true, false],
  ])('permission: %s', async (_what, permission, requestingUrl, isMainFrame, granted) => {
    const { permissions } = await start();
    const answers: (boolean | undefined)[] = [];
    permissions.request?.(null, permission, (answer) => answers.push(answer), { requestingUrl, isMainFrame });
    const [, origin = ''] = /^(\w+:\/\/[^/]+)/.exec(requestingUrl) ?? [];
    for (const one of [origin, `${origin}/`]) {
      answers.push(permissions.check?.(null, permission, one, { isMainFrame }));
    }
    expect(answers).toEqual([granted, granted, granted]);
    expect(permissions.device?.()).toBe(false);
  });
});

describe('app://bulkhead/', () => {
  test('serves the built page with its content security policy', async () => {
    const { ask } = await start();
    const page = await ask('app://bulkhead/');
    expect([page.status, await page.text()]).toEqual([200, '<title>page</title>']);
    expect(page.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    const script = await ask('app://bulkhead/assets/app.js');
    expect([script.status, script.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  test('takes what the core expects, once', async () => {
    const { ask, uploads } = await start();
    const upload = uploads.expect();
    const body = () => new Response('all of it').body;
    const sending = ask(`app://bulkhead/${upload.path}`, 'PUT', body());
    let text = '';
    for await (const chunk of await upload.arrived(new AbortController().signal))
      text += Buffer.from(chunk as Uint8Array).toString();
    expect([text, (await sending).status]).toEqual(['all of it', 204]);
    expect((await ask(`app://bulkhead/${upload.path}`, 'PUT', body())).status).toBe(404);
  });

  test('hands out what the core offers, once', async () => {
    const { ask, downloads } = await start();
    const offer = (open: () => Promise<Readable>) =>
      downloads.offer({ name: 'web.tar', type: 'application/x-tar', open });
    const path = offer(() => Promise.resolve(Readable.from([Buffer.from('tar')])));
    const file = await ask(`app://bulkhead/${path}`);
    expect([file.status, file.headers.get('content-disposition'), await file.text()]).toEqual([
      200,
      `attachment; filename="web.tar"; filename*=UTF-8''web.tar`,
      'tar',
    ]);
    expect((await ask(`app://bulkhead/${path}`)).status).toBe(404);
    const broken = await ask(`app://bulkhead/${offer(() => Promise.reject(new Error('gone')))}`);
    expect([broken.status, await broken.text()]).toEqual([502, 'gone\n']);
  });

  test.each([
    ['app://other/', 'GET'],
    ['app://bulkhead/', 'POST'],
    ['app://bulkhead/..%2f..%2fwindow.json', 'GET'],
    ['app://bulkhead/assets/../../window.json', 'GET'],
    ['app://bulkhead/nothing.js', 'GET'],
  ])('has nothing at %s for %s', async (url, method) => {
    const { ask } = await start();
    const answer = await ask(url, method);
    expect([answer.status, answer.headers.get('content-security-policy')]).toEqual([404, CONTENT_SECURITY_POLICY]);
  });
});

describe('the port', () => {
  test('is handed to the page when it asks, and its other end to the bridge', async () => {
    const { window, fromPage, ports, channels } = await start();
    const { webContents } = window!;
    fromPage(PORT_WANTED, { sender: webContents, senderFrame: webContents.mainFrame });
    expect(webContents.mainFrame.posted).toEqual([[PORT_HANDED, null, [ports[0]?.port2]]]);
    const received: unknown[] = [];
    channels[0]?.onMessage((message) => received.push(message));
    ports[0]?.port1.emit('message', { data: '{}' });
    ports[0]?.port1.emit('message', { data: { not: 'of the protocol' } });
    channels[0]?.send('answer');
    expect([received, ports[0]?.port1.posted]).toEqual([['{}'], ['answer']]);
    let ends = 0;
    channels[0]?.onClose(() => (ends += 1));
    ports[0]?.port1.emit('close');
    expect(ends).toBe(1);
  });

  test('is handed to nobody else', async () => {
    const { window, fromPage, ports, channels } = await start();
    const { webContents } = window!;
    const frame = (url: string) => ({ url, postMessage: () => undefined });
    fromPage(PORT_WANTED, { sender: webContents, senderFrame: null });
    fromPage(PORT_WANTED, { sender: webContents, senderFrame: frame('app://bulkhead/') });
    const stranger = new StandInContents('app://bulkhead/');
    fromPage(PORT_WANTED, { sender: stranger, senderFrame: stranger.mainFrame });
    for (const url of ['https://evil.example/', 'app://bulkhead.evil/', 'app://bulkheads/', 'about:blank']) {
      await window?.loadURL(url);
      fromPage(PORT_WANTED, { sender: webContents, senderFrame: webContents.mainFrame });
    }
    expect([ports, channels]).toEqual([[], []]);
  });
});

describe('the app', () => {
  test('a second instance quits without opening a core, and shows the window of the first', async () => {
    const second = await start({ isFirst: false });
    expect([second.log, second.windows, second.cores()]).toEqual([['quit'], [], 0]);
    const first = await start();
    first.app.emit('second-instance', {}, []);
    expect([first.windows.length, first.window?.calls]).toEqual([1, ['restore', 'show', 'focus']]);
  });

  test.each([
    ['linux', true],
    ['win32', true],
    ['darwin', false],
  ] as const)('on %s it stays when its window is closed, unless it was told not to', async (platform, quits) => {
    const staying = await start({ platform });
    staying.window?.emit('closed');
    staying.app.emit('window-all-closed');
    expect(staying.log).not.toContain('quit');
    staying.app.emit('activate');
    expect(staying.windows.length).toBe(2);
    itemOf(staying.trays[0]?.items ?? [], 'Keep running when the window is closed').click?.();
    staying.app.emit('window-all-closed');
    expect(staying.log.includes('quit')).toBe(quits);
    // As it was chosen anywhere: the settings are one file.
    const again = await start({ platform });
    again.core.setSettings({ desktop: { closeToTray: false } });
    again.app.emit('window-all-closed');
    expect(again.log.includes('quit')).toBe(quits);
  });

  test('starts without a window where it is told to, and shows one when asked', async () => {
    const { windows, trays, app } = await start({ argv: ['--hidden'] });
    expect(windows).toEqual([]);
    trays[0]?.emit('click');
    expect(windows.length).toBe(1);
    app.emit('second-instance', {}, []);
    expect(windows.length).toBe(1);
  });

  test('gets its picture in the taskbar of Windows when it is opened, and not again when it is only shown', async () => {
    const { app, trays, overlays } = await start({ argv: ['--hidden'], platform: 'win32' });
    const before = overlays.length;
    trays[0]?.emit('click');
    expect(overlays.length).toBe(before + 1);
    app.emit('second-instance', {}, []);
    expect(overlays.length).toBe(before + 1);
  });

  test('has no tools for developers once packaged, and only then answers to its links', async () => {
    const [source, packaged] = [await start(), await start({ isPackaged: true })];
    const tools = (app: typeof source) => [
      app.window?.options.webPreferences.devTools,
      JSON.stringify(app.menus.at(-1)).includes('toggleDevTools'),
      app.log.includes('client of bulkhead'),
    ];
    expect([tools(source), tools(packaged)]).toEqual([
      [true, true, false],
      [false, false, true],
    ]);
  });

  test('quitting waits until the core is closed', async () => {
    const { app, log, closed } = await start();
    const [first, second] = [event(), event()];
    app.emit('will-quit', first);
    app.emit('will-quit', second);
    expect([first.isPrevented(), second.isPrevented(), log.includes('quit')]).toEqual([true, true, false]);
    await new Promise((resolve) => setImmediate(resolve));
    const last = event();
    app.emit('will-quit', last);
    expect([closed(), log.filter((line) => line === 'quit').length, last.isPrevented()]).toEqual([1, 1, false]);
  });

  test('quitting takes the tray away', async () => {
    const { app, trays } = await start();
    app.emit('will-quit', event());
    expect(trays.map(({ isGone }) => isGone)).toEqual([true]);
  });

  test('the window opens where it was closed', async () => {
    const before = await start();
    before.window?.emit('close');
    expect(JSON.parse(readFileSync(join(folder, 'window.json'), 'utf8'))).toEqual({
      bounds: { x: 10, y: 20, width: 1000, height: 700 },
      maximized: false,
    });
    const { window } = await start();
    expect(window?.options).toMatchObject({ x: 10, y: 20, width: 1000, height: 700 });
  });
});

describe('links', () => {
  const urlOf = ({ window }: Awaited<ReturnType<typeof start>>): string | undefined =>
    window?.webContents.mainFrame.url;

  test('that started the app open it at their place', async () => {
    expect(urlOf(await start({ argv: ['bulkhead://matrix/web/db'] }))).toBe('app://bulkhead/#/matrix/web/db');
    expect(urlOf(await start({ argv: ['--hidden', 'bulkhead://history'] }))).toBe('app://bulkhead/#/history');
  });

  test('lead an open window there, from a second instance and from macOS', async () => {
    const desktop = await start();
    desktop.app.emit('second-instance', {}, ['/app/bulkhead', 'bulkhead://containers/web/logs']);
    expect(urlOf(desktop)).toBe('app://bulkhead/#/containers/web/logs');
    const opening = event();
    desktop.app.emit('open-url', opening, 'bulkhead://networks');
    expect([opening.isPrevented(), urlOf(desktop), desktop.windows.length]).toEqual([
      true,
      'app://bulkhead/#/networks',
      1,
    ]);
  });

  test('that are none of ours show the app as it is', async () => {
    const desktop = await start();
    desktop.app.emit('open-url', event(), 'bulkhead://evil.example/#/x');
    expect(urlOf(desktop)).toBe('app://bulkhead/');
  });
});

test('a file that did not arrive is told by the desk', async () => {
  const { defaultSession, notices } = await start();
  const item = new StandInDownload({ url: 'app://bulkhead/download/1', path: join(folder, 'gone', 'web.svg') });
  defaultSession.emit('will-download', event(), item);
  item.end('interrupted');
  await vi.waitFor(() => expect(notices.map(({ title }) => title)).toEqual(['web.svg was not saved']));
});

test('only files of the page are saved', async () => {
  const { defaultSession } = await start();
  const urls = [
    'app://bulkhead/download/1',
    'blob:app://bulkhead/4c2f',
    'https://evil.example/a',
    'blob:https://evil.example/4c2f',
    'app://bulkhead.evil/',
    'data:text/plain,x',
  ];
  const answers = urls.map((url) => {
    const saving = event();
    const item = new StandInDownload({ url });
    defaultSession.emit('will-download', saving, item);
    return [saving.isPrevented(), item.proposed !== null];
  });
  expect(answers).toEqual([[false, true], [false, true], ...urls.slice(2).map(() => [true, false])]);
});
