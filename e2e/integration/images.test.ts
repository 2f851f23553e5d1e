/** Images on a real engine: from and to registries with and without a password, built, saved, loaded, removed. */
import { mkdtemp, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRun } from '../../electron/app/container-jobs.ts';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { startPrune, startPull } from '../../electron/app/image-jobs.ts';
import type { DockerApi } from '../../electron/engine/connection/index.ts';
import { realFiles } from '../../electron/engine/connection/surroundings.ts';
import { createContainers } from '../../electron/engine/docker/containers/index.ts';
import { createDiskReader } from '../../electron/engine/docker/disk-usage.ts';
import { createImages } from '../../electron/engine/docker/images/index.ts';
import type { ImagesDomain } from '../../electron/engine/domains/images.ts';
import { EMPTY_SPEC } from '../../shared/containers/run-spec.ts';
import { parseReference, type ImageReference } from '../../shared/images/reference.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { ensurePlugin } from '../engines/plugins.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { REGISTRY_USER, startRegistry, type Registry } from '../fixture/registry.ts';
import { connectTo, failureOf, listen, readAll } from './management.ts';

let engine: RunningEngine;
let api: DockerApi;
let docker: Docker;
let open: Registry;
let closed: Registry;
/** Builds by the classic builder. */
let images: ImagesDomain;
/** Builds by BuildKit, through Buildx. */
let withBuildx: ImagesDomain;
let folder: string;

const ref = (text: string): ImageReference => {
  const parsed = parseReference(text);
  if (!parsed) throw new Error(`${text} is no reference`);
  return parsed;
};
const stateOf = (jobs: Jobs, id: string): string | undefined => jobs.list().find((job) => job.id === id)?.state;
const tagsNow = async (): Promise<string[]> => (await images.list()).flatMap(({ tags }) => tags).toSorted();

/** Writes the docker configuration that the domain reads. */
async function logIn(config: object): Promise<void> {
  await writeFile(join(folder, 'config.json'), JSON.stringify(config));
}
const authOf = (password: string): object => ({
  auths: { [closed.host]: { auth: Buffer.from(`${REGISTRY_USER.name}:${password}`).toString('base64') } },
});

