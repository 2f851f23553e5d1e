/** The stream of messages that long calls of the engine answer with: one JSON object after the other. */
import type { IncomingMessage } from 'node:http';
import { connectionFault, refusal } from '../connection/faults.ts';
import { numberOf, objectOf, textOf, type JsonObject } from '../inventory/json.ts';
import { createJsonReader } from '../inventory/lines.ts';

/** One message; hostile text, bounded by whoever shows it. */
export interface Message {
  /** What it is about: a layer, a tag; `''`: the whole. */
  readonly id: string;
  readonly status: string;
  /** Output of a build. */
  readonly stream: string;
  /** Bytes, where it tells any. */
  readonly current: number | null;
  readonly total: number | null;
  readonly aux: JsonObject;
}

export interface ReadMessages {
  readonly address: string;
  readonly signal?: AbortSignal | undefined;
  readonly onMessage: (message: Message) => void;
}

/**
 * Reads to the end.
 *
 * @throws BulkheadError in the engine's words where a message is an error; `ENGINE_UNREACHABLE` where the answer breaks off
 */
export function readMessages(response: IncomingMessage, { address, signal, onMessage }: ReadMessages): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: Error | null = null;
    const fail = (error: Error): void => void (failure ??= error);
    const onEvent = createJsonReader((value) => {
      const root = objectOf(value);
      const error = textOf(objectOf(root['errorDetail'])['message']) || textOf(root['error']);
      if (error !== '') fail(refusal(0, error));
      else if (failure === null) onMessage(toMessage(root));
    });
    response.setEncoding('utf8');
    response.on('data', onEvent);
    response.once('error', fail);
    response.once('close', () => {
      const broken = Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' });
      if (signal?.aborted) reject(connectionFault(address, failure ?? broken));
      else if (failure) reject(connectionFault(address, failure));
      else if (response.complete) resolve();
      else reject(connectionFault(address, broken));
    });
  });
}

function toMessage(root: JsonObject): Message {
  const detail = objectOf(root['progressDetail']);
  const total = numberOf(detail['total']);
  // Some counts are of seconds.
  const isBytes = !('units' in detail) && 'current' in detail;
  return {
    id: textOf(root['id']),
    status: textOf(root['status']),
    stream: textOf(root['stream']),
    current: isBytes ? numberOf(detail['current']) : null,
    total: isBytes && total > 0 ? total : null,
    aux: objectOf(root['aux']),
  };
}
