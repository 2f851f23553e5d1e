import { expect, it } from 'vitest';
import type { Wire, WireOptions } from '../driver.ts';
import { shareWire } from './shared-wire.ts';

interface Opened {
  readonly options: WireOptions;
  succeed(): FakeWire;
  fail(error: Error): void;
}

type FakeWire = Wire & { lose(why: string): void; readonly ended: unknown[] };

/** A factory whose openings the test ends by hand. */
function factory(): { open: (options: WireOptions) => Promise<Wire>; openings: Opened[] } {
  const openings: Opened[] = [];
  const open = (options: WireOptions): Promise<Wire> =>
    new Promise((resolve, reject) => {
      options.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      openings.push({
        options,
        succeed: () => {
          const wire = fakeWire();
          resolve(wire);
          return wire;
        },
        fail: reject,
      });
    });
  return { open, openings };
}

function fakeWire(): FakeWire {
  let lose = (_why: string): void => undefined;
  const closed = new Promise<string>((resolve) => (lose = resolve));
  const ended: unknown[] = [];
  const unused = (): never => {
    throw new Error('not part of this test');
  };
  return {
    capabilities: {
      nftVersion: '',
      kernel: '',
      architecture: '',
      bridgeConntrack: false,
      bridgeNetfilter: null,
      userlandProxy: false,
      ip6tables: null,
      ipvs: false,
      hostAddresses: [],
    },
    machine: unused,
    filters: unused,
    watchFilters: unused,
    load: unused,
    read: unused,
    listening: unused,
    probe: unused,
    closed,
    close: (options) => {
      ended.push(options);
      return Promise.resolve();
    },
    lose: (why) => lose(why),
    ended,
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('opens once for all who ask, and again after it was lost', async () => {
  const { open, openings } = factory();
  const shared = shareWire(open);
  const asked = [shared.get({}), shared.get({})];
  const wire = openings[0]?.succeed();
  expect(await Promise.all(asked)).toEqual([wire, wire]);
  expect(await shared.get({})).toBe(wire);
  wire?.lose('the helper died');
  await settled();
  const next = shared.get({});
  expect(openings).toHaveLength(2);
  const second = openings[1]?.succeed();
  expect(await next).toBe(second);
});

it('lets one who waits try himself when the one who opened it gave up', async () => {
  const { open, openings } = factory();
  const shared = shareWire(open);
  const abort = new AbortController();
  const first = shared.get({ signal: abort.signal });
  const other = shared.get({});
  abort.abort();
  await expect(first).rejects.toThrow('aborted');
  await settled();
  expect(openings).toHaveLength(2);
  const wire = openings[1]?.succeed();
  expect(await other).toBe(wire);
});

it('passes a failure to who opened it, and opens anew next time', async () => {
  const { open, openings } = factory();
  const shared = shareWire(open);
  const first = shared.get({});
  openings[0]?.fail(new Error('no image'));
  await expect(first).rejects.toThrow('no image');
  void shared.get({});
  expect(openings).toHaveLength(2);
  openings[1]?.succeed();
});

it('ends the open wire with its options, and cancels one that is being opened', async () => {
  const { open, openings } = factory();
  const shared = shareWire(open);
  void shared.get({});
  const wire = openings[0]?.succeed();
  await settled();
  await shared.close({ stopHelper: true });
  expect(wire?.ended).toEqual([{ stopHelper: true }]);
  const opening = shared.get({});
  const failed = expect(opening).rejects.toThrow('aborted');
  await shared.close();
  await failed;
  await shared.close();
});
