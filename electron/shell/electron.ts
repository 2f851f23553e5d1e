/** Electron itself, as the shell wants it.  The one file of the shell that loads it. */
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeImage,
  Notification,
  protocol,
  screen,
  session,
  shell as external,
  Tray,
} from 'electron';
import type { ElectronApis } from './electron-apis.ts';

/** Notifications that are shown: one that is collected as garbage is never clicked. */
const shown = new Set<Notification>();

export const electronApis: ElectronApis = {
  app,
  protocol,
  get session() {
    return session;
  },
  ipcMain,
  get screen() {
    return screen;
  },
  external,
  setMenu: (items) => Menu.setApplicationMenu(Menu.buildFromTemplate([...items])),
  createWindow: (options) => new BrowserWindow(options),
  createChannel: () => new MessageChannelMain(),
  setOverlay: (path, words) => {
    const image = path === null ? null : nativeImage.createFromPath(path);
    for (const window of BrowserWindow.getAllWindows()) window.setOverlayIcon(image, words);
  },
  createTray: (image) => {
    const tray = new Tray(image);
    return {
      setToolTip: (text) => tray.setToolTip(text),
      setImage: (path) => tray.setImage(path),
      setMenu: (items) => tray.setContextMenu(Menu.buildFromTemplate([...items])),
      on: (event, listener) => tray.on(event, () => listener()),
      destroy: () => tray.destroy(),
    };
  },
  ask: async (question) => (await dialog.showMessageBox(question)).response,
  notify: ({ title, body, onClick }) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body });
    shown.add(notification);
    notification.on('click', () => {
      shown.delete(notification);
      onClick();
    });
    notification.on('close', () => shown.delete(notification));
    notification.show();
  },
};
