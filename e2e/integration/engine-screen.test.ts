/** The engine itself on a real one: what it says, what is on its disk, what goes, what happens, and the ways to others. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFleet } from '../../electron/app/fleet.ts';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { prunePlan, startPruneEverything } from '../../electron/app/prune-plan.ts';
import { connect, knownEngines } from '../../electron/engine/connection/index.ts';
import { realFiles } from '../../electron/engine/connection/surroundings.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { createDaemonMeter } from '../../electron/engine/machine/daemon.ts';
import { createEngineList } from '../../electron/store/engine-list.ts';
import { createSettingsStore } from '../../electron/store/settings-store.ts';
import type { EventsNews, PruneChoice, PrunePlan } from '../../shared/contract/engine.ts';
import type { EngineCard } from '../../shared/contract/engines.ts';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { runOk } from '../engines/run.ts';
import { makeCertificates, type Certificates } from '../fixture/certificates.ts';
import { Docker } from '../fixture/docker.ts';
import { dockerJson, dockerRequest } from '../fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { startSshWorld, type SshWorld } from '../fixture/ssh.ts';
import { tar } from '../fixture/tar.ts';
import { failureOf } from './management.ts';

const VERSION = process.env['BULKHEAD_TEST_VERSION'] ?? '28.5';

let engine: RunningEngine;
let driver: EngineDriver;
let docker: Docker;
let certificates: Certificates;
let strangers: Certificates;
let jobs: Jobs;

/** The docker command line, which knows nothing of Bulkhead. */
const cli = (...args: string[]): Promise<string> =>
  runOk(['docker', ...args], { env: { ...process.env, DOCKER_HOST: engine.url, DOCKER_CONFIG: '/nonexistent' } });

