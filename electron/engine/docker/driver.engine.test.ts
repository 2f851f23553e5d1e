import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Docker, type ContainerSpec } from '../../../e2e/fixture/docker.ts';
import { dockerJson, dockerRequest } from '../../../e2e/fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../../../e2e/fixture/image.ts';
import { BULKHEAD_LABEL, isContainer, type ContainerEndpoint, type Topology } from '../../../shared/topology/model.ts';
import type { DriverHealth, EngineDriver, Wire } from '../driver.ts';
import { createDockerDriver } from './driver.ts';

const address = process.env['BULKHEAD_TEST_ENGINE'] ?? '';
const socket = address.replace('unix://', '');
const docker = new Docker(socket);
const PREFIX = `driver-${process.pid}-`;

const SLEEP: ContainerSpec = { Image: TEST_IMAGE, Cmd: ['sleep', '100000'] };
const noWire = (): Promise<Wire> => Promise.reject(new Error('this test has no wire'));

const open: { close(): Promise<void> | void }[] = [];

async function driverAt(where = address, reconcileMs?: number): Promise<EngineDriver> {
  const driver = await createDockerDriver({
    address: where,
    openWire: noWire,
    ...(reconcileMs ? { reconcileMs } : {}),
  });
  open.push(driver);
  return driver;
}

function find(topology: Topology, name: string): ContainerEndpoint | undefined {
  return topology.endpoints.filter(isContainer).find((container) => container.name === PREFIX + name);
}

/** Resolves as soon as the topology is as wanted; the test's own time limit is the only clock. */
function until(driver: EngineDriver, holds: (topology: Topology) => boolean): Promise<Topology> {
  return new Promise((resolve) => {
    const look = (topology: Topology): void => {
      if (!holds(topology)) return;
      stop();
      resolve(topology);
    };
    const stop = driver.onTopology(look);
    look(driver.topology());
  });
}

function untilHealth(driver: EngineDriver, phase: DriverHealth['phase']): Promise<DriverHealth> {
  return new Promise((resolve) => {
    const look = (health: DriverHealth): void => {
      if (health.phase !== phase) return;
      stop();
      resolve(health);
    };
    const stop = driver.onHealth(look);
    look(driver.health());
  });
}

async function removeAll(): Promise<void> {
  for (const { Id, Names } of await docker.listContainers()) {
    if (Names.some((name) => name.startsWith(`/${PREFIX}`))) await docker.removeContainer(Id);
  }
  for (const { Id, Name } of await docker.listNetworks()) if (Name.startsWith(PREFIX)) await docker.removeNetwork(Id);
}