/** A folder to build from. */
async function context(files: Readonly<Record<string, string>>): Promise<string> {
  const made = await mkdtemp(join(folder, 'context-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(made, name, '..'), { recursive: true });
    await writeFile(join(made, name), text);
  }
  return made;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-images-'));
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSION'] ?? '28.5',
    name: `i5-images-${process.pid}`,
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  [open, closed] = await Promise.all([
    startRegistry(engine, { port: 5000 }),
    startRegistry(engine, { port: 5001, password: true }),
  ]);
  api = await connectTo(engine);
  const plugins = join(folder, 'plugins');
  await mkdir(plugins);
  await symlink(await ensurePlugin('buildx'), join(plugins, 'docker-buildx'));
  const imagesWith = (env: NodeJS.ProcessEnv): ImagesDomain =>
    createImages(
      () => api,
      createDiskReader(() => api),
      () => ({
        env: { ...process.env, DOCKER_CONFIG: folder, ...env },
        homedir: folder,
        platform: process.platform,
        files: realFiles,
      }),
      () => ({ plugins: [plugins], programs: [] }),
    );
  images = imagesWith({ DOCKER_BUILDKIT: '0' });
  withBuildx = imagesWith({ DOCKER_BUILDKIT: undefined });
});
afterAll(async () => {
  api.close();
  await Promise.all([open.stop(), closed.stop()]);
  await engine.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('registries', () => {
  it('takes what is pushed and gives it back, layer by layer', async () => {
    const name = `${open.host}/test/plain:1`;
    await images.tag(TEST_IMAGE, ref(name));
    const push = listen();
    await images.push(ref(name), { report: push });
    expect([...push.parts.values()].map(({ state }) => state)).toEqual(['done']);
    await images.remove(name, { force: false });
    await images.remove(TEST_IMAGE, { force: false });
    expect(await tagsNow()).toEqual([]);
    const pull = listen();
    await images.pull(ref(name), { report: pull });
    expect([...pull.parts.values()].map(({ state }) => state)).toEqual(['done']);
    expect(pull.sum()?.total, 'bytes were counted').toBeGreaterThan(0);
    expect(pull.sum()?.done).toBe(pull.sum()?.total);
    const [image] = await images.list();
    expect(image).toMatchObject({ tags: [name], users: [] });
    expect(image?.digests[0]).toMatch(/^127\.0\.0\.1:5000\/test\/plain@sha256:/);
    await images.tag(name, ref(TEST_IMAGE));
  });

  it('is asked by a run whose image is not there, as docker run does', async () => {
    const name = `${open.host}/test/run:1`;
    await images.tag(TEST_IMAGE, ref(name));
    await images.push(ref(name), { report: listen() });
    await images.remove(name, { force: false });
    const jobs = createJobs();
    const containers = createContainers(() => api);
    const run = (image: string): string =>
      startRun(
        jobs,
        { manage: { containers, images }, replace: () => Promise.reject(new Error('nothing is replaced')) },
        { spec: { ...EMPTY_SPEC, image, name: 'pulled', command: ['sleep', '600'] }, start: true },
      );
    const end = async (id: string): Promise<string | undefined> => {
      await expect.poll(() => stateOf(jobs, id), { timeout: 60_000 }).not.toBe('running');
      return stateOf(jobs, id);
    };
    expect(await end(run(name))).toBe('done');
    expect((await docker.inspectContainer('pulled')).State.Running).toBe(true);
    expect(await tagsNow()).toContain(name);
    await docker.removeContainer('pulled');
    await images.remove(name, { force: false });
    expect(await end(run(`${open.host}/test/nowhere:1`))).toBe('failed');
    await expect(
      docker.inspectContainer('pulled'),
      'nothing is left of one that could not be pulled',
    ).rejects.toThrow();
    await jobs.close();
  });

  it('uses the user’s password where there is one', async () => {
    const name = `${closed.host}/test/private:1`;
    await images.tag(TEST_IMAGE, ref(name));
    await logIn({});
    const stranger = await failureOf(images.push(ref(name), { report: listen() }));
    expect(stranger).toMatchObject({ code: 'ENGINE_REFUSED', hint: expect.stringContaining('docker login') as string });
    await logIn(authOf('wrong password'));
    const wrong = await failureOf(images.push(ref(name), { report: listen() }));
    expect(wrong).toMatchObject({ hint: expect.stringContaining('docker login') as string });
    expect(JSON.stringify(wrong)).not.toContain('wrong password');
    await logIn(authOf(REGISTRY_USER.password));
    await images.push(ref(name), { report: listen() });
    await images.remove(name, { force: false });
    await images.pull(ref(name), { report: listen() });
    expect(await tagsNow()).toContain(name);
    await logIn({});
    await images.remove(name, { force: false });
    expect(await failureOf(images.pull(ref(name), { report: listen() }))).toMatchObject({
      hint: expect.stringContaining('docker login') as string,
    });
  });

  it('asks a credential helper', async () => {
    const name = `${closed.host}/test/private:1`;
    const bin = join(folder, 'bin');
    await mkdir(bin, { recursive: true });
    const answer = JSON.stringify({ Username: REGISTRY_USER.name, Secret: REGISTRY_USER.password });
    await writeFile(join(bin, 'docker-credential-rig'), `#!/bin/sh\ncat >/dev/null\necho '${answer}'\n`, {
      mode: 0o755,
    });
    await logIn({ credHelpers: { [closed.host]: 'rig' } });
    const path = process.env['PATH'];
    process.env['PATH'] = `${bin}:${path}`;
    try {
      await images.pull(ref(name), { report: listen() });
    } finally {
      process.env['PATH'] = path;
      await logIn({});
    }
    expect(await tagsNow()).toContain(name);
    await images.remove(name, { force: false });
  });

  it.each([
    ['an image that is not there', () => `${open.host}/test/absent:1`, 'NOT_FOUND', 'no such image'],
    ['a registry that is not there', () => '127.0.0.1:9/test/absent:1', 'ENGINE_REFUSED', 'cannot reach that registry'],
  ])('says what to do about %s', async (_, name, code, hint) => {
    const error = await failureOf(images.pull(ref(name()), { report: listen() }));
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) as string });
  });

  it('a pull that is cancelled ends at once, and one whose engine dies says so', async () => {
    const name = `${open.host}/test/plain:1`;
    const jobs = createJobs({ tellMs: 0 });
    const ended = (id: string) =>
      new Promise<{ state: string; error: unknown }>((resolve) => {
        jobs.onDetail(id, ({ state, error }) => state !== 'running' && resolve({ state, error }));
      });
    await images.remove(TEST_IMAGE, { force: false });
    open.freeze();
    try {
      const cancelledPull = startPull({ jobs, images }, { reference: name });
      const cancelled = ended(cancelledPull);
      jobs.cancel(cancelledPull);
      expect(await cancelled).toMatchObject({ state: 'cancelled' });
      const orphan = ended(startPull({ jobs, images }, { reference: `${open.host}/test/other:1` }));
      const asking = ['ss', '-Htn', 'state', 'established', `dport = :${open.host.split(':')[1]}`];
      await expect.poll(async () => (await engine.exec(asking)).stdout.trim(), { timeout: 10_000 }).not.toBe('');
      await engine.stopDaemon();
      expect(await orphan).toMatchObject({ state: 'failed', error: { code: 'ENGINE_UNREACHABLE' } });
    } finally {
      open.thaw();
      await engine.startDaemon();
      api.close();
      api = await connectTo(engine);
    }
    await jobs.close();
    await importTestImage(engine);
  });
});

