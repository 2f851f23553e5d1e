import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { fakeCore } from '../../electron/bridge/fake-core.ts';
import { startServer } from '../../electron/serve/server.ts';
import { enterCore, passOn } from './dev-proxy.mjs';

let folder;
let server;
let front;
let origin;
let core;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-dev-'));
  await writeFile(join(folder, 'index.html'), '');
  server = await startServer({ core: fakeCore(), port: 0, rendererDir: folder });
  core = await enterCore(server.url);
  front = createServer().listen(0, '127.0.0.1');
  await once(front, 'listening');
  origin = `http://127.0.0.1:${front.address().port}`;
  front.on('upgrade', (request, socket, head) => passOn(request, socket, head, { origin, core }));
});
afterEach(async () => {
  await server.close();
  front.close();
  await rm(folder, { recursive: true });
});

/** @returns what became of a page's WebSocket: `open`, or the status it was refused with */
function open(headers) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers });
  socket.on('error', () => undefined);
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve('open');
      socket.terminate();
    });
    socket.once('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
}

test('the page under development reaches the core without a token of its own', async () => {
  expect(await open({ Origin: origin })).toBe('open');
});

test('no other page does', async () => {
  expect(await open({ Origin: 'https://evil.example' })).toBe(403);
  expect(await open({})).toBe(403);
  const host = `evil.example:${front.address().port}`;
  expect(await open({ Origin: `http://${host}`, Host: host })).toBe(403);
});

test('while the core starts again the page is told to come back', async () => {
  core = null;
  expect(await open({ Origin: origin })).toBe(503);
});

test('a core whose token is gone is not entered', async () => {
  await expect(enterCore(server.url)).rejects.toThrow('(403)');
});
