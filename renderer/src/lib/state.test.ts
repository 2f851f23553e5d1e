import { describe, expect, test } from 'vitest';
import type { EngineState } from '../../../shared/contract/schemas.ts';
import { BulkheadError, type ErrorShape } from '../../../shared/errors.ts';
import { endpoint, frameOf } from '../features/matrix/test-frame.ts';
import { errorOf } from './errors.ts';
import { decodeFrame } from './frame.ts';
import { INITIAL_STATE, isStale, reduceNews, shownPhase, type AppState, type CoreNews } from './store.ts';
import { follow } from './streams.ts';

const ABSENT: ErrorShape = { code: 'ENGINE_ABSENT', message: 'No engine.', hint: 'Start it.' };
const FAILED: EngineState = { phase: 'failed', error: ABSENT, tried: [] };
const CONNECTING: EngineState = { phase: 'connecting', address: 'unix:///x' };
const CONNECTED: EngineState = {
  phase: 'connected',
  engine: {
    address: 'demo',
    kind: 'demo',
    name: 'demo',
    version: '',
    apiVersion: '',
    firewallBackend: '',
    operatingSystem: '',
  },
};

function after(...news: readonly CoreNews[]): AppState {
  return news.reduce<AppState>((state, next) => ({ ...state, ...reduceNews(state, next) }), INITIAL_STATE);
}
const engine = (state: EngineState): CoreNews => ({ kind: 'engine', engine: state });

describe('news of the core', () => {
  test('a failure stays on screen while the core tries again, and goes when it succeeds', () => {
    expect(after(engine(FAILED), engine(CONNECTING)).failure).toBe(FAILED);
    expect(after(engine(FAILED), engine(CONNECTING), engine(CONNECTED)).failure).toBeNull();
    expect(after(engine(CONNECTING)).failure).toBeNull();
  });

  test('losing the core keeps the picture, any word of it ends the loss', () => {
    const frame = frameOf({ endpoints: [endpoint('web')] });
    const lost = after({ kind: 'frame', frame }, { kind: 'down', error: ABSENT });
    expect([lost.link, lost.frame]).toEqual(['down', frame]);
    expect(reduceNews(lost, engine(CONNECTED)).link).toBe('up');
  });

  test('of a lost core the last word about the engine is not shown as current', () => {
    const connected = after(engine(CONNECTED));
    const lost = after(engine(CONNECTED), { kind: 'down', error: ABSENT });
    expect([shownPhase(INITIAL_STATE), shownPhase(connected), isStale(connected)]).toEqual([
      'connecting',
      'connected',
      false,
    ]);
    expect([shownPhase(lost), isStale(lost)]).toEqual(['lost', true]);
  });

  test('leaving an engine drops everything that was its', () => {
    const frame = frameOf({ endpoints: [endpoint('web')] });
    const left = after(
      engine(FAILED),
      { kind: 'frame', frame },
      { kind: 'containers', containers: [] },
      { kind: 'leaving' },
    );
    expect(left).toMatchObject({ frame: null, containers: null, failure: null, cursor: null, selection: null });
  });

  test('a filter by a network nobody is on any more is dropped', () => {
    const on = (network: string): CoreNews => ({
      kind: 'frame',
      frame: frameOf({ endpoints: [endpoint('web', { networks: [network] })] }),
    });
    const state = { ...INITIAL_STATE, network: 'app' };
    expect(reduceNews(state, on('app')).network).toBe('app');
    expect(reduceNews(state, on('edge')).network).toBe('');
  });
});

test('a frame whose bytes do not fit its endpoints is refused', () => {
  const guard = { phase: 'idle' as const, denied: 0, held: 0, impossible: 0, error: null };
  expect(() =>
    decodeFrame({
      revision: 1,
      endpoints: [endpoint('a'), endpoint('b')],
      networks: [],
      verdicts: btoa('x'),
      flags: btoa('x'),
      guard,
      standing: { posture: 'open', guarded: [], isolated: [], offline: [] },
    }),
  ).toThrow(RangeError);
});

describe('errors', () => {
  test.each([
    ['the shape the contract carries', Object.assign(new Error('x'), { data: ABSENT }), ABSENT],
    ['our own error', new BulkheadError(ABSENT), ABSENT],
    ['an abort', Object.assign(new Error('x'), { name: 'AbortError' }), { code: 'CANCELLED' }],
    [
      'data that only looks like a shape',
      Object.assign(new Error('raw'), { data: { code: 'NO_SUCH' } }),
      { code: 'INTERNAL', message: 'raw' },
    ],
    ['no error at all', 'text', { code: 'INTERNAL', message: 'text' }],
  ])('%s', (_, thrown, expected) => {
    expect(errorOf(thrown)).toMatchObject(expected);
  });
});

describe('streams', () => {
  async function* yields<T>(...values: readonly T[]): AsyncGenerator<T> {
    for (const value of values) yield await Promise.resolve(value);
  }

  /** Follows opens that are scripted; resolves with everything that happened once the script is used up. */
  function run(script: readonly (() => Promise<AsyncIterable<number>>)[]): Promise<readonly unknown[]> {
    return new Promise((resolve) => {
      const seen: unknown[] = [];
      let opened = 0;
      const stop = follow<number>({
        open: async () => {
          const next = script[opened++];
          if (next) return await next();
          stop();
          resolve(seen);
          return yields(99);
        },
        onValue: (value) => seen.push(value),
        onDown: ({ code }) => seen.push(code),
        wait: (ms) => {
          seen.push(`wait ${ms}`);
          return Promise.resolve();
        },
      });
    });
  }

  test('an end or a failure is told, waited for ever longer, and opened again; a value resets the wait', async () => {
    const fails = (): Promise<AsyncIterable<number>> => Promise.reject(new BulkheadError(ABSENT));
    const seen = await run([fails, fails, () => Promise.resolve(yields(1, 2)), fails]);
    expect(seen).toEqual([
      'ENGINE_ABSENT',
      'wait 250',
      'ENGINE_ABSENT',
      'wait 500',
      1,
      2,
      'INTERNAL',
      'wait 250',
      'ENGINE_ABSENT',
      'wait 500',
    ]);
  });

  test('after the stop nothing is told, and the source is closed', async () => {
    const seen: number[] = [];
    const closed = await new Promise<boolean>((resolve) => {
      const stop = follow<number>({
        open: (signal) =>
          Promise.resolve(
            (async function* () {
              try {
                yield 1;
                yield 2;
                yield 3;
              } finally {
                resolve(signal.aborted);
              }
            })(),
          ),
        onValue: (value) => {
          seen.push(value);
          if (value === 2) stop();
        },
        onDown: () => seen.push(-1),
      });
    });
    expect([closed, seen]).toEqual([true, [1, 2]]);
  });
});
