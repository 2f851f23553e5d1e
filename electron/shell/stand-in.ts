/** Electron for tests: remembers what the shell asked of it, and lets a test be the user, the page and the system. */
import { EventEmitter } from 'node:events';
import type {
  ConnectEvent,
  Contents,
  DownloadItem,
  ElectronApis,
  Frame,
  MainPort,
  MenuItem,
  PermissionCheckHandler,
  PermissionRequestHandler,
  Question,
  Rectangle,
  Tray,
  Window,
  WindowOptions,
} from './electron-apis.ts';

export interface StandInOptions {
  readonly userData: string;
  readonly isFirst?: boolean;
  readonly isPackaged?: boolean;
  /** The user's languages. */
  readonly languages?: readonly string[];
  /** Whether the system has a program for links; without one it refuses them. */
  readonly hasBrowser?: boolean;
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
  isFocused = (): boolean => false;
  getNormalBounds = (): Rectangle => this.bounds;
}

export class StandInPort extends EventEmitter implements MainPort {
  readonly posted: unknown[] = [];
  postMessage = (message: unknown): void => void this.posted.push(message);
  start = (): void => undefined;
}

export class StandInTray extends EventEmitter implements Tray {
  image: string;
  toolTip = '';
  items: readonly MenuItem[] = [];
  isGone = false;

  constructor(image: string) {
    super();
    this.image = image;
  }
  setToolTip = (text: string): void => void (this.toolTip = text);
  setImage = (path: string): void => void (this.image = path);
  setMenu = (items: readonly MenuItem[]): void => void (this.items = items);
  destroy = (): void => void (this.isGone = true);
}

/** A file on its way to the user's disk; a test says how it ends. */
export class StandInDownload extends EventEmitter implements DownloadItem {
  readonly url: string;
  readonly name: string;
  readonly path: string;
  proposed: Parameters<DownloadItem['setSaveDialogOptions']>[0] | null = null;

  constructor({
    url,
    name = 'web.svg',
    path = '/nowhere/web.svg',
  }: {
    readonly url: string;
    readonly name?: string;
    readonly path?: string;
  }) {
    super();
    [this.url, this.name, this.path] = [url, name, path];
  }
  getURL = (): string => this.url;
  getFilename = (): string => this.name;
  getSavePath = (): string => this.path;
  setSaveDialogOptions: DownloadItem['setSaveDialogOptions'] = (options) => void (this.proposed = options);
  end = (state: 'completed' | 'cancelled' | 'interrupted'): void => void this.emit('done', {}, state);
}

/** The item with these labels, one menu inside the other. @throws Error where there is none. */
export function itemOf(items: readonly MenuItem[], ...path: readonly string[]): MenuItem {
  const [label, ...rest] = path;
  const item = items.find((one) => one.label === label);
  if (!item) throw new Error(`no ${label ?? ''} among ${items.map((one) => one.label ?? one.role ?? '-').join(', ')}`);
  return rest.length === 0 ? item : itemOf(item.submenu ?? [], ...rest);
}

export function standIn({
  userData,
  isFirst = true,
  isPackaged = false,
  languages = ['en-GB'],
  hasBrowser = true,
}: StandInOptions) {
  const app = new EventEmitter();
  const ipcMain = new EventEmitter();
  const windows: StandInWindow[] = [];
  const ports: { readonly port1: StandInPort; readonly port2: StandInPort }[] = [];
  const opened: string[] = [];
  const folders: string[] = [];
  const log: string[] = [];
  const privileges: Readonly<Record<string, boolean>>[] = [];
  const menus: (readonly MenuItem[])[] = [];
  const trays: StandInTray[] = [];
  const badges: number[] = [];
  const overlays: { readonly image: string | null; readonly words: string }[] = [];
  const logins: { readonly openAtLogin: boolean; readonly path: string; readonly args: string[] }[] = [];
  const questions: Question[] = [];
  const notices: { readonly title: string; readonly body: string; readonly onClick: () => void }[] = [];
  const defaultSession = new EventEmitter();
  /** Which button the user presses. */
  const user = { presses: 1 };
  const permissions: {
    request?: PermissionRequestHandler;
    check?: PermissionCheckHandler;
    device?: () => boolean;
  } = {};
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
      isPackaged,
      getPreferredSystemLanguages: () => [...languages],
      setAppUserModelId: (id: string) => void log.push(`user model ${id}`),
      setAsDefaultProtocolClient: (scheme: string) => log.push(`client of ${scheme}`) > 0,
      setBadgeCount: (count: number) => badges.push(count) > 0,
      setLoginItemSettings: (settings: (typeof logins)[number]) => void logins.push(settings),
      enableSandbox: () => void log.push('sandbox'),
      requestSingleInstanceLock: () => isFirst,
      whenReady: () => ready,
      getPath: () => userData,
      quit: () => void log.push('quit'),
    }),
    protocol: {
      registerSchemesAsPrivileged: (schemes) => {
        log.push(...schemes.map(({ scheme }) => `scheme ${scheme}`));
        privileges.push(...schemes.map((one) => one.privileges));
      },
      handle: (_scheme, handler) => (serve = handler),
    },
    session: {
      defaultSession: Object.assign(defaultSession, {
        setPermissionRequestHandler: (handler: PermissionRequestHandler) => void (permissions.request = handler),
        setPermissionCheckHandler: (handler: PermissionCheckHandler) => void (permissions.check = handler),
        setDevicePermissionHandler: (handler: () => boolean) => void (permissions.device = handler),
      }),
    },
    ipcMain,
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    external: {
      openExternal: (url) => {
        opened.push(url);
        return hasBrowser ? Promise.resolve() : Promise.reject(new Error('no application knows how to open this'));
      },
      openPath: (path) => {
        folders.push(path);
        return Promise.resolve('');
      },
    },
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
    setOverlay: (image, words) => void overlays.push({ image, words }),
    createTray: (image) => {
      const tray = new StandInTray(image);
      trays.push(tray);
      return tray;
    },
    ask: (question) => {
      questions.push(question);
      return Promise.resolve(user.presses);
    },
    notify: (notice) => void notices.push(notice),
  };
  return {
    electron,
    app,
    windows,
    ports,
    opened,
    folders,
    log,
    privileges,
    menus,
    trays,
    badges,
    overlays,
    logins,
    questions,
    notices,
    user,
    defaultSession,
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
