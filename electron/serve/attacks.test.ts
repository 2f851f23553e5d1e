/** Attacks on `serve` beside those of `server.test.ts`: what is malformed, oversized, slow, or many. */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { fakeCore, type FakeCore } from '../bridge/fake-core.ts';
import { startServer, type RunningServer } from './server.ts';

let folder: string;
let core: FakeCore;
let server: RunningServer;
let port: number;
let base: string;
let cookie: string;
let host: string;
const sockets: Socket[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-attacks-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<title>page</title>');
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  core = fakeCore();
  server = await startServer({ core, port: 0, rendererDir: folder, patience: { headers: 400, refused: 300 } });
  const url = new URL(server.url);
  port = Number(url.port);
  base = url.pathname;
  host = url.host;
  const entered = await fetch(server.url, { redirect: 'manual' });
  cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

/** Sends bytes as they are; resolves with all that came until the server ended the connection, or with `until` inside it. */
async function raw(bytes: string | Buffer, until?: string): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port });
  sockets.push(socket);
  // Being cut off is an answer, too.
  socket.on('error', () => undefined);
  socket.write(bytes);
  let text = '';
  await new Promise<void>((resolve) => {
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      if (until !== undefined && text.includes(until)) resolve();
    });
    socket.once('close', () => resolve());
  });
  return text;
}

const statuses = (text: string): readonly string[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, code]) => code ?? '');

const request = (lines: readonly string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`;

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(`ws://${host}${base}rpc`, { headers: { Cookie: cookie, Origin: `http://${host}` } });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  return socket;
}

/** Whether the server still does what it is there for. */
async function expectWell(): Promise<void> {
  const page = await fetch(`http://${host}${base}`, { headers: { Cookie: cookie } });
  expect([page.status, await page.text()]).toEqual([200, '<title>page</title>']);
}

