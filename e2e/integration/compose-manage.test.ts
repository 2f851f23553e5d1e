/** Compose projects managed on a real engine by real Compose: found by labels, brought up, scaled, stopped, taken down; and what goes wrong. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  findProject,
  modelOf,
  startAction,
  startDown,
  startOpen,
  startScale,
  startUp,
  type ComposeStage,
} from '../../electron/app/compose-jobs.ts';
import { projectRows, projectView } from '../../electron/app/compose-rows.ts';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { connect, type DockerApi } from '../../electron/engine/connection/index.ts';
import { realFiles } from '../../electron/engine/connection/surroundings.ts';
import { createCompose } from '../../electron/engine/docker/compose/index.ts';
import type { ComposeDomain } from '../../electron/engine/domains/compose.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { createProjectStore } from '../../electron/store/compose-projects.ts';
import type { ProjectView, UpOptions } from '../../shared/contract/compose.ts';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { ensureCompose } from '../engines/compose.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { failureOf } from './management.ts';

const PLAIN: UpOptions = { profiles: [] };

let engine: RunningEngine;
let driver: EngineDriver;
let docker: Docker;
let api: DockerApi;
let compose: ComposeDomain;
let jobs: Jobs;
let scratch: string;
let remembered: ComposeStage['remembered'];

const stage = async (): Promise<ComposeStage> => ({ jobs, compose, topology: await driver.refresh(), remembered });
const ended = (id: string): Promise<JobDetail> =>
  new Promise((resolve) => {
    const look = (job: JobDetail): void => void (job.state !== 'running' && resolve(job));
    jobs.onDetail(id, look);
    look(jobs.detail(id));
  });
const done = async (id: string): Promise<JobDetail> => {
  const job = await ended(id);
  if (job.state !== 'done')
    throw new Error(`${job.kind} ${job.state}: ${JSON.stringify(job.error)}\n${job.lines.join('\n')}`);
  return job;
};
const view = async (name: string): Promise<ProjectView | undefined> => {
  const rows = projectRows(await driver.refresh(), await remembered.list());
  const row = rows.find(({ source }) => source.name === name);
  return row && projectView(row, compose);
};
/** The docker command line's own view. */
const cli = async (...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words, { env: { ...process.env, DOCKER_HOST: engine.url } })).stdout.trim();
const namesOf = async (project: string, ...more: readonly string[]): Promise<string[]> => {
  const listed = await cli(
    ...['ps', ...more, '--filter', `label=com.docker.compose.project=${project}`, '--format', '{{.Names}}'],
  );
  return listed.split('\n').filter(Boolean).toSorted();
};

const service = (more: string): string => `image: ${TEST_IMAGE}, stop_signal: SIGKILL, ${more}`;
const SHOP = `services:
  web: { ${service('command: [sh, -c, "echo hello $$WHO; exec sleep 3600"], environment: { WHO: "${WHO:-nobody}" }')} }
  db: { ${service('command: [sleep, "3600"], volumes: ["data:/data"]')} }
  debug: { ${service('command: [sleep, "3600"], profiles: [debug]')} }
volumes: { data: {} }
`;

