/**
 * Files that go to the user's disk: fetched by the page's carrier beside the contract, because an archive may be larger
 * than any memory and the browser knows how to save one.  Each is handed out once, to whoever knows its ticket.
 */
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';

export interface Download {
  /** As the file is to be called. */
  readonly name: string;
  readonly type: string;
  /** Called once, when it is fetched; whoever fetches ends the stream. */
  readonly open: (signal: AbortSignal) => Promise<Readable>;
}

export interface Downloads {
  /** @returns the path at which it can be fetched, relative to the page */
  offer(download: Download): string;
  /** @param path what follows the page's address; null where nothing is offered there (any more) */
  take(path: string): Download | null;
  clear(): void;
}

const PREFIX = 'download/';
/** A page fetches at once what it asked for (ms). */
const OFFERED_MS = 60_000;
const MOST_OFFERED = 100;

export function createDownloads(now: () => number = Date.now): Downloads {
  const offers = new Map<string, { readonly download: Download; readonly until: number }>();
  const forget = (): void => {
    for (const [path, { until }] of offers) if (until < now() || offers.size > MOST_OFFERED) offers.delete(path);
  };
  return {
    offer: (download) => {
      const path = PREFIX + randomBytes(24).toString('base64url');
      offers.set(path, { download, until: now() + OFFERED_MS });
      forget();
      return path;
    },
    take: (path) => {
      forget();
      const found = offers.get(path);
      offers.delete(path);
      return found?.download ?? null;
    },
    clear: () => offers.clear(),
  };
}

/** `Content-Disposition` for a name that may hold anything (RFC 6266). */
export function attachmentHeader(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, '_');
  const encoded = encodeURIComponent(name).replaceAll(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
