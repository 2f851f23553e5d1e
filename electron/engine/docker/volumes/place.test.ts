import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { placed } from './place.ts';

async function archive(): Promise<Buffer> {
  const made = pack();
  made.entry({ name: './', type: 'directory', mode: 0o700, uid: 999, gid: 998 });
  made.entry({ name: './a.txt', mode: 0o640, uid: 7 }, 'content '.repeat(10_000));
  made.entry({ name: `deep/${'long/'.repeat(40)}file`, pax: { 'SCHILY.xattr.user.x': 'kept' } }, 'deep');
  made.entry({ name: './hard', type: 'link', linkname: './a.txt' });
  made.entry({ name: './soft', type: 'symlink', linkname: '../elsewhere' });
  made.entry({ name: './empty' }, '');
  made.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of made) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function read(stream: Readable) {
  const reader = extract();
  reader.on('error', () => undefined);
  stream.once('error', (error) => reader.destroy(error));
  stream.pipe(reader);
  const found: Record<string, unknown> = {};
  for await (const entry of reader) {
    let size = 0;
    for await (const chunk of entry) size += (chunk as Uint8Array).length;
    const { name, type, linkname, mode, uid, gid, pax } = entry.header;
    found[name] = {
      type,
      size,
      mode,
      uid,
      gid,
      link: linkname ?? '',
      xattr: (pax as Record<string, string> | null)?.['SCHILY.xattr.user.x'] ?? '',
    };
  }
  return found;
}

describe('an archive that is put into a folder', () => {
  test.each([
    ['plain', (content: Buffer) => content],
    ['zipped', gzipSync],
  ])('keeps everything but its names: %s', async (_, form) => {
    const content = form(await archive());
    const found = await read(placed(Readable.from([content.subarray(0, 700), content.subarray(700)]), 'volume'));
    expect(found).toMatchObject({
      'volume/': { type: 'directory', mode: 0o700, uid: 999, gid: 998 },
      'volume/a.txt': { type: 'file', size: 80_000, mode: 0o640, uid: 7 },
      [`volume/deep/${'long/'.repeat(40)}file`]: { size: 4, xattr: 'kept' },
      'volume/hard': { type: 'link', link: 'volume/a.txt' },
      'volume/soft': { type: 'symlink', link: '../elsewhere' },
      'volume/empty': { type: 'file', size: 0 },
    });
    expect(Object.keys(found)).toHaveLength(6);
  });

  test.each([
    ['nonsense', () => Promise.resolve(Buffer.from('no archive '.repeat(500)))],
    ['half of one', async () => (await archive()).subarray(0, 20_000)],
    ['half of a zipped one', async () => gzipSync(await archive()).subarray(0, 300)],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
  ])('%s fails as bad input', async (_, content) => {
    const source = await content();
    const reading = read(placed(Readable.from(source.length === 0 ? [] : [source]), 'volume'));
    await expect(reading).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  test('one whose source breaks off fails too', async () => {
    const whole = await archive();
    const breaking = async function* () {
      yield whole.subarray(0, 5000);
      await Promise.resolve();
      throw new Error('the disk was pulled out');
    };
    await expect(read(placed(Readable.from(breaking()), 'volume'))).rejects.toThrow('the disk was pulled out');
  });
});
