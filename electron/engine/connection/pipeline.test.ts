import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAnswerReader, pipelined } from './pipeline.ts';

describe('an answer', () => {
  const read = (text: string, size = text.length): (readonly [number, string])[] | null => {
    const reader = createAnswerReader();
    const found: (readonly [number, string])[] = [];
    for (let at = 0; at < text.length; at += size) {
      const answers = reader(Buffer.from(text.slice(at, at + size)));
      if (!answers) return null;
      found.push(...answers.map(({ status, body }) => [status, body.toString()] as const));
    }
    return found;
  };
  const sized = 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 2\r\n\r\n{}';
  const chunked =
    'HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n';
  const empty = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

  it.each([1, 2, 7, 1000])('is read whole, with the next behind it, in pieces of %i', (size) => {
    expect(read(sized + chunked + empty + sized, size)).toEqual([
      [200, '{}'],
      [404, 'abc0123456789'],
      [200, ''],
      [200, '{}'],
    ]);
  });

  it.each([
    ['has no end', 'HTTP/1.1 200 OK\r\n\r\n'],
    ['has two ends', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['is the last of its connection', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'],
    ['is encoded', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n'],
    ['is none yet', 'HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n'],
    ['is of another version', 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n'],
    ['is no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['has a chunk without a size', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n'],
    ['has a chunk that is too long', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n'],
    ['has no end of its head', 'x'.repeat(40_000)],
  ])('that %s is left to others', (_, text) => {
    expect(read(text)).toBeNull();
  });
});

describe('many questions', () => {
  let server: Server | null = null;
  const open = new Set<Socket>();
  /** Connections on which nothing is answered any more. */
  const silent = new WeakSet<Socket>();
  afterEach(async () => {
    for (const socket of open) socket.destroy();
    server?.close();
    if (server) await once(server, 'close');
    server = null;
  });

  /** Answers each request by what `answer` gives for its path; null: never. */
  const serve = async (answer: (path: string, socket: Socket) => string | null): Promise<() => Socket> => {
    server = createServer((socket) => {
      open.add(socket.on('close', () => open.delete(socket)).on('error', () => undefined));
      socket.on('data', (data) => {
        for (const [, path = ''] of data.toString().matchAll(/GET (\S+) HTTP\/1.1\r\nHost: box\r\n\r\n/g)) {
          const body = answer(path, socket);
          if (body !== null && !silent.has(socket))
            socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        }
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return () => connect(port, '127.0.0.1');
  };
  const paths = Array.from({ length: 50 }, (_, at) => `/${at}`);

  const ask = async (
    dial: () => Socket,
    more: { silenceMs?: number; signal?: AbortSignal } = {},
  ): Promise<{ readonly answers: (string | undefined)[]; readonly lost: readonly number[] }> => {
    const answers: (string | undefined)[] = paths.map(() => undefined);
    const onAnswer = (index: number, { body }: { readonly body: Buffer }): void => {
      // A second answer would show.
      answers[index] = (answers[index] ?? '') + body.toString();
    };
    return { lost: await pipelined({ dial, host: 'box', paths, onAnswer, ...more }), answers };
  };

  it('are each answered once, and no connection stays', async () => {
    const { answers, lost } = await ask(await serve((path) => `it is ${path}`));
    expect([answers, lost]).toEqual([paths.map((path) => `it is ${path}`), []]);
    await expect.poll(() => open.size).toBe(0);
  });

  it.each<[string, (socket: Socket) => string | null]>([
    ['breaks', (socket): null => (socket.destroy(), null)],
    ['is silent', (socket): null => (silent.add(socket), null)],
    ['speaks otherwise', (socket) => (socket.write('HTTP/1.1 200 OK\r\n\r\nno end'), null)],
  ])('are handed back where the connection %s, and no others', async (_, odd) => {
    const dial = await serve((path, socket) => (Number(path.slice(1)) % 20 === 13 ? odd(socket) : path));
    const { answers, lost } = await ask(dial, { silenceMs: 100 });
    expect(lost).toContain(13);
    expect(answers.flatMap((answer, at) => (answer === undefined ? [at] : []))).toEqual(lost);
    expect(answers.filter((answer, at) => answer !== undefined && answer !== paths[at])).toEqual([]);
  });

  it('are all handed back where nobody is there, or nobody wants to know any more', async () => {
    const all = [...paths.keys()];
    const dial = await serve(() => null);
    expect((await ask(dial, { signal: AbortSignal.abort() })).lost).toEqual(all);
    const abort = new AbortController();
    const asked = ask(dial, { signal: abort.signal });
    await expect.poll(() => open.size).toBe(4);
    abort.abort();
    expect((await asked).lost).toEqual(all);
    expect((await ask(() => connect({ path: '/nowhere' }))).lost).toEqual(all);
  });
});
