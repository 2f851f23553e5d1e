/**
 * The helper's image as a package brings it along: taken in place of building, unless it is of another version, broken, or of
 * something else; and removed by clearing like one that was built.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DockerApi } from '../../electron/engine/connection/index.ts';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { openDockerWire } from '../../electron/guard/helper/index.ts';
import { BULKHEAD_LABEL } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { Docker } from '../fixture/docker.ts';
import { connectTo } from './management.ts';
import { VERSIONS } from './world.ts';

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let api: DockerApi;
  let saved: string;
  let images: string;
  let arch: string;
  let tag: string;

  beforeAll(async () => {
    engine = await startEngine({ version, name: `packed-${version}-${process.pid}` });
    api = await connectTo(engine);
    await importTestImage(new Docker(engine.socket));
    arch = ((await api.request('/version')) as { readonly Arch: string }).Arch;
    saved = await mkdtemp(join(tmpdir(), 'bulkhead-saved-'));
    // Of this machine's own programs: no registry is reached here.
    const steps = await open(join(saved, 'nowhere'));
    expect(steps.filter((step) => step.startsWith('image-load'))).toEqual([]);
    expect(steps.some((step) => step.startsWith('image-build'))).toBe(true);
    [tag] = (await helperImages()) as [string];
    await pipeline(await api.stream(`/images/${tag}/get`), createWriteStream(join(saved, 'plain.tar')));
    await pipeline(await api.stream(`/images/${tag}/get`), createGzip(), createWriteStream(join(saved, 'zipped.gz')));
  });
  afterAll(async () => {
    api.close();
    await engine.stop();
    await rm(saved, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await remove();
    images = await mkdtemp(join(tmpdir(), 'bulkhead-packed-'));
  });
  afterEach(() => rm(images, { recursive: true, force: true }));

  /** Opens the helper with the images there, has it answer, and ends it: the steps it told. */
  const open = async (folder: string): Promise<string[]> => {
    const steps: string[] = [];
    const wire = await openDockerWire(api, {
      images: folder,
      onProgress: ({ step, detail }) => steps.push(`${step} ${detail}`),
    });
    expect(wire.capabilities.nftVersion).toMatch(/^\d/);
    await wire.close();
    return steps;
  };
  const all = async (filters: object): Promise<string[]> =>
    ((await api.request('/images/json', { query: { filters } })) as readonly { RepoTags: string[] | null }[])
      .flatMap(({ RepoTags }) => RepoTags ?? ['<none>'])
      .toSorted();
  const helperImages = (): Promise<string[]> => all({ label: [BULKHEAD_LABEL] });
  const remove = async (): Promise<void> => {
    for (const name of await helperImages()) await api.request(`/images/${name}`, { method: 'DELETE' });
    expect(await helperImages()).toEqual([]);
  };
  const put = async (name: string, content: Buffer | string): Promise<void> => writeFile(join(images, name), content);
  /** An image as `docker save` gives it. */
  const archiveOf = async (name: string): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of await api.stream(`/images/${name}/get`)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };

  it.each([
    ['zipped', 'zipped.gz', '.tar.gz'],
    ['plain', 'plain.tar', '.tar'],
  ])('is loaded, and nothing is built: %s', async (_, from, suffix) => {
    const name = `helper-${arch}${suffix}`;
    await put(name, await readFile(join(saved, from)));
    expect(await open(images)).toEqual([
      `image-load ${name}`,
      `image-load loaded ${tag}`,
      `helper-start ${tag}`,
      expect.stringMatching(/^helper-ready nftables/),
    ]);
    expect(await helperImages()).toEqual([tag]);
    // The next time it is there.
    expect((await open(images))[0]).toBe(`image-present ${tag}`);
  });

  it('is removed by clearing', async () => {
    await put(`helper-${arch}.tar.gz`, await readFile(join(saved, 'zipped.gz')));
    const driver = await createDockerDriver({
      address: engine.url,
      openWire: (one, options) => openDockerWire(one, { ...options, images }),
    });
    try {
      await driver.openWire({});
      expect(await helperImages()).toEqual([tag]);
      await driver.clear();
      expect(await helperImages()).toEqual([]);
    } finally {
      await driver.close();
    }
  });

  it('is passed over where it is broken, of another version, or of something else, and leaves nothing', async () => {
    const whole = await readFile(join(saved, 'zipped.gz'));
    const plain = await readFile(join(saved, 'plain.tar'));
    // Another version: the same bytes under the name that other contents would have.
    const other = tag.replace(/.{4}$/, (end) => (end === '0000' ? '1111' : '0000'));
    const renamed = Buffer.from(plain.toString('latin1').replaceAll(tag.slice(16), other.slice(16)), 'latin1');
    const foreign = await archiveOf(TEST_IMAGE);
    const before = await all({});
    const cases: readonly (readonly [string, string | Buffer, string])[] = [
      ['tar.gz', whole.subarray(0, whole.length / 2), 'unexpected end of file'],
      ['tar.gz', 'nothing of the kind', 'incorrect header check'],
      ['tar', plain.subarray(0, plain.length / 2), 'Unexpected end of data'],
      ['tar', renamed, `it holds ${other}`],
      ['tar', foreign, `it holds ${TEST_IMAGE}`],
    ];
    for (const [suffix, content, why] of cases) {
      const name = `helper-${arch}.${suffix}`;
      await put(name, content);
      const steps = await open(images);
      expect(steps[1], why).toBe(`image-load ${name} is passed over: ${why}`);
      expect(steps[2], why).toMatch(/^image-build/);
      expect(await all({}), why).toEqual([...before, tag].toSorted());
      await remove();
      await rm(join(images, name));
    }
  });
});
