/** Electron itself, as the shell wants it.  The one file of the shell that loads it. */
import {
  app,
  BrowserWindow,
  ipcMain,
  Menu,
  MessageChannelMain,
  protocol,
  screen,
  session,
  shell as external,
} from 'electron';
import type { ElectronApis } from './electron-apis.ts';

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
};
