/**
 * The desktop app around the page: one window that can show the page and nothing else, and a desk beside it that stays
 * when the window is closed.
 *
 * What the page may reach is one MessagePort to the bridge, handed over on request to the page's own main frame.
 */
import { join } from 'node:path';
import { PORT_HANDED, PORT_WANTED } from '../../shared/contract/carrier.ts';
import { toErrorShape } from '../../shared/errors.ts';
import type { Downloads } from '../app/downloads.ts';
import type { Uploads } from '../app/uploads.ts';
import type { Bridge } from '../bridge/index.ts';
import { listPageFiles } from '../serve/page-files.ts';
import type { ConnectEvent, Contents, DownloadItem, ElectronApis, Frame, Window } from './electron-apis.ts';
import { hashOfLink, LINK_SCHEME, linkAmong } from './deep-link.ts';
import type { DeskCore } from './deeds.ts';
import { openDesk, type Desk } from './desk.ts';
import { mayOpenOutside } from './outside-links.ts';
import { takePageUpload } from './page-upload.ts';
import { answerPage, isPage, PAGE_URL, SCHEME } from './page-protocol.ts';
import { channelOfMainPort } from './port-channel.ts';
import { HIDDEN_FLAG } from './start-at-login.ts';
import type { UpdateSource } from './updates.ts';
import { openingBounds, readWindowState, SMALLEST, writeWindowState } from './window-state.ts';

export interface ShellOptions {
  readonly electron: ElectronApis;
  /** The built page (`out/renderer`). */
  readonly rendererDir: string;
  /** The built preload (`out/preload.cjs`). */
  readonly preload: string;
  readonly platform: NodeJS.Platform;
  /** Where the icons are (`resources/icons`). */
  readonly iconsDir: string;
  /** What starts at login. */
  readonly program: readonly [string, ...string[]];
  /** What the program was started with. */
  readonly argv: readonly string[];
  readonly updates: UpdateSource;
  /** Opens what the page is about; called once, and only by the one instance. */
  readonly open: () => Opened;
}

interface Opened {
  readonly core: DeskCore;
  readonly bridge: Bridge;
  readonly downloads: Pick<Downloads, 'take'>;
  readonly uploads: Pick<Uploads, 'give'>;
  /** Quitting waits for it. */
  close(): Promise<void>;
}

/**
 * Runs the desktop app until it quits.  Must be called before Electron is ready.  A second instance shows the first
 * one's window and quits.
 */
export function runShell(options: ShellOptions): void {
  const { electron, platform } = options;
  const { app, protocol } = electron;
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const { core, bridge, downloads, uploads, close } = options.open();
  app.enableSandbox();
  if (options.platform === 'win32') app.setAppUserModelId(APP_USER_MODEL_ID);
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
  const engineAddress = (): string => {
    const state = core.engine.state();
    return 'engine' in state ? state.engine.address : '';
  };
  app.on('web-contents-created', (_event, contents) => confine(contents, electron, engineAddress));

  let window: Window | null = null;
  let desk: Desk | null = null;
  let isReady = false;
  /** A link that came before anything could be shown. */
  let early: string | null = linkAmong(options.argv);
  const show = (hash = ''): void => {
    if (window) {
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
      // The page stays as it is, and goes to another place of its own.
      if (hash !== '') void window.loadURL(`${PAGE_URL}${hash}`);
      return;
    }
    window = openWindow(options, hash);
    window.on('closed', () => (window = null));
    desk?.windowOpened();
  };
  const follow = (link: string | null): void => {
    if (isReady) show(link === null ? '' : (hashOfLink(link) ?? ''));
    else early = link ?? early;
  };
  electron.ipcMain.on(PORT_WANTED, (event) => {
    if (window && isFromPage(event, window)) handPort(event.senderFrame, electron, bridge);
  });

  app.on('second-instance', (_event, argv) => follow(linkAmong(argv)));
  app.on('open-url', (event, link) => {
    event.preventDefault();
    follow(link);
  });
  app.on('activate', () => {
    if (isReady) show();
  });
  app.on('window-all-closed', () => {
    if (platform !== 'darwin' && desk?.settings().closeToTray !== true) app.quit();
  });
  let quitting: 'no' | 'closing' | 'closed' = 'no';
  app.on('will-quit', (event) => {
    if (quitting === 'closed') return;
    event.preventDefault();
    if (quitting === 'closing') return;
    quitting = 'closing';
    desk?.close();
    void close().finally(() => {
      quitting = 'closed';
      app.quit();
    });
  });

  const begin = async (): Promise<void> => {
    await app.whenReady();
    const files = await listPageFiles(options.rendererDir);
    protocol.handle(
      SCHEME,
      async (request) =>
        (request.method === 'PUT' ? await takePageUpload(uploads, request) : null) ??
        answerPage({ files, downloads }, request),
    );
    denyPermissions(electron, (item) => desk?.saving(item));
    // Of a program that is not installed the system would keep a path that is gone tomorrow.
    if (app.isPackaged) app.setAsDefaultProtocolClient(LINK_SCHEME);
    const { iconsDir, program, updates } = options;
    desk = openDesk({ electron, core, platform, iconsDir, program, show, updates });
    isReady = true;
    if (early !== null || !options.argv.includes(HIDDEN_FLAG)) follow(early);
  };
  begin().catch((thrown: unknown) => {
    process.stderr.write(`bulkhead: ${toErrorShape(thrown).message}\n`);
    app.quit();
  });
}

