/** `app://bulkhead/`: the built page, with the same rules for what it may do as in a browser. */
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { toErrorShape } from '../../shared/errors.ts';
import { attachmentHeader, type Download, type Downloads } from '../app/downloads.ts';
import { SECURITY_HEADERS } from '../serve/headers.ts';
import type { PageFile } from '../serve/page-files.ts';

export const SCHEME = 'app';
export const PAGE_URL = `${SCHEME}://bulkhead/`;

/** Whether an address is the page itself, whatever follows its name. */
export function isPage(url: string): boolean {
  return url === PAGE_URL || url.startsWith(`${PAGE_URL}#`) || url.startsWith(`${PAGE_URL}?`);
}

/** Answers one request of the page for one of its files, or for one that the core offers. */
export async function answerPage(
  { files, downloads }: { readonly files: ReadonlyMap<string, PageFile>; readonly downloads: Pick<Downloads, 'take'> },
  request: { readonly url: string; readonly method: string; readonly signal: AbortSignal },
): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const isAsked = host === 'bulkhead' && request.method === 'GET';
  const download = isAsked ? downloads.take(pathname.slice(1)) : null;
  if (download) return answerDownload(download, request.signal);
  const file = isAsked ? files.get(pathname.slice(1)) : undefined;
  if (!file) return new Response('Nothing is here.\n', { status: 404, headers: SECURITY_HEADERS });
  return new Response(new Uint8Array(await readFile(file.path)), {
    headers: { ...SECURITY_HEADERS, 'Content-Type': file.type },
  });
}

async function answerDownload({ name, type, open }: Download, signal: AbortSignal): Promise<Response> {
  try {
    // Two libraries describe the one kind of stream.
    const body = Readable.toWeb(await open(signal)) as unknown as ConstructorParameters<typeof Response>[0];
    return new Response(body, {
      headers: { ...SECURITY_HEADERS, 'Content-Type': type, 'Content-Disposition': attachmentHeader(name) },
    });
  } catch (thrown) {
    return new Response(`${toErrorShape(thrown).message}\n`, { status: 502, headers: SECURITY_HEADERS });
  }
}