const place = async (name: string, files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = join(scratch, name);
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
  return folder;
};
const open = async (path: string, more: { envFiles?: readonly string[]; options?: UpOptions } = {}): Promise<string> =>
  startOpen(await stage(), { path, envFiles: more.envFiles ?? [] }, more.options ?? PLAIN);

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5',
    name: `compose-manage-${process.pid}`,
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  driver = await openDriver(engine.url);
  api = await connect(engine.url);
  scratch = await mkdtemp(join(tmpdir(), 'bulkhead-compose-manage-'));
  const bin = await place('bin', {});
  await symlink(await ensureCompose(), join(bin, 'docker-compose'));
  remembered = createProjectStore(join(scratch, 'config'), () => engine.url);
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}`, COMPOSE_PROJECT_NAME: 'astray' };
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
  await engine.stop();
  await rm(scratch, { recursive: true, force: true });
});

describe('a project', () => {
  it('is opened by its folder, with its environment file and a profile, and found by its labels', async () => {
    const tool = await compose.tool();
    expect(tool.version).toMatch(/^2\./);
    const folder = await place('shop', { 'compose.yaml': SHOP, 'who.env': 'WHO=world\n' });
    const job = await done(
      await open(folder, { envFiles: ['who.env'], options: { profiles: ['debug'], removeOrphans: true } }),
    );
    expect(job.parts.map(({ name, state }) => [name, state])).toContainEqual(['Container shop-web-1', 'done']);
    expect(await namesOf('shop')).toEqual(['shop-db-1', 'shop-debug-1', 'shop-web-1']);
    expect((await docker.logs('shop-web-1')).stdout).toContain('hello world');
    expect(await view('shop')).toMatchObject({
      whereabouts: 'here',
      folder,
      files: [{ path: join(folder, 'compose.yaml'), exists: true }],
      envFiles: [{ path: join(folder, 'who.env'), exists: true }],
      running: 3,
      total: 3,
      networks: ['shop_default'],
      volumes: ['shop_data'],
      remembered: false,
    });
  });

  it('tells its profiles and its configuration as Compose understands it', async () => {
    const row = await findProject(await stage(), 'shop');
    const model = await modelOf(compose, row);
    expect(model).toMatchObject({ name: 'shop', profiles: ['debug'], active: ['debug'] });
    const text = await compose.config(row.source, { profiles: model.active });
    expect(text).toContain('WHO: world');
    expect(text).toContain('debug:');
    expect(await compose.config(row.source, { profiles: [] })).not.toContain('debug:');
  });

  it('is scaled, and nothing else of it is touched', async () => {
    const before = (await docker.inspectContainer('shop-web-1')).Id;
    await done(await startScale(await stage(), 'shop', { service: 'db', replicas: 3 }));
    expect(await namesOf('shop')).toEqual(['shop-db-1', 'shop-db-2', 'shop-db-3', 'shop-debug-1', 'shop-web-1']);
    expect((await docker.inspectContainer('shop-web-1')).Id).toBe(before);
    expect((await view('shop'))?.services.find(({ name }) => name === 'db')).toMatchObject({ running: 3, total: 3 });
    await done(await startScale(await stage(), 'shop', { service: 'db', replicas: 1 }));
    expect(await namesOf('shop')).toEqual(['shop-db-1', 'shop-debug-1', 'shop-web-1']);
  });

  it('is stopped, started and restarted, whole or one service of it', async () => {
    await done(await startAction(await stage(), 'shop', { action: 'stop', services: ['db'] }));
    expect(await namesOf('shop')).toEqual(['shop-debug-1', 'shop-web-1']);
    await done(await startAction(await stage(), 'shop', { action: 'stop' }));
    expect(await view('shop')).toMatchObject({ running: 0, total: 3 });
    await done(await startAction(await stage(), 'shop', { action: 'start' }));
    expect(await namesOf('shop')).toEqual(['shop-db-1', 'shop-debug-1', 'shop-web-1']);
    const pid = (await docker.inspectContainer('shop-web-1')).State.Pid;
    await done(await startAction(await stage(), 'shop', { action: 'restart' }));
    expect((await docker.inspectContainer('shop-web-1')).State.Pid).not.toBe(pid);
  });

  it('is taken down, remembered, brought up again, and taken down with its volumes', async () => {
    await done(await startDown(await stage(), 'shop', false));
    expect(await namesOf('shop', '--all')).toEqual([]);
    expect(await cli('volume', 'ls', '--quiet')).toContain('shop_data');
    expect((await docker.listNetworks()).map(({ Name }) => Name)).not.toContain('shop_default');
    expect(await view('shop')).toMatchObject({
      remembered: true,
      whereabouts: 'here',
      total: 0,
      volumes: ['shop_data'],
    });
    await done(await startUp(await stage(), 'shop', PLAIN));
    expect(await namesOf('shop')).toEqual(['shop-db-1', 'shop-web-1']);
    await done(await startDown(await stage(), 'shop', true));
    expect(await cli('volume', 'ls', '--quiet')).not.toContain('shop_data');
    await remembered.forget('shop');
    expect(await view('shop')).toBeUndefined();
  });

  it('that is built is built, and built again', async () => {
    const folder = await place('built', {
      'compose.yaml': 'services:\n  app: { build: ., stop_signal: SIGKILL }\n',
      Dockerfile: `FROM ${TEST_IMAGE}\nRUN echo made > /made\nCMD ["sleep", "3600"]\n`,
    });
    await done(await open(folder, { options: { profiles: [], build: true } }));
    expect((await docker.exec('built-app-1', ['cat', '/made'])).stdout).toBe('made\n');
    await writeFile(join(folder, 'Dockerfile'), `FROM ${TEST_IMAGE}\nRUN echo anew > /made\nCMD ["sleep", "3600"]\n`);
    const job = await done(await startAction(await stage(), 'built', { action: 'build' }));
    expect(job.parts.length).toBeGreaterThan(0);
    await done(await startUp(await stage(), 'built', PLAIN));
    expect((await docker.exec('built-app-1', ['cat', '/made'])).stdout).toBe('anew\n');
    await writeFile(join(folder, 'Dockerfile'), `FROM ${TEST_IMAGE}\nRUN false\n`);
    const failed = await ended(await startAction(await stage(), 'built', { action: 'build' }));
    expect(failed).toMatchObject({ state: 'failed' });
    expect(failed.error?.message).toMatch(/false|non-zero code/);
    await done(await startDown(await stage(), 'built', true));
  });
});

describe('what goes wrong', () => {
  it.each([
    ['bad YAML', 'services: [', 'BAD_INPUT', /yaml/i, 'Correct the Compose file'],
    [
      'an unknown key',
      'services:\n  a: { image: x, nonsense: 1 }\n',
      'BAD_INPUT',
      /nonsense/,
      'Correct the Compose file',
    ],
    ['a variable without a value', 'services:\n  a: { image: "${GONE:?must be set}" }\n', 'BAD_INPUT', /GONE/, '.env'],
    [
      'an environment file that is gone',
      'services:\n  a: { image: x, env_file: gone.env }\n',
      'NOT_FOUND',
      /gone\.env/,
      'Put that file back',
    ],
  ])('%s: Compose’s words, and what to do', async (_, text, code, words, hint) => {
    const folder = await place('bad', { 'compose.yaml': text });
    const error = await failureOf(open(folder));
    expect(error).toMatchObject({ code, hint: expect.stringContaining(hint) as string });
    expect(error.message).toMatch(words);
  });

  it('no file, no folder, no whole path: said before anything runs', async () => {
    expect(await failureOf(open(join(scratch, 'nowhere')))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await failureOf(open('shop/compose.yaml'))).toMatchObject({ code: 'BAD_INPUT' });
    const empty = await place('empty', {});
    expect(await failureOf(open(empty))).toMatchObject({
      code: 'NOT_FOUND',
      hint: expect.stringContaining('compose.yaml') as string,
    });
  });

  it('a network that is somebody else’s to make, and is not there', async () => {
    const text = `services:\n  a: { image: ${TEST_IMAGE}, networks: [out] }\nnetworks: { out: { external: true } }\n`;
    const job = await ended(await open(await place('outer', { 'compose.yaml': text })));
    expect(job).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } });
    expect(job.error?.message).toContain('could not be found');
    await remembered.forget('outer');
  });

  it('a port in use', async () => {
    await docker.runContainer('holder', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8123' }] } },
    });
    const text = `services:\n  a: { ${service('command: [sleep, "3600"], ports: ["8123:80"]')} }\n`;
    const job = await ended(await open(await place('clash', { 'compose.yaml': text })));
    expect(job).toMatchObject({
      state: 'failed',
      error: { hint: expect.stringContaining('publish another one') as string },
    });
    expect(job.error?.message).toMatch(/8123.*(allocated|in use)/);
    await done(await startDown(await stage(), 'clash', true));
    await docker.removeContainer('holder');
  });

  it('files that are gone: what runs is stopped and taken down by its labels, and up says which', async () => {
    const folder = await place('gone', { 'compose.yaml': SHOP });
    await done(await open(folder));
    const file = join(folder, 'compose.yaml');
    await rename(file, `${file}.away`);
    expect(await view('gone')).toMatchObject({ whereabouts: 'gone', files: [{ path: file, exists: false }] });
    const up = await ended(await startUp(await stage(), 'gone', PLAIN));
    expect(up.error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(file) as string });
    await done(await startAction(await stage(), 'gone', { action: 'stop' }));
    expect(await view('gone')).toMatchObject({ running: 0, total: 2 });
    await done(await startAction(await stage(), 'gone', { action: 'start' }));
    expect(await view('gone')).toMatchObject({ running: 2 });
    // Files that cannot be read any more are as good as gone.
    await writeFile(file, 'services: [');
    await done(await startAction(await stage(), 'gone', { action: 'restart' }));
    await rm(folder, { recursive: true });
    expect(await view('gone')).toMatchObject({ whereabouts: 'elsewhere' });
    await done(await startDown(await stage(), 'gone', true));
    expect(await namesOf('gone', '--all')).toEqual([]);
    expect(await cli('volume', 'ls', '--quiet')).not.toContain('gone_data');
  });

  it('labels that are hostile start nothing and hide nothing else', async () => {
    const labels = (project: string): Record<string, string> => ({
      'com.docker.compose.project': project,
      'com.docker.compose.service': '--help',
      'com.docker.compose.project.working_dir': '--version',
      'com.docker.compose.project.config_files': `--dry-run,${scratch}/\u0000,-`,
    });
    await docker.runContainer('odd-1', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'], Labels: labels('--help') });
    await docker.runContainer('odd-2', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'], Labels: labels('odd') });
    expect(await view('--help')).toBeUndefined();
    expect(await view('odd')).toMatchObject({ whereabouts: 'elsewhere', running: 1 });
    const up = await ended(await startUp(await stage(), 'odd', PLAIN));
    expect(up).toMatchObject({ state: 'failed', error: { code: 'NOT_FOUND' } });
    const stop = await ended(await startAction(await stage(), 'odd', { action: 'stop' }));
    expect(stop.lines.join('\n')).not.toMatch(/usage|version v/i);
    await docker.removeContainer('odd-1');
    await docker.removeContainer('odd-2');
  });

  it('cancelled while it comes up: every process of it is gone', async () => {
    const healthcheck = 'healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1000 }';
    const text = `services:
  slow: { ${service(`command: [sleep, "3600"], ${healthcheck}`)} }
  late: { ${service('command: [sleep, "3600"], depends_on: { slow: { condition: service_healthy } }')} }
