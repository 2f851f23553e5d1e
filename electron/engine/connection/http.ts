/**
 * Plain requests to an engine: JSON in, JSON out, always with an end.
 *
 * Not dockerode's: its client never answers when a connection breaks in the middle of a body, and knows no timeout
 * that spares streams.  Hijacked streams (exec, attach, build) stay with dockerode, on the same agent.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { cancelled, connectionFault, refusal, timeoutFault } from './faults.ts';
import type { Transport } from './transport.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `undefined` values are left out; objects are sent as JSON, as the engine's `filters` want it. */
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  /** To the last byte; for a stream, to its headers.  Default 20 s. */
  readonly timeoutMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 20_000;

export interface Answer {
  readonly json: unknown;
  readonly headers: IncomingMessage['headers'];
}

/** @throws BulkheadError by `faults.ts`; `RefusalError` where the engine said no. */
export async function fetchJson(
  transport: Transport,
  address: string,
  path: string,
  options: ApiRequest,
): Promise<Answer> {
  const deadline = createDeadline(address, options);
  try {
    const response = await send(transport, path, options, deadline.signal);
    const text = await readText(response);
    return { json: text === '' ? null : parseJson(address, text), headers: response.headers };
  } catch (thrown) {
    throw deadline.reason() ?? connectionFault(address, thrown);
  } finally {
    deadline.clear();
  }
}

/** The body as it comes; the caller ends it with `destroy()` or by aborting `options.signal`. */
export async function fetchStream(
  transport: Transport,
  address: string,
  path: string,
  options: ApiRequest,
): Promise<IncomingMessage> {
  const deadline = createDeadline(address, options);
  try {
    const response = await send(transport, path, options, deadline.signal);
    const { signal } = options;
    if (signal) {
      const stop = (): void => void response.destroy(cancelled());
      signal.addEventListener('abort', stop, { once: true });
      response.once('close', () => signal.removeEventListener('abort', stop));
    }
    return response;
  } catch (thrown) {
    throw deadline.reason() ?? connectionFault(address, thrown);
  } finally {
    deadline.clear();
  }
}

interface Deadline {
  readonly signal: AbortSignal;
  /** Why it was aborted; null when it was not. */
  reason(): Error | null;
  clear(): void;
}

/** By hand, because `AbortSignal.timeout` and `.any` leave a timer and a listener behind for each request. */
function createDeadline(address: string, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiRequest): Deadline {
  const abort = new AbortController();
  let reason: Error | null = null;
  const end = (why: Error): void => {
    reason ??= why;
    abort.abort(why);
  };
  const onAbort = (): void => end(cancelled());
  const timer = setTimeout(() => end(timeoutFault(address)), timeoutMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: abort.signal,
    reason: () => reason,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

async function send(
  transport: Transport,
  path: string,
  options: ApiRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const response = await dispatch(transport, path, options, signal);
  const status = response.statusCode ?? 0;
  if ((status >= 200 && status < 300) || status === 304) return response;
  const text = await readText(response);
  throw refusal(status, messageOf(text));
}

function dispatch(
  transport: Transport,
  path: string,
  { method = 'GET', query = {}, body }: ApiRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const payload = body === undefined ? null : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      agent: transport.agent,
      host: transport.host,
      port: transport.port,
      method,
      path: path + queryText(query),
      headers: payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {},
      signal,
    });
    request.once('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The engine restarted while this connection lay idle: nothing was received, a fresh one may do.
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (stale && method === 'GET' && !signal.aborted) {
        dispatch(transport, path, { method, query }, signal).then(resolve, reject);
      } else reject(error);
    });
    request.end(payload ?? undefined);
  });
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function queryText(query: NonNullable<ApiRequest['query']>): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) text.append(name, typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return text.size === 0 ? '' : `?${text.toString()}`;
}

function parseJson(address: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(0, `What answers at ${address} is no container engine.`);
  }
}

function messageOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  } catch {
    // Not the engine's own error shape: its words as they are.
  }
  return text.slice(0, 500);
}
