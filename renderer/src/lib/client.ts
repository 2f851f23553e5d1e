/**
 * The typed client over whichever carrier the page has: a MessagePort handed over by the desktop app's preload, or a
 * WebSocket beside the page.  Connects by itself and again after every loss.
 */
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { PORT_HANDED, PORT_WANTED, SOCKET_PATH } from '../../../shared/contract/carrier.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import { carrierOf, portOfMessagePort, portOfWebSocket, type Carrier } from './channel.ts';
import type { Client } from './client-context.tsx';

/** How the page stands with the core (not: the core with its engine). */
export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'open' }
  /** `attempt` counts the tries since it was lost, from 1. */
  | { readonly phase: 'lost'; readonly attempt: number };

export interface CoreClient {
  readonly client: Client;
  /** Calls back with the present state at once and after each change; returns the way to stop. */
  onConnection(listener: (connection: Connection) => void): () => void;
  close(): void;
}

export interface ClientOptions {
  /** Opens a carrier, or rejects.  Default: what the page's own address calls for. */
  readonly open?: (signal: AbortSignal) => Promise<Carrier>;
  /** Waits before another try (ms). */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
const OPEN_TIMEOUT_MS = 10_000;

export function createClient({ open = openCarrier, wait = pause }: ClientOptions = {}): CoreClient {
  const leaving = new AbortController();
  const listeners = new Set<(connection: Connection) => void>();
  let connection: Connection = { phase: 'connecting' };
  let live = deferred<Live>();

  const tell = (next: Connection): void => {
    connection = next;
    for (const listener of [...listeners]) listener(next);
  };

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!leaving.signal.aborted) {
      try {
        const carrier = await open(leaving.signal);
        const stop = (): void => carrier.close();
        leaving.signal.addEventListener('abort', stop, { once: true });
        live.resolve({ carrier, link: new RPCLink({ websocket: carrier.socket }) });
        attempt = 0;
        tell({ phase: 'open' });
        await carrier.closed;
        leaving.signal.removeEventListener('abort', stop);
        live = deferred();
      } catch {
        // Why it failed is not told to the page by the browser; that it did is all there is to say.
      }
      if (leaving.signal.aborted) return;
      attempt += 1;
      tell({ phase: 'lost', attempt });
      await wait(Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS), leaving.signal);
    }
  };
  void run();

  const client: Client = createORPCClient({
    // A call made while there is no connection waits for one, unless its signal aborts first.
    call: async (path, input, options) => {
      if (connection.phase === 'lost') throw lost();
      const { carrier, link } = await unlessAborted(live.promise, options.signal);
      try {
        const output = await link.call(path, input, options);
        return isStream(output) ? explained(output, carrier) : output;
      } catch (thrown) {
        throw explain(thrown, carrier, options.signal);
      }
    },
  });

  return {
    client,
    onConnection: (listener) => {
      listeners.add(listener);
      listener(connection);
      return () => listeners.delete(listener);
    },
    close: () => leaving.abort(),
  };
}

/** The carrier for the page's address: `app:` means the desktop app. */
function openCarrier(signal: AbortSignal): Promise<Carrier> {
  return location.protocol === 'app:' ? askForPort(signal) : openSocket(new URL(SOCKET_PATH, location.href), signal);
}

/** @param page the page's address of the socket, with http: or https:. */
function openSocket(page: URL, signal: AbortSignal): Promise<Carrier> {
  const url = new URL(page);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  return bounded(signal, (resolve, reject, ended) => {
    const options = { once: true, signal: ended };
    socket.addEventListener('open', () => resolve(carrierOf(portOfWebSocket(socket))), options);
    socket.addEventListener('close', () => reject(lost()), options);
  }).catch((thrown: unknown) => {
    socket.close();
    throw thrown;
  });
}

/** The preload answers a window message with another that carries the port; nothing else may. */
function askForPort(signal: AbortSignal): Promise<Carrier> {
  return bounded(signal, (resolve, _reject, ended) => {
    const onMessage = (event: MessageEvent<unknown>): void => {
      const [port] = event.ports;
      if (event.source !== window || event.origin !== location.origin || event.data !== PORT_HANDED || !port) return;
      resolve(carrierOf(portOfMessagePort(port)));
    };
    window.addEventListener('message', onMessage, { signal: ended });
    window.postMessage(PORT_WANTED, location.origin);
  });
}

/** One try: ends by itself after a while, and when `signal` aborts; `ended` then removes its listeners. */
function bounded(
  signal: AbortSignal,
  attempt: (resolve: (carrier: Carrier) => void, reject: (error: Error) => void, ended: AbortSignal) => void,
): Promise<Carrier> {
  const over = new AbortController();
  const timeout = setTimeout(() => over.abort(), OPEN_TIMEOUT_MS);
  const abort = (): void => over.abort();
  signal.addEventListener('abort', abort, { once: true });
  return new Promise<Carrier>((resolve, reject) => {
    over.signal.addEventListener('abort', () => reject(lost()), { once: true });
    attempt(resolve, reject, over.signal);
  }).finally(() => {
    clearTimeout(timeout);
    signal.removeEventListener('abort', abort);
    over.abort();
  });
}

/** What became of a call: its carrier's end reads as a lost connection, not as the cancellation it looks like. */
function explain(thrown: unknown, carrier: Carrier, signal: AbortSignal | undefined): unknown {
  return carrier.isOpen() || signal?.aborted ? thrown : lost();
}

function explained(
  stream: AsyncIteratorObject<unknown, unknown, void>,
  carrier: Carrier,
): AsyncIteratorObject<unknown, unknown, void> {
  return {
    next: async () => {
      try {
        return await stream.next();
      } catch (thrown) {
        throw explain(thrown, carrier, undefined);
      }
    },
    return: async () => (await stream.return?.()) ?? { done: true, value: undefined },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

function isStream(value: unknown): value is AsyncIteratorObject<unknown, unknown, void> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function lost(): BulkheadError {
  return new BulkheadError({
    code: 'ENGINE_UNREACHABLE',
    message: 'The connection to Bulkhead was lost.',
    hint: 'It comes back by itself when Bulkhead runs. If you stopped it, start it again.',
  });
}

interface Live {
  readonly carrier: Carrier;
  readonly link: RPCLink<Record<never, never>>;
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(new DOMException('The call was cancelled.', 'AbortError'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish, { once: true });
  });
}
