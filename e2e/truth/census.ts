/** Who is there, as the engine's API and the kernel say it: the truth tables' own view, without the product's model. */
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import type { ContainerInfo, Docker } from '../fixture/docker.ts';
import { look, type Listener } from './wire.ts';

/** One network namespace in which somebody can listen and call. */
export interface Stack {
  /** One word; what its listeners answer. */
  readonly id: string;
  /** The namespace's path as the engine's machine sees it. */
  readonly path: string;
  readonly addresses: readonly string[];
  /** Where it listens: a port nobody declared, and those that were. */
  readonly listens: readonly Pick<Listener, 'protocol' | 'port'>[];
  readonly bindings: readonly Binding[];
}

/** One published port as the engine bound it. */
export interface Binding {
  readonly hostIp: string;
  readonly hostPort: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface Party {
  /** As the product names its endpoint. */
  readonly name: string;
  readonly kind: 'container' | 'host' | 'lan' | 'internet';
  readonly stack: Stack;
  /** For `lan` and `internet`: their addresses; they share one namespace. */
  readonly zoneAddresses: readonly string[];
}

/** A container, whatever it does. */
export interface Member {
  /** As the product names its endpoint. */
  readonly name: string;
  readonly info: ContainerInfo;
  /** Runs, and is not paused: it can be asked. */
  readonly askable: boolean;
  /** Its network namespace by inode, `''` when it does not run: who has the same one shares a stack. */
  readonly stack: string;
  /** What the kernel says its stack has, without loopback and link-local ones. */
  readonly addresses: readonly string[];
}

export interface Census {
  /** Those in which somebody can be called: what runs and is not paused, the machine, the outside. */
  readonly parties: readonly Party[];
  readonly members: readonly Member[];
  /** The machine's own network namespace, as `Member.stack` has it. */
  readonly machineStack: string;
  readonly stacks: readonly Stack[];
  /** Every address of the machine, container gateways included. */
  readonly machineAddresses: readonly string[];
  /** Those of the stack of host mode: the machine's own, but for a rootless engine. */
  readonly hostModeAddresses: readonly string[];
}

const HOST_PORT = 19_999;
const OUTSIDE_PORT = 19_998;
const FIRST_PORT = 20_000;
const OURS = 'dev.bulkhead';

/** Running containers (paused ones answer handshakes and nothing else: they are left out), the machine, the outside. */
export async function takeCensus(engine: RunningEngine, docker: Docker): Promise<Census> {
  const listed = (await docker.listContainers()).filter(({ Labels }) => !(OURS in Labels));
  const infos = await Promise.all(listed.map(({ Id }) => docker.inspectContainer(Id)));
  // Who is paused takes no part, but the ports it publishes lead to whoever is in its stack.
  const up = infos.filter(({ State }) => State.Running && State.Pid > 0);
  const paths = up.map(({ State }) => `/proc/${String(State.Pid)}/ns/net`);
  const [machine, outside, ...own] = await look(engine, ['/proc/self/ns/net', '/run/netns/outside', ...paths]);
  if (!machine || !outside) throw new Error('The engine’s own namespaces are gone.');
  const host: Stack = {
    id: 'host',
    path: '/proc/self/ns/net',
    addresses: machine.addresses,
    listens: both(freePort(up.flatMap(bindingsOf))),
    bindings: [],
  };
  const beyond: Stack = {
    id: 'outside',
    path: '/run/netns/outside',
    addresses: outside.addresses,
    listens: both(OUTSIDE_PORT),
    bindings: [],
  };
  const byInode = new Map<string, { path: string; addresses: readonly string[]; members: ContainerInfo[] }>();
  const inodes = up.map((info, index) => {
    const seen = own[index];
    if (!seen) throw new Error(`${info.Name} ended while it was looked at.`);
    const known = byInode.get(seen.inode);
    if (known) known.members.push(info);
    else byInode.set(seen.inode, { path: paths[index] ?? '', addresses: seen.addresses, members: [info] });
    return seen.inode;
  });
  const stacks = new Map<string, Stack>([[machine.inode, host]]);
  for (const [inode, { path, addresses, members }] of byInode) {
    if (inode === machine.inode || members.every(({ State }) => State.Paused)) continue;
    const number = stacks.size;
    stacks.set(inode, {
      id: `s${String(number)}`,
      path,
      addresses,
      listens: listensOf(members, FIRST_PORT + number),
      bindings: members.flatMap(bindingsOf),
    });
  }
  const containers = up.flatMap((info, index): Party[] => {
    if (info.State.Paused) return [];
    const stack = stacks.get(inodes[index] ?? '');
    if (!stack) throw new Error('Every running container has a stack.');
    return [{ name: info.Name.replace(/^\//, ''), kind: 'container', stack, zoneAddresses: [] }];
  });
  const seen = new Map(up.map(({ Id }, index) => [Id, own[index]]));
  return {
    members: infos.map((info) => ({
      name: info.Name.replace(/^\//, ''),
      info,
      askable: info.State.Running && info.State.Pid > 0 && !info.State.Paused,
      stack: seen.get(info.Id)?.inode ?? '',
      addresses: seen.get(info.Id)?.addresses ?? [],
    })),
    machineStack: machine.inode,
    parties: [
      ...containers.sort((a, b) => (a.name < b.name ? -1 : 1)),
      { name: 'host', kind: 'host', stack: host, zoneAddresses: [] },
      { name: 'lan', kind: 'lan', stack: beyond, zoneAddresses: [ADDRESSES.lan, ADDRESSES.lan6] },
      { name: 'internet', kind: 'internet', stack: beyond, zoneAddresses: [ADDRESSES.internet, ADDRESSES.internet6] },
    ],
    stacks: [...stacks.values(), beyond],
    machineAddresses: machine.addresses,
    hostModeAddresses: own[up.findIndex(({ HostConfig }) => HostConfig.NetworkMode === 'host')]?.addresses ?? [],
  };
}

function both(port: number): Stack['listens'] {
  return [
    { protocol: 'tcp', port },
    { protocol: 'udp', port },
  ];
}

/** A port of the machine that no container is published on. */
function freePort(bindings: readonly Binding[]): number {
  const taken = new Set(bindings.map(({ hostPort }) => hostPort));
  let port = HOST_PORT;
  while (taken.has(port)) port -= 1;
  return port;
}

/** Each declared port of the members, and one that nobody declared. */
function listensOf(members: readonly ContainerInfo[], unique: number): Stack['listens'] {
  const found = new Map(both(unique).map((one) => [`${String(one.port)}/${one.protocol}`, one]));
  for (const { Config, NetworkSettings } of members) {
    for (const key of [...Object.keys(Config.ExposedPorts ?? {}), ...Object.keys(NetworkSettings.Ports ?? {})]) {
      const [ports = '', protocol = 'tcp'] = key.split('/');
      if (protocol !== 'tcp' && protocol !== 'udp') continue;
      // A range, as Compose hands it on; where engines know one, they also tell of a port 0.
      const [first = 0, last = first] = ports.split('-').map(Number);
      for (let port = Math.max(first, 1); port <= last; port += 1) {
        found.set(`${String(port)}/${protocol}`, { protocol, port });
      }
    }
  }
  return [...found.values()];
}

function bindingsOf({ NetworkSettings }: ContainerInfo): Binding[] {
  return Object.entries(NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
    const protocol = key.split('/')[1] ?? 'tcp';
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    return (bindings ?? [])
      .filter(({ HostPort }) => Number(HostPort) > 0)
      .map(({ HostIp, HostPort }) => ({
        hostIp: HostIp === '' ? '0.0.0.0' : HostIp,
        hostPort: Number(HostPort),
        protocol,
      }));
  });
}
