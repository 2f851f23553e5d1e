/** What a build is made from: a folder of this machine as an archive, without what `.dockerignore` names. */
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import dockerIgnore from '@balena/dockerignore';
import { pack, type Pack } from 'tar-stream';
import { BulkheadError } from '../../../../shared/errors.ts';

export interface ContextOptions {
  readonly folder: string;
  /** Relative to the folder, with forward slashes. */
  readonly dockerfile: string;
  readonly signal?: AbortSignal | undefined;
  /** Bytes packed so far. */
  readonly onBytes?: (bytes: number) => void;
}

/**
 * Looks whether there is anything to build.
 *
 * @throws BulkheadError `BAD_INPUT`
 */
export async function requireContext({
  folder,
  dockerfile,
}: Pick<ContextOptions, 'folder' | 'dockerfile'>): Promise<void> {
  const found = await stat(folder).catch(() => null);
  if (!isAbsolute(folder) || !found?.isDirectory()) {
    throw bad(`There is no folder ${folder}.`, 'Give the whole path of a folder on the machine that Bulkhead runs on.');
  }
  const path = join(folder, dockerfile);
  if (relative(folder, path).startsWith('..')) {
    throw bad(`${dockerfile} is outside of the folder.`, 'Choose a folder that holds the Dockerfile.');
  }
  if (!(await stat(path).catch(() => null))?.isFile()) {
    throw bad(
      `There is no ${dockerfile} in ${folder}.`,
      'Name the file that says how to build, relative to the folder.',
    );
  }
}

/**
 * Begins to pack it: a file that cannot be read ends the stream with its error.
 *
 * @throws BulkheadError `BAD_INPUT` by {@link requireContext}
 */
export async function buildContext(options: ContextOptions): Promise<Readable> {
  await requireContext(options);
  const isLeftOut = await readIgnore(options.folder, options.dockerfile);
  const archive = pack();
  packFolder(archive, options, isLeftOut).then(
    () => archive.finalize(),
    (thrown: unknown) => archive.destroy(asError(thrown)),
  );
  return Readable.from(archive);
}

/** Whether an entry (relative, forward slashes) stays out; a folder that holds something which does not is walked still. */
async function readIgnore(folder: string, dockerfile: string): Promise<(name: string) => boolean> {
  const own = await readFile(join(folder, `${dockerfile}.dockerignore`), 'utf8').catch(() => null);
  const text = own ?? (await readFile(join(folder, '.dockerignore'), 'utf8').catch(() => ''));
  const filter = dockerIgnore().add(text);
  // What says how to build is wanted by the builder, whatever else is said of it.
  const wanted = new Set([dockerfile, '.dockerignore']);
  return (name) => !wanted.has(name) && filter.ignores(name);
}

async function packFolder(
  archive: Pack,
  { folder, signal, onBytes }: ContextOptions,
  isLeftOut: (name: string) => boolean,
): Promise<void> {
  let bytes = 0;
  const walk = async (inside: string): Promise<void> => {
    const names = (await readdir(join(folder, inside))).toSorted();
    for (const one of names) {
      signal?.throwIfAborted();
      const path = inside === '' ? one : join(inside, one);
      const name = path.split(sep).join('/');
      const info = await lstat(join(folder, path));
      const common = { mode: info.mode & 0o7777, mtime: info.mtime, uid: 0, gid: 0 };
      if (info.isDirectory()) {
        // Exceptions may bring back what is inside.
        if (!isLeftOut(name)) archive.entry({ ...common, name: `${name}/`, type: 'directory' });
        await walk(path);
      } else if (isLeftOut(name)) continue;
      else if (info.isSymbolicLink()) {
        archive.entry({ ...common, name, type: 'symlink', linkname: await readlink(join(folder, path)) });
      } else if (info.isFile()) {
        // What grows while it is packed would not fit its own header.
        if (info.size === 0) archive.entry({ ...common, name }, '');
        else
          await pipeline(
            createReadStream(join(folder, path), { end: info.size - 1 }),
            archive.entry({ ...common, name, size: info.size }),
          );
        bytes += info.size;
        onBytes?.(bytes);
      }
      // Sockets, pipes and devices are nothing to build from.
    }
  };
  await walk('');
}

function bad(message: string, hint: string): BulkheadError {
  return new BulkheadError({ code: 'BAD_INPUT', message, hint });
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
