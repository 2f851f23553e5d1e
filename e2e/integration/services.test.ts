/** Swarm services on a Swarm of two nodes: listed with tasks and nodes, scaled, updated, rolled back, read, removed; and names. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJobs, type Jobs } from '../../electron/app/jobs.ts';
import { namesView } from '../../electron/app/name-rows.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import {
  startServiceRemoval,
  startServiceRollback,
  startServiceScale,
  startServiceUpdate,
  type ServiceStage,
} from '../../electron/app/service-jobs.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import type { JobDetail } from '../../shared/contract/jobs.ts';
import type { NamesView, ServiceRow, SwarmView } from '../../shared/contract/services.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { startSwarm, type RunningSwarm } from '../engines/swarm.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';

const VERSION = process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5';

let swarm: RunningSwarm;
let driver: EngineDriver;
let jobs: Jobs;

const cliOn = async (url: string, ...words: readonly string[]): Promise<string> =>
  (await promisify(execFile)('docker', words, { env: { ...process.env, DOCKER_HOST: url } })).stdout.trim();
/** The docker command line's own view, on the manager. */
const cli = (...words: readonly string[]): Promise<string> => cliOn(swarm.manager.url, ...words);
const list = (): Promise<SwarmView> => driver.manage.services.list();
const row = async (name: string): Promise<ServiceRow> => {
  const found = (await list()).services.find((one) => one.name === name);
  if (!found) throw new Error(`There is no service ${name}.`);
  return found;
};
const stage = (): ServiceStage => ({ jobs, services: driver.manage.services, nameOf: (id) => id });
const ended = (id: string): Promise<JobDetail> =>
  new Promise((resolve) => {
    const look = (job: JobDetail): void => void (job.state !== 'running' && resolve(job));
    jobs.onDetail(id, look);
    look(jobs.detail(id));
  });
/** After the next change, as often as it takes. */
const until = async <T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> => {
  for (;;) {
    const changed = new Promise<void>((resolve) => {
      const stop = driver.manage.services.onChange(() => {
        stop();
        resolve();
      });
    });
    const value = await read();
    if (fits(value)) return value;
    await changed;
  }
};

beforeAll(async () => {
  swarm = await startSwarm({ version: VERSION, name: `services-${process.pid}`, nodes: 2 });
  for (const node of swarm.nodes) {
    await importTestImage(node);
    await cliOn(node.url, 'tag', TEST_IMAGE, 'bulkhead-test/other:2');
  }
  driver = await openDriver(swarm.manager.url);
  await cli('network', 'create', '--driver', 'overlay', '--attachable', 'mesh');
  await cli(
    ...['service', 'create', '--detach', '--no-resolve-image', '--name', 'web', '--replicas', '2', '--network'],
    ...['name=mesh,alias=front', '--publish', '8090:80', '--update-delay', '0s', '--stop-grace-period', '1s'],
    ...['--update-monitor', '1s', '--restart-max-attempts', '0', '--label', 'purpose=test'],
    ...[TEST_IMAGE, 'sh', '-c', 'echo I am $HOSTNAME; exec sleep 3600'],
  );
  await until(
    () => row('web'),
    ({ running }) => running === 2,
  );
});
beforeEach(() => {
  jobs = createJobs({ tellMs: 0 });
  return () => jobs.close();
});
afterAll(async () => {
  await driver.close();
  await swarm.stop();
});