describe('building', () => {
  it('makes an image of a folder, without what .dockerignore names', async () => {
    const where = await context({
      Dockerfile: `FROM ${TEST_IMAGE}\nARG word=none\nCOPY . /app\nRUN ls -R /app && echo said $word && cat /app/keep/empty /app/*/*.txt\n`,
      '.dockerignore': '# comment\nsecret*\nkeep/*\n!keep/this\n!keep/empty\n',
      'secret.txt': 'secret',
      'keep/this': 'this',
      'keep/that': 'that',
      'keep/empty': '',
      '子/文.txt': 'read in a folder with another script',
    });
    const told = listen();
    const request = { folder: where, tags: ['built/one:1', 'built/one:2'], args: { word: 'hello' } };
    const id = await images.build(request, { report: told });
    expect(await tagsNow()).toEqual(expect.arrayContaining(['built/one:1', 'built/one:2']));
    expect(told.lines.join('\n')).toContain('said hello');
    expect([...told.parts.values()].map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done']);
    const listing = told.lines.join('\n');
    for (const text of ['\nthis', 'another script']) expect(listing).toContain(text);
    for (const name of ['secret.txt', 'that']) expect(listing).not.toContain(`\n${name}`);
    const detail = await images.detail('built/one:1');
    expect(detail.id).toContain(id.replace('sha256:', '').slice(0, 12));
    expect(detail.layers[0]?.command).toContain('ls -R /app');
    expect(detail.layers.some(({ size }) => size > 0)).toBe(true);
    await images.remove('built/one:1', { force: false });
    await images.remove('built/one:2', { force: false });
  });

  it.each([
    ['an unknown instruction', `FORM ${TEST_IMAGE}\n`, 'BAD_INPUT', 'Correct the Dockerfile'],
    ['a command that fails', `FROM ${TEST_IMAGE}\nRUN exit 3\n`, 'ENGINE_REFUSED', ''],
    ['a file that is not there', `FROM ${TEST_IMAGE}\nCOPY absent /\n`, 'ENGINE_REFUSED', ''],
    ['what needs BuildKit', `FROM ${TEST_IMAGE}\nRUN --mount=type=cache,target=/c true\n`, 'BAD_INPUT', 'BuildKit'],
  ])('a Dockerfile with %s is told in the builder’s words', async (_, Dockerfile, code, hint) => {
    const where = await context({ Dockerfile });
    const error = await failureOf(images.build({ folder: where, tags: [] }, { report: listen() }));
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) as string });
  });

  it.each([
    ['no folder', () => Promise.resolve('/nowhere/at/all'), undefined],
    ['no Dockerfile', () => context({ other: '' }), undefined],
    ['a Dockerfile outside', () => context({ Dockerfile: '' }), '../Dockerfile'],
  ])('%s is said before anything is sent', async (_, where, dockerfile) => {
    const request = { folder: await where(), tags: [], ...(dockerfile ? { dockerfile } : {}) };
    expect(await failureOf(images.build(request, { report: listen() }))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('a build that is cancelled stops on the engine', async () => {
    const where = await context({ Dockerfile: `FROM ${TEST_IMAGE}\nRUN echo begun && sleep 600\n` });
    const controller = new AbortController();
    const report = listen(() => {
      if (report.lines.some((line) => line === 'begun')) controller.abort();
    });
    const error = await failureOf(images.build({ folder: where, tags: [] }, { report, signal: controller.signal }));
    expect(error.code).toBe('CANCELLED');
    await expect
      .poll(async () => (await docker.listContainers()).length, { timeout: 30_000, message: 'its container goes' })
      .toBe(0);
  });
});

describe('building with BuildKit', () => {
  it('makes an image of a Dockerfile as people write them now, without what its own ignore file names', async () => {
    const where = await context({
      'docker/Dockerfile': [
        `FROM ${TEST_IMAGE} AS base`,
        'ARG word=none',
        'RUN --mount=type=cache,target=/cache echo "said $word" > /said && cat /said',
        'FROM base AS unused',
        'RUN exit 7',
        'FROM base AS wanted',
        'COPY --chmod=0640 <<HERE /etc/here',
        'written in the Dockerfile',
        'HERE',
        'COPY . /app',
        'RUN ls -R /app && cat /etc/here',
        '',
      ].join('\n'),
      'docker/Dockerfile.dockerignore': 'secret*\n',
      'secret.txt': 'secret',
      'plain.txt': 'plain',
    });
    const told = listen();
    const id = await withBuildx.build(
      {
        folder: where,
        dockerfile: 'docker/Dockerfile',
        tags: ['built/kit:1', 'built/kit:2'],
        args: { word: 'hello' },
        target: 'wanted',
      },
      { report: told },
    );
    expect(await tagsNow()).toEqual(expect.arrayContaining(['built/kit:1', 'built/kit:2']));
    expect((await withBuildx.detail('built/kit:1')).id).toBe(id);
    const lines = told.lines.join('\n');
    for (const text of ['said hello', 'plain.txt', 'written in the Dockerfile']) expect(lines).toContain(text);
    expect(lines).not.toContain('secret.txt');
    expect([...told.parts.values()].map(({ state }) => state)).not.toContain('running');
    expect([...told.parts.values()].some(({ name }) => name?.includes('RUN ls -R /app'))).toBe(true);
    expect(told.sum()?.done).toBe(told.sum()?.total);
    for (const tag of ['built/kit:1', 'built/kit:2']) await images.remove(tag, { force: false });
  });

  it.each([
    [
      'an unknown instruction',
      `FORM ${TEST_IMAGE}\n`,
      'BAD_INPUT',
      /unknown instruction: FORM/,
      /Correct the Dockerfile/,
    ],
    ['a command that fails', `FROM ${TEST_IMAGE}\nRUN exit 3\n`, 'ENGINE_REFUSED', /exit code: 3/, /^$/],
    ['a file that is not there', `FROM ${TEST_IMAGE}\nCOPY absent /\n`, 'ENGINE_REFUSED', /absent.*not found/, /^$/],
  ])('a Dockerfile with %s is told in BuildKit’s words', async (_, Dockerfile, code, message, hint) => {
    const where = await context({ Dockerfile });
    const error = await failureOf(withBuildx.build({ folder: where, tags: [] }, { report: listen() }));
    expect(error).toEqual({
      code,
      message: expect.stringMatching(message) as string,
      hint: expect.stringMatching(hint) as string,
    });
  });

  it('stops on the engine when it is cancelled', async () => {
    const where = await context({ Dockerfile: `FROM ${TEST_IMAGE}\nRUN echo begun && sleep 86399\n` });
    const sleeping = async (): Promise<string> => (await engine.exec(['pgrep', '-f', '^sleep 86399'])).stdout.trim();
    const controller = new AbortController();
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const report = listen(() => {
      if (report.lines.some((line) => line === 'begun')) begin();
    });
    const build = failureOf(withBuildx.build({ folder: where, tags: [] }, { report, signal: controller.signal }));
    await begun;
    await expect.poll(sleeping, { timeout: 30_000, message: 'its command runs' }).not.toBe('');
    controller.abort();
    expect((await build).code).toBe('CANCELLED');
    await expect.poll(sleeping, { timeout: 30_000, message: 'its command ends' }).toBe('');
  });

  it('goes to this engine, whatever builder and engine the terminal has chosen', async () => {
    const steered = createImages(
      () => api,
      createDiskReader(() => api),
      () => ({
        env: { ...process.env, DOCKER_CONFIG: folder, BUILDX_BUILDER: 'elsewhere', DOCKER_HOST: 'tcp://127.0.0.1:9' },
        homedir: folder,
        platform: process.platform,
        files: realFiles,
      }),
      () => ({ plugins: [join(folder, 'plugins')], programs: [] }),
    );
    const where = await context({ Dockerfile: `FROM ${TEST_IMAGE}\nRUN --mount=type=tmpfs,target=/t true\n` });
    await steered.build({ folder: where, tags: ['built/here:1'] }, { report: listen() });
    expect(await tagsNow()).toContain('built/here:1');
    await images.remove('built/here:1', { force: false });
  });
});

describe('archives', () => {
  it('what is saved can be loaded', async () => {
    await images.tag(TEST_IMAGE, ref('saved/one:1'));
    const archive = await readAll(await images.save(['saved/one:1']));
    await images.remove('saved/one:1', { force: false });
    const loaded = await images.load(Readable.from([archive]), { report: listen() });
    expect(loaded).toEqual(['saved/one:1']);
    expect(await tagsNow()).toContain('saved/one:1');
    await images.remove('saved/one:1', { force: false });
  });

  it.each([
    ['nonsense', Buffer.from('no archive at all '.repeat(1000))],
    ['an empty file', Buffer.alloc(0)],
  ])('%s is refused with what to do', async (_, content) => {
    const error = await failureOf(
      images.load(Readable.from(content.length > 0 ? [content] : []), { report: listen() }),
    );
    expect(error).toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining('no archive') as string });
  });

  it('an archive that is cut short is refused', async () => {
    const archive = await readAll(await images.save([TEST_IMAGE]));
    const half = archive.subarray(0, Math.floor(archive.length / 2));
    expect(await failureOf(images.load(Readable.from([half]), { report: listen() }))).toMatchObject({
      code: 'BAD_INPUT',
    });
  });

  it('an archive whose source breaks off is not loaded', async () => {
    const breaking = async function* () {
      yield Buffer.alloc(1024);
      await Promise.resolve();
      throw new Error('the disk was pulled out');
    };
    const error = await failureOf(images.load(Readable.from(breaking()), { report: listen() }));
    expect(error.message).not.toBe('');
  });
});

