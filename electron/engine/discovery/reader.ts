/** What a catalogue's reader needs: one bounded question to an HTTP API inside the engine. */
import { request } from 'node:http';
import type { CatalogueEntry } from '../../../shared/topology/model.ts';

export interface Question {
  readonly path: string;
  /** Sent as JSON by POST; absent: a GET. */
  readonly body?: unknown;
}

/** Resolves with the parsed answer; rejects when there is none, or it is no JSON, too large, too late or not a 200. */
export type Ask = (question: Question) => Promise<unknown>;

/** Reads one kind of catalogue.  Whatever it is answered, it gives entries or rejects; never more than `MAX_ENTRIES`. */
export interface CatalogueReader {
  /** Where that API listens by default. */
  readonly port: number;
  readonly read: (ask: Ask) => Promise<readonly CatalogueEntry[]>;
}

export const MAX_ENTRIES = 1000;

const MAX_BYTES = 1_000_000;
const TIMEOUT_MS = 2000;
const MAX_TEXT = 253;

/** Asks at one address.  Redirects are not followed: an answer may not send us anywhere else. */
export function askAt(address: string, port: number, signal: AbortSignal): Ask {
  return ({ path, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          host: address,
          port,
          path,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          agent: false,
          signal,
        },
        (response) => {
          if (response.statusCode !== 200) {
            sent.destroy(new Error(`It answered with status ${String(response.statusCode)}.`));
            return;
          }
          const chunks: Buffer[] = [];
          let length = 0;
          response.on('data', (chunk: Buffer) => {
            length += chunk.length;
            if (length > MAX_BYTES) sent.destroy(new Error('Its answer is too long.'));
            else chunks.push(chunk);
          });
          response.on('error', reject);
          response.on('end', () => {
            try {
              resolve(JSON.parse(Buffer.concat(chunks).toString('utf8')));
            } catch {
              reject(new Error('Its answer is no JSON.'));
            }
          });
        },
      );
      // To the last byte: one that answers drop by drop is late too.
      const timer = setTimeout(() => sent.destroy(new Error('It did not answer in time.')), TIMEOUT_MS);
      sent.on('error', reject);
      sent.on('close', () => {
        clearTimeout(timer);
        reject(new Error('It hung up.'));
      });
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

/** An entry out of hostile text; none where the name or the address cannot be one. */
export function entryOf(name: string, address: string, port: number): readonly CatalogueEntry[] {
  if (name === '' || address === '' || name.length > MAX_TEXT || address.length > MAX_TEXT) return [];
  return [{ name, address, port: Number.isInteger(port) && port > 0 && port <= 65_535 ? port : 0 }];
}

/** `10.0.0.2:80`, `[fd00::2]:80`, `web:80`, `http://web:80/x`; null when it is none of these. */
export function addressAndPort(text: string): { readonly address: string; readonly port: number } | null {
  const match = /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:\[([0-9a-f:]+)\]|([^/:\s[\]]+))(?::(\d{1,5}))?(?:\/|$)/i.exec(
    text.slice(0, 1024),
  );
  const address = match?.[1] ?? match?.[2];
  return address === undefined ? null : { address, port: Number(match?.[3] ?? 0) };
}
