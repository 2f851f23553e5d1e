/** Images found in a registry by a word, on a real engine: the registry that is searched is a stand-in in front of Debian's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerApi } from '../../electron/engine/connection/index.ts';
import { createDiskReader } from '../../electron/engine/docker/disk-usage.ts';
import { createImages } from '../../electron/engine/docker/images/index.ts';
import type { ImagesDomain } from '../../electron/engine/domains/images.ts';
import { parseReference, type ImageReference } from '../../shared/images/reference.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { startRegistry, startSearchable, type Registry } from '../fixture/registry.ts';
import { connectTo, failureOf, listen } from './management.ts';

const FOUND = [
  { name: 'team/web', description: 'Ours, <b>bold</b>', star_count: 3, is_official: false },
  { name: 'web', description: 'The official one', star_count: 1200, is_official: true },
  { name: 'other', description: '', star_count: 0, is_official: false },
];

let engine: RunningEngine;
let api: DockerApi;
let registry: Registry;
let searchable: Pick<Registry, 'host' | 'stop'>;
let images: ImagesDomain;

const ref = (text: string): ImageReference => {
  const parsed = parseReference(text);
  if (!parsed) throw new Error(`${text} is no reference`);
  return parsed;
};

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5',
    name: `daily-search-${process.pid}`,
  });
  await importTestImage(engine);
  registry = await startRegistry(engine, { port: 5000 });
  searchable = await startSearchable(engine, { port: 5002, registry, images: FOUND });
  api = await connectTo(engine);
  images = createImages(
    () => api,
    createDiskReader(() => api),
  );
});
afterAll(async () => {
  api.close();
  await searchable.stop();
  await registry.stop();
  await engine.stop();
});

describe('a registry is searched', () => {
  it('and tells what there is of that word, as it is to be pulled from there', async () => {
    const { host } = searchable;
    expect(await images.search(`${host}/web`)).toEqual([
      { name: `${host}/team/web`, description: 'Ours, <b>bold</b>', stars: 3, official: false },
      { name: `${host}/web`, description: 'The official one', stars: 1200, official: true },
    ]);
    expect(await images.search(`${host}/nothing-of-that-name`)).toEqual([]);
  });

  it('and what was found is pulled under the name that was told', async () => {
    const pushed = `${registry.host}/team/web:latest`;
    await images.tag(TEST_IMAGE, ref(pushed));
    await images.push(ref(pushed), { report: listen() });
    await images.remove(pushed, { force: false });
    const [found] = await images.search(`${searchable.host}/web`);
    await images.pull(ref(found?.name ?? ''), { report: listen() });
    const tags = (await images.list()).flatMap((one) => one.tags);
    expect(tags).toContain(`${searchable.host}/team/web:latest`);
  });

  it.each([
    ['one that cannot be searched', () => `${registry.host}/web`, 'cannot be searched'],
    ['one that is not there', () => '127.0.0.1:9/web', 'cannot reach that registry'],
    // The engine's own world has no way out.
    ['Docker Hub, which is out of reach', () => 'web', 'cannot reach that registry'],
  ])('%s is told with what to do', async (_, term, hint) => {
    const error = await failureOf(images.search(term()));
    expect(error, error.message).toMatchObject({
      code: 'ENGINE_REFUSED',
      hint: expect.stringContaining(hint) as string,
    });
  });
});