describe.skipIf(address === '')('docker driver on a real engine (BULKHEAD_TEST_ENGINE)', () => {
  beforeAll(async () => {
    await importTestImage({ socket });
  });
  afterEach(async () => {
    for (const resource of open.splice(0)) await resource.close();
    await removeAll();
  });
  afterAll(removeAll);

  it('reads what was made: networks, attachments, ports, mounts, links, modes, labels', async () => {
    const net = await docker.createNetwork(`${PREFIX}net`, {
      Internal: true,
      EnableIPv6: true,
      IPAM: {
        Config: [
          { Subnet: '10.99.1.0/24', Gateway: '10.99.1.1' },
          { Subnet: 'fd00:99:1::/64', Gateway: 'fd00:99:1::1' },
        ],
      },
      Labels: { 'com.docker.compose.project': 'shop' },
    });
    const db = await docker.runContainer(`${PREFIX}db`, {
      ...SLEEP,
      Labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'db', __proto__x: '<b>' },
      ExposedPorts: { '5432/tcp': {}, '53/udp': {} },
      HostConfig: {
        NetworkMode: `${PREFIX}net`,
        CapAdd: ['NET_ADMIN'],
        Binds: ['/tmp:/host:ro'],
        Tmpfs: { '/scratch': '' },
      },
      NetworkingConfig: {
        EndpointsConfig: { [`${PREFIX}net`]: { Aliases: ['database'], IPAMConfig: { IPv4Address: '10.99.1.77' } } },
      },
    });
    await docker.runContainer(`${PREFIX}web`, {
      ...SLEEP,
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] } },
    });
    await docker.runContainer(`${PREFIX}linked`, { ...SLEEP, HostConfig: { Links: [`${PREFIX}web:shop`] } });
    await docker.runContainer(`${PREFIX}sidecar`, {
      ...SLEEP,
      HostConfig: { NetworkMode: `container:${PREFIX}db`, PidMode: 'host' },
    });
    // Not started: a machine that is itself a container may not give what `privileged` asks.
    await docker.createContainer(`${PREFIX}agent`, { ...SLEEP, HostConfig: { NetworkMode: 'host', Privileged: true } });
    await docker.runContainer(`${PREFIX}lonely`, { ...SLEEP, HostConfig: { NetworkMode: 'none' } });
    await docker.createContainer(`${PREFIX}fresh`, { ...SLEEP, HostConfig: { NetworkMode: `${PREFIX}net` } });
    await docker.runContainer(`${PREFIX}ours`, { ...SLEEP, Labels: { [BULKHEAD_LABEL]: 'helper' } });

    const driver = await driverAt();
    const topology = driver.topology();
    const info = await docker.inspectContainer(db);

    expect(topology.engine).toMatchObject({ kind: 'docker', swarm: false, hostAddresses: [], userlandProxy: null });
    expect(topology.networks.find(({ id }) => id === net)).toMatchObject({
      name: `${PREFIX}net`,
      driver: 'bridge',
      internal: true,
      ipv6: true,
      project: 'shop',
      subnets: expect.arrayContaining([
        { subnet: '10.99.1.0/24', gateway: '10.99.1.1' },
        { subnet: 'fd00:99:1::/64', gateway: 'fd00:99:1::1' },
      ]) as unknown,
    });
    expect(find(topology, 'db')).toMatchObject({
      id: db,
      state: 'running',
      project: 'shop',
      service: 'db',
      networkMode: { kind: 'own' },
      exposedPorts: [
        { protocol: 'udp', port: 53 },
        { protocol: 'tcp', port: 5432 },
      ],
      capAdd: ['NET_ADMIN'],
      mounts: [
        { type: 'bind', source: '/tmp', destination: '/host', writable: false },
        { type: 'tmpfs', source: '', destination: '/scratch', writable: true },
      ],
      pid: info.State.Pid,
    });
    const [attachment] = find(topology, 'db')?.attachments ?? [];
    expect(attachment).toMatchObject({
      networkId: net,
      ipv4: '10.99.1.77',
      ipv6: expect.stringMatching(/^fd00:99:1::/) as unknown,
    });
    expect(attachment?.aliases).toEqual(expect.arrayContaining(['database', db.slice(0, 12)]));
    expect(attachment?.aliases).not.toContain(`${PREFIX}db`);
    expect(attachment?.mac).toBe(info.NetworkSettings.Networks[`${PREFIX}net`]?.MacAddress);

    const [published, ...rest] = find(topology, 'web')?.publishedPorts ?? [];
    expect(published).toMatchObject({ protocol: 'tcp', port: 80, address: '127.0.0.1' });
    expect(published?.hostPort).toBeGreaterThan(0);
    expect(rest).toEqual([]);
    expect(find(topology, 'linked')?.links).toEqual([{ targetName: `${PREFIX}web`, alias: 'shop' }]);
    expect(find(topology, 'sidecar')).toMatchObject({
      networkMode: { kind: 'container', containerId: db },
      pidMode: 'host',
      attachments: [],
    });
    expect(find(topology, 'agent')).toMatchObject({ networkMode: { kind: 'host' }, privileged: true, attachments: [] });
    expect(find(topology, 'lonely')).toMatchObject({ networkMode: { kind: 'none' }, attachments: [] });
    expect(find(topology, 'fresh')).toMatchObject({ state: 'created', startedAt: 0, pid: 0 });
    expect(find(topology, 'fresh')?.attachments).toMatchObject([{ networkId: net, ipv4: null, ipv6: null }]);
    expect(find(topology, 'ours')).toBeUndefined();
  });

  it('follows start, stop, connect, disconnect and removal, through its own actions and others', async () => {
    const driver = await driverAt();
    const id = await docker.createContainer(`${PREFIX}a`, { ...SLEEP, HostConfig: { NetworkMode: 'bridge' } });
    await until(driver, (topology) => find(topology, 'a')?.state === 'created');
    await driver.manage.containers.start(id);
    const up = await until(driver, (topology) => find(topology, 'a')?.state === 'running');
    expect(find(up, 'a')?.attachments[0]?.ipv4).toMatch(/^\d+\./);
    expect(find(up, 'a')?.pid).toBeGreaterThan(0);

    const net = await docker.createNetwork(`${PREFIX}late`);
    await docker.connect(`${PREFIX}late`, id);
    const joined = await until(driver, (topology) => find(topology, 'a')?.attachments.length === 2);
    expect(joined.networks.some((network) => network.id === net)).toBe(true);
    await docker.disconnect(`${PREFIX}late`, id);
    await until(driver, (topology) => find(topology, 'a')?.attachments.length === 1);
    await docker.removeNetwork(net);
    await until(driver, (topology) => topology.networks.every((network) => network.id !== net));

    const before = find(driver.topology(), 'a');
    await driver.manage.containers.restart(id);
    await until(driver, (topology) => {
      const now = find(topology, 'a');
      return now?.state === 'running' && now.pid !== before?.pid && now.startedAt !== before?.startedAt;
    });
    await driver.manage.containers.pause(id);
    await until(driver, (topology) => find(topology, 'a')?.state === 'paused');
    await driver.manage.containers.unpause(id);
    await until(driver, (topology) => find(topology, 'a')?.state === 'running');
    await driver.manage.containers.stop(id);
    const down = await until(driver, (topology) => find(topology, 'a')?.state === 'exited');
    expect(find(down, 'a')?.attachments).toMatchObject([{ ipv4: null }]);
    await driver.manage.containers.remove(id, { force: false, volumes: true });
    await until(driver, (topology) => find(topology, 'a') === undefined);
  });

  it('says in its own words why an action was refused', async () => {
    const driver = await driverAt();
    const id = await docker.runContainer(`${PREFIX}r`, SLEEP);
    await expect(driver.manage.containers.start('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND', status: 404 });
    await expect(driver.manage.containers.start(id)).resolves.toBeUndefined();
    await expect(driver.manage.containers.remove(id, { force: false, volumes: false })).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
      hint: 'Stop it first, or remove it with force.',
    });
    await driver.manage.containers.pause(id);
    await expect(driver.manage.containers.pause(id)).rejects.toMatchObject({ code: 'ENGINE_REFUSED', status: 409 });
    await driver.manage.containers.remove(id, { force: true, volumes: false });
    await expect(driver.manage.containers.remove(id, { force: true, volumes: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  it('has after 1,000 events no more connections, listeners or timers than before, and none when closed', async () => {
    const id = await docker.runContainer(`${PREFIX}busy`, SLEEP);
    const proxy = await startProxy();
    const driver = await driverAt(`unix://${proxy.path}`);
    const stopListening = driver.onTopology(() => undefined);
    const timersBefore = timers();
    const requestsBefore = proxy.requests();
    for (let round = 1; round <= 1000; round += 1) {
      const path = `/containers/${id}/rename`;
      await dockerRequest(socket, { method: 'POST', path, query: { name: `${PREFIX}busy${round}` } });
    }
    await until(driver, (topology) => find(topology, 'busy1000') !== undefined);
    // Events that came together were answered together.
    expect(proxy.requests() - requestsBefore).toBeLessThan(500);
    await driver.refresh();
    // One for events, and no more idle ones than requests may run at once.
    expect(proxy.connections()).toBeLessThanOrEqual(1 + 8);
    expect(timers()).toBeLessThanOrEqual(timersBefore + 2);
    stopListening();
    await driver.close();
    await proxy.drained();
    expect(proxy.connections()).toBe(0);
  });

  it('keeps its last topology while the engine is away, and has everything again before it says connected', async () => {
    const proxy = await startProxy();
    const stay = await docker.runContainer(`${PREFIX}stay`, SLEEP);
    const driver = await driverAt(`unix://${proxy.path}`);
    const seen: { phase: string; missed: boolean }[] = [];
    driver.onHealth(({ phase }) => seen.push({ phase, missed: find(driver.topology(), 'missed') !== undefined }));

    await proxy.cut();
    const away = await untilHealth(driver, 'reconnecting');
    expect(away).toMatchObject({
      phase: 'reconnecting',
      error: { code: expect.stringMatching(/^ENGINE_/) as unknown },
    });
    expect(find(driver.topology(), 'stay')?.id).toBe(stay);
    await expect(driver.refresh()).rejects.toMatchObject({ code: expect.stringMatching(/^ENGINE_/) as unknown });

    await docker.runContainer(`${PREFIX}missed`, SLEEP);
    await docker.removeContainer(stay);
    await proxy.restore();
    await untilHealth(driver, 'connected');
    expect(seen.at(-1)).toEqual({ phase: 'connected', missed: true });
    expect(find(driver.topology(), 'stay')).toBeUndefined();

    await docker.stopContainer(`${PREFIX}missed`, 0);
    await until(driver, (topology) => find(topology, 'missed')?.state === 'exited');
  });

  it('clears every container and image that carries our label, and nothing else', async () => {
    const other = await docker.runContainer(`${PREFIX}other`, SLEEP);
    const driver = await driverAt();
    const made = await docker.runContainer(`${PREFIX}helper`, { ...SLEEP, Labels: { [BULKHEAD_LABEL]: 'helper' } });
    const commit = { container: other, repo: `${PREFIX}image`, changes: `LABEL ${BULKHEAD_LABEL}=image` };
    await dockerRequest(socket, { method: 'POST', path: '/commit', query: commit, body: {} });
    expect(await images()).toContain(`${PREFIX}image:latest`);
    await driver.clear();
    expect(await images()).not.toContain(`${PREFIX}image:latest`);
    expect(await images()).toContain(TEST_IMAGE);
    const left = (await docker.listContainers()).map(({ Id }) => Id);
    expect(left).toContain(other);
    expect(left).not.toContain(made);
  });
});

async function images(): Promise<readonly string[]> {
  const listed = await dockerJson<readonly { RepoTags: string[] | null }[]>(socket, {
    method: 'GET',
    path: '/images/json',
  });
  return listed.flatMap(({ RepoTags }) => RepoTags ?? []);
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

interface Proxy {
  readonly path: string;
  connections(): number;
  /** Requests passed on so far. */
  requests(): number;
  /** Ends every connection and takes the socket away, as an engine does that stops. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  drained(): Promise<void>;
}

/** Stands between driver and engine, so that the engine can go away without anything else losing it. */
async function startProxy(): Promise<Proxy> {
  const path = join(tmpdir(), `bulkhead-proxy-${process.pid}-${Math.random().toString(36).slice(2)}.sock`);
  const pairs = new Set<Socket>();
  let requests = 0;
  const serve = async (): Promise<Server> => {
    const server = createServer((client) => {
      const engine = connectSocket(socket);
      pairs.add(client);
      client.once('close', () => {
        pairs.delete(client);
        engine.destroy();
      });
      engine.once('close', () => client.destroy());
      for (const side of [client, engine]) side.on('error', () => undefined);
      client.on('data', (chunk: Buffer) => (requests += chunk.toString('latin1').split('HTTP/1.1\r\n').length - 1));
      client.pipe(engine).pipe(client);
    });
    server.listen(path);
    await once(server, 'listening');
    return server;
  };
  let server = await serve();
  const cut = async (): Promise<void> => {
    const closed = server.listening ? once(server, 'close') : Promise.resolve();
    server.close();
    for (const client of pairs) client.destroy();
    await closed;
    rmSync(path, { force: true });
  };
  open.push({ close: cut });
  return {
    path,
    connections: () => pairs.size,
    requests: () => requests,
    cut,
    restore: async () => {
      server = await serve();
    },
    drained: async () => {
      while (pairs.size > 0) {
        const [client] = pairs;
        if (client) await once(client, 'close');
      }
    },
  };
}
