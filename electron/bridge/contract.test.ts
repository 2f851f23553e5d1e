/** The same promises of the contract, kept over both carriers. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ACKNOWLEDGED, WINDOW } from '../../shared/contract/carrier.ts';
import type { JournalEntryView } from '../../shared/contract/journal.ts';
import type { VerifyEvent } from '../../shared/contract/schemas.ts';
import { carrierOf, portOfMessagePort, portOfWebSocket, type Port } from '../../renderer/src/lib/channel.ts';
import type { Client } from '../../renderer/src/lib/client-context.tsx';
import { channelOfSocket } from '../serve/socket-channel.ts';
import { channelOfPort } from './port-channel.ts';
import { fakeCore, frameOf, type FakeCore, type FakeCoreOptions } from './fake-core.ts';
import { createBridge } from './index.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

const carriers: Record<string, (core: FakeCore) => Promise<Port>> = {
  MessagePort: (core) => {
    const { port1, port2 } = new MessageChannel();
    createBridge(core).connect(channelOfPort(port1 as unknown as MessagePort));
    cleanups.push(() => port1.close());
    return Promise.resolve(portOfMessagePort(port2 as unknown as MessagePort));
  },
  WebSocket: async (core) => {
    const http = createServer().listen(0, '127.0.0.1');
    const server = new WebSocketServer({ server: http });
    const bridge = createBridge(core);
    server.on('connection', (socket) => bridge.connect(channelOfSocket(socket)));
    await once(http, 'listening');
    const socket = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    cleanups.push(
      () => http.close(),
      () => server.close(),
      () => socket.terminate(),
    );
    await once(socket, 'open');
    return portOfWebSocket(socket as unknown as globalThis.WebSocket);
  },
};

/** Resolves when nothing of the core is listened to any more; a leak shows as the test's timeout. */
async function untilNobodyListens(core: FakeCore): Promise<void> {
  while (core.alive() > 0) await new Promise((resolve) => setImmediate(resolve));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe.each(Object.keys(carriers))('over a %s', (name) => {
  async function connect(options?: FakeCoreOptions, wrap: (port: Port) => Port = (port) => port) {
    const core = fakeCore(options);
    const port = await carriers[name]!(core);
    const carrier = carrierOf(wrap(port));
    cleanups.push(() => carrier.close());
    const client: Client = createORPCClient(new RPCLink({ websocket: carrier.socket }));
    return { core, client, carrier };
  }

  test('a call is answered', async () => {
    const { client } = await connect();
    expect(await client.app.info()).toEqual({ version: '1.2.3', configDir: '/config' });
    expect(await client.policy.plan({ action: 'block', from: 'a', to: 'b' })).toMatchObject({ from: 'a', to: 'b' });
  });

  test('many calls at once get their own answers', async () => {
    const { client } = await connect();
    const names = Array.from({ length: 50 }, (_, index) => `n${index}`);
    const plans = await Promise.all(names.map((from) => client.policy.plan({ action: 'block', from, to: 'b' })));
    expect(plans.map(({ from }) => from)).toEqual(names);
  });

  test('bad input is refused with what is wrong with it', async () => {
    const { client } = await connect();
    await expect(client.policy.plan({ action: 'block', from: '', to: 'b' })).rejects.toMatchObject({
      code: 'BULKHEAD',
      defined: true,
      data: { code: 'BAD_INPUT', message: expect.stringMatching(/^from: /) as string },
    });
  });

  test('an expected failure carries its code, message and hint', async () => {
    const { client } = await connect();
    await expect(client.matrix.explain({ from: 'x', to: 'y' })).rejects.toMatchObject({
      code: 'BULKHEAD',
      defined: true,
      data: { code: 'NOT_FOUND', message: 'There is no endpoint x.', hint: 'Look again.' },
    });
  });

  test('a defect reads as INTERNAL', async () => {
    const { client } = await connect();
    await expect(client.engine.retry()).rejects.toMatchObject({ data: { code: 'INTERNAL', message: 'a defect' } });
  });

  test('a stream begins with the present value and tells each change in order', async () => {
    const { core, client } = await connect();
    core.setFrame(frameOf(1));
    const seen: number[] = [];
    for await (const { revision } of await client.matrix.watch()) {
      seen.push(revision);
      if (revision === 5) break;
      core.setFrame(frameOf(revision + 1));
    }
    expect(seen).toEqual([1, 2, 3, 4, 5]);
    await untilNobodyListens(core);
  });

  test('the history is listed, and told again after each change', async () => {
    const { core, client } = await connect();
    core.setHistory([ENTRY]);
    expect(await client.journal.list({ limit: 5 })).toEqual([ENTRY]);
    const seen: unknown[] = [];
    for await (const entries of await client.journal.watch()) {
      seen.push(entries.map(({ id, state }) => [id, state]));
      if (seen.length === 2) break;
      core.setHistory([{ ...ENTRY, state: 'failed' }]);
    }
    expect(seen).toEqual([[['3fa9c01b22', 'done']], [['3fa9c01b22', 'failed']]]);
    await untilNobodyListens(core);
  });

  test('taking back a change is planned like any other', async () => {
    const { client } = await connect();
    expect(await client.policy.plan({ action: 'undo', entry: '3fa9' })).toMatchObject({ action: 'undo', from: '3fa9' });
  });

  test('every way to leave stops the source', async () => {
    const { core, client, carrier } = await connect();
    const controller = new AbortController();
    const returned = await client.engine.watch();
    const aborted = await client.matrix.watch(undefined, { signal: controller.signal });
    await client.verify.run({});
    await client.containers.watch();
    await until(() => core.alive() === 4);
    await returned.return?.();
    await until(() => core.alive() === 3);
    const end = expect(aborted.next()).rejects.toThrow();
    controller.abort();
    await end;
    await until(() => core.alive() === 2);
    carrier.close();
    await untilNobodyListens(core);
  });

  test('a page that leaves while answers wait for it is no error', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    cleanups.push(() => said.mockRestore());
    const silent = (port: Port): Port => ({
      ...port,
      send: (message) => message === ACKNOWLEDGED || port.send(message),
    });
    const { core, client, carrier } = await connect({}, silent);
    const calls = Array.from({ length: WINDOW + 2 }, () => client.app.info());
    await Promise.all(calls.slice(0, WINDOW));
    const watching = client.engine.watch();
    await until(() => core.alive() === 1);
    carrier.close();
    await Promise.allSettled([...calls, watching]);
    await untilNobodyListens(core);
    expect(said.mock.calls).toEqual([]);
  });

  test('a long call that fails ends its stream with the typed error after what it told', async () => {
    const { core, client } = await connect({
      verify: ({ onEvent }) => {
        onEvent({ kind: 'progress', done: 1, total: 2 });
        return Promise.reject(new Error('lost'));
      },
    });
    const stream = await client.verify.run({});
    expect((await stream.next()).value).toEqual({ kind: 'progress', done: 1, total: 2 });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'BULKHEAD',
      data: { code: 'INTERNAL', message: 'lost' },
    });
    await untilNobodyListens(core);
  });

  test('2,000 results of a long call all arrive in order, and progress between them only as its newest', async () => {
    const { client } = await connect({
      verify: ({ onEvent }) => {
        for (let index = 0; index < 2000; index += 1) {
          onEvent({ kind: 'probe', probe: { ...PROBE, ms: index } });
          onEvent({ kind: 'progress', done: index + 1, total: 2000 });
        }
        onEvent({ kind: 'done', agree: 2000, disagree: 0, errors: 0 });
        return Promise.resolve();
      },
    });
    const events: VerifyEvent[] = [];
    for await (const event of await client.verify.run({})) events.push(event);
    expect(events.flatMap((event) => (event.kind === 'probe' ? [event.probe.ms] : []))).toEqual([
      ...Array(2000).keys(),
    ]);
    expect(events.filter(({ kind }) => kind === 'progress').length).toBeLessThan(10);
    expect(events.at(-1)).toEqual({ kind: 'done', agree: 2000, disagree: 0, errors: 0 });
  });

  test('a reader that stands still is sent a few of 2,000 changes, and the newest when it goes on', async () => {
    const gate = gated();
    const { core, client } = await connect({}, gate.wrap);
    core.setFrame(frameOf(0));
    const stream = await client.matrix.watch();
    await stream.next();
    gate.shut();
    for (let revision = 1; revision <= 2000; revision += 1) {
      core.setFrame(frameOf(revision));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(gate.held()).toBeLessThanOrEqual(WINDOW);
    gate.open();
    const seen: number[] = [];
    for await (const { revision } of stream) {
      seen.push(revision);
      if (revision === 2000) break;
    }
    // Those on their way, the one that waited to go, and the newest.
    expect(seen.length).toBeLessThanOrEqual(WINDOW + 2);
    await untilNobodyListens(core);
  });
});

