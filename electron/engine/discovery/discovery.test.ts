/** Readers against servers that answer well, badly, too much, too late. */
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { consul } from './consul.ts';
import { etcd } from './etcd.ts';
import { addressAndPort, askAt, type CatalogueReader } from './reader.ts';
import { traefik } from './traefik.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function serving(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const pages =
  (answers: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? ''];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  };

async function read(reader: CatalogueReader, listener: RequestListener): Promise<unknown> {
  return reader.read(askAt('127.0.0.1', await serving(listener), new AbortController().signal));
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('reading', () => {
  it('consul: every instance of every service', async () => {
    const listener = pages({
      '/v1/catalog/services': { web: [], 'a/b': ['x'] },
      '/v1/catalog/service/web': [
        { ServiceAddress: '10.0.0.2', ServicePort: 80, Address: '10.0.0.9' },
        { ServiceAddress: '', ServicePort: 'x', Address: '10.0.0.3' },
        null,
      ],
      '/v1/catalog/service/a%2Fb': [{ ServiceAddress: 'host', ServicePort: 1 }],
    });
    expect(await read(consul, listener)).toEqual([
      { name: 'web', address: '10.0.0.2', port: 80 },
      { name: 'web', address: '10.0.0.3', port: 0 },
      { name: 'a/b', address: 'host', port: 1 },
    ]);
  });

  it('etcd: keys of registrator and of SkyDNS, and nothing else', async () => {
    const kvs = [
      ['/services/web/box:web:80', '10.0.0.2:80'],
      ['/skydns/local/shop/api', '{"host":"10.0.0.3","port":8000}'],
      ['/registry/secret', 'hello'],
      ['/broken', '{'],
      ['/odd', ''],
    ].map(([key = '', value = '']) => ({ key: base64(key), value: base64(value) }));
    expect(await read(etcd, pages({ '/v3/kv/range': { kvs: [...kvs, 7] } }))).toEqual([
      { name: 'web', address: '10.0.0.2', port: 80 },
      { name: 'api.shop.local', address: '10.0.0.3', port: 8000 },
    ]);
  });

  it('traefik: host names of a router with the servers of its service', async () => {
    const listener = pages({
      '/api/http/routers': [
        { rule: 'Host(`a.example`) || Host(`b.example`)', service: 'web', provider: 'docker' },
        { rule: 'PathPrefix(`/`)', service: 'web@docker' },
        { rule: 'Host(`c.example`)', service: 'gone@file' },
      ],
      '/api/http/services': [{ name: 'web@docker', loadBalancer: { servers: [{ url: 'http://10.0.0.2:80' }, {}] } }],
    });
    expect(await read(traefik, listener)).toEqual([
      { name: 'a.example', address: '10.0.0.2', port: 80 },
      { name: 'b.example', address: '10.0.0.2', port: 80 },
    ]);
  });

  it.each(Object.entries({ consul, etcd, traefik }))('%s takes an odd answer for an empty one', async (_, reader) => {
    for (const odd of ['null', '[]', '{}', '"x"', '[[{}]]']) {
      expect(await read(reader, (_request, response) => void response.end(odd))).toEqual([]);
    }
  });

  it('of too many services, reads a part', async () => {
    let asked = 0;
    const services = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`s${at}`, []]));
    await read(consul, (request, response) => {
      asked += 1;
      response.end(request.url === '/v1/catalog/services' ? JSON.stringify(services) : '[]');
    });
    expect(asked).toBe(201);
  });
});

describe('asking gives up', () => {
  it.each<[string, RequestListener, RegExp]>([
    ['on another status', (_, response) => void response.writeHead(302, { location: '/x' }).end(), /status 302/],
    ['on what is no JSON', (_, response) => void response.end('<html>'), /no JSON/],
    [
      'on what never ends',
      (_, response) => {
        response.write('[');
        const fill = (): void => {
          while (response.write('0,'.repeat(50_000)));
        };
        response.on('drain', fill);
        fill();
      },
      /too long/,
    ],
    ['on a hang-up', (request) => void request.socket.destroy(), /hang up|hung up|ECONNRESET/],
    ['when no answer comes', () => undefined, /in time/],
  ])('%s', async (_, listener, why) => {
    await expect(
      askAt('127.0.0.1', await serving(listener), new AbortController().signal)({ path: '/' }),
    ).rejects.toThrow(why);
  });

  it('when it is no longer wanted', async () => {
    const abort = new AbortController();
    const asked = askAt('127.0.0.1', await serving(() => abort.abort()), abort.signal)({ path: '/' });
    await expect(asked).rejects.toThrow(/abort/i);
  });
});

it.each([
  ['10.0.0.2:80', { address: '10.0.0.2', port: 80 }],
  ['http://[fd00::2]:80/x', { address: 'fd00::2', port: 80 }],
  ['https://web', { address: 'web', port: 0 }],
  ['', null],
  ['two words', null],
])('%s is %j', (text, place) => {
  expect(addressAndPort(text)).toEqual(place);
});
