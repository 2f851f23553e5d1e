/** A file on its way into a container: one archive with one entry, sent as it comes. */
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { FileUpload } from '../../domains/files.ts';
import { pathOf, type Api } from '../ask.ts';

/** Nothing that is still coming is given up for being slow (ms). */
const LONGEST_MS = 6 * 3_600_000;

export function openUpload(
  api: Api,
  ref: string,
  folder: string,
  { name, size }: { readonly name: string; readonly size: number },
): Promise<FileUpload> {
  const giveUp = new AbortController();
  const archive = pack();
  const entry = archive.entry({ name, size, mode: 0o644, mtime: new Date() });
  let left = size;
  let failure: Error | null = null;
  const fail = (thrown: unknown): void => {
    failure ??= thrown instanceof Error ? thrown : new Error(String(thrown));
    entry.destroy();
    archive.destroy();
  };
  entry.on('error', () => undefined);
  archive.on('error', () => undefined);
  const sent = api()
    .request(pathOf('containers', ref, 'archive'), {
      method: 'PUT',
      // A folder that is in the way of a file stays.
      query: { path: folder, noOverwriteDirNonDir: true },
      source: Readable.from(archive),
      signal: giveUp.signal,
      timeoutMs: LONGEST_MS,
    })
    .then(() => undefined, fail);
  const cancel = (): void => {
    giveUp.abort();
    fail(new BulkheadError({ code: 'CANCELLED', message: 'Cancelled.', hint: '' }));
  };
  const over = new Promise<void>((resolve) => entry.once('close', () => resolve()));

  return Promise.resolve({
    write: async (bytes) => {
      left -= bytes.length;
      if (failure) throw failure;
      if (left < 0) cancel();
      else if (!entry.write(Buffer.from(bytes))) {
        await Promise.race([new Promise<void>((resolve) => entry.once('drain', () => resolve())), over, sent]);
      }
      if (failure) throw left < 0 ? wrongSize() : failure;
    },
    end: async () => {
      if (left !== 0) {
        cancel();
        await sent;
        throw wrongSize();
      }
      entry.end(undefined);
      archive.finalize();
      await sent;
      if (failure) throw failure;
    },
    cancel,
  });
}

function wrongSize(): BulkheadError {
  return new BulkheadError({
    code: 'BAD_INPUT',
    message: 'The file changed its size on the way.',
    hint: 'Try again when nothing writes to it any more.',
  });
}
