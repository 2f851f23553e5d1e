import { describe, expect, it } from 'vitest';
import { toContainer, type RawContainer } from './to-container.ts';

const ID = 'a'.repeat(64);

function read(json: object): RawContainer {
  const raw = toContainer({ Id: ID, Name: '/web', ...json });
  if (!raw) throw new Error('not read');
  return raw;
}

describe('reading a container', () => {
  it.each([
    [{ Running: true, StartedAt: '2026-01-01T00:00:00Z', Health: { Status: 'unhealthy' } }, 'unhealthy', null],
    [{ Running: true, StartedAt: '2026-01-01T00:00:00Z', Health: { Status: 'none' } }, null, null],
    [{ Running: false, StartedAt: '2026-01-01T00:00:00Z', ExitCode: 137, Health: { Status: 'healthy' } }, null, 137],
    [{ Running: false, StartedAt: '0001-01-01T00:00:00Z', ExitCode: 0 }, null, null],
  ])('%j has the health %s and the exit code %s', (State, health, exitCode) => {
    expect(read({ State })?.endpoint.status).toMatchObject({ health, exitCode });
  });

  it('takes whatever is missing, null or of the wrong type for nothing', () => {
    const nothing = read({});
    expect(nothing).toEqual({
      endpoint: {
        kind: 'container',
        id: ID,
        name: 'web',
        image: '',
        state: 'exited',
        project: '',
        service: '',
        publishedPorts: [],
        exposedPorts: [],
        mounts: [],
        privileged: false,
        capAdd: [],
        capDrop: [],
        usesHostUsers: false,
        hostname: '',
        extraHosts: [],
        environment: { names: [], values: {} },
        programs: [],
        status: { health: null, exitCode: null, createdAt: 0, finishedAt: 0 },
        labels: {},
        pid: 0,
        startedAt: 0,
      },
      networkMode: '',
      links: [],
      pidMode: '',
      ipcMode: '',
      attachments: [],
    });
    expect(
      read({
        Config: { Labels: null, ExposedPorts: null, Image: 7 },
        HostConfig: { CapAdd: null, Links: null, Tmpfs: null, NetworkMode: null, Privileged: 'yes' },
        Mounts: null,
        State: { Status: 'new-word', Pid: -1, StartedAt: '0001-01-01T00:00:00Z' },
        NetworkSettings: { Ports: null, Networks: null },
      }),
    ).toEqual(nothing);
    for (const odd of [null, 'x', 7, [], { Id: 4 }]) expect(toContainer(odd)).toBeNull();
  });

  it.each([
    [{ Status: 'running' }, 'running'],
    [{ Status: 'paused', Running: true }, 'paused'],
    [{ Running: true, Paused: true }, 'paused'],
    [{ Running: true }, 'running'],
    [{ Running: false }, 'exited'],
    [{ Status: 'configured' }, 'created'],
    [{ Status: 'stopped' }, 'exited'],
    [{ Status: 'stopping' }, 'running'],
    [{ Status: 'constructor' }, 'exited'],
  ])('knows the state %j as %s', (State, state) => {
    expect(read({ State }).endpoint.state).toBe(state);
  });

  it('reads both families of an attachment, with every name the DNS answers but its own', () => {
    const Networks = {
      shop: {
        NetworkID: 'n1',
        IPAddress: '172.18.0.3',
        GlobalIPv6Address: 'fd00::3',
        MacAddress: '02:42:AC:12:00:03',
        Aliases: ['api', 'web'],
        DNSNames: ['web', 'api', 'aaaaaaaaaaaa'],
        Gateway: '172.18.0.1',
        IPv6Gateway: 'fd00::1/64',
        GwPriority: 5,
      },
      old: { NetworkID: '', IPAddress: '', GlobalIPv6Address: '', MacAddress: '', Aliases: null },
      odd: null,
    };
    const none = { networkId: '', ipv4: null, ipv6: null, mac: null, aliases: [], gateways: [], gatewayPriority: 0 };
    expect(read({ NetworkSettings: { Networks } }).attachments).toEqual([
      {
        networkName: 'shop',
        networkId: 'n1',
        ipv4: '172.18.0.3',
        ipv6: 'fd00::3',
        mac: '02:42:ac:12:00:03',
        aliases: ['api', 'aaaaaaaaaaaa'],
        gateways: ['172.18.0.1', 'fd00::1'],
        gatewayPriority: 5,
      },
      { ...none, networkName: 'old' },
      { ...none, networkName: 'odd' },
    ]);
  });

  it('reads what a routed network opens at the container’s own address', () => {
    const Ports = {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '' },
        { HostIp: '::', HostPort: '' },
        { HostIp: '127.0.0.1', HostPort: '0' },
      ],
      '53/udp': [{ HostIp: '::', HostPort: '' }, { HostIp: '0.0.0.0', HostPort: '53' }, null, {}],
    };
    const { routedPorts, publishedPorts } = read({ NetworkSettings: { Ports } }).endpoint;
    expect(routedPorts).toEqual([
      { protocol: 'udp', port: 53, family: 6 },
      { protocol: 'tcp', port: 80, family: 4 },
      { protocol: 'tcp', port: 80, family: 6 },
    ]);
    expect(publishedPorts).toHaveLength(1);
  });

  it('reads the ports that are bound, in both families, and those that are only declared', () => {
    const { publishedPorts, exposedPorts } = read({
      Config: { ExposedPorts: { '80/tcp': {}, '9': {}, '70000/tcp': {}, 'x/tcp': {} } },
      NetworkSettings: {
        Ports: {
          '80/tcp': [
            { HostIp: '0.0.0.0', HostPort: '32768' },
            { HostIp: '::', HostPort: '32769' },
          ],
          '53/udp': [{ HostIp: '', HostPort: '53' }],
          '443/tcp': null,
          '444/tcp': [{ HostIp: '0.0.0.0', HostPort: '' }, { HostPort: '-1' }, null],
          bad: [{ HostIp: '0.0.0.0', HostPort: '1' }],
        },
      },
    }).endpoint;
    expect(publishedPorts).toEqual([
      { protocol: 'udp', port: 53, address: '0.0.0.0', hostPort: 53 },
      { protocol: 'udp', port: 53, address: '::', hostPort: 53 },
      { protocol: 'tcp', port: 80, address: '0.0.0.0', hostPort: 32_768 },
      { protocol: 'tcp', port: 80, address: '::', hostPort: 32_769 },
    ]);
    expect(exposedPorts.map(({ protocol, port }) => `${port}/${protocol}`)).toEqual([
      '9/tcp',
      '53/udp',
      '80/tcp',
      '443/tcp',
      '444/tcp',
    ]);
  });

  it('reads links of the default bridge and of other networks', () => {
    const { links } = read({
      HostConfig: { Links: ['/db:/web/database', '/cache:/web/cache', 'alone'] },
      NetworkSettings: { Networks: { shop: { Links: ['db:store', 'db:database'] } } },
    });
    expect(links).toEqual([
      { targetName: 'db', alias: 'database', networkName: '' },
      { targetName: 'cache', alias: 'cache', networkName: '' },
      { targetName: 'alone', alias: 'alone', networkName: '' },
      { targetName: 'db', alias: 'store', networkName: 'shop' },
      { targetName: 'db', alias: 'database', networkName: 'shop' },
    ]);
  });

  it('reads mounts, capabilities and times', () => {
    const { mounts, capAdd, startedAt } = read({
      HostConfig: { CapAdd: ['CAP_NET_ADMIN', 'sys_ptrace'], Tmpfs: { '/tmp': '', '/data': '' } },
      State: { StartedAt: '2024-05-01T10:00:00.123456789Z' },
      Mounts: [
        { Type: 'volume', Name: 'data', Source: '/var/lib/docker/volumes/data/_data', Destination: '/data', RW: true },
        { Type: 'bind', Source: '/etc', Destination: '/cfg', RW: false },
        { Type: 'npipe', Source: 'x', Destination: '/p' },
      ],
    }).endpoint;
    expect(mounts).toEqual([
      { type: 'bind', source: '/etc', destination: '/cfg', writable: false },
      { type: 'volume', source: 'data', destination: '/data', writable: true },
      { type: 'other', source: 'x', destination: '/p', writable: true },
      { type: 'tmpfs', source: '', destination: '/tmp', writable: true },
    ]);
    expect(capAdd).toEqual(['NET_ADMIN', 'SYS_PTRACE']);
    expect(startedAt).toBe(Date.UTC(2024, 4, 1, 10, 0, 0, 123));
  });

  it('keeps the names of variables, and the values of those alone that name ways', () => {
    const Env = ['PASSWORD=secret', 'VIRTUAL_HOST=shop.example', 'DOCKER_HOST=tcp://gate:2375', 'A=b=c', 'BARE', 7];
    const { environment } = read({ Config: { Env } }).endpoint;
    expect(environment).toEqual({
      names: ['PASSWORD', 'VIRTUAL_HOST', 'DOCKER_HOST', 'A', 'BARE'],
      values: { VIRTUAL_HOST: 'shop.example', DOCKER_HOST: 'tcp://gate:2375' },
    });
    expect(JSON.stringify(environment)).not.toContain('secret');
  });

  it('keeps of a command the known programs only', () => {
    const { programs } = read({
      Path: '/bin/entry.sh',
      Args: ['/usr/bin/consul', 'agent', '-token', 'secret'],
    }).endpoint;
    expect(programs).toEqual(['consul']);
  });

  it('reads what was added to the hosts file, and who it is', () => {
    const { extraHosts, hostname, capDrop, usesHostUsers } = read({
      Config: { Hostname: 'box' },
      HostConfig: {
        ExtraHosts: ['db:10.0.0.2', 'six:fd00::2', 'new=[fd00::3]', 'up:host-gateway', 'odd'],
        CapDrop: ['CAP_NET_RAW'],
        UsernsMode: 'host',
      },
    }).endpoint;
    expect(extraHosts).toEqual([
      { name: 'db', address: '10.0.0.2' },
      { name: 'six', address: 'fd00::2' },
      { name: 'new', address: 'fd00::3' },
      { name: 'up', address: 'host-gateway' },
    ]);
    expect({ hostname, capDrop, usesHostUsers }).toEqual({
      hostname: 'box',
      capDrop: ['NET_RAW'],
      usesHostUsers: true,
    });
  });

  it('reads which folder of a volume is mounted', () => {
    const { mounts } = read({
      HostConfig: {
        Mounts: [{ Type: 'volume', Target: '/d', VolumeOptions: { Subpath: '/in/put/' } }, { Target: '/e' }],
      },
      Mounts: [
        { Type: 'volume', Name: 'data', Destination: '/d', RW: true },
        { Type: 'volume', Name: 'data', Destination: '/e', RW: true },
      ],
    }).endpoint;
    expect(mounts.map(({ subpath }) => subpath)).toEqual(['in/put', undefined]);
  });

  it('keeps hostile labels as text, and only text', () => {
    const { labels } = toContainer(
      JSON.parse(
        `{"Id":"x","Config":{"Labels":{"__proto__":"<img>","constructor":"c","n":1,"com.docker.compose.project":"p"}}}`,
      ),
    )?.endpoint ?? { labels: {} };
    expect(Object.entries(labels)).toEqual([
      ['__proto__', '<img>'],
      ['constructor', 'c'],
      ['com.docker.compose.project', 'p'],
    ]);
    expect(({} as Record<string, unknown>)['img']).toBeUndefined();
  });
});
