/** One file that the page sends, over HTTP. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { finished } from 'node:stream';
import type { Uploads } from '../app/uploads.ts';
import { SECURITY_HEADERS } from './headers.ts';

/**
 * Hands the request's body to whoever expects it, and answers when that has taken it all; one that is not wanted to its end
 * ends with its connection.
 *
 * @returns false where nothing is expected
 */
export function takeUpload(
  uploads: Pick<Uploads, 'give'>,
  path: string,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): boolean {
  if (!uploads.give(path, request)) return false;
  finished(request, { writable: false }, (error) => {
    if (error) return;
    response.writeHead(204, SECURITY_HEADERS);
    response.end();
  });
  return true;
}
