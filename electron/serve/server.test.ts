import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { carrierOf, portOfWebSocket } from '../../renderer/src/lib/channel.ts';
import type { Client } from '../../renderer/src/lib/client-context.tsx';
import { fakeCore, type FakeCore } from '../bridge/fake-core.ts';
import { startServer, type RunningServer } from './server.ts';

let folder: string;
let rendererDir: string;
let core: FakeCore;
let server: RunningServer;
let port: number;
let base: string;
let token: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-serve-'));
  rendererDir = join(folder, 'renderer');
  mkdirSync(join(rendererDir, 'assets'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<title>page</title>');
  writeFileSync(join(rendererDir, 'assets', 'app.js'), 'run()');
  writeFileSync(join(folder, 'secret.json'), '{}');
  symlinkSync(join(folder, 'secret.json'), join(rendererDir, 'link.json'));
});
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  core = fakeCore();
  server = await startServer({ core, port: 0, rendererDir });
  const url = new URL(server.url);
  port = Number(url.port);
  base = url.pathname;
  token = url.searchParams.get('token') ?? '';
});
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Sends the path as it is written, which `fetch` would not. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject).end();
  });
}

async function enter(): Promise<string> {
  const { headers } = await ask(`${base}?token=${token}`);
  return cookieOf(headers);
}

function cookieOf(headers: IncomingHttpHeaders): string {
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

/** @returns `open`, or the status with which the WebSocket was refused */
async function openSocket(path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers });
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
  });
}

function clientOn(socket: WebSocket): Client {
  const port = portOfWebSocket(socket as unknown as globalThis.WebSocket);
  return createORPCClient(new RPCLink({ websocket: carrierOf(port).socket }));
}

const origin = (): string => `http://127.0.0.1:${port}`;

describe('getting in', () => {
  test('the printed address is exchanged for a cookie that scripts and other sites cannot use', async () => {
    const { status, headers } = await ask(`${base}?token=${token}`);
    expect([status, headers.location]).toEqual([303, base]);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(new RegExp(`^bulkhead=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=${base}$`)),
    ]);
    const page = await ask(base, { Cookie: cookieOf(headers) });
    expect([page.status, page.body]).toEqual([200, '<title>page</title>']);
  });

  test('the token works once', async () => {
    const cookie = await enter();
    const again = await ask(`${base}?token=${token}`);
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
    // The browser that is in already may come back through its history.
    expect((await ask(`${base}?token=${token}`, { Cookie: cookie })).status).toBe(303);
  });

  test('a wrong token neither opens nor uses up the right one', async () => {
    expect((await ask(`${base}?token=${'x'.repeat(43)}`)).status).toBe(403);
    expect((await ask(`${base}?token=${token}`)).status).toBe(303);
  });

  test('every start has its own path, token and cookie', async () => {
    const other = await startServer({ core, port: 0, rendererDir });
    const url = new URL(other.url);
    await other.close();
    expect(url.pathname).not.toBe(base);
    expect(url.searchParams.get('token')).not.toBe(token);
    expect(base).toMatch(/^\/[0-9a-f]{32}\/$/);
  });
});

describe('staying out', () => {
  test.each([
    ['a rebinding name', () => ({ Host: `evil.example:${port}` }), 421],
    ['a name that ends like ours', () => ({ Host: `localhost.evil.example:${port}` }), 421],
    ['another port', () => ({ Host: '127.0.0.1:1' }), 421],
    ['no cookie', () => ({}), 403],
    ['a wrong cookie', () => ({ Cookie: `bulkhead=${'A'.repeat(43)}` }), 403],
    ['an empty cookie', () => ({ Cookie: 'bulkhead=' }), 403],
  ])('%s', async (_name, headers, status) => {
    await enter();
    const answer = await ask(base, headers());
    expect([answer.status, answer.body.includes('page')]).toEqual([status, false]);
  });

  test('outside the secret path nothing is there, cookie or not', async () => {
    const Cookie = await enter();
    for (const path of ['/', '/index.html', '/rpc', base.slice(0, -1), `/${'0'.repeat(32)}/`]) {
      expect([path, (await ask(path, { Cookie })).status]).toEqual([path, 404]);
    }
  });

  test.each(['../secret.json', '..%2fsecret.json', '%2e%2e/secret.json', '..\\secret.json', 'assets/../index.html'])(
    'traversal: %s',
    async (path) => {
      const Cookie = await enter();
      expect((await ask(`${base}${path}`, { Cookie })).status).toBe(404);
    },
  );

  test.each(['link.json', 'assets', 'assets/', 'constructor', '__proto__', '%00', ''.padEnd(5000, 'a')])(
    'no such file: %s',
    async (path) => {
      const Cookie = await enter();
      expect((await ask(`${base}${path}`, { Cookie })).status).toBe(404);
    },
  );

  test('nothing is accepted but GET and HEAD, and nothing at all from a foreign origin', async () => {
    const Cookie = await enter();
    expect((await ask(base, { Cookie, Origin: 'https://evil.example' }, 'POST')).status).toBe(403);
    expect((await ask(base, { Cookie, Origin: origin() }, 'POST')).status).toBe(405);
    const head = await ask(base, { Cookie }, 'HEAD');
    expect([head.status, head.body]).toEqual([200, '']);
  });

  test('it listens on the loopback only', async () => {
    // 127.0.0.2 is this machine too: a server on every address would answer there.
    const socket = connect({ host: '127.0.0.2', port });
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNREFUSED');
  });
});

