/** Brings a plan up on a real engine, and takes it down again. */
import { ADDRESSES } from '../engines/namespace.ts';
import type { Docker, ContainerSpec, NetworkSpec } from '../fixture/docker.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import {
  containersOf,
  networksOf,
  publishOf,
  subnetsOf,
  words,
  type ContainerPlan,
  type NetworkPlan,
  type WorldPlan,
} from './plan.ts';
import { untilRestarting } from './restarting.ts';

export interface Realised {
  /** Removes everything the plan made; content with what is gone already. */
  remove(): Promise<void>;
}

/** `@NETWORK` → the IPv4 gateway of that network. */
type Gateways = ReadonlyMap<string, string>;

/** What is left of the uplink's subnets for containers: neither the machine's address nor the far end's. */
const UPLINK = [
  { Subnet: '198.51.100.0/24', Gateway: ADDRESSES.gateway, IPRange: '198.51.100.128/25' },
  { Subnet: '2001:db8:51::/64', Gateway: ADDRESSES.gateway6, IPRange: '2001:db8:51::1000/116' },
];

const BRIDGE = 'com.docker.network.bridge.';

/** Resolves when every container is in the state its plan says.  What fails on the way takes the rest down with it. */
export async function realise(docker: Docker, plan: WorldPlan): Promise<Realised> {
  const containers = containersOf(plan);
  const networks = networksOf(plan);
  const gateways = new Map(networks.map(([name], index) => [`@${name}`, subnetsOf(index + 1).gateway]));
  const volumes = new Set(
    containers.flatMap(([, { mounts = [] }]) => mounts.map(volumeOf).filter((name) => name !== null)),
  );
  const remove = async (): Promise<void> => {
    // Those that live in another's namespace first; the engine minds the other way round.
    const [joined, own] = partition(
      containers.map(([name, { on }]) => ({ name, joined: on.startsWith('container:') })),
    );
    await Promise.all(joined.map((name) => docker.removeContainer(name)));
    await Promise.all(own.map((name) => docker.removeContainer(name)));
    for (const [name] of networks) await docker.removeNetwork(name);
    await Promise.all([...volumes].map((name) => docker.removeVolume(name)));
  };
  try {
    let index = 0;
    for (const [name, network] of networks) await docker.createNetwork(name, networkSpec(network, (index += 1)));
    for (const level of levelsOf(containers)) {
      await Promise.all(level.map(([name, container]) => start(docker, name, container, gateways)));
    }
    for (const [name, { on, state }] of containers) {
      if (state === 'paused') await docker.pauseContainer(name);
      if (state === 'exited') await docker.stopContainer(name);
      if (state === 'restarted') await docker.restartContainer(name);
      if (state === 'unplugged') await docker.disconnect(on, name);
      if (state === 'removed') await docker.removeContainer(name);
    }
    // The last of all: what is measured then must be over before the engine tries again.
    for (const [name, { state }] of containers) if (state === 'restarting') await untilRestarting(docker, name);
  } catch (thrown) {
    await remove().catch(() => undefined);
    throw thrown;
  }
  return { remove };
}

async function start(docker: Docker, name: string, container: ContainerPlan, gateways: Gateways): Promise<void> {
  const id = await docker.createContainer(name, containerSpec(container, gateways));
  for (const network of words(container.on).slice(1)) {
    await docker.connect(network, id, container.aliases ? { Aliases: container.aliases } : {});
  }
  if (container.state !== 'created') await docker.startContainer(id);
}

function networkSpec(
  { driver = 'bridge', internal = false, ipv6 = false, options = {}, uplink, subnets }: NetworkPlan,
  index: number,
): NetworkSpec {
  const { v4, v6 } = subnetsOf(index);
  const full = Object.entries(options).map(([key, value]) => [
    driver === 'bridge' && !key.includes('.') ? BRIDGE + key : key,
    value,
  ]);
  return {
    Driver: driver,
    Internal: internal,
    EnableIPv6: ipv6,
    IPAM: {
      Config: uplink
        ? UPLINK.slice(0, ipv6 ? 2 : 1)
        : subnets
          ? subnets.map(({ subnet, gateway, range }) => ({ Subnet: subnet, Gateway: gateway, IPRange: range }))
          : [{ Subnet: v4 }, ...(ipv6 ? [{ Subnet: v6 }] : [])],
    },
    Options: Object.fromEntries(full) as Record<string, string>,
  };
}

