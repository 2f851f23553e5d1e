/**
 * Many small questions at once: GET requests written one behind the other on a few connections of their own.
 *
 * A large engine is asked hundreds of times before anything can be shown; Node's HTTP client then takes longer than the
 * engine.  Only for sockets of this machine, where nothing but the engine reads them; whatever is not plainly answered is
 * left to the ordinary way.
 */
import type { Duplex } from 'node:stream';

export interface PlainAnswer {
  readonly status: number;
  readonly body: Buffer;
}

export interface PipelineOptions {
  /** Opens one more connection. */
  readonly dial: () => Duplex;
  /** For the `Host` header. */
  readonly host: string;
  /** With their query; no spaces or line ends. */
  readonly paths: readonly string[];
  readonly onAnswer: (index: number, answer: PlainAnswer) => void;
  readonly signal?: AbortSignal | undefined;
  /** A connection that says nothing for so long (ms) is given up. */
  readonly silenceMs?: number;
}

const CONNECTIONS = 8;
/** Requests that wait for their answer on one connection. */
const DEPTH = 16;
const SILENCE_MS = 5000;

/** Resolves with the indices of those that were not answered: the connection broke, was silent, or said something odd. */
export async function pipelined(options: PipelineOptions): Promise<readonly number[]> {
  const { paths, signal } = options;
  const left = [...paths.keys()].reverse();
  const lost: number[] = [];
  const count = Math.min(CONNECTIONS, Math.ceil(paths.length / DEPTH));
  if (!signal?.aborted) await Promise.all(Array.from({ length: count }, () => converse(options, left, lost)));
  return [...lost, ...left].sort((a, b) => a - b);
}

/** One connection from its opening to its end.  Takes indices from `left`, and puts into `lost` those it owes an answer. */
function converse(options: PipelineOptions, left: number[], lost: number[]): Promise<void> {
  const { dial, host, paths, onAnswer, signal, silenceMs = SILENCE_MS } = options;
  return new Promise((resolve) => {
    const waiting: number[] = [];
    const reader = createAnswerReader();
    const socket = dial();
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      socket.destroy();
      lost.push(...waiting.splice(0));
      resolve();
    };
    const timer = setTimeout(end, silenceMs);
    const ask = (): void => {
      let text = '';
      while (waiting.length < DEPTH) {
        const index = left.pop();
        if (index === undefined) break;
        waiting.push(index);
        text += `GET ${paths[index] ?? '/'} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
      }
      if (text !== '') socket.write(text, 'latin1');
      else if (waiting.length === 0) end();
    };
    signal?.addEventListener('abort', end, { once: true });
    socket.on('error', end);
    socket.on('close', end);
    socket.on('end', end);
    socket.on('data', (chunk: Buffer) => {
      timer.refresh();
      const answers = reader(chunk);
      for (const answer of answers ?? []) {
        const index = waiting.shift();
        if (index === undefined) break;
        onAnswer(index, answer);
      }
      if (answers) ask();
      else end();
    });
    ask();
  });
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** Longer heads are no engine's. */
const HEAD_LIMIT = 32 * 1024;

/**
 * Cuts a stream into answers, with a length or in chunks, as Go's server sends them.
 *
 * @returns the answers a chunk completes; null when it holds anything else, also an answer after which the connection ends
 */
export function createAnswerReader(): (chunk: Buffer) => readonly PlainAnswer[] | null {
  let held: Buffer = Buffer.alloc(0);
  return (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const answers: PlainAnswer[] = [];
    for (;;) {
      const headEnd = held.indexOf(HEAD_END);
      if (headEnd < 0) return held.length > HEAD_LIMIT ? null : answers;
      const head = held.toString('latin1', 0, headEnd);
      const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1] ?? 0);
      const length = /\r\ncontent-length: *(\d{1,9}) *(?:\r\n|$)/i.exec(head)?.[1];
      const chunked = /\r\ntransfer-encoding: *chunked *(?:\r\n|$)/i.test(head);
      // Neither is an answer without an end; both, or an encoding, is none of an engine.
      if (
        status < 200 ||
        chunked === (length !== undefined) ||
        /\r\ncontent-encoding:|\r\nconnection: *close/i.test(head)
      ) {
        return null;
      }
      const start = headEnd + HEAD_END.length;
      const body = chunked ? chunksFrom(held, start) : bytesFrom(held, start, Number(length));
      if (body === 'odd') return null;
      if (body === 'more') return answers;
      answers.push({ status, body: body.bytes });
      held = held.subarray(body.end);
    }
  };
}

type Body = { readonly bytes: Buffer; readonly end: number } | 'more' | 'odd';

function bytesFrom(held: Buffer, start: number, length: number): Body {
  const end = start + length;
  return held.length < end ? 'more' : { bytes: held.subarray(start, end), end };
}

function chunksFrom(held: Buffer, start: number): Body {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = held.indexOf('\r\n', at);
    if (lineEnd < 0) return held.length - at > 16 ? 'odd' : 'more';
    const digits = held.toString('latin1', at, lineEnd);
    if (!/^[\da-f]{1,7}$/i.test(digits)) return 'odd';
    const length = Number.parseInt(digits, 16);
    const end = lineEnd + 2 + length;
    if (held.length < end + 2) return 'more';
    if (held[end] !== 0x0d || held[end + 1] !== 0x0a) return 'odd';
    if (length === 0) return { bytes: Buffer.concat(parts), end: end + 2 };
    parts.push(held.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
