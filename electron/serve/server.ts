/** The app for a browser on this machine: the page over HTTP, the contract over a WebSocket beside it. */
import { createReadStream } from 'node:fs';
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { SOCKET_PATH } from '../../shared/contract/carrier.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Core } from '../app/core.ts';
import type { Bridge } from '../bridge/index.ts';
import { createAccess, type Access } from './access.ts';
import { sendDownload } from './send-download.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { listPageFiles, type PageFile } from './page-files.ts';
import { channelOfSocket } from './socket-channel.ts';
import { takeUpload } from './take-upload.ts';

export interface ServerOptions {
  /** Or how to open it, once the server listens: the page's own files are sent meanwhile, and what needs the core waits. */
  readonly core: Core | (() => Promise<Core>);
  /** 0: any free one. */
  readonly port: number;
  /** The built page (`out/renderer`). */
  readonly rendererDir: string;
  /** How long whoever is slow is waited for; for tests. */
  readonly patience?: Patience;
}

/** In milliseconds. */
interface Patience {
  /** Until a request's headers are there. */
  readonly headers: number;
  /** Until the body of a request that was refused has come to its end. */
  readonly refused: number;
}

const PATIENCE: Patience = { headers: 10_000, refused: 5_000 };

/** A browser opens a handful; whoever opens more keeps others out of what it cannot get into itself, and not the machine busy. */
const MOST_CONNECTIONS = 512;
/** Of the page's cookie and the little that browsers add. */
const MOST_BYTES_IN_HEADERS = 16 * 1024;

export interface RunningServer {
  /** Where to go, with the token that works once. */
  readonly url: string;
  /** Ends every connection; resolves when the port is free. */
  close(): Promise<void>;
}

/** More than any message of the contract from the page needs. */
const MOST_BYTES_IN_MESSAGE = 1024 * 1024;

/** Listens on 127.0.0.1 only. @throws BulkheadError when the port is taken or there is no built page. */
export async function startServer({
  core,
  port,
  rendererDir,
  patience = PATIENCE,
}: ServerOptions): Promise<RunningServer> {
  const files = await listPageFiles(rendererDir);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES_IN_MESSAGE, clientTracking: true });
  // A large archive may take as long as it takes; its headers may not.
  const server = createServer({
    requestTimeout: 0,
    headersTimeout: patience.headers,
    connectionsCheckingInterval: patience.headers / 4,
    maxHeaderSize: MOST_BYTES_IN_HEADERS,
  });
  server.maxConnections = MOST_CONNECTIONS;
  const actualPort = await listen(server, port);
  const access = createAccess(actualPort);
  const opening = openingOf(core);

  server.on('request', (request, response) => {
    // All that can fail is the core's start, which whoever starts it tells.
    answer(request, response, { access, files, opening, patience }).catch(() => {
      refuse(response, 503, 'Bulkhead could not start.');
    });
  });
  server.on('upgrade', (request, socket, head) => {
    const refusal = upgradeRefusal(request, access);
    if (refusal !== null) {
      refuseUpgrade(socket, refusal);
      return;
    }
    // Whoever leaves while the core is starting.
    socket.on('error', () => socket.destroy());
    void opening.then(
      ({ bridge }) =>
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          // Too large a message, a broken frame: the socket closes itself, and that is all there is to do.
          webSocket.on('error', () => undefined);
          bridge.connect(channelOfSocket(webSocket));
        }),
      () => refuseUpgrade(socket, 503),
    );
  });

  return {
    url: `http://127.0.0.1:${actualPort}${access.base}?token=${access.token}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Opened {
  readonly core: Core;
  readonly bridge: Bridge;
}

/** The bridge is loaded with the core it answers for: before that it would only keep the page's files waiting. */
function openingOf(core: ServerOptions['core']): Promise<Opened> {
  const opening = Promise.all([typeof core === 'function' ? core() : core, import('../bridge/index.ts')]).then(
    ([opened, { createBridge }]) => ({
      core: opened,
      bridge: createBridge(opened),
    }),
  );
  // Whoever opens the core is told by itself.
  opening.catch(() => undefined);
  return opening;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new BulkheadError(
          {
            code: 'BAD_INPUT',
            message:
              error.code === 'EADDRINUSE'
                ? `Port ${port} is in use.`
                : `Cannot listen on port ${port}: ${error.message}`,
            hint: 'Choose another one with --port, or leave it out.',
          },
          { cause: error },
        ),
      );
    });
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface Site {
  readonly access: Access;
  readonly files: ReadonlyMap<string, PageFile>;
  readonly opening: Promise<Opened>;
  readonly patience: Patience;
}

async function answer(request: IncomingMessage, response: ServerResponse, site: Site): Promise<void> {
  const { access, files, opening, patience } = site;
  const { headers, method = '' } = request;
  if (method === 'PUT' && access.isOrigin(headers) && access.hasSession(headers)) {
    const sent = target(request).path ?? '';
    const expected = sent.startsWith(access.base) ? sent.slice(access.base.length) : '';
    const { core } = await opening;
    if (takeUpload(core.uploads, expected, { request, response })) return;
  }
  // No other body is wanted; reading it away keeps the connection usable, unless it does not end.
  request.resume();
  const slow = setTimeout(() => request.destroy(), patience.refused);
  request.once('close', () => clearTimeout(slow));
  request.once('end', () => clearTimeout(slow));
  if (!access.isHost(headers)) return refuse(response, 421, 'This server answers to 127.0.0.1 and localhost only.');
  if (method !== 'GET' && method !== 'HEAD') {
    if (!access.isOrigin(headers)) return refuse(response, 403, 'Refused: foreign origin.');
    return refuse(response, 405, 'Only GET and HEAD are answered here.');
  }
  const { path, token } = target(request);
  if (path === null || !path.startsWith(access.base)) return refuse(response, 404, 'Nothing is here.');
  const name = path.slice(access.base.length);

  if (name === '' && token !== null) {
    // Coming back with the address as it was printed is fine for the browser that is in already.
    const cookie = access.redeem(token);
    if (cookie === null && !access.hasSession(headers)) return refuse(response, 403, TOKEN_USED);
    response.writeHead(303, {
      ...SECURITY_HEADERS,
      Location: access.base,
      ...(cookie === null ? {} : { 'Set-Cookie': cookie }),
    });
    response.end();
    return;
  }
  if (!access.hasSession(headers)) return refuse(response, 403, NO_SESSION);
  const file = files.get(name);
  if (file) {
    response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': file.type });
    if (method === 'HEAD') response.end();
    else pipeline(createReadStream(file.path), response, () => undefined);
    return;
  }
  const download = method === 'GET' ? (await opening).core.downloads.take(name) : null;
  if (download) return sendDownload(download, response);
  refuse(response, 404, 'Nothing is here.');
}

const TOKEN_USED = 'This address has been used already, or is not the one that was printed. Start Bulkhead again.';
const NO_SESSION = 'Open Bulkhead with the whole address that it printed when it started.';

/** @returns null for a WebSocket of the page itself, else the status to refuse it with */
function upgradeRefusal(request: IncomingMessage, access: Access): number | null {
  if (!access.isHost(request.headers)) return 421;
  if (!access.isOrigin(request.headers)) return 403;
  if (target(request).path !== `${access.base}${SOCKET_PATH}`) return 404;
  return access.hasSession(request.headers) ? null : 403;
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}

function target(request: IncomingMessage): { readonly path: string | null; readonly token: string | null } {
  // Taken apart by hand: `new URL` would resolve `..`, and an address that needs it is not one of ours.
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path: path.startsWith('/') ? path : null, token: new URLSearchParams(query).get('token') };
}
