import { MessageChannel as NodeChannel } from 'node:worker_threads';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { PORT_HANDED, PORT_WANTED } from '../../../shared/contract/carrier.ts';
import { fakeCore } from '../../../electron/bridge/fake-core.ts';
import { createBridge } from '../../../electron/bridge/index.ts';
import { channelOfPort } from '../../../electron/bridge/port-channel.ts';
import { carrierOf, portOfMessagePort, type Carrier } from './channel.ts';
import { createClient, type Connection, type CoreClient } from './client.ts';

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0)) clean();
  vi.unstubAllGlobals();
});

/** Two ends of one connection to a core of the test's own. */
function ends(core = fakeCore()) {
  const { port1, port2 } = new NodeChannel();
  createBridge(core).connect(channelOfPort(port1 as never));
  cleanups.push(() => port1.close());
  return { coreSide: port1, pageSide: port2 as unknown as MessagePort };
}

function connect(open: () => Promise<Carrier>) {
  const phases: string[] = [];
  const waits: number[] = [];
  let wake: (() => void)[] = [];
  const core: CoreClient = createClient({
    open,
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
  });
  cleanups.push(() => core.close());
  core.onConnection((connection: Connection) => {
    phases.push(connection.phase === 'lost' ? `lost ${connection.attempt}` : connection.phase);
    for (const check of wake) check();
  });
  const until = (phase: string): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (phases.at(-1) !== phase) return;
        wake = wake.filter((other) => other !== check);
        resolve();
      };
      wake.push(check);
      check();
    });
  return { ...core, phases, waits, until };
}

describe('the connection', () => {
  test('a call made before it is open waits for it', async () => {
    const { client, phases } = connect(() => Promise.resolve(carrierOf(portOfMessagePort(ends().pageSide))));
    expect(await client.app.info()).toEqual({ version: '1.2.3', configDir: '/config' });
    expect(phases).toEqual(['connecting', 'open']);
  });

  test('comes back after a loss, waiting longer after each failure, and works again', async () => {
    let opens = 0;
    const first = ends();
    const { client, phases, waits, until } = connect(() => {
      opens += 1;
      if (opens > 1 && opens < 8) return Promise.reject(new Error('refused'));
      return Promise.resolve(carrierOf(portOfMessagePort(opens === 1 ? first.pageSide : ends().pageSide)));
    });
    await client.app.info();
    const reopened = until('lost 1').then(() => until('open'));
    first.coreSide.close();
    await reopened;
    expect(phases).toEqual(['connecting', 'open', ...[1, 2, 3, 4, 5, 6, 7].map((n) => `lost ${n}`), 'open']);
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 5000, 5000]);
    expect(await client.app.info()).toMatchObject({ version: '1.2.3' });
  });

  test('its loss ends streams and calls with an error that says so, and not as a cancellation', async () => {
    const { coreSide, pageSide } = ends(fakeCore());
    let opens = 0;
    const { client } = connect(() => {
      opens += 1;
      return opens === 1 ? Promise.resolve(carrierOf(portOfMessagePort(pageSide))) : new Promise(() => undefined);
    });
    const stream = await client.verify.run({});
    const next = expect(stream.next()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    coreSide.close();
    await next;
    await expect(client.app.info()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  });

  test('a call that waits for it can be cancelled', async () => {
    const { client } = connect(() => new Promise(() => undefined));
    const controller = new AbortController();
    const call = expect(client.app.info(undefined, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
    controller.abort();
    await call;
  });

  test('closing it leaves nothing at the core', async () => {
    const core = fakeCore();
    const { client, close } = connect(() => Promise.resolve(carrierOf(portOfMessagePort(ends(core).pageSide))));
    const stream = await client.engine.watch();
    await stream.next();
    expect(core.alive()).toBe(1);
    close();
    while (core.alive() > 0) await new Promise((resolve) => setImmediate(resolve));
  });
});

describe('the carrier a page takes', () => {
  test.each([
    ['http://127.0.0.1:8080/base/', 'ws://127.0.0.1:8080/base/rpc'],
    ['https://host.example/base/#matrix', 'wss://host.example/base/rpc'],
  ])('at %s is a WebSocket to %s', (href, expected) => {
    const asked: string[] = [];
    class Socket extends EventTarget {
      constructor(url: URL) {
        super();
        asked.push(url.href);
      }
      close(): void {
        this.dispatchEvent(new Event('close'));
      }
    }
    vi.stubGlobal('location', new URL(href));
    vi.stubGlobal('WebSocket', Socket);
    createClient().close();
    expect(asked).toEqual([expected]);
  });

  test('in the desktop app is the port that the preload hands over, and no other', async () => {
    const { pageSide } = ends();
    const forged = ends(fakeCore());
    const origin = 'app://bulkhead';
    const page = Object.assign(new EventTarget(), {
      postMessage: (data: unknown, target: string) => {
        if (data !== PORT_WANTED || target !== origin) return;
        const hand = (properties: object): void => {
          page.dispatchEvent(Object.assign(new Event('message'), properties));
        };
        const right = { source: page, origin, data: PORT_HANDED, ports: [pageSide] };
        hand({ ...right, source: {}, ports: [forged.pageSide] });
        hand({ ...right, origin: 'https://evil.example', ports: [forged.pageSide] });
        hand({ ...right, data: 'something else', ports: [forged.pageSide] });
        hand({ ...right, ports: [] });
        hand(right);
      },
    });
    vi.stubGlobal('location', { protocol: 'app:', href: `${origin}/`, origin });
    vi.stubGlobal('window', page);
    let isForgedUsed = false;
    forged.coreSide.on('message', () => (isForgedUsed = true));
    const { client, close } = createClient();
    cleanups.push(close);
    expect(await client.app.info()).toMatchObject({ version: '1.2.3' });
    expect(isForgedUsed).toBe(false);
  });
});
