/** `app://bulkhead/`: the built page, with the same rules for what it may do as in a browser. */
import { readFile } from 'node:fs/promises';
import { SECURITY_HEADERS } from '../serve/headers.ts';
import type { PageFile } from '../serve/page-files.ts';

export const SCHEME = 'app';
export const PAGE_URL = `${SCHEME}://bulkhead/`;

/** Whether an address is the page itself, whatever follows its name. */
export function isPage(url: string): boolean {
  return url === PAGE_URL || url.startsWith(`${PAGE_URL}#`) || url.startsWith(`${PAGE_URL}?`);
}

/** Answers one request of the page for one of its files. */
export async function answerPage(
  files: ReadonlyMap<string, PageFile>,
  request: { readonly url: string; readonly method: string },
): Promise<Response> {
  const { host, pathname } = new URL(request.url);
  const file = host === 'bulkhead' && request.method === 'GET' ? files.get(pathname.slice(1)) : undefined;
  if (!file) return new Response('Nothing is here.\n', { status: 404, headers: SECURITY_HEADERS });
  return new Response(new Uint8Array(await readFile(file.path)), {
    headers: { ...SECURITY_HEADERS, 'Content-Type': file.type },
  });
}