describe('requests that are none', () => {
  test.each<[string, () => string, readonly string[]]>([
    ['noise', () => '\u0000\u0001\u0002 what\r\n\r\n', ['400']],
    [
      'a target of another machine',
      () =>
        request([`GET http://evil.example${base} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'Connection: close']),
      ['404'],
    ],
    ['a tunnel', () => request(['CONNECT evil.example:443 HTTP/1.1', `Host: ${host}`]), []],
    [
      'a trace, which would show the cookie',
      () => request([`TRACE ${base} HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'Connection: close']),
      ['403'],
    ],
    ['no host', () => request([`GET ${base} HTTP/1.1`, `Cookie: ${cookie}`]), ['400']],
    [
      'two lengths, one request hidden in another',
      () =>
        request(
          [`POST ${base} HTTP/1.1`, `Host: ${host}`, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
          `0\r\n\r\nGET ${base} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`,
        ),
      ['400'],
    ],
    [
      'two hosts',
      () =>
        request([
          `GET ${base} HTTP/1.1`,
          'Host: evil.example',
          `Host: ${host}`,
          `Cookie: ${cookie}`,
          'Connection: close',
        ]),
      ['421'],
    ],
    [
      'headers without end',
      () => request([`GET ${base} HTTP/1.1`, `Host: ${host}`, `X-Long: ${'a'.repeat(100_000)}`]),
      ['431'],
    ],
    [
      'a line of its own in the path',
      () =>
        request([`GET ${base}%0d%0aSet-Cookie:x HTTP/1.1`, `Host: ${host}`, `Cookie: ${cookie}`, 'Connection: close']),
      ['404'],
    ],
  ])('%s', async (_, bytes, expected) => {
    const text = await raw(bytes());
    expect(statuses(text)).toEqual(expected);
    expect(text).not.toContain('<title>page</title>');
    expect(text.toLowerCase()).not.toContain('set-cookie');
    await expectWell();
  });
});

describe('another site', () => {
  const foreign = { Origin: 'https://evil.example' };

  test('is told nothing by a preflight', async () => {
    const answer = await fetch(`http://${host}${base}`, {
      method: 'OPTIONS',
      headers: { ...foreign, 'Access-Control-Request-Method': 'PUT', Cookie: cookie },
    });
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'changes nothing by a form of %s, even with the cookie',
    async (type) => {
      const upload = core.uploads.expect();
      for (const method of ['POST', 'PUT']) {
        const answer = await fetch(`http://${host}${base}${upload.path}`, {
          method,
          headers: { ...foreign, Cookie: cookie, 'Content-Type': type },
          body: 'x=1',
        });
        expect(answer.status).toBe(403);
      }
    },
  );

  test('gets in by no cookie of its own making, before or after the real one', async () => {
    const guess = `bulkhead=${'A'.repeat(43)}`;
    const tries = [
      guess,
      `bulkhead=; ${guess}`,
      `Bulkhead=${cookie.slice(9)}`,
      `x${cookie}`,
      `bulkhead="${cookie.slice(9)}"`,
    ];
    for (const Cookie of tries) {
      expect([Cookie, (await fetch(`http://${host}${base}`, { headers: { Cookie } })).status]).toEqual([Cookie, 403]);
    }
    // One that was put beside it keeps nobody out.
    const both = await fetch(`http://${host}${base}`, { headers: { Cookie: `${guess}; ${cookie}` } });
    expect(both.status).toBe(200);
  });

  test('cannot use the token again, nor learn it: neither many tries nor a second at the same moment help', async () => {
    const fresh = await startServer({ core, port: 0, rendererDir: folder });
    try {
      const token = new URL(fresh.url).searchParams.get('token') ?? '';
      const at = fresh.url.replace(/token=.*/, '');
      const tries = [token.slice(0, -1), `${token}x`, token.toLowerCase(), '', `${token}\u0000`];
      for (const one of tries) {
        expect((await fetch(`${at}token=${encodeURIComponent(one)}`, { redirect: 'manual' })).status).toBe(403);
      }
      const together = await Promise.all(
        Array.from({ length: 8 }, async () => (await fetch(fresh.url, { redirect: 'manual' })).status),
      );
      expect(together.toSorted()).toEqual([303, ...Array.from({ length: 7 }, () => 403)]);
    } finally {
      await fresh.close();
    }
  });
});

describe('messages that are none', () => {
  test.each<[string, string | Buffer]>([
    ['nothing', ''],
    ['noise', '\u0000{]'],
    ['half of one', '{"i":"1","p":{"u":"/app/inf'],
    ['bytes', Buffer.from([0xff, 0x00, 0xfe])],
    ['a list', '[]'],
    ['null', 'null'],
    ['an acknowledgement of what was never sent', 'ack'],
    ['a call of nothing', JSON.stringify({ i: '1', p: { u: '/no/such/call', b: {} } })],
    ['a call of what every object has', JSON.stringify({ i: '1', p: { u: '/constructor/prototype', b: {} } })],
    [
      'a call that would change all objects',
      '{"i":"1","p":{"u":"/__proto__/polluted","b":{"json":{"__proto__":{"polluted":1}}}}}',
    ],
    [
      'arguments of another kind',
      JSON.stringify({ i: '1', p: { u: '/engine/use', b: { json: { address: { length: 1 } } } } }),
    ],
    ['depth without end', `{"i":"1","p":{"u":"/app/info","b":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`],
  ])('%s harms neither the server nor others, and is not printed', async (_, message) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const socket = await open();
    socket.send(message);
    // A ping comes back after what was sent before it was looked at, unless the server ended the connection.
    const answered = Promise.race([once(socket, 'pong'), gone(socket)]);
    socket.ping();
    await answered;
    socket.terminate();
    await expectWell();
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const other = await open();
    const answer = once(other, 'message');
    other.send(JSON.stringify({ i: '9', p: { u: '/app/info' } }));
    expect(String((await answer)[0])).toContain('1.2.3');
    other.terminate();
    expect(printed.mock.calls).toEqual([]);
    printed.mockRestore();
  });

  /** A frame as a client sends it, masked with nothing. */
  const frame = (first: number, payload: Buffer, length = payload.length): Buffer => {
    const head = length < 126 ? Buffer.from([first, 0x80 | length]) : Buffer.alloc(10);
    if (length >= 126) {
      head[0] = first;
      head[1] = 0x80 | 127;
      head.writeBigUInt64BE(BigInt(length), 2);
    }
    return Buffer.concat([head, Buffer.alloc(4), payload]);
  };
  const upgrade = (): Buffer =>
    Buffer.from(
      request([
        `GET ${base}rpc HTTP/1.1`,
        `Host: ${host}`,
        `Origin: http://${host}`,
        `Cookie: ${cookie}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
        'Sec-WebSocket-Extensions: permessage-deflate',
      ]),
    );

  test.each<[string, Buffer, number]>([
    ['text that is no text', frame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ['a frame that promises a terabyte', frame(0x81, Buffer.from('x'), 2 ** 40), 1009],
    ['an unknown kind of frame', frame(0x83, Buffer.from('x')), 1002],
    ['a compressed frame, which nobody agreed on', frame(0xc1, Buffer.from('x')), 1002],
    ['a frame without a mask', Buffer.from([0x81, 0x01, 0x78]), 1002],
  ])('%s ends the connection', async (_, bytes, code) => {
    const text = await raw(Buffer.concat([upgrade(), bytes]));
    expect(statuses(text)).toEqual(['101']);
    // Compression is how a small message becomes a large one.
    expect(text.toLowerCase()).not.toContain('permessage-deflate');
    expect(Buffer.from(text.slice(-2), 'latin1').readUInt16BE()).toBe(code);
    await expectWell();
  });

  test('a message in pieces without end is ended when it is too large', async () => {
    const pieces = [frame(0x01, Buffer.alloc(600_000, 'x')), frame(0x00, Buffer.alloc(600_000, 'x'))];
    const text = await raw(Buffer.concat([upgrade(), ...pieces]));
    expect(Buffer.from(text.slice(-2), 'latin1').readUInt16BE()).toBe(1009);
    await expectWell();
  });
});

/** Until it is closed, in whatever way: one that is cut off may hear of it as an error first. */
function gone(socket: { once(event: 'close', listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => void socket.once('close', () => resolve()));
}

describe('who is slow', () => {
  // Node's own patience, without ours, would be a minute.
  test('with headers is cut off', { timeout: 30_000 }, async () => {
    const text = await raw(`GET ${base} HTTP/1.1\r\nHost: ${host}\r\n`);
    expect(statuses(text)).toEqual(['408']);
    await expectWell();
  });

  test('with a body that nobody wants is cut off, however it trickles', async () => {
    const socket = connect({ host: '127.0.0.1', port });
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(request([`PUT ${base}upload/guess HTTP/1.1`, `Host: ${host}`, 'Content-Length: 1000000']));
    const trickle = setInterval(() => socket.write('x'), 20);
    await gone(socket);
    clearInterval(trickle);
    await expectWell();
  });

  test('in reading is sent a few of many changes, and costs no memory', async () => {
    const socket = await open();
    const began = once(socket, 'message');
    core.setState({ phase: 'connecting', address: 'first' });
    socket.send(JSON.stringify({ i: '1', p: { u: '/engine/watch' } }));
    await began;
    let received = 0;
    // Never acknowledges: as far as the server knows, it has not read any of it.
    socket.on('message', () => (received += 1));
    for (let at = 0; at < 5_000; at += 1) core.setState({ phase: 'connecting', address: `${'x'.repeat(10_000)}${at}` });
    const answered = once(socket, 'pong');
    socket.ping();
    await answered;
    expect(received).toBeLessThan(100);
    socket.terminate();
    await expectWell();
  });

  test('many who say nothing keep nobody out for long', async () => {
    const silent = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const socket = connect({ host: '127.0.0.1', port });
        sockets.push(socket);
        socket.on('error', () => undefined);
        await once(socket, 'connect');
        return socket;
      }),
    );
    await expectWell();
    await Promise.all(silent.filter(({ closed }) => !closed).map((socket) => gone(socket.resume())));
    await expectWell();
  });
});
