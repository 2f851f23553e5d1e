/** Services of every kind and plain containers of every attachment on a two-node Swarm, each answering with its name. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Docker, type ContainerSpec, type NetworkSpec } from '../../fixture/docker.ts';
import { dockerJson } from '../../fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../../fixture/image.ts';
import type { RunningSwarm, SwarmNode } from '../../engines/swarm.ts';

const ANSWER = join(import.meta.dirname, 'answer.pl');

/** The ports on which everybody answers, and those of containers that share a machine's stack. */
export const PORTS = [80, 4000];
export const HOST_PORTS = [5000];

/** Overlay networks; `encrypted` needs ESP in the kernel. */
export const OVERLAYS: Readonly<Record<string, NetworkSpec>> = {
  mesh: { IPAM: { Config: [{ Subnet: '10.210.1.0/24' }] } },
  other: { IPAM: { Config: [{ Subnet: '10.210.2.0/24' }] } },
  vault: { Internal: true, IPAM: { Config: [{ Subnet: '10.210.3.0/24' }] } },
  dual: { EnableIPv6: true, IPAM: { Config: [{ Subnet: '10.210.5.0/24' }] } },
  sealed: { Options: { encrypted: '' }, IPAM: { Config: [{ Subnet: '10.210.4.0/24' }] } },
};

interface PlannedService {
  readonly networks?: readonly string[];
  readonly replicas: number | 'global';
  readonly mode?: 'vip' | 'dnsrr';
  /** `HOST:CONTAINER/PROTOCOL`, with `host` mode after a space. */
  readonly publish?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Only on the node of that number. */
  readonly node?: number;
}

export const SERVICES: Readonly<Record<string, PlannedService>> = {
  shop_web: {
    networks: ['mesh'],
    replicas: 4,
    publish: ['8080:80/tcp', '8080:80/udp'],
    labels: { 'com.docker.stack.namespace': 'shop' },
  },
  shop_api: {
    networks: ['mesh', 'other'],
    replicas: 2,
    mode: 'dnsrr',
    publish: ['9090:80/tcp host', '9090:80/udp host'],
    labels: { 'com.docker.stack.namespace': 'shop' },
  },
  everywhere: { networks: ['other'], replicas: 'global', publish: ['9191:80/tcp host'] },
  secret: { networks: ['vault'], replicas: 2 },
  cipher: { networks: ['sealed'], replicas: 2 },
  door: { replicas: 1, node: 1, publish: ['8181:80/tcp'] },
  solo: { networks: ['mesh'], replicas: 1, node: 1 },
  twin: { networks: ['dual'], replicas: 2, publish: ['8484:80/tcp'] },
  faraway: { networks: ['mesh'], replicas: 1, node: 2, publish: ['8282:80/tcp'] },
  onbridge: { networks: ['bridge'], replicas: 1, node: 1, mode: 'dnsrr' },
  idle: { networks: ['mesh'], replicas: 0, publish: ['8383:80/tcp'] },
};

interface PlannedMember {
  readonly node: number;
  readonly networks: readonly string[];
  /** `HOST:CONTAINER`, TCP and UDP. */
  readonly publish?: string;
}

export const MEMBERS: Readonly<Record<string, PlannedMember>> = {
  m1: { node: 1, networks: ['mesh'] },
  m2: { node: 2, networks: ['mesh'] },
  pub: { node: 1, networks: ['mesh'], publish: '6060:80' },
  both: { node: 1, networks: ['mesh', 'other'] },
  v1: { node: 1, networks: ['vault'] },
  v2: { node: 2, networks: ['vault'] },
  s1: { node: 1, networks: ['sealed'] },
  s2: { node: 2, networks: ['sealed'] },
  b1: { node: 1, networks: ['bridge'] },
  u1: { node: 1, networks: ['local'], publish: '6161:80' },
  mix: { node: 1, networks: ['mesh', 'local'], publish: '6262:80' },
  vix: { node: 1, networks: ['vault', 'local'] },
  q1: { node: 1, networks: ['quiet'] },
  vq: { node: 1, networks: ['vault', 'quiet'] },
  mq: { node: 1, networks: ['mesh', 'quiet'] },
  d1: { node: 1, networks: ['dual'] },
  d2: { node: 2, networks: ['dual'] },
  h1: { node: 1, networks: ['host'] },
  n1: { node: 1, networks: ['none'] },
};

