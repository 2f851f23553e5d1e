/** Files in containers of a real engine. */
import { Readable } from 'node:stream';
import { MOST_CHANGES } from '../../../../shared/contract/files.ts';
import { SHOWN_BYTES } from '../../../../shared/contract/sizes.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { FilesDomain } from '../../domains/files.ts';
import { arrayOf, objectOf, textOf } from '../../inventory/json.ts';
import { PATIENCE_MS, pathOf, type Api } from '../ask.ts';
import { openArchive, openFollowing, type Archive } from './archive.ts';
import { listFolder } from './listing.ts';
import { openUpload } from './upload.ts';

const KINDS = { 0: 'changed', 1: 'added', 2: 'removed' } as const;

export function createFiles(api: Api): FilesDomain {
  return {
    list: (ref, path, { signal } = {}) => listFolder(api, ref, path, signal),
    read: async (ref, path, { signal } = {}) => {
      const archive = await openFollowing(api, ref, path, signal);
      try {
        for await (const entry of archive.entries) {
          if (entry.header.type !== 'file') throw notAFile(path);
          const chunks: Buffer[] = [];
          let length = 0;
          for await (const chunk of entry as AsyncIterable<Buffer>) {
            chunks.push(chunk);
            length += chunk.length;
            if (length > SHOWN_BYTES) break;
          }
          return viewOf(Buffer.concat(chunks), entry.header.size);
        }
        throw notAFile(path);
      } finally {
        archive.close();
      }
    },
    changes: async (ref, { signal } = {}) => {
      const told = await api().request(pathOf('containers', ref, 'changes'), { signal, timeoutMs: PATIENCE_MS });
      const all = arrayOf(told).map((one) => {
        const { Path, Kind } = objectOf(one);
        return { path: textOf(Path), kind: Kind === 1 || Kind === 2 ? KINDS[Kind] : KINDS[0] };
      });
      return { changes: all.slice(0, MOST_CHANGES), total: all.length };
    },
    download: async (ref, path, { signal } = {}) => {
      const { stat, close } = await openFollowing(api, ref, path, signal);
      close();
      if (!stat.isFolder && !stat.isFile) throw notAFile(path);
      const name = path.split('/').filter(Boolean).at(-1) ?? 'root';
      if (stat.isFolder) {
        const open = (stopped: AbortSignal) =>
          api().stream(pathOf('containers', ref, 'archive'), { query: { path: stat.path }, signal: stopped });
        return { name: `${name}.tar`, type: 'application/x-tar', open };
      }
      const open = async (stopped: AbortSignal): Promise<Readable> =>
        Readable.from(contents(await openArchive(api, ref, stat.path, stopped)));
      return { name, type: 'application/octet-stream', open };
    },
    upload: async (ref, folder, file) => {
      // Before a byte is read from the user's disk: an engine that is sent an archive may tell its refusal late.
      const archive = await openArchive(api, ref, `${folder === '/' ? '' : folder}/.`);
      archive.close();
      return openUpload(api, ref, folder, file);
    },
  };
}

/** Of an archive of one file. */
async function* contents(archive: Archive): AsyncGenerator<Uint8Array, void, void> {
  try {
    for await (const entry of archive.entries) {
      yield* entry as AsyncIterable<Buffer>;
      return;
    }
  } finally {
    archive.close();
  }
}

function viewOf(bytes: Buffer, size: number): { text: string; size: number; isCut: boolean; isBinary: boolean } {
  const shown = bytes.subarray(0, SHOWN_BYTES);
  // As grep decides: a text holds no zero byte.
  const isBinary = shown.subarray(0, 32_000).includes(0);
  return { text: isBinary ? '' : shown.toString('utf8'), size, isCut: size > shown.length, isBinary };
}

function notAFile(path: string): BulkheadError {
  return new BulkheadError({
    code: 'BAD_INPUT',
    message: `${path} is not an ordinary file.`,
    hint: 'Folders can be opened or downloaded as archives; devices, pipes and sockets hold nothing to look at.',
  });
}
