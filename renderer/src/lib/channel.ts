/**
 * A carrier as oRPC's WebSocket link sees one, with every message acknowledged as it arrives.
 *
 * The acknowledgement goes out from the page's event loop, so a page that is busy drawing slows the core down instead of
 * piling up what it has not looked at yet.
 */
import type { RPCLink } from '@orpc/client/websocket';
import { ACKNOWLEDGED } from '../../../shared/contract/carrier.ts';

type Socket = ConstructorParameters<typeof RPCLink>[0]['websocket'];

/** One connection to the core. */
export interface Carrier {
  readonly socket: Socket;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
  isOpen(): boolean;
  close(): void;
}

const OPEN = 1;
const CLOSED = 3;

/** What an open WebSocket and a MessagePort have in common, as far as the page needs it. */
export interface Port {
  send(message: string | Uint8Array): void;
  close(): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}

export function carrierOf(port: Port): Carrier {
  let readyState = OPEN;
  const closeListeners = new Set<() => void>();
  const closed = new Promise<void>((resolve) => closeListeners.add(resolve));
  const end = (): void => {
    if (readyState === CLOSED) return;
    readyState = CLOSED;
    for (const listener of closeListeners) listener();
  };
  port.onClose(end);

  const socket = {
    get readyState() {
      return readyState;
    },
    send: (message: string | Uint8Array) => port.send(message),
    addEventListener: (type: string, listener: (event: { readonly data?: unknown }) => void) => {
      if (type === 'close') closeListeners.add(() => listener({}));
      if (type !== 'message') return;
      port.onMessage((data) => {
        // Acknowledged first: what the listener throws must not stall the stream.
        if (readyState === OPEN) port.send(ACKNOWLEDGED);
        listener({ data });
      });
    },
    removeEventListener: () => undefined,
  };
  return {
    // The link calls exactly these members; the DOM's type for them is far wider.
    socket: socket as unknown as Socket,
    closed,
    isOpen: () => readyState === OPEN,
    close: () => {
      port.close();
      end();
    },
  };
}

/** The port end of a MessageChannel; starts it. */
export function portOfMessagePort(port: MessagePort): Port {
  return {
    send: (message) => port.postMessage(message),
    close: () => port.close(),
    onMessage: (listener) => {
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data));
      port.start();
    },
    onClose: (listener) => port.addEventListener('close', listener),
  };
}

/** A WebSocket that is open already. */
export function portOfWebSocket(socket: WebSocket): Port {
  socket.binaryType = 'arraybuffer';
  return {
    send: (message) => {
      // A closing socket would only warn in the console; its close event follows.
      if (socket.readyState === OPEN) socket.send(message as string | Uint8Array<ArrayBuffer>);
    },
    close: () => socket.close(),
    onMessage: (listener) => socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => listener(data)),
    onClose: (listener) => socket.addEventListener('close', listener),
  };
}