function containerSpec(container: ContainerPlan, gateways: Gateways): ContainerSpec {
  const { on, publish = [], expose = [], mounts = [], capAdd = [], env = {}, hosts = {}, labels = {} } = container;
  const [aliasing, links] = partition((container.links ?? []).map((name) => ({ name, joined: name.includes('@') })));
  const [mode = 'none'] = words(on);
  const published = publish.map(publishOf);
  const bindings: Record<string, object[]> = {};
  for (const { hostIp, hostPort, port, protocol } of published) {
    (bindings[`${String(port)}/${protocol}`] ??= []).push({
      HostIp: gateways.get(hostIp) ?? hostIp,
      HostPort: String(hostPort),
    });
  }
  const exposed = [...expose.map((text) => (text.includes('/') ? text : `${text}/tcp`)), ...Object.keys(bindings)];
  const named = !['bridge', 'host', 'none'].includes(mode) && !mode.startsWith('container:');
  return {
    Image: TEST_IMAGE,
    Cmd: container.state === 'restarting' ? ['false'] : ['sleep', '2147483647'],
    ...(exposed.length > 0 && { ExposedPorts: Object.fromEntries(exposed.map((port) => [port, {}])) }),
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    ...(named && {
      NetworkingConfig: {
        EndpointsConfig: {
          [mode]: {
            ...(container.aliases && { Aliases: container.aliases }),
            ...(aliasing.length > 0 && { Links: aliasing.map((link) => link.split('@')[0]) }),
          },
        },
      },
    }),
    HostConfig: {
      NetworkMode: mode,
      ...(container.state === 'restarting' && { RestartPolicy: { Name: 'always' } }),
      PortBindings: bindings,
      ...(links.length > 0 && { Links: links }),
      ...(container.hosts && { ExtraHosts: Object.entries(hosts).map(([name, address]) => `${name}:${address}`) }),
      ...(mounts.length > 0 && { Binds: mounts }),
      ...(container.privileged && { Privileged: true }),
      ...(capAdd.length > 0 && { CapAdd: capAdd }),
      ...(container.pid !== undefined && { PidMode: container.pid }),
      ...(container.ipc !== undefined && { IpcMode: container.ipc }),
    },
  };
}

/** Containers that need nobody, then those that need only these, and so on. */
function levelsOf(
  containers: readonly (readonly [string, ContainerPlan])[],
): readonly (readonly (readonly [string, ContainerPlan])[])[] {
  const level = new Map<string, number>();
  for (const [name, container] of containers) {
    const needs = needsOf(container).map((other) => {
      const known = level.get(other);
      if (known === undefined) throw new Error(`"${name}" needs "${other}", which must come earlier in the plan.`);
      return known + 1;
    });
    level.set(name, Math.max(0, ...needs));
  }
  const last = Math.max(0, ...level.values());
  return Array.from({ length: last + 1 }, (_, at) => containers.filter(([name]) => level.get(name) === at));
}

/** Names of the containers that must run before this one starts. */
export function needsOf({ on, links = [], pid = '', ipc = '' }: ContainerPlan): readonly string[] {
  const joined = [on, pid, ipc].filter((mode) => mode.startsWith('container:')).map((mode) => mode.slice(10));
  return [...joined, ...links.map((link) => link.split(':')[0] ?? '')];
}

function volumeOf(mount: string): string | null {
  const source = mount.split(':')[0] ?? '';
  return source.startsWith('/') ? null : source;
}

function partition(all: readonly { readonly name: string; readonly joined: boolean }[]): [string[], string[]] {
  const names = (wanted: boolean): string[] => all.filter(({ joined }) => joined === wanted).map(({ name }) => name);
  return [names(true), names(false)];
}
