import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extract } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildContext, type ContextOptions } from './context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-context-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Name → content; folders and links by what they are. */
async function packed(options: Partial<ContextOptions> = {}): Promise<Record<string, string>> {
  const archive = await buildContext({ folder, dockerfile: 'Dockerfile', ...options });
  const reader = extract();
  archive.pipe(reader);
  const all: Record<string, string> = {};
  for await (const entry of reader) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    const { name, type, linkname } = entry.header;
    all[name] = type === 'symlink' ? `→ ${linkname}` : type === 'directory' ? '' : Buffer.concat(chunks).toString();
  }
  return all;
}

describe('what is sent to a builder', () => {
  test('everything that is there, links as links', async () => {
    await write({ Dockerfile: 'FROM x', 'a/b.txt': 'b', empty: '' });
    await symlink('a/b.txt', join(folder, 'link'));
    expect(await packed()).toEqual({ Dockerfile: 'FROM x', 'a/': '', 'a/b.txt': 'b', empty: '', link: '→ a/b.txt' });
  });

  test('nothing that is left out, but for exceptions and what says how to build', async () => {
    await write({
      Dockerfile: 'FROM x',
      '.dockerignore': '*\n!src\nsrc/*.log\n',
      'src/main.ts': 'main',
      'src/debug.log': 'log',
      'secret.key': 'key',
    });
    expect(Object.keys(await packed()).toSorted()).toEqual(['.dockerignore', 'Dockerfile', 'src/', 'src/main.ts']);
  });

  test('a Dockerfile’s own list goes before that of the folder', async () => {
    await write({ 'b.Dockerfile': '', 'b.Dockerfile.dockerignore': 'x\n', '.dockerignore': 'y\n', x: '', y: '' });
    const names = Object.keys(await packed({ dockerfile: 'b.Dockerfile' }));
    expect(names).toContain('y');
    expect(names).not.toContain('x');
  });

  test.each([
    ['a relative folder', { folder: 'some/where' }],
    ['a Dockerfile that is not there', { dockerfile: 'other' }],
    ['a Dockerfile outside', { dockerfile: '../Dockerfile' }],
  ])('%s is refused', async (_, options) => {
    await write({ Dockerfile: '' });
    await expect(packed(options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('is no more once it is cancelled', async () => {
    await write({ Dockerfile: '', a: 'x'.repeat(300_000), b: 'x'.repeat(300_000) });
    const controller = new AbortController();
    const archive = await buildContext({
      folder,
      dockerfile: 'Dockerfile',
      signal: controller.signal,
      onBytes: () => controller.abort(),
    });
    const reading = (async () => {
      for await (const chunk of archive) void chunk;
    })();
    await expect(reading).rejects.toThrow();
  });
});
