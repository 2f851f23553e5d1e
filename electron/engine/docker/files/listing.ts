/**
 * What a folder of a container holds.
 *
 * The engine has no listing, only an archive with all that is below.  So: the archive while it is small, whose headers tell
 * everything; of what is large, a program of the container's own; where there is none (or nothing runs), the archive again,
 * for longer, and what could be read by then.
 */
import type { FileEntry, FileKind, FolderView } from '../../../../shared/contract/files.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';
import { createDemultiplexer } from '../demultiplex.ts';
import { entryOf, openArchive } from './archive.ts';

interface Budget {
  readonly bytes: number;
  readonly ms: number;
}

const FIRST: Budget = { bytes: 24_000_000, ms: 1000 };
const LAST: Budget = { bytes: 4_000_000_000, ms: 15_000 };
const MOST_ENTRIES = 50_000;
const MOST_OUTPUT = 16_000_000;

export async function listFolder(api: Api, ref: string, path: string, signal?: AbortSignal): Promise<FolderView> {
  const quick = await fromArchive(api, ref, path, FIRST, signal);
  if (quick.isWhole) return quick;
  const told = await fromProgram(api, ref, path, signal).catch(() => null);
  if (told) return { entries: told, isWhole: told.length < MOST_ENTRIES };
  return fromArchive(api, ref, path, LAST, signal);
}

async function fromArchive(
  api: Api,
  ref: string,
  path: string,
  budget: Budget,
  signal?: AbortSignal,
): Promise<FolderView> {
  // The dot makes the engine go through a link to a folder, and refuse what is none.
  const archive = await openArchive(api, ref, `${path === '/' ? '' : path}/.`, signal);
  const entries = new Map<string, FileEntry>();
  const until = performance.now() + budget.ms;
  try {
    for await (const entry of archive.entries) {
      const [name = '', ...below] = entry.header.name.split('/').filter((part) => part !== '' && part !== '.');
      if (name !== '' && below.length === 0) entries.set(name, entryOf(entry.header, name));
      const isOver = archive.received() > budget.bytes || performance.now() > until || entries.size >= MOST_ENTRIES;
      if (isOver) return { entries: [...entries.values()], isWhole: false };
      entry.resume();
    }
    return { entries: [...entries.values()], isWhole: true };
  } finally {
    archive.close();
  }
}

/** @throws where there is no such program, or it fails */
async function fromProgram(api: Api, ref: string, path: string, signal?: AbortSignal): Promise<FileEntry[]> {
  const { request, docker } = api();
  const made = objectOf(
    await request(pathOf('containers', ref, 'exec'), {
      method: 'POST',
      signal,
      body: {
        Cmd: ['find', `${path}/.`, '-mindepth', '1', '-maxdepth', '1', '-exec', 'stat', '-c', FORMAT, '{}', '+'],
        User: '0',
        AttachStdout: true,
        AttachStderr: true,
      },
    }),
  );
  const id = textOf(made['Id']);
  const stream = await docker.getExec(id).start({ hijack: true, stdin: false, Tty: false });
  const chunks: Buffer[] = [];
  let size = 0;
  const read = createDemultiplexer((from, payload) => {
    if (from !== 1) return;
    size += payload.length;
    chunks.push(payload);
  });
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      read(chunk);
      if (size > MOST_OUTPUT) throw new Error('It told more than can be shown.');
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stream.destroy();
  }
  const { ExitCode } = objectOf(await request(pathOf('exec', id, 'json'), { signal }));
  if (ExitCode !== 0) throw new Error(`It ended with ${String(ExitCode)}.`);
  return parseStat(Buffer.concat(chunks).toString('utf8'));
}

/** Kind and permissions (hexadecimal), size, seconds since 1970, owner, group, path. */
const FORMAT = '%f %s %Y %u %g %n';

/** Names may hold line ends: a line that does not begin as one of ours goes on with the name before. */
export function parseStat(output: string): FileEntry[] {
  const entries: { entry: Omit<FileEntry, 'name'>; path: string }[] = [];
  for (const line of output.replace(/\n$/, '').split('\n')) {
    const found = /^([0-9a-f]+) (\d+) (-?\d+) (\d+) (\d+) (\/.*)$/s.exec(line);
    if (!found) {
      const last = entries.at(-1);
      if (last) last.path += `\n${line}`;
      continue;
    }
    const [, bits = '', size, seconds, uid, gid, path = ''] = found;
    const mode = Number.parseInt(bits, 16);
    entries.push({
      path,
      entry: {
        kind: kindOf(mode),
        size: Number(size),
        mode: mode & 0o7777,
        modifiedAt: Number(seconds) * 1000,
        uid: Number(uid),
        gid: Number(gid),
        target: '',
      },
    });
  }
  return entries
    .slice(0, MOST_ENTRIES)
    .map(({ entry, path }) => ({ ...entry, name: path.slice(path.lastIndexOf('/') + 1) }));
}

const KIND_BITS: Readonly<Record<number, FileKind>> = {
  0o04: 'folder',
  0o12: 'link',
  0o06: 'device',
  0o02: 'device',
  0o01: 'pipe',
  0o14: 'socket',
};

function kindOf(mode: number): FileKind {
  return KIND_BITS[mode >> 12] ?? 'file';
}