const ENTRY: JournalEntryView = {
  id: '3fa9c01b22',
  at: 1_764_000_000_000,
  who: 'cli',
  change: { action: 'block', from: 'shop/web', to: 'shop/db', ports: ['tcp/5432'] },
  difference: {
    names: [],
    sides: [
      {
        from: 'shop/web',
        to: 'shop/db',
        before: [],
        after: [{ at: 0, rule: { from: 'shop/web', to: 'shop/db', action: 'deny', ports: ['tcp/5432'] } }],
      },
    ],
  },
  state: 'done',
  applied: true,
  endedAt: 1_764_000_000_100,
  result: { agree: 1, disagree: 0, errors: 0, unheld: 0 },
  error: null,
  wayBack: [],
  undoneBy: null,
  more: 0,
  undoable: true,
};

const PROBE = {
  from: 'a',
  to: 'b',
  address: '10.0.0.2',
  port: 'tcp/80',
  predicted: 'open',
  measured: 'open',
  ms: 0,
  detail: '',
} as const;

/** Holds back what arrives, as a page that is busy drawing does. */
function gated() {
  const held: (() => void)[] = [];
  let isShut = false;
  return {
    shut: () => (isShut = true),
    held: () => held.length,
    open: () => {
      isShut = false;
      for (const deliver of held.splice(0)) deliver();
    },
    wrap: (port: Port): Port => ({
      ...port,
      onMessage: (listener) =>
        port.onMessage((message) => (isShut ? held.push(() => listener(message)) : listener(message))),
    }),
  };
}
