/** What Compose pulls for a project, from real registries with and without a password, with the user's own docker credentials. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startAction, startDown, startOpen, startUp, type ComposeStage } from '../../electron/app/compose-jobs.ts';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { connect, type DockerApi } from '../../electron/engine/connection/index.ts';
import { realFiles } from '../../electron/engine/connection/surroundings.ts';
import { createCompose } from '../../electron/engine/docker/compose/index.ts';
import type { ComposeDomain } from '../../electron/engine/domains/compose.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { createProjectStore } from '../../electron/store/compose-projects.ts';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { ensureCompose } from '../engines/compose.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { REGISTRY_USER, startRegistry, type Registry } from '../fixture/registry.ts';

let engine: RunningEngine;
let driver: EngineDriver;
let api: DockerApi;
let compose: ComposeDomain;
let jobs: Jobs;
let scratch: string;
let remembered: ComposeStage['remembered'];
let open: Registry;
let closed: Registry;

const stage = async (): Promise<ComposeStage> => ({ jobs, compose, topology: await driver.refresh(), remembered });
const ended = (id: string): Promise<JobDetail> =>
  new Promise((resolve) => {
    const look = (job: JobDetail): void => void (job.state !== 'running' && resolve(job));
    jobs.onDetail(id, look);
    look(jobs.detail(id));
  });
const done = async (id: string): Promise<JobDetail> => {
  const job = await ended(id);
  expect(job, job.lines.join('\n')).toMatchObject({ state: 'done', error: null });
  return job;
};
/** The docker command line, in the engine's own world, with a login of its own. */
const cli = async (...words: readonly string[]): Promise<string> =>
  (
    await promisify(execFile)('docker', words, {
      env: { ...process.env, DOCKER_HOST: engine.url, DOCKER_CONFIG: join(scratch, 'pusher') },
    })
  ).stdout.trim();
const config = async (folder: string, auths: object): Promise<void> => {
  await mkdir(join(scratch, folder), { recursive: true });
  await writeFile(join(scratch, folder, 'config.json'), JSON.stringify({ auths }));
};
const authOf = (password: string): object => ({
  [closed.host]: { auth: Buffer.from(`${REGISTRY_USER.name}:${password}`).toString('base64') },
});
/** Puts another image under that name; resolves with its id. */
const publish = async (name: string, says: string): Promise<string> => {
  const id = await cli('create', TEST_IMAGE, 'true');
  const image = await cli('commit', '--change', `CMD ["sh", "-c", "echo ${says}; exec sleep 3600"]`, id, name);
  await cli('rm', id);
  await cli('push', '--quiet', name);
  await cli('rmi', name);
  return image;
};
const imageOf = (container: string): Promise<string> => cli('inspect', '--format', '{{.Image}}', container);
const place = async (name: string, text: string): Promise<string> => {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'compose.yaml'), text);
  return folder;
};

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5',
    name: `daily-compose-pull-${process.pid}`,
  });
  await importTestImage(engine);
  [open, closed] = await Promise.all([
    startRegistry(engine, { port: 5000 }),
    startRegistry(engine, { port: 5001, password: true }),
  ]);
  driver = await openDriver(engine.url);
  api = await connect(engine.url);
  scratch = await mkdtemp(join(tmpdir(), 'bulkhead-compose-pull-'));
  await config('pusher', authOf(REGISTRY_USER.password));
  await config('user', {});
  const bin = join(scratch, 'bin');
  await mkdir(bin);
  await symlink(await ensureCompose(), join(bin, 'docker-compose'));
  remembered = createProjectStore(join(scratch, 'settings'), () => engine.url);
  const env = {
    ...process.env,
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    DOCKER_CONFIG: join(scratch, 'user'),
  };
  compose = createCompose(
    () => api,
    () => ({ env, homedir: homedir(), platform: process.platform, files: realFiles }),
  );
});
beforeEach(() => {
  jobs = createJobs({ tellMs: 0 });
  return () => jobs.close();
});
afterAll(async () => {
  api.close();
  await driver.close();
  await Promise.all([open.stop(), closed.stop()]);
  await engine.stop();
  await rm(scratch, { recursive: true, force: true });
});

const service = (image: string): string => `services:\n  web: { image: "${image}", stop_signal: SIGKILL }\n`;

