/**
 * Files that come from the user's disk: sent by the page's carrier beside the contract, because an archive may be larger
 * than any memory.  Each is awaited by one job, and taken once, from whoever knows its ticket.
 */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { BulkheadError } from '../../shared/errors.ts';

export interface ExpectedUpload {
  /** Where it is to be sent, relative to the page. */
  readonly path: string;
  /** Rejects when it has not come in time, or when the signal aborts. */
  arrived(signal: AbortSignal): Promise<Readable>;
}

export interface Uploads {
  expect(): ExpectedUpload;
  /**
   * Hands over what has come.  @param path what follows the page's address
   *
   * @returns false where nothing is expected there (any more)
   */
  give(path: string, content: Readable): boolean;
  clear(): void;
}

const PREFIX = 'upload/';
/** A page sends at once what it announced (ms). */
const EXPECTED_MS = 60_000;

export function createUploads({ expectedMs = EXPECTED_MS }: { readonly expectedMs?: number } = {}): Uploads {
  const waiting = new Map<string, (content: Readable) => void>();
  return {
    expect: () => {
      const path = PREFIX + randomBytes(24).toString('base64url');
      let resolve = (_content: Readable): void => undefined;
      let reject = (_why: Error): void => undefined;
      const coming = new Promise<Readable>((done, fail) => {
        resolve = done;
        reject = fail;
      });
      // Whoever waits hears of it; nobody may.
      coming.catch(() => undefined);
      const timer = setTimeout(() => end(late()), expectedMs);
      timer.unref();
      const end = (why: Error): void => {
        clearTimeout(timer);
        waiting.delete(path);
        reject(why);
      };
      waiting.set(path, (content) => {
        clearTimeout(timer);
        waiting.delete(path);
        resolve(content);
      });
      return {
        path,
        arrived: (signal) => {
          const cancelled = new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' });
          if (signal.aborted) end(cancelled);
          signal.addEventListener('abort', () => end(cancelled), { once: true });
          return coming;
        },
      };
    },
    give: (path, content) => {
      const take = waiting.get(path);
      take?.(content);
      return take !== undefined;
    },
    clear: () => waiting.clear(),
  };
}

function late(): BulkheadError {
  return new BulkheadError({
    code: 'CANCELLED',
    message: 'The file was announced and did not come.',
    hint: 'Choose it again.',
  });
}
