import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../shared/errors.ts';
import { connect } from './api.ts';
import { fakeSurroundings } from './fake-surroundings.ts';
import { realFiles } from './surroundings.ts';

let folder = '';
let server: Server | null = null;

beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'bulkhead-api-'))));
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
  server = null;
  rmSync(folder, { recursive: true });
});

const VERSION = { Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24' };

/** An engine that answers as told; `/version` unless `answer` takes it. */
async function engine(answer: RequestListener, version: object = VERSION): Promise<string> {
  const path = join(folder, 'engine.sock');
  server = createHttpServer((request, response) => {
    if (request.url === '/version') response.end(JSON.stringify(version));
    else answer(request, response);
  });
  server.listen(path);
  await once(server, 'listening');
  return `unix://${path}`;
}

const failing = (code: string): unknown =>
  expect.objectContaining({ code, hint: expect.stringMatching(/./) as unknown });

describe('a connection', () => {
  it('speaks the agreed version in every request, also through dockerode', async () => {
    const urls: string[] = [];
    const api = await connect(
      await engine((request, response) => {
        urls.push(`${request.method} ${request.url}`);
        response.end(request.method === 'GET' ? '{"ok":true}' : '');
      }),
    );
    expect(api).toMatchObject({ apiVersion: '1.51', server: { version: '28.5.2', kind: 'docker' } });
    expect(await api.request('/info', { query: { a: undefined, f: { x: ['y'] } } })).toEqual({ ok: true });
    expect(await api.request('/containers/x/start', { method: 'POST' })).toBeNull();
    await api.docker.info();
    expect(urls).toEqual([
      'GET /v1.51/info?f=%7B%22x%22%3A%5B%22y%22%5D%7D',
      'POST /v1.51/containers/x/start',
      'GET /v1.51/info',
    ]);
    api.close();
  });

  it('asks many questions, and once more those whose connection was lost', async () => {
    const urls: string[] = [];
    const api = await connect(
      await engine((request, response) => {
        const url = request.url ?? '';
        urls.push(url);
        if (url === '/v1.51/7' && urls.filter((one) => one === url).length === 1) request.socket.destroy();
        else if (url === '/v1.51/9') response.writeHead(404).end('{"message":"No such container: 9"}');
        else response.end(url === '/v1.51/11' ? 'no json' : JSON.stringify({ url }));
      }),
    );
    const paths = Array.from({ length: 40 }, (_, at) => `/${at}`);
    const answers: unknown[] = [];
    await api.requestEach(paths, {}, (index, answer) => {
      expect(answers[index]).toBeUndefined();
      answers[index] = 'json' in answer ? answer.json : { code: (answer.error as BulkheadError).code };
    });
    const odd = new Map([
      [9, { code: 'NOT_FOUND' }],
      [11, { code: 'ENGINE_REFUSED' }],
    ]);
    expect(answers).toEqual(paths.map((path, at) => odd.get(at) ?? { url: `/v1.51${path}` }));
    expect(urls.filter((url) => url === '/v1.51/7')).toHaveLength(2);
    api.close();
    await expect.poll(() => api.openConnections()).toBe(0);
  });

  it('goes where it is told, whatever DOCKER_HOST says and however wrong', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://192.0.2.1:1';
    try {
      const api = await connect(await engine((_request, response) => response.end('{"Name":"here"}')));
      expect(await api.docker.info()).toEqual({ Name: 'here' });
      expect(process.env['DOCKER_HOST']).toBe('tcp://192.0.2.1:1');
      api.close();
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  it.each([
    [404, '{"message":"No such container: x"}', 'NOT_FOUND', 'No such container: x'],
    [
      409,
      '{"message":"removal of container x is already in progress"}',
      'ENGINE_BUSY',
      'removal of container x is already in progress',
    ],
    [409, '{"message":"Container x is not running"}', 'ENGINE_REFUSED', 'Container x is not running'],
    [
      500,
      '{"message":"driver failed: port is already allocated"}',
      'ENGINE_REFUSED',
      'driver failed: port is already allocated',
    ],
    [403, 'Forbidden', 'ENGINE_PERMISSION', 'Forbidden'],
    [503, '', 'ENGINE_BUSY', 'The engine answered with status 503.'],
  ])("tells a refusal %i %s in the engine's words", async (status, body, code, message) => {
    const api = await connect(await engine((_request, response) => response.writeHead(status).end(body)));
    await expect(api.request('/x')).rejects.toMatchObject({
      code,
      status,
      message,
      hint: expect.stringMatching(/./) as unknown,
    });
    api.close();
  });

  it('ends with an error when the engine breaks off in the middle of an answer, hangs, or the caller loses interest', async () => {
    const api = await connect(
      await engine((request, response) => {
        if (request.url !== '/v1.51/break') return;
        response.writeHead(200, { 'content-length': 100 }).write('{');
        setImmediate(() => response.destroy());
      }),
    );
    await expect(api.request('/break')).rejects.toEqual(failing('ENGINE_UNREACHABLE'));
    await expect(api.request('/hang', { timeoutMs: 20 })).rejects.toEqual(failing('ENGINE_UNREACHABLE'));
    const abort = new AbortController();
    const request = api.request('/hang', { signal: abort.signal });
    abort.abort();
    await expect(request).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(api.request('/hang', { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
    api.close();
  });

  it('tries a question once more when the connection it kept had gone stale', async () => {
    let requests = 0;
    const address = await engine((request, response) => {
      requests += 1;
      if (requests === 2) request.socket.destroy();
      else response.end('{}');
    });
    const api = await connect(address);
    await api.request('/one');
    expect(await api.request('/two')).toEqual({});
    expect(requests).toBe(3);
    api.close();
  });

  it('streams until aborted, and closes everything it opened', async () => {
    const api = await connect(await engine((_request, response) => response.write('{"a":1}\n')));
    const abort = new AbortController();
    const stream = await api.stream('/events', { signal: abort.signal });
    const failed = once(stream, 'error');
    expect(String((await once(stream, 'data'))[0])).toBe('{"a":1}\n');
    abort.abort();
    expect((await failed)[0]).toMatchObject({ code: 'CANCELLED' });
    const other = await api.stream('/events');
    const closed = new Promise<void>((resolve) => other.on('error', () => undefined).once('close', resolve));
    expect(api.openConnections()).toBeGreaterThan(0);
    api.close();
    await closed;
    expect(api.openConnections()).toBe(0);
  });
});

describe('no connection', () => {
  it('to a socket that is not there', async () => {
    await expect(connect(`unix://${folder}/none.sock`)).rejects.toEqual(failing('ENGINE_ABSENT'));
  });

  it('to a socket whose engine has died', async () => {
    const address = await engine(() => undefined);
    const path = address.slice('unix://'.length);
    // A file where a socket was is refused just as a dead socket is.
    server?.close();
    writeFileSync(path, '');
    await expect(connect(address)).rejects.toEqual(failing('ENGINE_UNREACHABLE'));
  });

  it('to a port where nobody listens', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    await expect(connect(`tcp://127.0.0.1:${port}`)).rejects.toEqual(failing('ENGINE_UNREACHABLE'));
  });

  it('when only one side speaks TLS', async () => {
    server = createHttpServer((_request, response) => response.end('{}'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(connect(`https://127.0.0.1:${port}`)).rejects.toEqual(failing('ENGINE_TLS'));
  });

  it.each([
    ['an engine that is too old', { Version: '18.03', ApiVersion: '1.37' }, 'ENGINE_API_TOO_OLD'],
    ['something that is no engine', { hello: 'world' }, 'ENGINE_REFUSED'],
  ])('to %s', async (_name, version, code) => {
    await expect(connect(await engine(() => undefined, version))).rejects.toEqual(failing(code));
  });
});

describe('over ssh', () => {
  /** Stands for `ssh` in the path: connects its standard streams to the engine here, and keeps its arguments. */
  function fakeSsh(script: string): ReturnType<typeof fakeSurroundings> {
    const path = join(folder, 'ssh');
    writeFileSync(path, `#!${process.execPath}\n${script}`);
    chmodSync(path, 0o755);
    return { ...fakeSurroundings({ env: { PATH: folder } }), files: realFiles };
  }

  it.skipIf(process.platform === 'win32')('speaks through the standard streams of dial-stdio', async () => {
    const address = await engine((request, response) => response.end(JSON.stringify({ url: request.url })));
    const around = fakeSsh(
      `require('fs').writeFileSync(${JSON.stringify(join(folder, 'args'))}, JSON.stringify(process.argv.slice(2)));
       const s = require('net').connect(${JSON.stringify(address.slice('unix://'.length))});
       process.stdin.pipe(s).pipe(process.stdout);`,
    );
    const api = await connect('ssh://ann@box:2222', { around });
    expect(api.address).toBe('ssh://ann@box:2222');
    expect(await api.request('/info')).toEqual({ url: '/v1.51/info' });
    const argv = JSON.parse((await realFiles.read(join(folder, 'args'))) ?? '[]') as string[];
    expect(argv.slice(-9)).toEqual(['-l', 'ann', '-p', '2222', '--', 'box', 'docker', 'system', 'dial-stdio']);
    api.close();
  });

  it.skipIf(process.platform === 'win32')('says what ssh said when it fails', async () => {
    const around = fakeSsh(
      `process.stderr.write('ann@box: Permission denied (publickey).\\n'); process.exitCode = 255;`,
    );
    await expect(connect('ssh://ann@box', { around })).rejects.toMatchObject({
      code: 'ENGINE_PERMISSION',
      message: 'ssh to box failed: ann@box: Permission denied (publickey).',
      hint: expect.stringContaining('ssh box docker version') as unknown,
    });
  });

  it('says when there is no ssh', async () => {
    await expect(connect('ssh://box', { around: fakeSurroundings({ env: { PATH: folder } }) })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });
});
