/** One folder out of the archive of all that is below it. */
import type { Readable } from 'node:stream';
import { extract, type Header } from 'tar-stream';
import type { FileEntry, FileListing } from '../../../../shared/contract/volumes.ts';

export interface ListingLimits {
  /** Bytes of the archive after which no more is read. */
  readonly bytes: number;
  /** Milliseconds likewise. */
  readonly ms: number;
}

/**
 * The engine has no call that lists a folder, only one that sends it whole: contents are skipped as they come, and what is
 * larger than the limits is told in part.
 */
export async function readListing(archive: Readable, limits: ListingLimits): Promise<FileListing> {
  const entries = new Map<string, FileEntry>();
  let bytes = 0;
  let cut = false;
  const until = performance.now() + limits.ms;
  const reader = extract();
  // Its failures are told by its iterator; some come when that is over.
  reader.on('error', () => undefined);
  archive.on('data', (chunk: Buffer) => (bytes += chunk.length));
  const broken = new Promise<never>((_, reject) => archive.once('error', reject));
  broken.catch(() => undefined);
  archive.pipe(reader);
  const iterator = reader[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), broken]);
      if (next.done) break;
      note(entries, next.value.header);
      if (bytes > limits.bytes || performance.now() > until) {
        cut = true;
        break;
      }
      next.value.resume();
    }
  } finally {
    archive.unpipe();
    archive.destroy();
    reader.destroy();
  }
  return { entries: [...entries.values()], cut };
}

/** Names are `folder/`, `folder/child`, `folder/child/…`: the first part is the folder itself. */
function note(entries: Map<string, FileEntry>, header: Header): void {
  const [, name = '', ...below] = header.name.replace(/^\/+|\/+$/g, '').split('/');
  if (name === '') return;
  const size = header.size;
  const known = entries.get(name);
  if (below.length > 0) {
    if (known) entries.set(name, { ...known, size: known.size + size });
    return;
  }
  entries.set(name, {
    name,
    kind: kindOf(header.type),
    size: (known?.size ?? 0) + size,
    mode: header.mode & 0o7777,
    modifiedAt: header.mtime.getTime(),
    target: header.type === 'symlink' || header.type === 'link' ? header.linkname : '',
  });
}

function kindOf(type: Header['type']): FileEntry['kind'] {
  switch (type) {
    case 'file':
    case 'contiguous-file':
    // A hard link is a file like any other; only the archive writes it differently.
    case 'link':
      return 'file';
    case 'directory':
      return 'directory';
    case 'symlink':
      return 'link';
    default:
      return 'other';
  }
}
