import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Wire, MachineFacts, WireCapabilities } from '../driver.ts';
import { createDockerDriver } from './driver.ts';

let folder = '';
let server: Server;
let held: string[] = [];
/** Paths that list something of ours when asked by label. */
let labelled: string[] = [];

/** An engine without containers, whose paths in `held` are never answered. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bulkhead-driver-'));
  held = [];
  labelled = [];
  server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').split('?')[0] ?? '';
    if (held.includes(path)) return;
    if (path === '/events') response.flushHeaders();
    else if (path === '/version') response.end('{"Version":"28.5.2","ApiVersion":"1.51"}');
    else if (path === '/info') response.end('{"Name":"box"}');
    else if (labelled.includes(path) && request.url?.includes('dev.bulkhead')) response.end('[{"Id":"ours"}]');
    else response.end('[]');
  });
  server.listen(join(folder, 'engine.sock'));
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  rmSync(folder, { recursive: true });
});

const capabilities: WireCapabilities = {
  nftVersion: '1.0.9',
  kernel: '6.18',
  architecture: 'x86_64',
  bridgeConntrack: false,
  bridgeNetfilter: null,
  userlandProxy: true,
  ip6tables: true,
  ipvs: true,
  hostAddresses: ['192.0.2.7'],
};

/** Only what a driver itself uses of a wire. */
function wireStub(closes: unknown[], changes: Partial<MachineFacts> = {}): Wire {
  const stub: Pick<Wire, 'capabilities' | 'machine' | 'filters' | 'watchFilters' | 'closed' | 'close'> = {
    capabilities,
    machine: () => Promise.resolve({ ...capabilities, ...changes }),
    filters: () => Promise.reject(new Error()),
    watchFilters: () => Promise.resolve(),
    closed: new Promise<string>(() => undefined),
    close: (options) => {
      closes.push(options);
      return Promise.resolve();
    },
  };
  return stub as Wire;
}

it('completes what it knows of the machine once a wire is open, tells so, and keeps it over a refresh', async () => {
  const closes: unknown[] = [];
  const driver = await createDockerDriver({
    address: `${folder}/engine.sock`,
    openWire: () => Promise.resolve(wireStub(closes)),
  });
  expect(driver).toMatchObject({ kind: 'docker', address: `unix://${folder}/engine.sock` });
  expect(driver.topology().engine).toMatchObject({ bridgeNetfilter: null, userlandProxy: null, hostAddresses: [] });
  const told: unknown[] = [];
  driver.onTopology(({ engine }) => told.push(engine.hostAddresses));
  await driver.openWire({});
  const complete = {
    bridgeNetfilter: false,
    userlandProxy: true,
    ip6tables: true,
    ipvs: true,
    hostAddresses: ['192.0.2.7'],
  };
  expect(driver.topology().engine).toMatchObject(complete);
  expect((await driver.refresh()).engine).toMatchObject(complete);
  expect(told).toEqual([['192.0.2.7']]);
  await driver.close();
  expect(closes).toEqual([undefined]);
});

it('asks the wire anew what the engine did to the machine when its networks changed', async () => {
  const changes: { bridgeNetfilter?: boolean } = {};
  const driver = await createDockerDriver({
    address: `${folder}/engine.sock`,
    openWire: () => Promise.resolve(wireStub([], changes)),
  });
  await driver.openWire({});
  expect(driver.topology().engine.bridgeNetfilter).toBe(false);
  changes.bridgeNetfilter = true;
  expect((await driver.refresh()).engine.bridgeNetfilter).toBe(true);
  await driver.close();
});

it.each(['/version', '/info', '/networks'])(
  'can be cancelled while %s is not answered, and leaves no connection',
  async (path) => {
    held = [path];
    const abort = new AbortController();
    const asked = new Promise<void>((resolve) =>
      server.on('request', (request: { url?: string }) => request.url?.endsWith(path) && resolve()),
    );
    const driver = createDockerDriver({
      address: `${folder}/engine.sock`,
      openWire: () => Promise.reject(new Error()),
      signal: abort.signal,
    });
    const rejected = expect(driver).rejects.toMatchObject({ code: 'CANCELLED' });
    await asked;
    abort.abort();
    await rejected;
    while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
  },
);

it('is not ended by the signal once it is handed out, and refuses everything once closed', async () => {
  const abort = new AbortController();
  const driver = await createDockerDriver({
    address: `${folder}/engine.sock`,
    openWire: () => Promise.reject(new Error()),
    signal: abort.signal,
  });
  abort.abort();
  await driver.refresh();
  expect(driver.health()).toEqual({ phase: 'connected' });
  const seen: unknown[] = [];
  driver.onHealth((health) => seen.push(health));
  await driver.close();
  await expect(driver.refresh()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  while ((await connections()) > 0) await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual([]);
});

function connections(): Promise<number> {
  return new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
}

it.each([
  [[], false],
  [['/images/json'], true],
  [['/containers/json'], true],
])('knows by the label whether Bulkhead was here: %j', async (paths, expected) => {
  const driver = await createDockerDriver({
    address: `${folder}/engine.sock`,
    openWire: () => Promise.reject(new Error()),
  });
  labelled = paths;
  expect(await driver.hasTrace?.()).toBe(expected);
  await driver.close();
});