describe('removing', () => {
  it('names who uses an image that cannot go', async () => {
    await docker.createContainer('i5-user', { Image: TEST_IMAGE, Cmd: ['true'] });
    const [image] = (await images.list()).filter(({ tags }) => tags.includes(TEST_IMAGE));
    expect(image?.users.map(({ name }) => name)).toEqual(['i5-user']);
    const error = await failureOf(images.remove(TEST_IMAGE, { force: false }));
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED', hint: expect.stringContaining('i5-user') as string });
    expect((await images.prunePreview({ all: true })).items.map(({ id }) => id)).not.toContain(image?.id);
    await docker.removeContainer('i5-user');
  });

  it('prunes exactly what was shown, and tells what came free', async () => {
    const where = await mkdtemp(join(folder, 'prune-'));
    await writeFile(join(where, 'Dockerfile'), `FROM ${TEST_IMAGE}\nRUN head -c 3000000 /dev/urandom > /big\n`);
    const id = await images.build({ folder: where, tags: [] }, { report: listen() });
    const preview = await images.prunePreview({ all: false });
    expect(preview.items.map((item) => item.id)).toEqual([expect.stringContaining(id.replace('sha256:', ''))]);
    expect(preview.bytes).toBeGreaterThanOrEqual(3_000_000);
    const jobs = createJobs({ tellMs: 0 });
    const job = startPrune(
      { jobs, images },
      preview.items.map((item) => item.id),
    );
    const result = await new Promise<Readonly<Record<string, string>>>((resolve) => {
      jobs.onDetail(job, (now) => now.state !== 'running' && resolve({ ...now.result, state: now.state }));
    });
    expect(result['state']).toBe('done');
    expect(Number(result['bytes'])).toBeGreaterThanOrEqual(3_000_000);
    expect((await images.prunePreview({ all: false })).items).toEqual([]);
    expect(await tagsNow()).toContain(TEST_IMAGE);
    await jobs.close();
  });

  it('tells of changes as they happen', async () => {
    let stop = (): void => undefined;
    const told = new Promise<void>((resolve) => (stop = images.onChange(resolve)));
    // Until the engine has begun to tell, what happens is nobody's news.
    const again = setInterval(() => void images.tag(TEST_IMAGE, ref('changed/one:1')).catch(() => undefined), 100);
    try {
      await told;
    } finally {
      clearInterval(again);
      stop();
    }
  });
});
