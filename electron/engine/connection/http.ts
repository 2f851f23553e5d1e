/**
 * Plain requests to an engine: JSON in, JSON out, always with an end.
 *
 * Not dockerode's: its client never answers when a connection breaks in the middle of a body, and knows no timeout
 * that spares streams.  Hijacked streams (exec, attach, build) stay with dockerode, on the same agent.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { mapLimited } from '../../lib/limit.ts';
import { cancelled, connectionFault, refusal, timeoutFault } from './faults.ts';
import { pipelined } from './pipeline.ts';
import type { Transport } from './transport.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `undefined` values are left out; objects are sent as JSON, as the engine's `filters` want it. */
  readonly query?: Readonly<Record<string, string | number | boolean | object | undefined>>;
  readonly body?: unknown;
  /** Sent as it comes, an archive unless `headers` say otherwise, in place of `body`; ended with the request. */
  readonly source?: Readable | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** To the last byte; for a stream, to its headers.  Default 20 s. */
  readonly timeoutMs?: number;
}

/** Questions at a time: quick, and no burden for the engine. */
const IN_FLIGHT = 8;
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
    const response = await send(transport, path, options, deadline);
    const text = await readText(response);
    return { json: text === '' ? null : parseJson(address, text), headers: response.headers };
  } catch (thrown) {
    throw deadline.reason() ?? connectionFault(address, thrown);
  } finally {
    deadline.clear();
  }
}

export type EachAnswer = { readonly json: unknown } | { readonly error: Error };

/**
 * Many questions, each as `fetchJson` would ask it: calls back once for each, in any order, with the JSON or with why there
 * is none.
 */
export async function fetchEach(
  transport: Transport,
  address: string,
  paths: readonly string[],
  options: { readonly signal?: AbortSignal | undefined },
  onAnswer: (index: number, answer: EachAnswer) => void,
): Promise<void> {
  const { dial, host } = transport;
  const { signal } = options;
  const read = (status: number, text: string): EachAnswer => {
    try {
      if (status < 200 || status >= 300) throw refusal(status, messageOf(text));
      return { json: text === '' ? null : parseJson(address, text) };
    } catch (error) {
      return { error: connectionFault(address, error) };
    }
  };
  const left =
    dial && paths.length > 1
      ? await pipelined({
          dial,
          host,
          paths,
          signal,
          onAnswer: (index, { status, body }) => onAnswer(index, read(status, body.toString('utf8'))),
        })
      : [...paths.keys()];
  await mapLimited(left, IN_FLIGHT, async (index) => {
    const answer = fetchJson(transport, address, paths[index] ?? '/', { signal }).then(
      ({ json }): EachAnswer => ({ json }),
      (error: unknown): EachAnswer => ({ error: connectionFault(address, error) }),
    );
    onAnswer(index, await answer);
  });
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
    const response = await send(transport, path, options, deadline);
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

/** A timer and the caller's signal, whichever is first.  A listing makes hundreds: no `AbortSignal` of its own each. */
interface Deadline {
  /** Why it is over; null when it is not. */
  reason(): Error | null;
  /** Ends this request instead of an earlier one when it is over, now if it is already. */
  ends(request: { destroy(why: Error): unknown }): void;
  clear(): void;
}

function createDeadline(address: string, { signal, timeoutMs = DEFAULT_TIMEOUT_MS }: ApiRequest): Deadline {
  let request: { destroy(why: Error): unknown } | null = null;
  let reason: Error | null = null;
  const end = (why: Error): void => {
    reason ??= why;
    request?.destroy(why);
  };
  const onAbort = (): void => end(cancelled());
  const timer = setTimeout(() => end(timeoutFault(address)), timeoutMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    reason: () => reason,
    ends: (next) => {
      request = next;
      if (reason) next.destroy(reason);
    },
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
  deadline: Deadline,
): Promise<IncomingMessage> {
  const response = await dispatch(transport, path, options, deadline);
  const status = response.statusCode ?? 0;
  if ((status >= 200 && status < 300) || status === 304) return response;
  const text = await readText(response);
  throw refusal(status, messageOf(text));
}

function dispatch(
  transport: Transport,
  path: string,
  { method = 'GET', query = {}, body, source, headers = {} }: ApiRequest,
  deadline: Deadline,
): Promise<IncomingMessage> {
  const payload = body === undefined ? null : Buffer.from(JSON.stringify(body));
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      agent: transport.agent,
      host: transport.host,
      port: transport.port,
      method,
      path: path + queryText(query),
      headers: { ...contentHeaders(payload, source), ...headers },
    });
    request.once('response', (response) => {
      // An engine that says no before it has read everything wants no more of it.
      if (source) response.once('close', () => source.destroy());
      resolve(response);
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      // The engine restarted while this connection lay idle: nothing was received, a fresh one may do.
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      if (stale && method === 'GET' && !deadline.reason()) {
        dispatch(transport, path, { method, query, headers }, deadline).then(resolve, reject);
      } else reject(error);
    });
    deadline.ends(request);
    if (source) pipeline(source, request, () => undefined);
    else request.end(payload ?? undefined);
  });
}

function contentHeaders(payload: Buffer | null, source: Readable | undefined): Record<string, string | number> {
  if (source) return { 'content-type': 'application/x-tar' };
  return payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {};
}

/** By events: iterating over a response takes longer than all else about it. */
function readText(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    response.once('error', reject);
    response.once('close', () => {
      if (!response.complete) reject(Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' }));
    });
  });
}

function queryText(query: NonNullable<ApiRequest['query']>): string {
  const fields = Object.entries(query);
  if (fields.length === 0) return '';
  const text = new URLSearchParams();
  for (const [name, value] of fields) {
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