describe('a project whose images are in a registry', () => {
  it('has them pulled as it comes up, then newer ones on demand, and takes those at the next coming up', async () => {
    const name = `${open.host}/shop/web:1`;
    const first = await publish(name, 'first');
    const folder = await place('shop', service(name));
    await done(await startOpen(await stage(), { path: folder, envFiles: [] }, { profiles: [] }));
    expect(await imageOf('shop-web-1')).toBe(first);

    // Somebody else publishes another: the container that runs keeps the first by its id.
    const pusher = await publish(`${open.host}/shop/other:1`, 'second');
    await cli('pull', '--quiet', `${open.host}/shop/other:1`);
    await cli('tag', `${open.host}/shop/other:1`, name);
    await cli('push', '--quiet', name);
    await cli('tag', first, name);
    await cli('rmi', `${open.host}/shop/other:1`);
    const told = await done(await startAction(await stage(), 'shop', { action: 'pull' }));
    expect(told.parts.map(({ state }) => state)).not.toContain('failed');
    expect(told.parts.length, 'the image and what is pulled of it').toBeGreaterThan(0);
    expect(await cli('image', 'inspect', '--format', '{{.Id}}', name)).toBe(pusher);
    expect(await imageOf('shop-web-1'), 'what runs is not touched').toBe(first);
    await done(await startUp(await stage(), 'shop', { profiles: [] }));
    expect(await imageOf('shop-web-1')).toBe(pusher);
    expect(await cli('logs', 'shop-web-1')).toBe('second');
    await done(await startDown(await stage(), 'shop', true));
  });

  it('with a password: a stranger is told to log in, a wrong one is told nothing of it, the right one is let in', async () => {
    const name = `${closed.host}/shop/private:1`;
    const image = await publish(name, 'private');
    const folder = await place('private', service(name));
    const refused = await ended(await startOpen(await stage(), { path: folder, envFiles: [] }, { profiles: [] }));
    expect(refused).toMatchObject({
      state: 'failed',
      error: { code: 'ENGINE_REFUSED', hint: expect.stringContaining('docker login') as string },
    });
    await config('user', authOf('wrong password'));
    const wrong = await ended(await startAction(await stage(), 'private', { action: 'pull' }));
    expect(wrong, JSON.stringify(wrong.error)).toMatchObject({
      state: 'failed',
      error: { hint: expect.stringContaining('docker login') as string },
    });
    expect(JSON.stringify(wrong)).not.toContain('wrong password');
    await config('user', authOf(REGISTRY_USER.password));
    await done(await startAction(await stage(), 'private', { action: 'pull' }));
    expect(await cli('image', 'inspect', '--format', '{{.Id}}', name)).toBe(image);
    await done(await startUp(await stage(), 'private', { profiles: [] }));
    expect(await cli('logs', 'private-web-1')).toBe('private');
    await done(await startDown(await stage(), 'private', true));
  });

  it.each([
    ['an image that is not there', () => `${open.host}/shop/absent:1`, 'the registry has no such image'],
    ['a registry that is not there', () => '127.0.0.1:9/shop/web:1', 'cannot reach that registry'],
  ])('%s: Compose’s words, and what to do', async (_, image, hint) => {
    const folder = await place('missing', service(image()));
    const job = await ended(await startOpen(await stage(), { path: folder, envFiles: [] }, { profiles: [] }));
    expect(job.state).toBe('failed');
    expect(job.error, job.error?.message).toMatchObject({ hint: expect.stringContaining(hint) as string });
    await remembered.forget('missing');
  });

  it('a pull that is cancelled ends, though the registry says nothing', async () => {
    const folder = await place('silent', service(`${open.host}/shop/silent:1`));
    const source = await compose.locate(folder, []);
    await remembered.remember({ ...source, name: 'silent' });
    open.freeze();
    try {
      const id = await startAction(await stage(), 'silent', { action: 'pull' });
      const asking = ['ss', '-Htn', 'state', 'established', `dport = :${open.host.split(':')[1]}`];
      await expect.poll(async () => (await engine.exec(asking)).stdout.trim(), { timeout: 30_000 }).not.toBe('');
      jobs.cancel(id);
      expect(await ended(id)).toMatchObject({ state: 'cancelled', error: null });
    } finally {
      open.thaw();
    }
  });
});