test('every answer, refusals too, carries the security headers', async () => {
  const Cookie = await enter();
  const answers = [
    await ask(base, { Cookie }),
    await ask(`${base}assets/app.js`, { Cookie }),
    await ask(`${base}?token=${token}`, { Cookie }),
    await ask(base),
    await ask('/'),
    await ask(base, { Host: 'evil.example' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 303, 403, 404, 421]);
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
        "connect-src 'self'; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-store',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

describe('files for the disk', () => {
  const offer = (open: (signal: AbortSignal) => Promise<Readable>): string =>
    core.downloads.offer({ name: 'web.tar', type: 'application/x-tar', open });

  test('are handed out once, to who is in', async () => {
    const cookie = await enter();
    const path = offer(() => Promise.resolve(Readable.from([Buffer.from('tar')])));
    expect((await ask(`${base}${path}`)).status, 'without the cookie').toBe(403);
    const file = await ask(`${base}${path}`, { cookie });
    expect([file.status, file.headers['content-disposition'], file.body]).toEqual([
      200,
      `attachment; filename="web.tar"; filename*=UTF-8''web.tar`,
      'tar',
    ]);
    expect((await ask(`${base}${path}`, { cookie })).status).toBe(404);
  });

  test('that cannot be opened say why, and those that break off are not taken for whole', async () => {
    const cookie = await enter();
    const refused = await ask(`${base}${offer(() => Promise.reject(new Error('gone')))}`, { cookie });
    expect([refused.status, refused.body]).toEqual([502, 'gone\n']);
    const breaking = async function* () {
      yield Buffer.from('half');
      await Promise.resolve();
      throw new Error('the engine died');
    };
    const path = offer(() => Promise.resolve(Readable.from(breaking())));
    const broken = await new Promise<string>((resolve) => {
      const options = { host: '127.0.0.1', port, path: `${base}${path}`, headers: { cookie } };
      httpRequest(options, (response) => {
        response.resume();
        response.once('error', (error) => resolve(error.message));
        response.once('end', () => resolve('whole'));
      })
        .on('error', (error) => resolve(error.message))
        .end();
    });
    expect(broken).not.toBe('whole');
  });
});

describe('files from the disk', () => {
  const send = (path: string, headers: Record<string, string>, body: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path, method: 'PUT', headers };
      httpRequest(options, (response) => resolve(response.resume().statusCode ?? 0))
        .on('error', reject)
        .end(body);
    });

  test('reach whoever expects them, once, and only from the page', async () => {
    const cookie = await enter();
    const inside = { cookie, Origin: origin() };
    const upload = core.uploads.expect();
    const path = `${base}${upload.path}`;
    expect(await send(path, { Origin: origin() }, 'x'), 'without the cookie').toBe(405);
    expect(await send(path, { cookie, Origin: 'http://evil.example' }, 'x'), 'of another page').toBe(403);
    expect(await send(`${base}upload/guess`, inside, 'x'), 'where nothing is expected').toBe(405);
    const sending = send(path, inside, 'all of it');
    let text = '';
    for await (const chunk of await upload.arrived(new AbortController().signal)) text += String(chunk);
    expect([text, await sending]).toEqual(['all of it', 204]);
    expect(await send(path, inside, 'again')).toBe(405);
  });

  test('that are not wanted to their end end with their connection', async () => {
    const cookie = await enter();
    const upload = core.uploads.expect();
    const sending = send(`${base}${upload.path}`, { cookie, Origin: origin() }, 'x'.repeat(5_000_000));
    (await upload.arrived(new AbortController().signal)).destroy();
    await expect(sending).rejects.toThrow();
  });
});

describe('the WebSocket', () => {
  test('answers the contract to the page', async () => {
    const Cookie = await enter();
    const socket = await openSocket(`${base}rpc`, { Cookie, Origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    const client = clientOn(socket);
    expect(await client.app.info()).toEqual({ version: '1.2.3', configDir: '/config' });
    await client.engine.watch();
    expect(core.alive()).toBe(1);
    socket.terminate();
    while (core.alive() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  test.each([
    ['a foreign origin', () => ({ Origin: 'https://evil.example' }), 403],
    ['a page of another port', () => ({ Origin: 'http://127.0.0.1:1' }), 403],
    ['a sandboxed page', () => ({ Origin: 'null' }), 403],
    ['no origin', () => ({}), 403],
    ['the other name of the loopback', () => ({ Origin: `http://localhost:${port}` }), 403],
    ['a rebinding name', () => ({ Host: `evil.example:${port}`, Origin: `http://evil.example:${port}` }), 421],
    ['a wrong cookie', () => ({ Origin: origin(), Cookie: 'bulkhead=guess' }), 403],
    ['no cookie', () => ({ Origin: origin(), Cookie: '' }), 403],
  ])('refuses %s', async (_name, headers, status) => {
    const Cookie = await enter();
    expect(await openSocket(`${base}rpc`, { Cookie, ...headers() })).toBe(status);
  });

  test('refuses any other path', async () => {
    const Cookie = await enter();
    for (const path of ['/rpc', base, `${base}rpc/x`]) {
      expect(await openSocket(path, { Cookie, Origin: origin() })).toBe(404);
    }
  });

  test('a message too large ends the connection and nothing else', async () => {
    const Cookie = await enter();
    const socket = await openSocket(`${base}rpc`, { Cookie, Origin: origin() });
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    socket.send('x'.repeat(1024 * 1024 + 1));
    const [code] = (await once(socket, 'close')) as [number];
    expect(code).toBe(1009);
    expect((await ask(base, { Cookie })).status).toBe(200);
  });
});

test('closing ends open connections and frees the port', async () => {
  const Cookie = await enter();
  const socket = await openSocket(`${base}rpc`, { Cookie, Origin: origin() });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const gone = once(socket, 'close');
  await server.close();
  await gone;
  const again = await startServer({ core, port, rendererDir });
  await again.close();
});

describe('while the core starts', () => {
  let opened: (core: FakeCore) => void;
  let failed: (why: Error) => void;
  let early: RunningServer;
  let Cookie: string;

  beforeEach(async () => {
    const opening = new Promise<FakeCore>((resolve, reject) => {
      opened = resolve;
      failed = reject;
    });
    early = await startServer({ core: () => opening, port: 0, rendererDir });
    const url = new URL(early.url);
    port = Number(url.port);
    base = url.pathname;
    token = url.searchParams.get('token') ?? '';
    Cookie = await enter();
  });
  afterEach(() => early.close());

  test('the page is sent; its socket opens when there is a core, and is answered', async () => {
    expect((await ask(base, { Cookie })).body).toBe('<title>page</title>');
    expect((await ask(`${base}assets/app.js`, { Cookie })).body).toBe('run()');
    const coming = openSocket(`${base}rpc`, { Cookie, Origin: origin() });
    const first = await Promise.race([coming, ask(base, { Cookie })]);
    expect(first).toMatchObject({ status: 200 });
    opened(core);
    const socket = await coming;
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    expect(await clientOn(socket).app.info()).toEqual(core.app.info());
    socket.close();
  });

  test('what is fetched or sent before waits too', async () => {
    const path = core.downloads.offer({ name: 'a.txt', type: 'text/plain', open: async () => Readable.from(['it']) });
    const fetched = ask(base + path, { Cookie });
    const sent = ask(`${base}upload/none`, { Cookie, Origin: origin() }, 'PUT');
    await ask(base, { Cookie });
    opened(core);
    expect(await fetched).toMatchObject({ status: 200, body: 'it' });
    expect((await sent).status).toBe(405);
  });

  test('one that cannot start is told to whoever waits, and the server still closes', async () => {
    const coming = openSocket(`${base}rpc`, { Cookie, Origin: origin() });
    const fetched = ask(`${base}download/none`, { Cookie });
    await ask(base, { Cookie });
    failed(new Error('no folder'));
    expect(await coming).toBe(503);
    expect((await fetched).status).toBe(503);
    expect((await ask(base, { Cookie })).status).toBe(200);
  });
});

test('a port that is taken and a page that is not built are told as such', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port: used } = taken.address() as AddressInfo;
  await expect(startServer({ core, port: used, rendererDir })).rejects.toMatchObject({
    code: 'BAD_INPUT',
    message: `Port ${used} is in use.`,
  });
  taken.close();
  await expect(startServer({ core, port: 0, rendererDir: join(folder, 'none') })).rejects.toMatchObject({
    code: 'STORAGE',
  });
});
