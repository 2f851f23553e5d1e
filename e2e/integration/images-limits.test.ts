/** Images on a real engine where something is scarce: what each takes of the disk, a disk that is full, passwords in a store. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DockerApi } from '../../electron/engine/connection/index.ts';
import { realFiles } from '../../electron/engine/connection/surroundings.ts';
import { createDiskReader } from '../../electron/engine/docker/disk-usage.ts';
import { createImages } from '../../electron/engine/docker/images/index.ts';
import { createManagement } from '../../electron/engine/docker/management.ts';
import type { Management } from '../../electron/engine/domains/index.ts';
import type { ImagesDomain } from '../../electron/engine/domains/images.ts';
import { EMPTY_SPEC } from '../../shared/containers/run-spec.ts';
import { parseReference, type ImageReference } from '../../shared/images/reference.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { runOk } from '../engines/run.ts';
import { enginePaths } from '../engines/state.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { REGISTRY_USER, startRegistry, type Registry } from '../fixture/registry.ts';
import { connectTo, failureOf, listen, readAll } from './management.ts';

/** Of the engine's disk. */
const ROOM_MB = 96;
const BIG_MB = 30;

let engine: RunningEngine;
let api: DockerApi;
let docker: Docker;
let manage: Management;
let images: ImagesDomain;
let open: Registry;
let closed: Registry;
let scratch: string;

const ref = (text: string): ImageReference => {
  const parsed = parseReference(text);
  if (!parsed) throw new Error(`${text} is no reference`);
  return parsed;
};
const cli = (...words: string[]): Promise<string> =>
  runOk(['docker', ...words], { env: { ...process.env, DOCKER_HOST: engine.url, DOCKER_CONFIG: '/nonexistent' } });
const context = async (files: Readonly<Record<string, string | Buffer>>): Promise<string> => {
  const folder = await mkdtemp(join(scratch, 'context-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
};
const build = async (tag: string, dockerfile: string, more: Readonly<Record<string, Buffer>> = {}): Promise<string> =>
  images.build({ folder: await context({ Dockerfile: dockerfile, ...more }), tags: [tag] }, { report: listen() });

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'bulkhead-images-limits-'));
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5',
    name: `daily-limits-${process.pid}`,
  });
  // A disk of its own, and a small one.
  await engine.stopDaemon();
  const { data } = enginePaths(engine.name);
  const mounted = await engine.exec(['mount', '-t', 'tmpfs', '-o', `size=${ROOM_MB}m`, 'tmpfs', data]);
  expect(mounted.code, mounted.stderr).toBe(0);
  await engine.startDaemon();
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  [open, closed] = await Promise.all([
    startRegistry(engine, { port: 5000 }),
    startRegistry(engine, { port: 5001, password: true }),
  ]);
  api = await connectTo(engine);
  manage = createManagement(() => api);
  images = createImages(
    () => api,
    createDiskReader(() => api),
    () => ({
      env: { ...process.env, PATH: `${join(scratch, 'bin')}:${process.env['PATH'] ?? ''}`, DOCKER_CONFIG: scratch },
      homedir: scratch,
      platform: process.platform,
      files: realFiles,
    }),
  );
});
afterAll(async () => {
  api.close();
  await Promise.all([open.stop(), closed.stop()]);
  await engine.stop();
  await rm(scratch, { recursive: true, force: true });
});

describe('what an image takes', () => {
  it('is told as docker system df tells it: shared with others, and its own', async () => {
    await build('size/one:1', `FROM ${TEST_IMAGE}\nRUN head -c 700000 /dev/urandom > /one\n`);
    await build('size/two:1', `FROM size/one:1\nRUN head -c 300000 /dev/urandom > /two\n`);
    const [usage, list] = await Promise.all([images.usage(), images.list()]);
    const told = JSON.parse(await cli('system', 'df', '-v', '--format', '{{json .Images}}')) as Record<
      string,
      string
    >[];
    const bytes = (text = ''): number => parseFloat(text) * (/MB/.test(text) ? 1e6 : /kB/.test(text) ? 1e3 : 1);
    for (const name of [TEST_IMAGE, 'size/one:1', 'size/two:1']) {
      const id = list.find(({ tags }) => tags.includes(name))?.id;
      const own = usage.find((one) => one.id === id);
      const line = told.find(({ ID }) => ID === id);
      expect(Math.abs((own?.unique ?? -1) - bytes(line?.['UniqueSize'])), name).toBeLessThan(2000);
      expect(Math.abs((own?.shared ?? -1) - bytes(line?.['SharedSize'])), name).toBeLessThan(2000);
    }
    const two = usage.find(({ id }) => list.find(({ tags }) => tags.includes('size/two:1'))?.id === id);
    expect(two?.unique).toBe(300_000);
    await images.remove('size/two:1', { force: false });
    await images.remove('size/one:1', { force: false });
  });
});

