/**
 * The few things of Electron that the shell uses, as plain interfaces.
 *
 * Electron itself satisfies them (the compiler checks that in `electron.ts`), and so does a stand-in of a few lines in tests,
 * which run where Electron's binary is absent.
 */

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Preventable {
  preventDefault(): void;
}

export interface Frame {
  readonly url: string;
  postMessage(channel: string, message: unknown, transfer?: MainPort[]): void;
}

export interface Contents {
  readonly mainFrame: Frame;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
  on(event: 'will-navigate' | 'will-frame-navigate' | 'will-redirect', listener: (event: Preventable) => void): unknown;
  on(event: 'will-attach-webview', listener: (event: Preventable) => void): unknown;
}

export interface MainPort {
  postMessage(message: unknown): void;
  start(): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

export interface Window {
  readonly webContents: Contents;
  loadURL(url: string): Promise<void>;
  show(): void;
  focus(): void;
  restore(): void;
  maximize(): void;
  isMinimized(): boolean;
  isMaximized(): boolean;
  isFocused(): boolean;
  getNormalBounds(): Rectangle;
  on(event: 'close' | 'closed', listener: () => void): unknown;
  once(event: 'ready-to-show', listener: () => void): unknown;
}

export interface WindowOptions extends Partial<Rectangle> {
  readonly minWidth: number;
  readonly minHeight: number;
  readonly show: boolean;
  readonly title: string;
  readonly webPreferences: {
    readonly preload: string;
    readonly sandbox: true;
    readonly contextIsolation: true;
    readonly nodeIntegration: false;
    readonly webSecurity: true;
    readonly webviewTag: false;
    readonly spellcheck: false;
    readonly devTools: boolean;
  };
}

export interface DownloadItem {
  getURL(): string;
  /** As the page or the core proposes it. */
  getFilename(): string;
  /** Where its user wanted it; `''` before that was asked. */
  getSavePath(): string;
  setSaveDialogOptions(options: {
    readonly defaultPath: string;
    readonly filters: { readonly name: string; readonly extensions: string[] }[];
  }): void;
  once(event: 'done', listener: (event: unknown, state: 'completed' | 'cancelled' | 'interrupted') => void): unknown;
}

export type PermissionRequestHandler = (
  contents: unknown,
  permission: string,
  callback: (granted: boolean) => void,
  details: { readonly requestingUrl: string; readonly isMainFrame: boolean },
) => void;

export type PermissionCheckHandler = (
  contents: unknown,
  permission: string,
  /** `app://bulkhead`, with or without a slash at its end. */
  requestingOrigin: string,
  details: { readonly isMainFrame: boolean },
) => boolean;

export interface Session {
  setPermissionRequestHandler(handler: PermissionRequestHandler): void;
  setPermissionCheckHandler(handler: PermissionCheckHandler): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  on(event: 'will-download', listener: (event: Preventable, item: DownloadItem) => void): unknown;
}

/** An entry of a native menu; a `label` is shown as it is, except that `&` marks the next letter. */
export interface MenuItem {
  readonly role?:
    | 'about'
    | 'services'
    | 'hide'
    | 'hideOthers'
    | 'unhide'
    | 'quit'
    | 'close'
    | 'undo'
    | 'redo'
    | 'cut'
    | 'copy'
    | 'paste'
    | 'selectAll'
    | 'reload'
    | 'resetZoom'
    | 'zoomIn'
    | 'zoomOut'
    | 'togglefullscreen'
    | 'toggleDevTools'
    | 'minimize'
    | 'zoom'
    | 'front'
    | 'help';
  readonly type?: 'separator' | 'checkbox';
  readonly label?: string;
  readonly accelerator?: string;
  /** False: the page listens to these keys itself. */
  readonly registerAccelerator?: boolean;
  readonly enabled?: boolean;
  readonly checked?: boolean;
  readonly submenu?: MenuItem[];
  readonly click?: () => void;
}

export interface Tray {
  setToolTip(text: string): void;
  setImage(path: string): void;
  setMenu(items: readonly MenuItem[]): void;
  on(event: 'click', listener: () => void): unknown;
  destroy(): void;
}

export interface Question {
  readonly type: 'warning' | 'info';
  readonly title: string;
  readonly message: string;
  readonly detail: string;
  readonly buttons: string[];
  readonly defaultId: number;
  readonly cancelId: number;
  readonly noLink: true;
}

export interface ConnectEvent {
  readonly sender: Contents;
  readonly senderFrame: Frame | null;
}

export interface ElectronApis {
  readonly app: {
    readonly isPackaged: boolean;
    /** Windows alone: by what it knows whose a notification is. */
    setAppUserModelId(id: string): void;
    enableSandbox(): void;
    requestSingleInstanceLock(): boolean;
    whenReady(): Promise<void>;
    getPath(name: 'userData' | 'appData'): string;
    getPreferredSystemLanguages(): string[];
    quit(): void;
    setAsDefaultProtocolClient(scheme: string): boolean;
    setBadgeCount(count: number): boolean;
    setLoginItemSettings(settings: { openAtLogin: boolean; path: string; args: string[] }): void;
    on(event: 'second-instance', listener: (event: unknown, argv: string[]) => void): unknown;
    on(event: 'open-url', listener: (event: Preventable, url: string) => void): unknown;
    on(event: 'activate' | 'window-all-closed', listener: () => void): unknown;
    on(event: 'will-quit', listener: (event: Preventable) => void): unknown;
    on(event: 'web-contents-created', listener: (event: unknown, contents: Contents) => void): unknown;
  };
  readonly protocol: {
    registerSchemesAsPrivileged(
      schemes: { scheme: string; privileges: { standard: boolean; secure: boolean; supportFetchAPI: boolean } }[],
    ): void;
    handle(
      scheme: string,
      handler: (request: { url: string; method: string; signal: AbortSignal; body?: unknown }) => Promise<Response>,
    ): void;
  };
  /** Only once ready. */
  readonly session: { readonly defaultSession: Session };
  readonly ipcMain: { on(channel: string, listener: (event: ConnectEvent) => void): unknown };
  /** Only once ready. */
  readonly screen: { getAllDisplays(): readonly { readonly workArea: Rectangle }[] };
  readonly external: {
    openExternal(url: string): Promise<void>;
    /** Shows a folder in the system's own program; resolves to why it could not, `''` where it did. */
    openPath(path: string): Promise<string>;
  };
  setMenu(items: readonly MenuItem[]): void;
  createWindow(options: WindowOptions): Window;
  createChannel(): { readonly port1: MainPort; readonly port2: MainPort };
  /** A small picture over the button of each open window in the taskbar of Windows; null: none. @param words for who does not see it */
  setOverlay(image: string | null, words: string): void;
  /** Only once ready. */
  createTray(image: string): Tray;
  /** The number of the button that was pressed. */
  ask(question: Question): Promise<number>;
  /** Shows a notification, where the system can. */
  notify(notice: { readonly title: string; readonly body: string; readonly onClick: () => void }): void;
}
