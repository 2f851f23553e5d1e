/** Containers that know each other in every way there is: names, hosts files, environments, files. */
import { Docker, type ContainerSpec } from '../fixture/docker.ts';
import { TEST_IMAGE } from '../fixture/image.ts';

export interface NamesFixture {
  readonly docker: Docker;
  /** Names of the containers that run; all names in it are those of containers. */
  readonly running: readonly string[];
  /** Those that do not run, by name. */
  readonly stopped: readonly string[];
}

interface Planned {
  readonly name: string;
  /** The first is its network mode; per network, further settings of the endpoint. */
  readonly on: Readonly<Record<string, object>>;
  readonly spec?: Partial<ContainerSpec>;
  readonly host?: Readonly<Record<string, unknown>>;
  readonly then?: 'pause' | 'stop' | 'never';
}

const NETWORKS = { naa: {}, nzz: {}, nint: { Internal: true }, nsix: { EnableIPv6: true } } as const;

const alias = (...Aliases: string[]): object => ({ Aliases });
const link = (...Links: string[]): object => ({ Links });

/** Short ids, host names and names with a network behind them come with each. */
const PLANNED: readonly Planned[] = [
  { name: 'web', on: { naa: alias('www', 'pool'), nzz: alias('www-zz') }, spec: { Hostname: 'webhost' } },
  { name: 'db', on: { naa: alias('pool', 'Mixed.Case') } },
  { name: 'frozen', on: { naa: {} }, then: 'pause' },
  { name: 'ended', on: { naa: alias('ended-alias') }, then: 'stop' },
  { name: 'unborn', on: { naa: {} }, then: 'never' },
  // Names that are on several networks: who asks gets the first that knows it.
  { name: 'za', on: { nzz: alias('dup', 'dup-int', 'dup-six') } },
  { name: 'aa', on: { naa: alias('dup') } },
  { name: 'ia', on: { nint: alias('dup', 'dup-int') } },
  { name: 'sa', on: { nsix: alias('dup-six') } },
  { name: 'every', on: { nzz: {}, naa: {}, nint: {}, nsix: {} } },
  { name: 'heavy', on: { naa: {}, nzz: { GwPriority: 10 } } },
  { name: 'inner', on: { nzz: {}, nint: {} } },
  // Its own alias hides the name of another; and one to where it is not itself.
  { name: 'linker', on: { naa: link('aa:db', 'db:store', 'za:nowhere') } },
  { name: 'both', on: { naa: {}, bridge: {} } },
  { name: 'base', on: { bridge: {} }, spec: baseSpec() },
  { name: 'legacy', on: { bridge: {} }, host: { Links: ['base:the-base', 'base:b'] } },
  { name: 'plain', on: { bridge: {} } },
  { name: 'agent', on: { host: {} } },
  { name: 'lonely', on: { none: {} } },
  { name: 'side', on: { 'container:web': {} } },
  { name: 'side-legacy', on: { 'container:legacy': {} } },
];

function baseSpec(): Partial<ContainerSpec> {
  const ports = ['53/tcp', '53/udp', '5432/tcp', '7000/tcp', '7001/tcp', '7002/tcp'];
  return {
    Hostname: 'basehost',
    Env: ['PASSWORD=secret', 'EMPTY='],
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
  };
}

/** Builds it all on an engine that has the test image and none of these names. */
export async function buildNames(engine: { readonly socket: string }): Promise<NamesFixture> {
  const docker = new Docker(engine.socket);
  for (const [name, spec] of Object.entries(NETWORKS)) {
    const six = { Driver: 'default', Config: [{ Subnet: '10.203.6.0/24' }, { Subnet: 'fd00:b0b:6::/64' }] };
    await docker.createNetwork(name, name === 'nsix' ? { ...spec, IPAM: six } : spec);
  }
  for (const { name, on, spec = {}, host = {}, then } of PLANNED) {
    const [first = 'none', ...more] = Object.keys(on);
    const joins = first.startsWith('container:');
    const id = await docker.createContainer(name, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '100000'],
      ...spec,
      // No server to ask further: what the engine does not know is answered at once.
      HostConfig: { NetworkMode: first, ...(joins ? {} : { Dns: ['127.0.0.1'] }), ...host },
      ...(first in NETWORKS ? { NetworkingConfig: { EndpointsConfig: { [first]: on[first] ?? {} } } } : {}),
    });
    for (const network of more) await docker.connect(network, id, on[network]);
    if (then !== 'never') await docker.startContainer(id);
    if (then === 'pause') await docker.pauseContainer(id);
    if (then === 'stop') await docker.stopContainer(id, 0);
  }
  await addHostsEntries(docker);
  const names = PLANNED.map(({ name, then }) => ({ name, up: then === undefined || then === 'pause' }));
  return {
    docker,
    running: [...names.flatMap(({ name, up }) => (up ? [name] : [])), 'told'],
    stopped: names.flatMap(({ name, up }) => (up ? [] : [name])),
  };
}

/** One that was told addresses it could not look up: of a container on another network, and of the machine. */
async function addHostsEntries(docker: Docker): Promise<void> {
  const { NetworkSettings } = await docker.inspectContainer('za');
  const address = NetworkSettings.Networks['nzz']?.IPAddress ?? '';
  await docker.runContainer('told', {
    Image: TEST_IMAGE,
    Cmd: ['sleep', '100000'],
    HostConfig: {
      NetworkMode: 'naa',
      Dns: ['127.0.0.1'],
      ExtraHosts: [`za-entry:${address}`, 'up:host-gateway', 'elsewhere:192.0.2.1'],
    },
  });
}