describe('passwords', () => {
  it('are had from the store that the user’s docker keeps them in', async () => {
    const name = `${closed.host}/store/private:1`;
    await mkdir(join(scratch, 'bin'), { recursive: true });
    const answer = JSON.stringify({ Username: REGISTRY_USER.name, Secret: REGISTRY_USER.password });
    const program = `#!/bin/sh\nread -r asked\n[ "$asked" = ${closed.host} ] && echo '${answer}' && exit\necho credentials not found in native keychain; exit 1\n`;
    await writeFile(join(scratch, 'bin', 'docker-credential-keeper'), program, { mode: 0o755 });
    await images.tag(TEST_IMAGE, ref(name));
    await writeFile(join(scratch, 'config.json'), '{}');
    expect(await failureOf(images.push(ref(name), { report: listen() }))).toMatchObject({
      hint: expect.stringContaining('docker login') as string,
    });
    const path = process.env['PATH'];
    process.env['PATH'] = `${join(scratch, 'bin')}:${path ?? ''}`;
    await writeFile(
      join(scratch, 'config.json'),
      JSON.stringify({ credsStore: 'keeper', auths: { [closed.host]: {} } }),
    );
    try {
      await images.push(ref(name), { report: listen() });
      await images.remove(name, { force: false });
      await images.pull(ref(name), { report: listen() });
    } finally {
      process.env['PATH'] = path;
    }
    expect((await images.list()).flatMap(({ tags }) => tags)).toContain(name);
    await images.remove(name, { force: false });
  });
});

describe('a disk that is full', () => {
  const name = (): string => `${open.host}/full/big:1`;
  let archive: Buffer;

  beforeAll(async () => {
    await build(name(), `FROM ${TEST_IMAGE}\nRUN head -c ${BIG_MB * 1_000_000} /dev/urandom > /big\n`);
    await images.push(ref(name()), { report: listen() });
    archive = await readAll(await images.save([name()]));
    await images.remove(name(), { force: false });
    await docker.runContainer('filler', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      HostConfig: { Binds: ['filler:/fill'], NetworkMode: 'none' },
    });
    // Until nothing more goes in, then a little room for the engine's own small files.
    await docker.exec('filler', [
      'sh',
      '-c',
      'head -c 200000000 /dev/zero > /fill/all; head -c 3000000 /dev/zero > /fill/room',
    ]);
    await docker.exec('filler', ['sh', '-c', 'truncate -s -6000000 /fill/all']);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['a pull', () => images.pull(ref(name()), { report: listen() })],
    ['a load', () => images.load(Readable.from([archive]), { report: listen() })],
    [
      'a build',
      () => build('full/built:1', `FROM ${TEST_IMAGE}\nCOPY big /big\n`, { big: Buffer.alloc(BIG_MB * 1_000_000, 1) }),
    ],
    [
      'a file that is put into a container',
      async () => {
        const size = BIG_MB * 1_000_000;
        const upload = await manage.files.upload('filler', '/tmp', { name: 'big', size });
        for (let at = 0; at < size; at += 1_000_000) await upload.write(Buffer.alloc(1_000_000, 1));
        await upload.end();
      },
    ],
  ])('%s: in the engine’s words, with what to do, and nothing half is left', async (_, work) => {
    const before = await cli('image', 'ls', '--all', '--quiet', '--no-trunc');
    const error = await failureOf(work());
    expect(error.message).toMatch(/no space left on device/i);
    expect(error.hint).toContain('Free space');
    expect(await cli('image', 'ls', '--all', '--quiet', '--no-trunc')).toBe(before);
  });

  it('a container is made again once there is room', async () => {
    await docker.exec('filler', ['rm', '/fill/all']);
    await images.pull(ref(name()), { report: listen() });
    const id = await manage.containers.create({ ...EMPTY_SPEC, image: name(), name: 'roomy', command: ['true'] });
    await manage.containers.start(id);
    expect(await cli('inspect', '--format', '{{.State.ExitCode}}', 'roomy')).toMatch(/^0/);
  });
});
