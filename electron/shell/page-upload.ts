/** A file that the page sends in the desktop app: what `serve/take-upload.ts` is in a browser. */
import { finished, Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import type { Uploads } from '../app/uploads.ts';
import { SECURITY_HEADERS } from '../serve/headers.ts';

/** @returns null where nothing is expected at that address */
export async function takePageUpload(
  uploads: Pick<Uploads, 'give'>,
  { url, body }: { readonly url: string; readonly body?: unknown },
): Promise<Response | null> {
  const { host, pathname } = new URL(url);
  if (host !== 'bulkhead') return null;
  const content = body ? Readable.fromWeb(body as ReadableStream) : Readable.from([]);
  if (!uploads.give(pathname.slice(1), content)) {
    content.destroy();
    return null;
  }
  const isWhole = await new Promise<boolean>((resolve) => finished(content, (error) => resolve(!error)));
  return new Response(null, { status: isWhole ? 204 : 400, headers: SECURITY_HEADERS });
}
