import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { BULKHEAD_LABEL } from '../../../shared/topology/model.ts';
import { connect } from '../../engine/connection/index.ts';
import { imageFiles, loadPacked, namesIn } from './packed-image.ts';
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

describe('an engine that is given the image of a package', () => {
  const TAG = 'bulkhead-helper:abc';
  const loadedAs = (name: string): string => JSON.stringify({ stream: `Loaded image: ${name}\n` });
  const good = {
    arch: 'amd64',
    status: 200,
    answer: loadedAs(TAG),
    image: { Architecture: 'amd64', Config: { Labels: { [BULKHEAD_LABEL]: 'helper' } } } as object,
  };
  const archive = tar([manifest([TAG]), layer]);
  const zipped = gzipSync(archive);

  /** What comes of it, what was told, and what the engine was asked; the file it got is one of a package. */
  const tried = async (engine: typeof good, tags = [TAG]) => {
    const asked: string[] = [];
    const images = mkdtempSync(join(folder, 'images-'));
    writeFileSync(join(images, 'helper-amd64.tar.gz'), zipped);
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.once('end', () => {
        const path = request.url?.replace(/^\/v1\.51/, '') ?? '';
        if (request.method !== 'GET') asked.push(`${request.method} ${path}`);
        if (path === '/version') {
          response.end(
            JSON.stringify({ Version: '28.5.2', ApiVersion: '1.51', MinAPIVersion: '1.24', Arch: engine.arch }),
          );
        } else if (path.startsWith('/images/load')) {
          asked.push(Buffer.concat(chunks).equals(zipped) ? 'the file' : 'something else');
          response.writeHead(engine.status).end(engine.answer);
        } else response.end(JSON.stringify(engine.image));
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const api = await connect(`tcp://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const told: string[] = [];
    try {
      const report = (detail: string): void => void told.push(detail);
      const outcome = await loadPacked(api, { folder: images, tags, label: 'helper', report });
      return { outcome, told, asked };
    } finally {
      api.close();
      server.close();
    }
  };
  const LOAD = ['POST /images/load?quiet=true', 'the file'];
  const REMOVE = `DELETE /images/${TAG}?force=true`;

  it.each([
    ['by its name', TAG],
    ['by its name with a registry, as Podman says it', `localhost/${TAG}`],
  ])('has it then, and says so %s', async (_, name) => {
    expect(await tried({ ...good, answer: loadedAs(name) }, ['bulkhead-helper:local', TAG])).toEqual({
      outcome: TAG,
      told: ['helper-amd64.tar.gz', `loaded ${TAG}`],
      asked: LOAD,
    });
  });

  const passedOver: readonly (readonly [string, Partial<typeof good>, string, readonly string[]])[] = [
    ['refuses it', { status: 403, answer: '{"message":"not allowed"}' }, 'not allowed', LOAD],
    [
      'fails at it',
      { answer: '{"errorDetail":{"message":"no space left"},"error":"no space left"}' },
      'no space',
      LOAD,
    ],
    ['says nothing of it', { answer: '' }, 'the engine loaded nothing', LOAD],
    ['loads another', { answer: loadedAs('bulkhead-helper:abcd') }, 'loaded bulkhead-helper:abcd', LOAD],
    ['finds no label of ours', { image: { Architecture: 'amd64' } }, 'an image of ""', [...LOAD, REMOVE]],
    [
      'finds it for another processor',
      { image: { ...good.image, Architecture: 'arm64' } },
      'for arm64',
      [...LOAD, REMOVE],
    ],
  ];
  it.each(passedOver)('is left as it was where it %s, and why is told', async (_, engine, why, asked) => {
    const seen = await tried({ ...good, ...engine });
    expect(seen).toEqual({
      outcome: null,
      told: ['helper-amd64.tar.gz', expect.stringContaining(`helper-amd64.tar.gz is passed over: `)],
      asked,
    });
    expect(seen.told[1]).toContain(why);
  });

  it('is sent nothing that is of another version, and nothing where none is for it', async () => {
    expect(await tried(good, ['bulkhead-helper:newer'])).toEqual({
      outcome: null,
      told: ['helper-amd64.tar.gz', `helper-amd64.tar.gz is passed over: it holds ${TAG}`],
      asked: [],
    });
    expect(await tried({ ...good, arch: 'arm64' })).toEqual({ outcome: null, told: [], asked: [] });
  });
});
