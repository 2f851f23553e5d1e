/** Hands the page one MessagePort to the core when it asks, and exposes nothing else. */
import { ipcRenderer } from 'electron';
import { PORT_HANDED, PORT_WANTED } from '../shared/contract/carrier.ts';

/** The little of the DOM that is used here, in a project that is compiled for Node. */
interface PageWindow {
  readonly location: { readonly origin: string };
  addEventListener(
    type: 'message',
    listener: (event: { readonly source: unknown; readonly origin: string; readonly data: unknown }) => void,
  ): void;
  postMessage(message: string, targetOrigin: string, transfer: readonly unknown[]): void;
}
declare const window: PageWindow;

window.addEventListener('message', ({ source, origin, data }) => {
  if (source === window && origin === window.location.origin && data === PORT_WANTED) ipcRenderer.send(PORT_WANTED);
});
ipcRenderer.on(PORT_HANDED, (event) => window.postMessage(PORT_HANDED, window.location.origin, event.ports));
