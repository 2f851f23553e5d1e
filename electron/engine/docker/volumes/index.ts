/** Volumes of a real engine. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable, Transform } from 'node:stream';
import { extract } from 'tar-stream';
import type { Progress } from '../../domains/progress.ts';
import type { VolumesDomain } from '../../domains/volumes.ts';
import { arrayOf, objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, UNHURRIED_MS, type Api } from '../ask.ts';
import { readListing } from './listing.ts';
import { openStage, placeOf, type StagedVolume } from './stage.ts';

/** A folder with more than this below it is listed in part (bytes, ms). */
const LISTING = { bytes: 512_000_000, ms: 10_000 };

export function createVolumes(api: Api): VolumesDomain {
  /** A part of a volume as an archive; the stage goes when the stream ends, however it ends. */
  const read = async (name: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> => {
    const stage = await openStage(api, [{ name, writable: false }], signal);
    try {
      const stream = await api().stream(stage.archive, {
        query: { path: inside(0, path) },
        timeoutMs: PATIENCE_MS,
        signal,
      });
      stream.once('close', () => void stage.end());
      return stream;
    } catch (thrown) {
      await stage.end();
      throw thrown;
    }
  };

  const write = async (
    archive: Readable,
    volume: { readonly stage: string; readonly index: number },
    { report, signal }: { readonly report: Progress; readonly signal?: AbortSignal | undefined },
  ): Promise<void> => {
    await tell(api, volume.stage, {
      method: 'PUT',
      query: { path: placeOf(volume.index) },
      source: counted(archive, report),
      timeoutMs: UNHURRIED_MS,
      signal,
    });
  };

  const staged = async <Result>(
    volumes: readonly StagedVolume[],
    signal: AbortSignal | undefined,
    work: (archive: string) => Promise<Result>,
  ): Promise<Result> => {
    const stage = await openStage(api, volumes, signal);
    try {
      return await work(stage.archive);
    } finally {
      await stage.end();
    }
  };

  return {
    create: async ({ name, driver, options, labels }) => {
      const body = { ...(name === '' ? {} : { Name: name }), Driver: driver, DriverOpts: options, Labels: labels };
      const made = await api().request('/volumes/create', { method: 'POST', body, timeoutMs: PATIENCE_MS });
      return textOf(objectOf(made)['Name']);
    },
    remove: (name, { signal } = {}) => tell(api, pathOf('volumes', name), { method: 'DELETE', signal }),
    usage: async ({ signal } = {}) => {
      const told = await api().request('/system/df', { query: { type: 'volume' }, timeoutMs: PATIENCE_MS, signal });
      return arrayOf(objectOf(told)['Volumes'])
        .map(objectOf)
        .map((volume) => {
          const size = objectOf(volume['UsageData'])['Size'];
          return { name: textOf(volume['Name']), size: typeof size === 'number' && size >= 0 ? size : null };
        });
    },
    list: async (name, path, { signal } = {}) => readListing(await read(name, path, signal), LISTING),
    open: async (name, path, { signal } = {}) => {
      const base = path.split('/').at(-1) || name;
      const archive = await read(name, path, signal);
      return firstOf(archive, base);
    },
    save: (name, { signal } = {}) => read(name, '.', signal),
    restore: (name, archive, { report, signal }) =>
      staged([{ name, writable: true }], signal, (stage) => write(archive, { stage, index: 0 }, { report, signal })),
    copy: (from, to, { report, signal }) =>
      staged(
        [
          { name: from, writable: false },
          { name: to, writable: true },
        ],
        signal,
        async (stage) => {
          const query = { path: inside(0, '.') };
          const archive = await api().stream(stage, { query, timeoutMs: PATIENCE_MS, signal });
          await write(archive, { stage, index: 1 }, { report, signal });
        },
      ),
  };
}

/** What would climb out of a volume leads to its root, as in any file system. */
function inside(index: number, path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return [placeOf(index), ...parts].join('/');
}

/** Passes everything on and tells how much that was. */
function counted(source: Readable, report: Progress): Readable {
  let done = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, pass) => {
      done += chunk.length;
      report.progress({ done, total: null, unit: 'bytes' });
      pass(null, chunk);
    },
  });
  source.once('error', (error) => counter.destroy(error));
  counter.once('close', () => source.destroy());
  return source.pipe(counter);
}

/** Of a file its content, of a folder the archive as it came. */
async function firstOf(
  archive: IncomingMessage,
  name: string,
): Promise<{ readonly name: string; readonly content: Readable }> {
  const told = Buffer.from(String(archive.headers['x-docker-container-path-stat'] ?? ''), 'base64').toString('utf8');
  if (isFolder(told)) return { name: `${name}.tar`, content: archive };
  const content = new PassThrough();
  const reader = extract();
  reader.once('entry', (_header, entry) => {
    Readable.from(entry).pipe(content);
  });
  const fail = (error: Error): void => void content.destroy(error);
  reader.once('error', fail);
  archive.once('error', fail);
  content.once('close', () => archive.destroy());
  archive.pipe(reader as unknown as NodeJS.WritableStream);
  return { name, content };
}

/** By Go's mode bits: the highest is a folder's. */
function isFolder(stat: string): boolean {
  try {
    const mode = objectOf(JSON.parse(stat))['mode'];
    return typeof mode === 'number' && mode >= 0x8000_0000;
  } catch {
    return true;
  }
}