/** Somebody who answers with a name, and from whose namespace one can try. */
export interface Speaker {
  readonly name: string;
  /** Counted from 1. */
  readonly node: number;
  /** The engine's id of the container. */
  readonly id: string;
  readonly pid: number;
  readonly service: string;
  /** Every address in its namespace but loopback, by interface. */
  readonly addresses: readonly string[];
}

export interface SwarmFixture {
  readonly swarm: RunningSwarm;
  readonly speakers: readonly Speaker[];
  readonly dockers: readonly Docker[];
}

/** What of all this an engine of that version can have: before 27 no address pool serves an overlay over IPv6. */
export function plannedFor(version: string): {
  readonly overlays: typeof OVERLAYS;
  readonly services: typeof SERVICES;
  readonly members: typeof MEMBERS;
} {
  const old = Number.parseInt(version, 10) < 27;
  const without = <Of>(
    all: Readonly<Record<string, Of>>,
    left: (one: Of, name: string) => boolean,
  ): Record<string, Of> => Object.fromEntries(Object.entries(all).filter(([name, one]) => !(old && left(one, name))));
  return {
    overlays: without(OVERLAYS, (_, name) => name === 'dual'),
    services: without(SERVICES, ({ networks = [] }) => networks.includes('dual')),
    members: without(MEMBERS, ({ networks }) => networks.includes('dual')),
  };
}

/** Makes everything and waits until each task runs and answers. */
export async function buildSwarmFixture(swarm: RunningSwarm): Promise<SwarmFixture> {
  const { overlays, services, members } = plannedFor(swarm.manager.version);
  const dockers = swarm.nodes.map(({ socket }) => new Docker(socket));
  const [manager] = dockers;
  if (!manager) throw new Error('A Swarm without nodes.');
  await Promise.all(swarm.nodes.map((node) => importTestImage(node)));
  for (const [name, spec] of Object.entries(overlays)) {
    await manager.createNetwork(name, { Driver: 'overlay', Attachable: true, ...spec });
  }
  await manager.createNetwork('local', { IPAM: { Config: [{ Subnet: '10.211.1.0/24', Gateway: '10.211.1.1' }] } });
  await manager.createNetwork('quiet', {
    Internal: true,
    IPAM: { Config: [{ Subnet: '10.211.2.0/24', Gateway: '10.211.2.1' }] },
  });
  for (const [name, planned] of Object.entries(services)) {
    await dockerJson(swarm.manager.socket, {
      method: 'POST',
      path: '/services/create',
      body: serviceSpec(name, planned, swarm),
    });
  }
  for (const [name, planned] of Object.entries(members)) {
    const docker = dockers[planned.node - 1];
    if (docker) await runAttached(docker, name, planned);
  }
  await allTasksRun(swarm, services);
  const speakers = (await Promise.all(swarm.nodes.map((node, index) => speakersOf(node, index + 1)))).flat();
  for (const one of speakers) await makeAnswer(swarm, one);
  for (const node of swarm.nodes) {
    await start(node, [], `host-${String(swarm.nodes.indexOf(node) + 1)}`, HOST_PORTS);
  }
  return { swarm, speakers, dockers };
}

const ATTACH_TRIES = 3;

/**
 * The engine gives a manager under load twenty seconds to answer an attaching container, and then gives up on it.  Measured
 * on 20.10 and 26.1: it keeps the unanswered request, so that the same container's next start asks nobody, takes the lowest
 * address that is free on this node (the first service's own), or does not find a network that this node has not yet.
 * 28.5 asks again.  Only a new container is a new request everywhere.
 */
async function runAttached(docker: Docker, name: string, planned: PlannedMember): Promise<void> {
  for (let left = ATTACH_TRIES; ; left -= 1) {
    const id = await docker.createContainer(name, memberSpec(planned));
    try {
      for (const network of planned.networks.slice(1)) await docker.connect(network, id);
      await docker.startContainer(id);
      return;
    } catch (error) {
      if (left === 1 || !String(error).includes('context deadline exceeded')) throw error;
      await docker.removeContainer(id);
    }
  }
}