function openWindow({ electron, preload }: ShellOptions, hash: string): Window {
  const file = join(electron.app.getPath('userData'), 'window.json');
  const state = readWindowState(file);
  const areas = electron.screen.getAllDisplays().map(({ workArea }) => workArea);
  const window = electron.createWindow({
    ...openingBounds(state, areas),
    minWidth: SMALLEST.width,
    minHeight: SMALLEST.height,
    show: false,
    title: 'Bulkhead',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: !electron.app.isPackaged,
    },
  });
  if (state?.maximized) window.maximize();
  window.once('ready-to-show', () => window.show());
  window.on('close', () => {
    writeWindowState(file, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
  });
  void window.loadURL(`${PAGE_URL}${hash}`);
  return window;
}

/** Nothing leads away from the page; links to the web go to the user's browser. */
function confine(contents: Contents, { external }: ElectronApis, engineAddress: () => string): void {
  const refuse = (event: { preventDefault(): void }): void => event.preventDefault();
  contents.on('will-navigate', refuse);
  contents.on('will-frame-navigate', refuse);
  contents.on('will-redirect', refuse);
  contents.on('will-attach-webview', refuse);
  contents.setWindowOpenHandler(({ url }) => {
    // A system without a browser is no reason to end.
    if (mayOpenOutside(url, engineAddress())) void external.openExternal(url).catch(() => undefined);
    return { action: 'deny' };
  });
}

/** What the page's own buttons put on the clipboard; reading it is another permission, which nobody gets. */
const COPYING = 'clipboard-sanitized-write';

/** As `appId` of the packages: by another one Windows shows notifications of a stranger. */
export const APP_USER_MODEL_ID = 'dev.bulkhead.app';

function denyPermissions({ session: { defaultSession } }: ElectronApis, onSaving: (item: DownloadItem) => void): void {
  defaultSession.setPermissionRequestHandler((_contents, permission, callback, { requestingUrl, isMainFrame }) =>
    callback(permission === COPYING && isMainFrame && isPage(requestingUrl)),
  );
  defaultSession.setPermissionCheckHandler(
    (_contents, permission, origin, { isMainFrame }) =>
      permission === COPYING && isMainFrame && isPage(`${origin.replace(/\/$/, '')}/`),
  );
  defaultSession.setDevicePermissionHandler(() => false);
  defaultSession.on('will-download', (event, item) => {
    // Where a file of ours goes, the system's own dialog asks.
    const url = item.getURL();
    if (url.startsWith(PAGE_URL) || url.startsWith(`blob:${PAGE_URL}`)) onSaving(item);
    else event.preventDefault();
  });
}

/** Our window's main frame, showing the page: no frame inside it, no other contents. */
function isFromPage(event: ConnectEvent, window: Window): event is ConnectEvent & { readonly senderFrame: Frame } {
  const { sender, senderFrame } = event;
  return (
    sender === window.webContents && senderFrame !== null && senderFrame === sender.mainFrame && isPage(senderFrame.url)
  );
}

function handPort(frame: Frame, electron: ElectronApis, bridge: Bridge): void {
  const { port1, port2 } = electron.createChannel();
  bridge.connect(channelOfMainPort(port1));
  frame.postMessage(PORT_HANDED, null, [port2]);
}
