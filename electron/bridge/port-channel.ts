/** A channel over a MessagePort of the kind that has DOM events (Node's, or a page's); starts it. */
import type { Channel, Message } from './channel.ts';

/** What is used of it, so that neither DOM types nor Electron's are needed. */
export interface EventPort {
  postMessage(message: unknown): void;
  start(): void;
  addEventListener(type: 'message' | 'close', listener: (event: { readonly data?: unknown }) => void): void;
}

export function channelOfPort(port: EventPort): Channel {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }) => {
        if (isMessage(data)) listener(data);
      });
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', () => listener()),
  };
}

/** A page may post anything; only what the protocol sends is passed on. */
export function isMessage(data: unknown): data is Message {
  return typeof data === 'string' || data instanceof Uint8Array;
}