beforeAll(async () => {
  [certificates, strangers] = await Promise.all([makeCertificates(), makeCertificates()]);
  const { folder } = certificates;
  engine = await startEngine({
    version: VERSION,
    name: `w-engine-${process.pid}`,
    daemonArgs: [
      ...['-H', 'tcp://127.0.0.1:2376', '--tlsverify'],
      ...['--tlscacert', join(folder, 'ca.pem')],
      ...['--tlscert', join(folder, 'server.pem'), '--tlskey', join(folder, 'server-key.pem')],
      ...['--registry-mirror', 'http://127.0.0.1:5999', '--insecure-registry', 'registry.example:5000'],
    ],
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  driver = await openDriver(engine.url);
  jobs = createJobs({ tellMs: 0 });
});
afterAll(async () => {
  await jobs.close();
  await driver.close();
  await engine.stop();
  await Promise.all([certificates.remove(), strangers.remove()]);
});

describe('what an engine says of itself', () => {
  it('is what docker info and docker version say', async () => {
    const detail = await driver.manage.engine.detail();
    const info = JSON.parse(await cli('info', '--format', '{{json .}}')) as Record<string, unknown>;
    const version = JSON.parse(await cli('version', '--format', '{{json .Server}}')) as Record<string, unknown>;
    expect(detail).toMatchObject({
      name: info['Name'],
      version: version['Version'],
      api: { oldest: version['MinAPIVersion'], newest: version['ApiVersion'] },
      kernel: info['KernelVersion'],
      cpus: info['NCPU'],
      memory: info['MemTotal'],
      storageDriver: info['Driver'],
      cgroupDriver: info['CgroupDriver'],
      defaultRuntime: info['DefaultRuntime'],
      rootDir: info['DockerRootDir'],
    });
    expect(detail.runtimes).toContain('runc');
    expect(detail.security.join()).toContain('seccomp');
    expect(detail.mirrors).toEqual(['http://127.0.0.1:5999/']);
    expect(detail.insecureRegistries).toContain('registry.example:5000');
    expect(detail.warnings.map(({ text }) => text)).toEqual(info['Warnings'] ?? []);
  });

  it('its own process is found among others, and measured', async () => {
    const meter = createDaemonMeter(engine.url);
    const first = await meter();
    expect(first).toMatchObject({ kind: 'seen', pid: engine.pid, cpu: null });
    // Work for it, and as much of ours: what it takes is counted.
    for (let round = 0; round < 40; round += 1) await dockerJson(engine.socket, { method: 'GET', path: '/info' });
    const second = await meter();
    expect(second.kind === 'seen' && second.cpu !== null && second.cpu > 0).toBe(true);
    expect(second.kind === 'seen' && second.memory > 20_000_000).toBe(true);
  });
});

interface World {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  readonly images: readonly string[];
  readonly 'build-cache': readonly string[];
}

/** Every id of everything, as the engine's API tells it. */
async function look(): Promise<World> {
  const get = (path: string): Promise<unknown> => dockerJson(engine.socket, { method: 'GET', path });
  const ids = (list: unknown, key: string): string[] =>
    ((list ?? []) as Record<string, string>[]).map((one) => one[key] ?? '').toSorted();
  const df = (await get('/system/df')) as { readonly BuildCache: unknown };
  return {
    containers: ids(await get('/containers/json?all=1'), 'Id'),
    networks: ids(await get('/networks'), 'Id'),
    volumes: ids(((await get('/volumes')) as { readonly Volumes: unknown }).Volumes, 'Name'),
    images: ids(await get('/images/json'), 'Id'),
    'build-cache': ids(df.BuildCache, 'ID'),
  };
}

const build = async (tag: string, lines: readonly string[]): Promise<void> => {
  const Dockerfile = [`FROM ${TEST_IMAGE}`, ...lines].join('\n');
  await dockerRequest(engine.socket, {
    method: 'POST',
    path: '/build',
    query: { version: 2, t: tag },
    body: tar([{ name: 'Dockerfile', content: Dockerfile }]),
  });
};

/** Of every kind something that is used, something that only a stopped container uses, and something that nobody does. */
async function furnish(): Promise<void> {
  await build('kept:1', ['RUN echo kept > /kept']);
  await build('of-stopped:1', ['RUN dd if=/dev/zero of=/big bs=1000 count=700']);
  await build('idle:1', ['RUN dd if=/dev/zero of=/idle bs=1000 count=300']);
  await build('again:1', ['RUN echo one > /one']);
  // Takes its name: the one before has none then.
  await build('again:1', ['RUN echo two > /two']);
  for (const name of ['net-used', 'net-of-stopped', 'net-idle']) await docker.createNetwork(name);
  for (const name of ['vol-used', 'vol-of-stopped', 'vol-idle']) await cli('volume', 'create', name);
  await cli('volume', 'create');
  const run = [
    'run',
    '-d',
    '--name',
    'busy',
    '--network',
    'net-used',
    '-v',
    'vol-used:/data',
    'kept:1',
    'sleep',
    '9999',
  ];
  await cli(...run);
  const ended = ['--network', 'net-of-stopped', '-v', 'vol-of-stopped:/data', '-v', '/anonymous', 'of-stopped:1'];
  await cli('run', '--name', 'ended', ...ended, 'sh', '-c', 'dd if=/dev/zero of=/written bs=1000 count=200');
  await docker.createContainer('never', { Image: 'of-stopped:1', Cmd: ['true'] });
}

async function clearAll(): Promise<void> {
  await cli('rm', '-f', '-v', ...(await look()).containers);
  await cli('system', 'prune', '-a', '-f');
  for (const name of (await look()).volumes) await cli('volume', 'rm', name);
  await importTestImage(engine);
}

const planFor = async (choice: PruneChoice): Promise<PrunePlan> =>
  prunePlan({ manage: driver.manage, topology: await driver.refresh() }, choice);
const idsOf = (plan: PrunePlan, kind: keyof World): string[] =>
  plan.kinds.flatMap((one) => (one.kind === kind ? one.items.map(({ id }) => id) : [])).toSorted();

function ended(id: string, onNews: (job: JobDetail) => void = () => undefined): Promise<JobDetail> {
  return new Promise((resolve) => {
    const take = (job: JobDetail): void => {
      onNews(job);
      if (job.state !== 'running') resolve(job);
    };
    jobs.onDetail(id, take);
    take(jobs.detail(id));
  });
}
const start = (plan: PrunePlan): string =>
  startPruneEverything(
    jobs,
    { manage: driver.manage, topology: driver.topology() },
    { kinds: plan.kinds.map(({ kind, items }) => ({ kind, ids: items.map(({ id }) => id) })) },
  );

describe('what is on its disk', () => {
  beforeAll(furnish);
  afterAll(clearAll);

  it('is counted as docker system df counts it', async () => {
    const usage = await driver.manage.engine.usage();
    const told = (await cli('system', 'df', '--format', '{{json .}}'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<'TotalCount' | 'Active' | 'Size' | 'Reclaimable', string>);
    expect(usage.map(({ kind }) => kind)).toEqual(['images', 'containers', 'volumes', 'build-cache']);
    for (const [at, { count, active, size, reclaimable }] of usage.entries()) {
      const line = told[at];
      expect([String(count), String(active)]).toEqual([line?.TotalCount, line?.Active]);
      expect(within(size ?? -1, line?.Size ?? '')).toBe(true);
      expect(within(reclaimable ?? -1, line?.Reclaimable ?? '')).toBe(true);
    }
  });

  it.each<[string, PruneChoice]>([
    ['nothing', { containers: false, networks: false, images: 'none', volumes: 'none', buildCache: false }],
    [
      'what nobody misses',
      { containers: false, networks: true, images: 'dangling', volumes: 'anonymous', buildCache: false },
    ],
    [
      'stopped containers, and what only they used',
      { containers: true, networks: true, images: 'unused', volumes: 'none', buildCache: false },
    ],
    [
      'volumes and the build cache',
      { containers: false, networks: false, images: 'none', volumes: 'unused', buildCache: true },
    ],
  ])('%s: what is shown goes, and nothing else', async (name, choice) => {
    const before = await look();
    const plan = await planFor(choice);
    const room = await roomTaken();
    const job = await ended(start(plan));
    expect(job).toMatchObject({ state: 'done', error: null });
    const after = await look();
    for (const kind of Object.keys(before) as (keyof World)[]) {
      const gone = before[kind].filter((id) => !after[kind].includes(id));
      expect([kind, ...gone]).toEqual([kind, ...idsOf(plan, kind)]);
    }
    const freed = room - (await roomTaken());
    expect(freed).toBeGreaterThanOrEqual(plan.bytes);
    if (name === 'nothing') expect(plan.kinds.flatMap(({ items }) => items)).toEqual([]);
    else expect(plan.kinds.flatMap(({ items }) => items).length).toBeGreaterThan(0);
  });

  it('a cancelled one stops in the middle, and says so', async () => {
    for (let at = 0; at < 60; at += 1) await network(`many-${at}`, at);
    const plan = await planFor({
      containers: false,
      networks: true,
      images: 'none',
      volumes: 'none',
      buildCache: false,
    });
    expect(idsOf(plan, 'networks').length).toBe(60);
    const id = start(plan);
    const job = await ended(id, (news) => news.done >= 5 && jobs.cancel(id));
    expect(job.state).toBe('cancelled');
    const left = (await docker.listNetworks()).filter(({ Name }) => Name.startsWith('many-')).length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(60);
    await cli('network', 'prune', '-f');
  });

  it('what is used again by then stays, and the rest goes', async () => {
    await importTestImage(engine);
    const [idle, taken] = [await network('still-idle', 70), await network('taken', 71)];
    const plan = await planFor({
      containers: false,
      networks: true,
      images: 'none',
      volumes: 'none',
      buildCache: false,
    });
    await docker.runContainer('taker', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '99'],
      HostConfig: { NetworkMode: 'taken' },
    });
    const job = await ended(start(plan));
    expect(job.state).toBe('failed');
    expect(job.error?.message).toContain('active endpoints');
    const { networks } = await look();
    expect([networks.includes(idle), networks.includes(taken)]).toEqual([false, true]);
    await cli('rm', '-f', 'taker');
  });
});

/** With addresses of its own: an engine soon has no more to give. */
function network(name: string, at: number): Promise<string> {
  return docker.createNetwork(name, { IPAM: { Config: [{ Subnet: `10.77.${at}.0/28` }] } });
}

/** Bytes of layers, what containers wrote, volumes and the cache's own parts. */
async function roomTaken(): Promise<number> {
  return (await driver.manage.engine.usage()).reduce((sum, { size }) => sum + (size ?? 0), 0);
}

/** Whether bytes are what the command line writes as `1.98MB (40%)`. */
function within(bytes: number, text: string): boolean {
  const [, value = '', unit = ''] = /^([\d.]+)\s*([kMGT]?B)/.exec(text) ?? [];
  const told = Number(value) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB'].indexOf(unit);
  return value !== '' && Math.abs(bytes - told) <= Math.max(1, told * 0.006);
}

describe('what happens on it', () => {
  it('is told as it happens, and goes on after it was away', async () => {
    const news: EventsNews[] = [];
    const waiting = new Set<() => void>();
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
    const stop = driver.manage.engine.follow((one) => {
      news.push(one);
      for (const check of [...waiting]) check();
    });
    const seen = (action: string, name: string): boolean =>
      news.some(
        (one) => one.kind === 'events' && one.events.some((event) => event.action === action && event.name === name),
      );
    await cli('run', '--rm', '--name', 'passer-by', TEST_IMAGE, 'true');
    await until(() => seen('die', 'passer-by'));
    expect(seen('create', 'passer-by') && seen('start', 'passer-by')).toBe(true);

    await engine.stopDaemon();
    await until(() => news.some(({ kind }) => kind === 'away'));
    await engine.startDaemon();
    await until(() => news.some(({ kind }) => kind === 'back'));
    await cli('run', '--rm', '--name', 'later', TEST_IMAGE, 'true');
    await until(() => seen('die', 'later'));
    stop();
    const told = news.flatMap((one) => (one.kind === 'events' ? one.events : []));
    expect(told.map(({ seq }) => seq)).toEqual(told.map((_, at) => at + 1));
    expect(told.filter(({ action, name }) => action === 'die' && name === 'later')).toHaveLength(1);
    await driver.refresh();
  });
});

describe('over TLS', () => {
  let door: Server;
  let port: number;
  let config: string;

  beforeAll(async () => {
    // The engine listens on the loopback of its own world: every connection is carried there, byte by byte.
    door = createServer((socket) => {
      const [file = '', ...enter] = engine.namespace.enter;
      const carrier = spawn(file, [...enter, 'busybox', 'nc', '127.0.0.1', '2376'], {
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      socket.pipe(carrier.stdin);
      carrier.stdout.pipe(socket);
      carrier.stdin.on('error', () => undefined);
      socket.on('error', () => undefined).on('close', () => carrier.kill());
    });
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
    const address = door.address();
    port = typeof address === 'object' && address ? address.port : 0;
    config = await mkdtemp(join(tmpdir(), 'bulkhead-docker-config-'));
  });
  afterAll(async () => {
    await new Promise((resolve) => door.close(resolve));
    await rm(config, { recursive: true, force: true });
  });

  const around = (env: NodeJS.ProcessEnv) => ({ env, homedir: config, platform: process.platform, files: realFiles });
  const environment = (folder: string) => ({
    DOCKER_TLS_VERIFY: '1',
    DOCKER_CERT_PATH: folder,
    PATH: process.env['PATH'],
  });

  it('is reached with the certificates of DOCKER_CERT_PATH', async () => {
    const api = await connect(`tcp://127.0.0.1:${port}`, { around: around(environment(certificates.folder)) });
    const info = (await api.request('/info')) as { readonly Name: string };
    expect(info.Name).not.toBe('');
    api.close();
  });

  it('is reached with those of a docker context, which is listed', async () => {
    const { folder } = certificates;
    const host = `host=tcp://localhost:${port},ca=${folder}/ca.pem,cert=${folder}/cert.pem,key=${folder}/key.pem`;
    await runOk(['docker', 'context', 'create', 'secure', '--description', 'with keys', '--docker', host], {
      env: { PATH: process.env['PATH'], DOCKER_CONFIG: config },
    });
    const env = { DOCKER_CONFIG: config };
    const known = await knownEngines({ ...around(env) }, []);
    expect(known.find(({ contexts }) => contexts.some(({ name }) => name === 'secure'))).toMatchObject({
      address: 'secure',
      contexts: [{ name: 'secure', description: 'with keys', current: false }],
    });
    const api = await connect('secure', { around: around(env) });
    expect(api.address).toBe('secure');
    expect((await api.request('/_ping', {}).catch(() => null)) === undefined).toBe(false);
    api.close();
  });

  it.each<[string, () => NodeJS.ProcessEnv]>([
    ['somebody else’s certificates', () => environment(strangers.folder)],
    ['a server that is not trusted', () => environment(strangers.folder)],
    ['a folder without any', () => environment('/nonexistent')],
    ['no TLS at all', () => ({})],
  ])('%s: refused as a matter of TLS, with what to do', async (_, env) => {
    const error = await failureOf(connect(`tcp://127.0.0.1:${port}`, { around: around(env()) }));
    expect(error).toMatchObject({ code: 'ENGINE_TLS', hint: expect.stringContaining('CERT_PATH') as string });
  });

  it('a client that the engine does not know is refused as a matter of TLS', async () => {
    const mixed = join(config, 'mixed');
    await runOk(['mkdir', '-p', mixed]);
    await runOk(['cp', join(certificates.folder, 'ca.pem'), mixed]);
    for (const file of ['cert.pem', 'key.pem']) await runOk(['cp', join(strangers.folder, file), mixed]);
    const error = await failureOf(connect(`tcp://127.0.0.1:${port}`, { around: around(environment(mixed)) }));
    expect(error.code).toBe('ENGINE_TLS');
  });
});

describe('over ssh', () => {
  let ssh: SshWorld;
  beforeAll(async () => {
    ssh = await startSshWorld();
  });
  afterAll(() => ssh.stop());
  const around = () => ({ env: ssh.env, homedir: homedir(), platform: process.platform, files: realFiles });

  it('goes the way of ~/.ssh/config: over a jump host, with a key that the agent alone has', async () => {
    const before = await ssh.jumps();
    const api = await connect(`ssh://${ssh.names.behind}${engine.socket}`, { around: around() });
    const info = (await api.request('/info')) as { readonly ID: string };
    expect(info.ID).toBe((JSON.parse(await cli('info', '--format', '{{json .ID}}')) as string) ?? '');
    expect(await ssh.jumps()).toBeGreaterThan(before);
    // What is followed passes too.
    const events = await api.stream('/events', { query: { filters: { type: ['volume'] } } });
    const heard = new Promise<string>((resolve) => events.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    await cli('volume', 'create', 'over-ssh');
    expect(await heard).toContain('over-ssh');
    events.destroy();
    api.close();
    await expect.poll(() => api.openConnections()).toBe(0);
    await cli('volume', 'rm', 'over-ssh');
  });

  it.each<[string, () => string, string, RegExp]>([
    ['a host whose key is not known', () => ssh.names.unknown, 'ENGINE_PERMISSION', /fingerprint/],
    ['a host that does not exist', () => 'no-such-host.invalid', 'ENGINE_UNREACHABLE', /Try by hand/],
  ])('%s: in the words of ssh, with what to do', async (_, host, code, hint) => {
    const error = await failureOf(connect(`ssh://${host()}${engine.socket}`, { around: around() }));
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(hint);
  });
});

describe('several engines side by side', () => {
  it('are told live, each failing by itself', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bulkhead-fleet-'));
    const settings = createSettingsStore({ configDir: folder });
    const list = createEngineList(settings);
    const fleet = createFleet({
      list,
      pollMs: 200,
      known: (added) =>
        knownEngines(
          {
            env: {},
            homedir: folder,
            platform: 'linux',
            files: { ...realFiles, exists: () => Promise.resolve(false) },
          },
          added,
        ),
    });
    let cards: EngineCard[] = [];
    const waiting = new Set<() => void>();
    const card = (address: string): EngineCard | undefined => cards.find((one) => one.address === address);
    const until = (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (holds() && waiting.delete(check)) resolve();
        };
        waiting.add(check);
        check();
      });
    expect(await failureOf(fleet.add('gopher://x'))).toMatchObject({ code: 'BAD_INPUT' });
    await fleet.add(engine.url);
    await fleet.add('tcp://127.0.0.1:1');
    await writeFile(join(folder, 'other'), '');
    const stop = fleet.onCards((now) => {
      cards = now;
      for (const check of [...waiting]) check();
    });
    await until(() => card(engine.url)?.state === 'reachable' && card('tcp://127.0.0.1:1')?.state === 'unreachable');
    expect(card('tcp://127.0.0.1:1')?.error).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(cards.map(({ address }) => address)).toEqual([engine.url, 'tcp://127.0.0.1:1', 'demo']);
    const running = card(engine.url)?.containers?.running ?? -1;
    await docker.runContainer('counted', { Image: TEST_IMAGE, Cmd: ['sleep', '99'] });
    await until(() => card(engine.url)?.containers?.running === running + 1);
    await until(() => card(engine.url)?.daemon?.kind === 'seen');
    await engine.stopDaemon();
    await until(() => card(engine.url)?.state === 'unreachable');
    expect(card(engine.url)?.containers).toBeNull();
    expect(card('demo')?.state).toBe('reachable');
    await engine.startDaemon();
    await until(() => card(engine.url)?.state === 'reachable');
    await fleet.forget('tcp://127.0.0.1:1');
    await until(() => card('tcp://127.0.0.1:1') === undefined);
    stop();
    expect(await list.read()).toEqual([engine.url]);
    settings.close();
    await rm(folder, { recursive: true });
  });
});
