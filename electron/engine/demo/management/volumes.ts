/** Volumes of the demo's world, with a few made-up files in each. */
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import type { FileEntry } from '../../../../shared/contract/volumes.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { VolumesDomain } from '../../domains/volumes.ts';
import type { DemoVolume } from '../world.ts';
import type { DemoStage } from './containers.ts';

export function createDemoVolumes({ world, changed }: DemoStage): VolumesDomain {
  let made = 0;
  const find = (name: string): DemoVolume => {
    const found = world.volumes.get(name);
    if (found) return found;
    throw new BulkheadError({ code: 'NOT_FOUND', message: `get ${name}: no such volume`, hint: 'Look again.' });
  };
  const save: VolumesDomain['save'] = (name) => {
    const archive = pack();
    for (const [path, text] of find(name).files) archive.entry({ name: `./${path}` }, text);
    archive.finalize();
    return Promise.resolve(Readable.from(archive));
  };
  const restore = async (name: string, archive: Readable): Promise<number> => {
    const { files } = find(name);
    const reader = extract();
    reader.on('error', () => undefined);
    archive.once('error', (error) => reader.destroy(error));
    archive.pipe(reader);
    let bytes = 0;
    try {
      for await (const entry of reader) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry) chunks.push(chunk as Uint8Array);
        if (entry.header.type !== 'file') continue;
        const content = Buffer.concat(chunks);
        bytes += content.length;
        files.set(entry.header.name.replace(/^(?:\.?\/)+/, ''), content.toString('utf8'));
      }
    } catch (thrown) {
      throw new BulkheadError(
        { code: 'BAD_INPUT', message: 'This is no tar archive.', hint: 'Choose another file.' },
        { cause: thrown },
      );
    }
    return bytes;
  };

  return {
    create: async ({ name, driver, labels, options }) => {
      await Promise.resolve();
      made += 1;
      const called = name || made.toString(16).padStart(64, 'a');
      if (!world.volumes.has(called)) {
        world.volumes.set(called, { name: called, driver, labels, options, files: new Map() });
      }
      changed();
      return called;
    },
    remove: async (name) => {
      await Promise.resolve();
      find(name);
      const users = [...world.containers.values()].filter(({ described }) => name in described.volumes);
      if (users.length > 0) {
        const message = `remove ${name}: volume is in use`;
        throw new BulkheadError({ code: 'ENGINE_REFUSED', message, hint: 'Remove the containers that use it first.' });
      }
      world.volumes.delete(name);
      changed();
    },
    usage: () => Promise.resolve([...world.volumes.values()].map((one) => ({ name: one.name, size: sizeOf(one) }))),
    list: async (name, path) => {
      await Promise.resolve();
      const inside = path === '' ? '' : `${path}/`;
      const entries = new Map<string, FileEntry>();
      for (const [file, text] of find(name).files) {
        if (!file.startsWith(inside)) continue;
        const [first = '', ...below] = file.slice(inside.length).split('/');
        const kind = below.length > 0 ? ('directory' as const) : ('file' as const);
        const size = (entries.get(first)?.size ?? 0) + Buffer.byteLength(text);
        const mode = kind === 'file' ? 0o644 : 0o755;
        entries.set(first, { name: first, kind, size, mode, modifiedAt: Date.now() - AGE_MS, target: '' });
      }
      return { entries: [...entries.values()], cut: false };
    },
    open: async (name, path) => {
      const text = find(name).files.get(path);
      if (text !== undefined)
        return { name: path.split('/').at(-1) ?? path, content: Readable.from([Buffer.from(text)]) };
      return { name: `${path.split('/').at(-1) || name}.tar`, content: await save(name) };
    },
    save,
    restore: async (name, archive, { report }) => {
      report.progress({ done: await restore(name, archive), total: null, unit: 'bytes' });
      changed();
    },
    copy: async (from, to, { report }) => {
      const source = find(from);
      for (const [path, text] of source.files) find(to).files.set(path, text);
      report.progress({ done: sizeOf(source), total: null, unit: 'bytes' });
      changed();
      await Promise.resolve();
    },
  };
}

const AGE_MS = 3_600_000;

function sizeOf({ files }: DemoVolume): number {
  return [...files.values()].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
}
