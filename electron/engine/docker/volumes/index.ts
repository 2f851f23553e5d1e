/** Volumes of a real engine. */
import type { IncomingMessage } from 'node:http';
import { PassThrough, Readable, Transform } from 'node:stream';
import { extract } from 'tar-stream';
import type { Progress, Reported } from '../../domains/progress.ts';
import type { VolumesDomain } from '../../domains/volumes.ts';
import { objectOf, textOf } from '../../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, UNHURRIED_MS, type Api } from '../ask.ts';
import type { ReadDisk } from '../disk-usage.ts';
import { readListing } from './listing.ts';
import { placed } from './place.ts';
import { openStage, PLACE } from './stage.ts';

/** A folder with more than this below it is listed in part (bytes, ms). */
const LISTING = { bytes: 512_000_000, ms: 10_000 };

export function createVolumes(api: Api, readDisk: ReadDisk): VolumesDomain {
  /** A part of a volume as an archive; the stage goes when the stream ends, however it ends. */
  const read = async (name: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> => {
    const stage = await openStage(api, { name, writable: false }, signal);
    try {
      const stream = await api().stream(stage.archive, {
        query: { path: inside(path) },
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

  /** @param archive whose names begin with the place of the volume */
  const write = async (name: string, archive: Readable, { report, signal }: Reported): Promise<void> => {
    const stage = await openStage(api, { name, writable: true }, signal);
    const source = counted(archive, report);
    let unread: Error | null = null;
    source.once('error', (error) => (unread = error));
    try {
      await tell(api, stage.archive, { method: 'PUT', query: { path: '/' }, source, timeoutMs: UNHURRIED_MS, signal });
    } catch (thrown) {
      // The engine complains of an archive that breaks off; why it did is what matters.
      throw unread ?? thrown;
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
    usage: async ({ signal } = {}) =>
      (await readDisk('volume', { signal })).volumes.map((volume) => {
        const size = objectOf(volume['UsageData'])['Size'];
        return { name: textOf(volume['Name']), size: typeof size === 'number' && size >= 0 ? size : null };
      }),
    list: async (name, path, { signal } = {}) => readListing(await read(name, path, signal), LISTING),
    open: async (name, path, { signal } = {}) => {
      const base = path.split('/').at(-1) || name;
      const archive = await read(name, path, signal);
      return firstOf(archive, base);
    },
    save: (name, { signal } = {}) => read(name, '.', signal),
    restore: (name, archive, options) => write(name, placed(archive, PLACE), options),
    copy: async (from, to, options) => write(to, await read(from, '', options.signal), options),
  };
}

/** What would climb out of a volume leads to its root, as in any file system. */
function inside(path: string): string {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..');
  return `/${[PLACE, ...parts].join('/')}`;
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
  reader.on('error', fail);
  archive.once('error', fail);
  content.once('close', () => archive.destroy());
  archive.pipe(reader);
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
