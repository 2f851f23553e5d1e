/** What a path in a container holds, as the engine's archive of it tells: works with anything, running or not. */
import type { IncomingMessage } from 'node:http';
import { extract, type ExtractEvents, type Header } from 'tar-stream';
import type { FileEntry, FileKind } from '../../../../shared/contract/files.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { connectionFault } from '../../connection/faults.ts';
import { numberOf, objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';

type Source = ExtractEvents['entry'][1];

export interface PathStat {
  readonly name: string;
  /** Where it was found, links followed. */
  readonly path: string;
  readonly isFolder: boolean;
  readonly isFile: boolean;
  /** Where a link leads; `''` for anything else. */
  readonly target: string;
  readonly size: number;
}

export interface Archive {
  readonly stat: PathStat;
  /** One after the other: the contents of one that are not read are skipped. */
  readonly entries: AsyncIterable<Source>;
  /** Bytes that have come. */
  received(): number;
  close(): void;
}

/** Of Go's file modes. */
const GO_FOLDER = 0x8000_0000;
/** Folder, link, device, pipe, socket, or something else. */
const GO_NOT_A_FILE = 0x8f28_0000;
const MOST_LINKS = 16;

/** @throws BulkheadError `NOT_FOUND` for a path that is not there */
export async function openArchive(api: Api, ref: string, path: string, signal?: AbortSignal): Promise<Archive> {
  const { stream, address } = api();
  const body = await stream(pathOf('containers', ref, 'archive'), { query: { path }, signal });
  const unpacked = extract();
  let received = 0;
  body.on('data', (chunk: Buffer) => (received += chunk.length));
  body.on('error', (error) => unpacked.destroy(error));
  // A response that breaks off closes without an end.
  body.on('close', () => body.complete || unpacked.destroy(new Error('the answer broke off')));
  body.pipe(unpacked);
  async function* entries(): AsyncGenerator<Source, void, void> {
    try {
      for await (const entry of unpacked) yield entry;
    } catch (thrown) {
      throw connectionFault(address, thrown);
    } finally {
      body.destroy();
    }
  }
  return {
    stat: statOf(body, path),
    entries: entries(),
    received: () => received,
    close: () => {
      body.destroy();
      unpacked.destroy();
    },
  };
}

/** The archive of what a path leads to at last. */
export async function openFollowing(api: Api, ref: string, path: string, signal?: AbortSignal): Promise<Archive> {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const archive = await openArchive(api, ref, at, signal);
    if (archive.stat.target === '' || archive.stat.target === at) return archive;
    archive.close();
    at = archive.stat.target;
  }
  throw new BulkheadError({ code: 'BAD_INPUT', message: `${path} is a link that leads in a circle.`, hint: '' });
}

function statOf({ headers }: IncomingMessage, path: string): PathStat {
  let stat: unknown = null;
  try {
    stat = JSON.parse(Buffer.from(String(headers['x-docker-container-path-stat'] ?? ''), 'base64').toString('utf8'));
  } catch {
    // An engine without it: the archive itself tells.
  }
  const { name, size, mode, linkTarget } = objectOf(stat);
  return {
    name: textOf(name),
    path,
    isFolder: (numberOf(mode) & GO_FOLDER) !== 0,
    isFile: (numberOf(mode) & GO_NOT_A_FILE) === 0,
    target: textOf(linkTarget),
    size: numberOf(size),
  };
}

const KINDS: Readonly<Record<Header['type'], FileKind>> = {
  file: 'file',
  'contiguous-file': 'file',
  link: 'file',
  symlink: 'link',
  directory: 'folder',
  'block-device': 'device',
  'character-device': 'device',
  fifo: 'pipe',
};

export function entryOf(header: Header, name: string): FileEntry {
  const { type, size, mode, mtime, uid, gid, linkname } = header;
  return {
    name,
    kind: KINDS[type] ?? 'file',
    size,
    mode: mode & 0o7777,
    modifiedAt: mtime.getTime(),
    uid,
    gid,
    target: type === 'symlink' ? linkname : '',
  };
}
