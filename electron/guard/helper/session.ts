/** One conversation with one helper: numbered requests in lines of JSON, answers in any order. */
import type { Duplex } from 'node:stream';
import { setMaxListeners } from 'node:events';
import * as z from 'zod';
import { BulkheadError } from '../../../shared/errors.ts';
import { createDemultiplexer, createLineSplitter } from './frames.ts';

export interface CallOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: (event: unknown) => void;
}

export interface HelperSession {
  /**
   * @throws BulkheadError `HELPER_FAILED` when the helper says no, does not answer in time or is lost; `CANCELLED` when
   * the signal aborts (the helper then stops that work).
   */
  call(op: string, payload: object, options?: CallOptions): Promise<unknown>;
  /** Resolves with why, when nothing can be asked any more. Never rejects. */
  readonly closed: Promise<string>;
  /** Asks the helper to end and closes the stream. Harmless twice. */
  close(reason?: string): void;
}

const LINE_LIMIT = 32 * 1024 * 1024;
const CALL_TIMEOUT_MS = 20_000;
/** The helper ends when it hears nothing for 90 s: it may be at the far end of a line that broke in silence. */
const PING_MS = 20_000;
/** 20.10 may lose what is said around the attach: ask again until answered. */
const KNOCK_MS = 300;
const KNOCKS = 50;

const answerLine = z.object({
  id: z.number().optional(),
  ok: z.unknown().optional(),
  event: z.unknown().optional(),
  error: z.string().optional(),
});

interface Pending {
  settle(result: { readonly ok: unknown } | { readonly failed: Error }): void;
  event(value: unknown): void;
}

export function createSession(stream: Duplex): HelperSession {
  const pending = new Map<number, Pending>();
  let lastId = 0;
  let stderr = '';
  let over: string | null = null;
  let tellClosed: (reason: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => (tellClosed = resolve));

  const end = (reason: string): void => {
    if (over !== null) return;
    over = reason;
    clearInterval(ping);
    stream.destroy();
    for (const { settle } of [...pending.values()]) settle({ failed: failure(reason) });
    tellClosed(reason);
  };
  const write = (message: object): void => {
    stream.write(`${JSON.stringify(message)}\n`);
  };
  const onLine = (line: string): void => {
    const parsed = answerLine.safeParse(parseJson(line));
    if (!parsed.success) {
      end('The helper said something that is no answer.');
      return;
    }
    const { id, ok, event, error } = parsed.data;
    const waiting = pending.get(id ?? 0);
    if (!waiting) return;
    if (error !== undefined) waiting.settle({ failed: failure(error) });
    else if (event !== undefined) waiting.event(event);
    else waiting.settle({ ok });
  };

  const call = (op: string, payload: object, options: CallOptions = {}): Promise<unknown> => {
    const { timeoutMs = CALL_TIMEOUT_MS, signal, onEvent } = options;
    if (over !== null) return Promise.reject(failure(over));
    if (signal?.aborted) return Promise.reject(cancelled());
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const giveUp = (why: Error): void => {
        if (!pending.has(id)) return;
        settle({ failed: why });
        if (over === null && op !== 'ping') {
          lastId += 1;
          write({ id: lastId, op: 'cancel', target: id });
        }
      };
      const onAbort = (): void => giveUp(cancelled());
      const timer = setTimeout(() => giveUp(failure(`The helper did not answer "${op}" in time.`)), timeoutMs);
      const settle: Pending['settle'] = (result) => {
        pending.delete(id);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        if ('failed' in result) reject(result.failed);
        else resolve(result.ok);
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      pending.set(id, { settle, event: (value) => onEvent?.(value) });
      write({ id, op, ...payload });
    });
  };

  const ping = setInterval(() => {
    call('ping', {}).catch(() => end('The helper does not answer any more.'));
  }, PING_MS);
  ping.unref();
  const split = createLineSplitter(onLine, {
    limit: LINE_LIMIT,
    onOverflow: () => end('The helper said too much.'),
  });
  stream.on(
    'data',
    createDemultiplexer({
      onStdout: split,
      onStderr: (chunk) => (stderr = (stderr + chunk.toString('utf8')).slice(-2000)),
    }),
  );
  stream.on('error', (error) => end(`The connection to the helper broke: ${error.message}`));
  const onEnd = (): void =>
    end(stderr.trim() === '' ? 'The helper has ended.' : `The helper has ended: ${stderr.trim()}`);
  stream.on('end', onEnd);
  stream.on('close', onEnd);

  return {
    call,
    closed,
    close: (reason = 'The session was closed.') => {
      if (over !== null) return;
      lastId += 1;
      write({ id: lastId, op: 'bye' });
      end(reason);
    },
  };
}

/**
 * The first exchange: what the helper can do. Asked again and again, since the first questions or answers may be lost.
 *
 * @throws BulkheadError `HELPER_FAILED` when it never answers; `CANCELLED`.
 */
export async function knock(session: HelperSession, signal?: AbortSignal): Promise<unknown> {
  const abort = new AbortController();
  // Each question listens until it is answered or all are given up; on a busy machine all of them may be open.
  setMaxListeners(KNOCKS + 1, abort.signal);
  const stop = (): void => abort.abort();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<unknown>((resolve, reject) => {
      let knocks = 0;
      const ask = (): void => {
        knocks += 1;
        session
          .call('hello', {}, { signal: abort.signal, timeoutMs: KNOCK_MS * (KNOCKS + 1 - knocks) })
          .then(resolve, reject);
      };
      const timer = setInterval(() => (knocks < KNOCKS ? ask() : undefined), KNOCK_MS);
      abort.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
      if (signal?.aborted) stop();
      ask();
    });
  } finally {
    abort.abort();
    signal?.removeEventListener('abort', stop);
  }
}

function failure(message: string): BulkheadError {
  return new BulkheadError({
    code: 'HELPER_FAILED',
    message,
    hint: 'Bulkhead tries again by itself. "bulkhead doctor" says what the helper can do on this engine.',
  });
}

function cancelled(): BulkheadError {
  return new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
