import { Duplex } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createSession, knock } from './session.ts';

interface Helper {
  readonly stream: Duplex;
  /** What was asked so far. */
  readonly asked: readonly Record<string, unknown>[];
  say(message: object): void;
  sayRaw(text: string, source?: 1 | 2): void;
}

/** The far end of an attach stream; `reply` answers each request, or stays silent. */
function createHelper(reply: (request: Record<string, unknown>, helper: Helper) => void = () => undefined): Helper {
  const asked: Record<string, unknown>[] = [];
  const stream = new Duplex({
    read: () => undefined,
    write: (chunk: Buffer, _encoding, done) => {
      for (const line of chunk.toString('utf8').trim().split('\n')) {
        const request = JSON.parse(line) as Record<string, unknown>;
        asked.push(request);
        reply(request, helper);
      }
      done();
    },
  });
  const helper: Helper = {
    stream,
    asked,
    say: (message) => helper.sayRaw(`${JSON.stringify(message)}\n`),
    sayRaw: (text, source = 1) => {
      const content = Buffer.from(text);
      const frame = Buffer.alloc(8 + content.length);
      frame[0] = source;
      frame.writeUInt32BE(content.length, 4);
      content.copy(frame, 8);
      // In two pieces, cut inside the header: nothing may rest on how the bytes arrive.
      stream.push(frame.subarray(0, 5));
      stream.push(frame.subarray(5));
    },
  };
  return helper;
}

describe('the conversation with a helper', () => {
  it('gives each question its own answer, in whatever order they come', async () => {
    const helper = createHelper();
    const session = createSession(helper.stream);
    const events: unknown[] = [];
    const first = session.call('probe', {}, { onEvent: (event) => events.push(event) });
    const second = session.call('read', { places: [] });
    helper.say({ id: 2, ok: { tables: [] } });
    helper.say({ id: 1, event: { i: 0 } });
    helper.say({ id: 1, error: 'no such place' });
    await expect(second).resolves.toEqual({ tables: [] });
    await expect(first).rejects.toMatchObject({ code: 'HELPER_FAILED', message: 'no such place' });
    expect(events).toEqual([{ i: 0 }]);
    session.close();
  });

  it('asks again until the first answer comes through', async () => {
    let asks = 0;
    const helper = createHelper(({ id, op }, self) => {
      if (op !== 'hello') return;
      asks += 1;
      if (asks === 3) self.say({ id, ok: 'here' });
    });
    const session = createSession(helper.stream);
    await expect(knock(session)).resolves.toBe('here');
    session.close();
  });

  it('tells the helper to stop what nobody waits for any more', async () => {
    const helper = createHelper();
    const session = createSession(helper.stream);
    const abort = new AbortController();
    const call = session.call('probe', {}, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(session.call('read', {}, { timeoutMs: 1 })).rejects.toThrow('in time');
    expect(helper.asked.filter(({ op }) => op === 'cancel').map(({ target }) => target)).toEqual([1, 3]);
    session.close();
  });

  it.each([
    ['ends', (helper: Helper) => void helper.stream.push(null), 'The helper has ended'],
    ['breaks', (helper: Helper) => void helper.stream.destroy(new Error('reset')), 'reset'],
    ['talks nonsense', (helper: Helper) => helper.sayRaw('what?\n'), 'no answer'],
  ])('fails every open question and says why when the helper %s', async (_, act, why) => {
    const helper = createHelper();
    const session = createSession(helper.stream);
    const call = session.call('read', {});
    act(helper);
    await expect(call).rejects.toMatchObject({ code: 'HELPER_FAILED' });
    await expect(session.closed).resolves.toContain(why);
    await expect(session.call('read', {})).rejects.toMatchObject({ code: 'HELPER_FAILED' });
  });

  it('passes on the last words of a helper that could not run', async () => {
    const helper = createHelper();
    const session = createSession(helper.stream);
    helper.sayRaw('perl: cannot load\n', 2);
    helper.stream.push(null);
    await expect(session.closed).resolves.toContain('perl: cannot load');
  });

  it('gives up on a helper that no longer answers, and leaves no timer behind', async () => {
    vi.useFakeTimers();
    try {
      const session = createSession(createHelper().stream);
      await vi.advanceTimersByTimeAsync(60_000);
      await expect(session.closed).resolves.toContain('does not answer');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
