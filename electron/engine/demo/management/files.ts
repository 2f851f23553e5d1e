/** Files of the demo's containers: the same few in each, and what was put there. */
import { Readable } from 'node:stream';
import type { FileEntry } from '../../../../shared/contract/files.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { FilesDomain } from '../../domains/files.ts';
import type { DemoStage } from './containers.ts';

/** By path; null: a folder. */
type Tree = Map<string, Buffer | null>;

const STARTED_AT = Date.UTC(2026, 0, 5, 9);

export function createDemoFiles({ world }: DemoStage): FilesDomain {
  const trees = new Map<string, Tree>();
  const treeOf = (ref: string): Tree => {
    const { id, described } = world.find(ref);
    const known = trees.get(id);
    if (known) return known;
    const made = madeUp(described.name, described.image);
    trees.set(id, made);
    return made;
  };
  const find = (ref: string, path: string): Buffer | null => {
    const found = treeOf(ref).get(tidy(path));
    if (found !== undefined) return found;
    throw new BulkheadError({
      code: 'NOT_FOUND',
      message: `Could not find the file ${path} in this container.`,
      hint: 'It may have been removed meanwhile.',
    });
  };
  const contents = (ref: string, path: string): Buffer => {
    const found = find(ref, path);
    if (found) return found;
    throw new BulkheadError({ code: 'BAD_INPUT', message: `${path} is a folder.`, hint: '' });
  };
  return {
    list: async (ref, path) => {
      const folder = tidy(path);
      if (find(ref, path) !== null)
        throw new BulkheadError({ code: 'BAD_INPUT', message: `${path} is no folder.`, hint: '' });
      const entries = [...treeOf(ref)].filter(([one]) => one !== '/' && parentOf(one) === folder);
      return { entries: entries.map(([one, bytes]) => entryOf(nameOf(one), bytes)), isWhole: true };
    },
    read: async (ref, path) => {
      const bytes = contents(ref, path);
      const isBinary = bytes.includes(0);
      return { text: isBinary ? '' : bytes.toString('utf8'), size: bytes.length, isCut: false, isBinary };
    },
    changes: async (ref) => {
      const added = [...treeOf(ref).keys()].filter((path) => path.startsWith('/tmp/') || path.startsWith('/var/log/'));
      const changes = [
        { path: '/etc', kind: 'changed' as const },
        ...added.map((path) => ({ path, kind: 'added' as const })),
        { path: '/etc/motd', kind: 'removed' as const },
      ];
      return { changes, total: changes.length };
    },
    download: async (ref, path) => {
      const bytes = find(ref, path);
      const name = nameOf(tidy(path)) || 'root';
      // Two empty blocks: an archive with nothing in it.
      const contents = bytes ?? Buffer.alloc(1024);
      return {
        name: bytes ? name : `${name}.tar`,
        type: bytes ? 'application/octet-stream' : 'application/x-tar',
        open: async () => Readable.from([contents]),
      };
    },
    upload: async (ref, folder, { name, size }) => {
      find(ref, folder);
      const parts: Uint8Array[] = [];
      return {
        write: async (bytes) => void parts.push(bytes),
        end: async () => {
          const whole = Buffer.concat(parts);
          if (whole.length !== size) {
            throw new BulkheadError({ code: 'BAD_INPUT', message: 'The file changed its size on the way.', hint: '' });
          }
          treeOf(ref).set(`${tidy(folder) === '/' ? '' : tidy(folder)}/${name}`, whole);
        },
        cancel: () => undefined,
      };
    },
  };
}

function tidy(path: string): string {
  return `/${path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')}`;
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function entryOf(name: string, bytes: Buffer | null): FileEntry {
  const size = bytes?.length ?? 0;
  const mode = bytes ? 0o644 : 0o755;
  return { name, kind: bytes ? 'file' : 'folder', size, mode, modifiedAt: STARTED_AT, uid: 0, gid: 0, target: '' };
}

function madeUp(name: string, image: string): Tree {
  const files: readonly (readonly [path: string, text: string])[] = [
    ['/app/config.yaml', `name: ${name}\nlog:\n  level: info\ncache:\n  seconds: 60\n`],
    ['/app/main', '\u007fELF\u0000\u0000'],
    ['/etc/hostname', `${name}\n`],
    ['/etc/os-release', `NAME="Simulated"\nIMAGE="${image}"\n`],
    ['/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/sbin/nologin\n'],
    ['/tmp/upload.part', 'half of something\n'],
    ['/var/log/app.log', 'INFO started\nINFO ready\n'],
  ];
  const tree: Tree = new Map([['/', null]]);
  for (const [path, text] of files) {
    for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1)) tree.set(path.slice(0, at), null);
    tree.set(path, Buffer.from(text));
  }
  return tree;
}
