/** Electron for tests: remembers what the shell asked of it, and lets a test be the user, the page and the system. */
import { EventEmitter } from 'node:events';
import type {
  ConnectEvent,
  Contents,
  ElectronApis,
  Frame,
  MainPort,
  MenuItem,
  Rectangle,
  Window,
  WindowOptions,
} from './electron-apis.ts';

export interface StandInOptions {
  readonly userData: string;
  readonly isFirst?: boolean;
}

export class StandInContents extends EventEmitter implements Contents {
  mainFrame: Frame & { readonly posted: unknown[][] };
  openWindow: (url: string) => unknown = () => undefined;

  constructor(url: string) {
    super();
    const posted: unknown[][] = [];
    this.mainFrame = { url, posted, postMessage: (...message) => void posted.push(message) };
  }

  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void {
    this.openWindow = (url) => handler({ url });
  }
}

export class StandInWindow extends EventEmitter implements Window {
  readonly webContents = new StandInContents('about:blank');
  readonly calls: string[] = [];
  readonly options: WindowOptions;
  bounds: Rectangle = { x: 10, y: 20, width: 1000, height: 700 };

  constructor(options: WindowOptions) {
    super();
    this.options = options;
  }

  loadURL(url: string): Promise<void> {
    this.webContents.mainFrame = { ...this.webContents.mainFrame, url };
    return Promise.resolve();
  }
  show = (): void => void this.calls.push('show');
  focus = (): void => void this.calls.push('focus');
  restore = (): void => void this.calls.push('restore');
  maximize = (): void => void this.calls.push('maximize');
  isMinimized = (): boolean => true;
  isMaximized = (): boolean => false;
  getNormalBounds = (): Rectangle => this.bounds;
}

export class StandInPort extends EventEmitter implements MainPort {
  readonly posted: unknown[] = [];
  postMessage = (message: unknown): void => void this.posted.push(message);
  start = (): void => undefined;
}

export function standIn({ userData, isFirst = true }: StandInOptions) {
  const app = new EventEmitter();
  const ipcMain = new EventEmitter();
  const windows: StandInWindow[] = [];
  const ports: { readonly port1: StandInPort; readonly port2: StandInPort }[] = [];
  const opened: string[] = [];
  const log: string[] = [];
  const menus: (readonly MenuItem[])[] = [];
  const permissions: { request?: (callback: (granted: boolean) => void) => void; checks: (() => boolean)[] } = {
    checks: [],
  };
  let serve: (request: {
    url: string;
    method: string;
    signal: AbortSignal;
    body?: unknown;
  }) => Promise<Response> = () => Promise.reject(new Error('none'));
  let becomeReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => (becomeReady = resolve));

  const electron: ElectronApis = {
    app: Object.assign(app, {
      enableSandbox: () => void log.push('sandbox'),
      requestSingleInstanceLock: () => isFirst,
      whenReady: () => ready,
      getPath: () => userData,
      quit: () => void log.push('quit'),
    }),
    protocol: {
      registerSchemesAsPrivileged: (schemes) => void log.push(...schemes.map(({ scheme }) => `scheme ${scheme}`)),
      handle: (_scheme, handler) => (serve = handler),
    },
    session: {
      defaultSession: {
        setPermissionRequestHandler: (handler) =>
          (permissions.request = (callback) => handler(null, 'media', callback)),
        setPermissionCheckHandler: (handler) => void permissions.checks.push(handler),
        setDevicePermissionHandler: (handler) => void permissions.checks.push(handler),
      },
    },
    ipcMain,
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    external: { openExternal: (url) => Promise.resolve(void opened.push(url)) },
    setMenu: (items) => void menus.push(items),
    createWindow: (options) => {
      const window = new StandInWindow(options);
      windows.push(window);
      app.emit('web-contents-created', {}, window.webContents);
      return window;
    },
    createChannel: () => {
      const pair = { port1: new StandInPort(), port2: new StandInPort() };
      ports.push(pair);
      return pair;
    },
  };
  return {
    electron,
    app,
    windows,
    ports,
    opened,
    log,
    menus,
    permissions,
    becomeReady: async (): Promise<void> => {
      becomeReady();
      await ready;
    },
    ask: (url: string, method = 'GET', body: unknown = null) =>
      serve({ url, method, body, signal: new AbortController().signal }),
    fromPage: (channel: string, event: ConnectEvent) => ipcMain.emit(channel, event),
  };
}