`;
    const folder = await place('waiting', { 'compose.yaml': text });
    const id = await open(folder);
    await new Promise<void>((resolve) => {
      const stop = jobs.onDetail(id, ({ parts }) => {
        if (!parts.some(({ text: word }) => word === 'Waiting')) return;
        stop();
        resolve();
      });
    });
    expect(await processesAbout(folder)).not.toEqual([]);
    jobs.cancel(id);
    expect(await ended(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(await processesAbout(folder)).toEqual([]);
    expect(await namesOf('waiting')).toEqual(['waiting-slow-1']);
    await done(await startDown(await stage(), 'waiting', true));
  });

  it('no Compose on the machine: said with what to do, and everything else works', async () => {
    const env = { HOME: scratch, PATH: join(scratch, 'none') };
    const bare = createCompose(
      () => api,
      () => ({ env, homedir: scratch, platform: process.platform, files: realFiles }),
      () => ({ plugins: [join(scratch, 'none')], programs: [] }),
    );
    expect(await failureOf(bare.tool())).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('not on this machine') as string,
      hint: expect.stringContaining('docker-compose') as string,
    });
    await docker.runContainer('plain-1', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      Labels: { 'com.docker.compose.project': 'plain', 'com.docker.compose.service': 'plain' },
    });
    const row = await findProject(await stage(), 'plain');
    expect(await projectView(row, bare)).toMatchObject({ whereabouts: 'untold', running: 1 });
    await docker.removeContainer('plain-1');
  });

  it('Compose 1 is told from none', async () => {
    const bin = await place('old', { 'docker-compose': '#!/bin/sh\necho 1.29.2\n' });
    await promisify(execFile)('chmod', ['755', join(bin, 'docker-compose')]);
    const old = createCompose(
      () => api,
      () => ({ env: { PATH: `${bin}:/bin` }, homedir: scratch, platform: process.platform, files: realFiles }),
      () => ({ plugins: [], programs: [] }),
    );
    expect(await failureOf(old.tool())).toMatchObject({ message: expect.stringContaining('1.29.2') as string });
  });

  it('an engine that dies while a project comes up', async () => {
    const healthcheck = 'healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1000 }';
    const text = `services:
  slow: { ${service(`command: [sleep, "3600"], ${healthcheck}`)} }
  late: { ${service('command: [sleep, "3600"], depends_on: { slow: { condition: service_healthy } }')} }
`;
    const id = await open(await place('dying', { 'compose.yaml': text }));
    await new Promise<void>((resolve) => {
      const stop = jobs.onDetail(id, ({ parts }) => {
        if (!parts.some(({ text: word }) => word === 'Waiting')) return;
        stop();
        resolve();
      });
    });
    // At once: an engine that is told to stop ends its containers first, which is another failure.
    process.kill(engine.pid, 'SIGKILL');
    const job = await ended(id);
    expect(job).toMatchObject({ state: 'failed', error: { code: 'ENGINE_UNREACHABLE' } });
    expect(job.error?.hint).toContain('bring the project up again');
    await engine.restart();
  });
});

/** Command lines of processes that name this folder. */
async function processesAbout(folder: string): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes(folder) && line.includes('compose'));
}
