import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { imageFiles, namesIn } from './packed-image.ts';
import { tar } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-packed-'));
afterAll(() => rmSync(folder, { recursive: true }));

const layer = { name: 'blobs/sha256/abc', content: Buffer.alloc(100_000, 1) };
const manifest = (tags: unknown) => ({
  name: 'manifest.json',
  content: Buffer.from(JSON.stringify([{ Config: 'blobs/sha256/def', RepoTags: tags, Layers: [layer.name] }])),
});
const namesOf = (name: string, content: Buffer): Promise<readonly string[]> => {
  const file = join(folder, name);
  writeFileSync(file, content);
  return namesIn(file);
};

describe('the image that comes with a package', () => {
  const archive = tar([layer, manifest(['bulkhead-helper:abc']), layer]);

  it.each([
    ['plain', 'a.tar', archive, ['bulkhead-helper:abc']],
    ['zipped', 'a.tar.gz', gzipSync(archive), ['bulkhead-helper:abc']],
    ['of two names', 'b.tar', tar([manifest(['a:1', 'b:2'])]), ['a:1', 'b:2']],
    ['of none', 'c.tar', tar([manifest(null)]), []],
  ])('is known by the names it has in its archive: %s', async (_, name, content, expected) => {
    expect(await namesOf(name, content)).toEqual(expected);
  });

  it.each([
    ['broken off', 'd.tar', archive.subarray(0, archive.length - 60_000)],
    ['broken off, zipped', 'd.tar.gz', gzipSync(archive).subarray(0, -10)],
    ['damaged', 'e.tar.gz', Buffer.concat([gzipSync(archive).subarray(0, -8), Buffer.alloc(8)])],
    ['something else', 'f.tar.gz', Buffer.from('version https://git-lfs.github.com/spec/v1\n')],
    ['an archive of other things', 'g.tar', tar([layer])],
    ['empty', 'h.tar', Buffer.alloc(0)],
    ['with a manifest that is none', 'i.tar', tar([{ name: 'manifest.json', content: Buffer.from('[{') }])],
  ])('is not taken for one where it is %s', async (_, name, content) => {
    await expect(namesOf(name, content)).rejects.toThrow();
  });

  it('is looked for by the engine’s architecture, which is not to lead elsewhere', () => {
    expect(imageFiles('arm64')).toEqual(['helper-arm64.tar.gz', 'helper-arm64.tar']);
    expect(imageFiles('../../etc')).toEqual([]);
    expect(imageFiles('')).toEqual([]);
  });
});
