/** One offered file over HTTP. */
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { toErrorShape } from '../../shared/errors.ts';
import { attachmentHeader, type Download } from '../app/downloads.ts';
import { SECURITY_HEADERS } from './headers.ts';

/** Sends it to its end.  A source that fails in the middle ends the connection, so that no browser takes it for whole. */
export async function sendDownload({ name, type, open }: Download, response: ServerResponse): Promise<void> {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  try {
    const body = await open(leaving.signal);
    response.writeHead(200, {
      ...SECURITY_HEADERS,
      'Content-Type': type,
      'Content-Disposition': attachmentHeader(name),
    });
    await pipeline(body, response);
  } catch (thrown) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.writeHead(502, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${toErrorShape(thrown).message}\n`);
  }
}
