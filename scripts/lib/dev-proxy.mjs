/** Passes the WebSocket of vite's page on to the core, for pages of vite's own origin only. */
import { connect } from 'node:net';

/** @typedef {{ host: string, port: number, path: string, cookie: string }} Entered a core whose token was redeemed */

/**
 * @param {string} url as `bulkhead serve` prints it
 * @returns {Promise<Entered>}
 */
export async function enterCore(url) {
  const answer = await fetch(url, { redirect: 'manual' });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (answer.status !== 303 || !cookie) throw new Error(`The core did not let this script in (${answer.status}).`);
  const { host, port, pathname } = new URL(url);
  return { host, port: Number(port), path: `${pathname}rpc`, cookie };
}

/**
 * An `upgrade` listener: leaves vite's own sockets alone, and answers `/rpc`.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:stream').Duplex} socket
 * @param {Buffer} head
 * @param {{ origin: string, core: Entered | null }} between `origin` is vite's
 */
export function passOn(request, socket, head, { origin, core }) {
  if (request.url !== '/rpc') return;
  socket.on('error', () => socket.destroy());
  // The cookie is added here, so this must not serve other sites' pages: it is the check that the core would make.
  if (request.headers.origin !== origin || `http://${request.headers.host}` !== origin) {
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
    return;
  }
  if (core === null) {
    socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n');
    return;
  }
  const upstream = connect({ host: '127.0.0.1', port: core.port }, () => {
    const headers = {
      ...request.headers,
      host: core.host,
      origin: `http://${core.host}`,
      cookie: core.cookie,
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`);
    upstream.write(`GET ${core.path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on('error', () => socket.destroy());
  upstream.on('close', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
}