describe('services', () => {
  it('are listed with their mode, image, ports, networks and virtual addresses', async () => {
    const web = await row('web');
    expect(web).toMatchObject({
      mode: 'replicated',
      endpointMode: 'vip',
      image: TEST_IMAGE,
      running: 2,
      desired: 2,
      ports: [{ protocol: 'tcp', port: 80, hostPort: 8090, mode: 'ingress' }],
      update: null,
      canRollBack: false,
    });
    const mesh = web.networks.find(({ name }) => name === 'mesh');
    const told = await cli('service', 'inspect', 'web', '--format', '{{json .Endpoint.VirtualIPs}}');
    expect(mesh?.aliases).toContain('front');
    expect(told).toContain(`${mesh?.address ?? 'none'}/`);
  });

  it('tell their tasks and on which node each runs, and the nodes', async () => {
    const { tasks, nodes, role } = await list();
    expect(role).toBe('manager');
    const own = tasks.filter(({ name }) => name.startsWith('web.'));
    expect(own.map(({ name, state, desired }) => [name, state, desired])).toEqual([
      ['web.1', 'running', 'running'],
      ['web.2', 'running', 'running'],
    ]);
    const told = await cli('service', 'ps', 'web', '--format', '{{.Name}} {{.Node}}');
    expect(own.map(({ name, nodeName }) => `${name} ${nodeName}`).join('\n')).toBe(
      told.split('\n').toSorted().join('\n'),
    );
    // A container is known where it is on the manager's own node.
    const here = nodes.find(({ self }) => self);
    for (const { container, nodeId } of own) expect(container !== '').toBe(nodeId === here?.id);
    expect(nodes.map(({ role: one, availability, state }) => [one, availability, state]).toSorted()).toEqual([
      ['manager', 'active', 'ready'],
      ['worker', 'active', 'ready'],
    ]);
    expect(nodes.filter(({ leader }) => leader)).toHaveLength(1);
  });

  it('are scaled, and the job ends when that many run', async () => {
    const { id } = await row('web');
    const up = await ended(startServiceScale(stage(), { id, replicas: 4 }));
    expect(up).toMatchObject({ state: 'done', done: 4, total: 4 });
    expect(await cli('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toBe('web 4/4');
    await ended(startServiceScale(stage(), { id, replicas: 2 }));
    expect(await cli('service', 'ls', '--format', '{{.Name}} {{.Replicas}}')).toBe('web 2/2');
  });

  it('are updated to another image, made anew by force, and rolled back', async () => {
    const { id } = await row('web');
    const updated = await ended(startServiceUpdate(stage(), { id, image: 'bulkhead-test/other:2' }));
    expect(updated.error).toBeNull();
    expect(await row('web')).toMatchObject({
      image: 'bulkhead-test/other:2',
      update: { state: 'completed' },
      canRollBack: true,
      running: 2,
    });
    const before = (await list()).tasks.filter(({ desired }) => desired === 'running').map((task) => task.id);
    expect((await ended(startServiceUpdate(stage(), { id, force: true }))).state).toBe('done');
    const after = (await list()).tasks.filter(({ desired }) => desired === 'running').map((task) => task.id);
    expect(after.filter((task) => before.includes(task))).toEqual([]);
    // What was forced is gone back from, not the image: the last change counts.
    expect((await ended(startServiceRollback(stage(), id))).state).toBe('done');
    expect(await row('web')).toMatchObject({ image: 'bulkhead-test/other:2', update: { state: 'rollback_completed' } });
  });

  it('whose image is not there say so in the tasks’ own words, and can be rolled back', async () => {
    const { id } = await row('web');
    const failed = await ended(startServiceUpdate(stage(), { id, image: 'bulkhead-test/nowhere:1' }));
    expect(failed).toMatchObject({ state: 'failed', error: { code: 'ENGINE_REFUSED' } });
    expect(failed.error?.message).toMatch(/No such image/i);
    const { update } = await row('web');
    expect(update?.state).toBe('paused');
    const errors = (await list()).tasks.map(({ error }) => error).filter(Boolean);
    expect(errors.join()).toMatch(/No such image/i);
    const back = await ended(startServiceRollback(stage(), id));
    expect(back.error).toBeNull();
    expect(await row('web')).toMatchObject({ image: 'bulkhead-test/other:2', running: 2 });
  });

  it('that cannot be what was asked for wait until the waiting is cancelled', async () => {
    await cli(
      ...['service', 'create', '--detach', '--no-resolve-image', '--name', 'nowhere', '--replicas', '0'],
      ...['--constraint', 'node.labels.none==1', TEST_IMAGE, 'sleep', '3600'],
    );
    const { id } = await row('nowhere');
    const job = startServiceScale(stage(), { id, replicas: 1 });
    await new Promise<void>((resolve) => {
      const stop = jobs.onDetail(job, ({ parts }) => {
        if (!parts.some(({ text }) => /no suitable node/i.test(text))) return;
        stop();
        resolve();
      });
    });
    jobs.cancel(job);
    expect((await ended(job)).state).toBe('cancelled');
    expect((await row('nowhere')).desired).toBe(1);
    expect((await ended(startServiceRemoval(stage(), [id]))).state).toBe('done');
  });

  it('are read together: every task’s log, wherever it runs', async () => {
    const { tasks } = await list();
    const running = tasks.filter(({ name, state }) => name.startsWith('web.') && state === 'running');
    expect(new Set(running.map(({ nodeId }) => nodeId)).size).toBe(2);
    for (const task of running) {
      const lines: string[] = [];
      const options = { tail: null, since: '', follow: false };
      for await (const some of driver.manage.logs.lines(`task:${task.id}`, options)) {
        lines.push(...some.map(({ text }) => text));
      }
      expect(lines.join('\n')).toMatch(/^I am [0-9a-f]{12}$/);
      expect(await driver.manage.logs.isThere(`task:${task.id}`)).toBe(true);
    }
    expect(await driver.manage.logs.isThere('task:nosuchtask')).toBe(false);
  });

  it('move when their node is emptied, and may come back', async () => {
    const worker = (await list()).nodes.find(({ self }) => !self);
    if (!worker) throw new Error('There is no other node.');
    await driver.manage.services.setAvailability(worker.id, 'drain');
    const moved = await until(list, ({ nodes, services }) => {
      const now = nodes.find(({ id }) => id === worker.id);
      return now?.tasks === 0 && services.every(({ running, desired }) => running === desired);
    });
    expect(moved.nodes.find(({ id }) => id === worker.id)).toMatchObject({ availability: 'drain' });
    expect(await cli('node', 'inspect', worker.id, '--format', '{{.Spec.Availability}}')).toBe('drain');
    await driver.manage.services.setAvailability(worker.id, 'active');
  });
});

describe('names', () => {
  const on = (view: NamesView, network: string) => view.networks.find(({ name }) => name === network);

  it('of services and containers on a network are those that the engine answers', async () => {
    const docker = new Docker(swarm.manager.socket);
    await docker.runContainer('asker', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      HostConfig: { NetworkMode: 'mesh' },
      NetworkingConfig: { EndpointsConfig: { mesh: { Aliases: ['curious'] } } },
    });
    const names = on(namesView(await driver.refresh()), 'mesh')?.names ?? [];
    const found = (name: string) => names.find((one) => one.name === name);
    expect(found('web')).toMatchObject({ how: 'service', holders: [{ name: 'web', kind: 'service' }] });
    expect(found('front')).toMatchObject({ how: 'service' });
    expect(found('tasks.web')?.holders[0]?.addresses).toHaveLength(2);
    expect(found('curious')).toMatchObject({ how: 'alias', holders: [{ name: 'asker' }] });
    for (const name of ['web', 'front', 'tasks.web', 'asker', 'curious']) {
      const { stdout } = await docker.exec('asker', ['nslookup', name, '127.0.0.11']);
      const told = found(name)?.holders.flatMap(({ addresses }) => addresses) ?? [];
      expect(told.length, name).toBeGreaterThan(0);
      for (const address of told) expect(stdout, name).toContain(address);
    }
    await docker.removeContainer('asker');
  });
});

describe('without a Swarm', () => {
  let alone: RunningEngine;
  beforeAll(async () => {
    alone = await startEngine({ version: VERSION, name: `services-alone-${process.pid}` });
  });
  afterAll(() => alone.stop());

  it('it is said so, a worker says that it is one, and names are there all the same', async () => {
    const worker = swarm.nodes[1];
    if (!worker) throw new Error('There is no other node.');
    const there = await openDriver(worker.url);
    expect((await there.manage.services.list()).role).toBe('worker');
    await there.close();

    const docker = new Docker(alone.socket);
    await importTestImage(alone);
    await docker.createNetwork('plain');
    const on = { HostConfig: { NetworkMode: 'plain' }, Image: TEST_IMAGE, Cmd: ['sleep', '3600'] };
    await docker.runContainer('aa', { ...on, NetworkingConfig: { EndpointsConfig: { plain: { Aliases: ['both'] } } } });
    await docker.runContainer('bb', {
      ...on,
      HostConfig: { NetworkMode: 'plain', Links: ['aa:friend'] },
      NetworkingConfig: { EndpointsConfig: { plain: { Aliases: ['both'], Links: ['aa:friend'] } } },
    });
    const own = await openDriver(alone.url);
    try {
      expect(await own.manage.services.list()).toEqual({ role: 'inactive', services: [], tasks: [], nodes: [] });
      const view = namesView(own.topology());
      expect(view.networks.find(({ name }) => name === 'bridge')).toMatchObject({ dns: false, names: [] });
      const names = view.networks.find(({ name }) => name === 'plain')?.names ?? [];
      expect(
        names
          .find(({ name }) => name === 'both')
          ?.holders.map(({ name }) => name)
          .toSorted(),
      ).toEqual(['aa', 'bb']);
      expect(names.find(({ how }) => how === 'link')).toMatchObject({
        name: 'friend',
        asker: 'bb',
        holders: [{ name: 'aa' }],
      });
    } finally {
      await own.close();
    }
  });
});
