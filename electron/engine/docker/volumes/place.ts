/** Archives as people keep them, made into what the engine unpacks where a volume is mounted. */
import { once } from 'node:events';
import { pipeline, Readable, type Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { BulkheadError } from '../../../../shared/errors.ts';

/**
 * Puts every name of the archive below `folder`, the root's own entry (`./`) among them: what is unpacked right into a
 * folder leaves that folder's owner and rights as they were, and a database will not start on a folder of somebody else's.
 *
 * @param archive tar, or tar and gzip; ended with what is returned
 * @param folder without slashes around
 * @returns a stream that fails with `BAD_INPUT` where the archive is none, or is cut short
 */
export function placed(archive: Readable, folder: string): Readable {
  const out = pack();
  const result = Readable.from(out);
  copy(archive, out, folder).then(
    () => out.finalize(),
    (thrown: unknown) => out.destroy(asError(thrown)),
  );
  result.once('close', () => archive.destroy());
  return result;
}

async function copy(archive: Readable, out: Pack, folder: string): Promise<void> {
  const reader = extract();
  // Its failures are told by its iterator; some come when that is over.
  reader.on('error', () => undefined);
  let failure: Error | null = null;
  const fail = (error: Error | null | undefined): void => {
    failure ??= error ?? null;
    if (error) reader.destroy(error);
  };
  pipeline(await unzipped(archive), reader as unknown as NodeJS.WritableStream, fail);
  let count = 0;
  try {
    for await (const entry of reader) {
      count += 1;
      const header = below(entry.header, folder);
      if (header.type === 'file' && header.size > 0) await copyContent(entry, out, header);
      else {
        // What has no content is done as soon as it is written.
        entry.resume();
        if (header.type === 'file') out.entry(header, '');
        else out.entry(header);
      }
    }
  } catch (thrown) {
    throw broken(failure ?? asError(thrown));
  }
  if (failure) throw broken(failure);
  if (count === 0) throw broken(new Error('there is nothing in it'));
}

/** Not piped: a source that breaks off would end the whole with its own error before ours is said. */
async function copyContent(entry: AsyncIterable<unknown>, out: Pack, header: Header): Promise<void> {
  let sink: ReturnType<Pack['entry']> | null = null;
  const done = new Promise<void>((resolve, reject) => {
    sink = out.entry(header, (error) => (error ? reject(error) : resolve()));
  });
  done.catch(() => undefined);
  const into = sink as unknown as Writable;
  into.on('error', () => undefined);
  for await (const chunk of entry) {
    if (!into.write(chunk)) await Promise.race([once(into, 'drain'), done]);
  }
  into.end();
  await done;
}

/** Only the first bytes tell. */
async function unzipped(archive: Readable): Promise<Readable> {
  const chunks = archive[Symbol.asyncIterator]() as AsyncIterableIterator<Buffer>;
  const first = await chunks.next();
  const all = Readable.from(
    (async function* () {
      if (first.done) return;
      yield first.value;
      for await (const chunk of chunks) yield chunk;
    })(),
  );
  const isZipped = !first.done && first.value[0] === 0x1f && first.value[1] === 0x8b;
  if (!isZipped) return all;
  const gunzip = createGunzip();
  pipeline(all, gunzip, () => undefined);
  return gunzip;
}

function below(header: Header, folder: string): Header {
  const inside = (name: string): string => {
    const plain = name.replace(/^(?:\.?\/)+|^\.$/g, '');
    return plain === '' ? `${folder}/` : `${folder}/${plain}`;
  };
  // Pax fields that are of use are in the header already; its names would win over the new ones.
  const { path: _path, linkpath: _link, ...pax } = (header.pax ?? {}) as Record<string, string>;
  return {
    ...header,
    name: inside(header.name),
    pax: Object.keys(pax).length > 0 ? pax : null,
    // A hard link names another entry; a symbolic one says what it likes.
    ...(header.type === 'link' ? { linkname: inside(header.linkname) } : {}),
  };
}

function broken(error: Error): BulkheadError {
  if (error instanceof BulkheadError) return error;
  return new BulkheadError(
    {
      code: 'BAD_INPUT',
      message: `This archive cannot be read: ${error.message}`,
      hint: 'The file is no archive of that kind, or is cut short: choose another one.',
    },
    { cause: error },
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