function serviceSpec(name: string, planned: PlannedService, swarm: RunningSwarm): object {
  const { networks = [], replicas, mode = 'vip', publish = [], labels = {}, node } = planned;
  return {
    Name: name,
    Labels: labels,
    TaskTemplate: {
      ContainerSpec: { Image: TEST_IMAGE, Command: ['sleep', '1000000'], Labels: labels, StopSignal: 'SIGKILL' },
      Networks: networks.map((Target) => ({ Target, Aliases: [`${name}-alias`] })),
      Placement: node === undefined ? {} : { Constraints: [`node.id==${swarm.nodes[node - 1]?.nodeId ?? ''}`] },
    },
    Mode: replicas === 'global' ? { Global: {} } : { Replicated: { Replicas: replicas } },
    EndpointSpec: { Mode: mode, Ports: publish.map(portSpec) },
  };
}

function portSpec(text: string): object {
  const [, host, container, protocol, mode] = /^(\d+):(\d+)\/(tcp|udp)(?: (host))?$/.exec(text) ?? [];
  return {
    Protocol: protocol,
    TargetPort: Number(container),
    PublishedPort: Number(host),
    PublishMode: mode ?? 'ingress',
  };
}

function memberSpec({ networks, publish }: PlannedMember): ContainerSpec {
  const [host, container] = publish?.split(':') ?? [];
  const binding = [{ HostIp: '', HostPort: host }];
  return {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '1000000'],
    ...(publish !== undefined && { ExposedPorts: { [`${container ?? ''}/tcp`]: {}, [`${container ?? ''}/udp`]: {} } }),
    HostConfig: {
      NetworkMode: networks[0],
      PortBindings:
        publish === undefined ? {} : { [`${container ?? ''}/tcp`]: binding, [`${container ?? ''}/udp`]: binding },
    },
  };
}

interface TaskLine {
  readonly ServiceID: string;
  readonly DesiredState: string;
  readonly Status: { readonly State: string; readonly Err?: string };
}

const RUNNING_WITHIN_MS = 60_000;

/** Tasks tell no events to wait for. */
async function allTasksRun(swarm: RunningSwarm, services: typeof SERVICES): Promise<void> {
  const wanted = Object.values(services).reduce(
    (sum, { replicas }) => sum + (replicas === 'global' ? swarm.nodes.length : replicas),
    0,
  );
  const deadline = Date.now() + RUNNING_WITHIN_MS;
  for (;;) {
    const tasks = await dockerJson<readonly TaskLine[]>(swarm.manager.socket, { method: 'GET', path: '/tasks' });
    const running = tasks.filter(
      ({ Status, DesiredState }) => Status.State === 'running' && DesiredState === 'running',
    );
    if (running.length === wanted) return;
    if (Date.now() > deadline)
      throw new Error(`Not every task runs: ${JSON.stringify(tasks.map(({ Status }) => Status))}`);
    await sleep(100);
  }
}

async function speakersOf(node: SwarmNode, number: number): Promise<Speaker[]> {
  const docker = new Docker(node.socket);
  const found: Speaker[] = [];
  for (const { Id } of await docker.listContainers()) {
    const { Name, State, Config } = await docker.inspectContainer(Id);
    if (!State.Running) continue;
    const { stdout } = await node.exec(['nsenter', '-t', String(State.Pid), '-n', 'ip', '-j', 'addr']);
    const links = JSON.parse(stdout) as readonly {
      ifname: string;
      addr_info: readonly { local?: string; scope: string; prefixlen: number }[];
    }[];
    found.push({
      name: Name.slice(1),
      node: number,
      id: Id,
      pid: State.Pid,
      service: Config.Labels?.['com.docker.swarm.service.name'] ?? '',
      addresses: links
        .filter(({ ifname }) => ifname !== 'lo')
        .flatMap(({ addr_info }) =>
          addr_info.filter(({ scope }) => scope === 'global').map(({ local }) => local ?? ''),
        ),
    });
  }
  return found;
}

async function makeAnswer(swarm: RunningSwarm, { name, node, pid }: Speaker): Promise<void> {
  // One stack answers for the machine and all in host mode.
  if (name === 'h1') return;
  const engine = swarm.nodes[node - 1];
  if (engine) await start(engine, ['nsenter', '-t', String(pid), '-n', '--'], name, PORTS);
}

async function start(
  engine: SwarmNode,
  enter: readonly string[],
  name: string,
  ports: readonly number[],
): Promise<void> {
  const { code, stderr } = await engine.exec([...enter, 'perl', ANSWER, name, ...ports.map(String)]);
  if (code !== 0) throw new Error(`${name} cannot listen: ${stderr}`);
}
