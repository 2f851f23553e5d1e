import { describe, expect, it } from 'vitest';
import { objectOf } from '../inventory/json.ts';
import { inheritedSockets, withFormer, withoutPower, type Without } from './former.ts';

const NOW = { network: '', publish: [], machine: 'vm' } as const;
const container = (host: object, config: object = { Hostname: 'vm', Env: ['SECRET=x'] }) => ({
  Id: 'abc',
  Config: config,
  HostConfig: { NetworkMode: 'net', ...host },
  NetworkSettings: { Networks: { net: {} } },
});

describe('a container without a power', () => {
  it.each<[string, Partial<Without> & Pick<Without, 'power'>, object, object]>([
    [
      'loses the sockets among its mounts, and folders that hold one',
      { power: 'engine-socket' },
      {
        Binds: ['data:/d', '/var/run/docker.sock:/s:ro', '/tmp:/t'],
        Mounts: [
          { Type: 'bind', Source: '/run' },
          { Type: 'volume', Source: '/run' },
        ],
      },
      { Binds: ['data:/d', '/tmp:/t'], Mounts: [{ Type: 'volume', Source: '/run' }] },
    ],
    [
      'has no list where nothing is left',
      { power: 'engine-socket' },
      { Binds: ['/run/docker.sock:/s'] },
      { Binds: null },
    ],
    [
      'is not privileged, hides what the engine hides, and has its labels',
      { power: 'privileged' },
      { Privileged: true, MaskedPaths: null, SecurityOpt: ['label=disable', 'no-new-privileges'] },
      { Privileged: false, MaskedPaths: null, ReadonlyPaths: null, SecurityOpt: ['no-new-privileges'] },
    ],
    [
      'stays without labels where something else of the machine’s is left',
      { power: 'privileged' },
      { Privileged: true, PidMode: 'host', SecurityOpt: ['label=disable'] },
      { Privileged: false, MaskedPaths: null, ReadonlyPaths: null, SecurityOpt: ['label=disable'] },
    ],
    [
      'sees no processes of the machine',
      { power: 'host-processes' },
      { PidMode: 'host', SecurityOpt: ['label=disable'] },
      { PidMode: '', SecurityOpt: null },
    ],
    [
      'loses the one capability however it was written',
      { power: 'net-admin' },
      { CapAdd: ['NET_ADMIN', 'CAP_NET_ADMIN', 'SYS_TIME'] },
      { CapAdd: ['SYS_TIME'] },
    ],
    [
      'keeps all others',
      { power: 'net-admin' },
      { CapAdd: ['CAP_ALL'], CapDrop: null },
      { CapAdd: ['CAP_ALL'], CapDrop: ['CAP_NET_ADMIN'] },
    ],
    [
      'is on a network of its own, and publishes what it is to',
      { power: 'host-network', network: 'own', publish: ['tcp/80', 'udp/53'] },
      { NetworkMode: 'host', PortBindings: { '80/tcp': [{ HostPort: '8080' }], '81/tcp': [] } },
      {
        NetworkMode: 'own',
        PortBindings: { '80/tcp': [{ HostPort: '8080' }], '53/udp': [{ HostIp: '', HostPort: '53' }] },
      },
    ],
  ])('%s, and comes back', (_, without, host, expected) => {
    const before = container(host);
    const { found, former } = withoutPower(before, { ...NOW, ...without });
    expect(objectOf(found['HostConfig'])).toEqual({ ...before.HostConfig, ...expected });
    expect(JSON.stringify(former)).not.toContain('SECRET');
    const kept = JSON.parse(JSON.stringify(former)) as typeof former;
    const back = withFormer(found, kept);
    expect(back['Config']).toEqual(before.Config);
    // What was not said, the engine chooses: it makes no difference whether that is written as null.
    const said = (one: unknown) =>
      Object.fromEntries(Object.entries(objectOf(one)).filter(([, value]) => value !== null));
    expect(said(back['HostConfig'])).toEqual(said(before.HostConfig));
  });

  it.each([
    ['the machine’s', 'vm', ''],
    ['its own', 'mine', 'mine'],
  ])('keeps no name that is the machine’s: %s', (_, hostname, expected) => {
    const { found } = withoutPower(container({ NetworkMode: 'host' }, { Hostname: hostname }), {
      ...NOW,
      power: 'host-network',
      network: 'own',
    });
    expect(found).toMatchObject({ Config: { Hostname: expected }, NetworkSettings: { Networks: { own: {} } } });
  });

  it('comes back to what was changed since, and not twice', () => {
    const { former } = withoutPower(container({ Binds: ['a:/a', '/run/docker.sock:/s'] }), {
      ...NOW,
      power: 'engine-socket',
    });
    const binds = (list: readonly string[] | null) =>
      objectOf(withFormer(container({ Binds: list }), former)['HostConfig'])['Binds'];
    expect(binds(['a:/a', 'new:/new'])).toEqual(['a:/a', '/run/docker.sock:/s', 'new:/new']);
    expect(binds(null)).toEqual(['/run/docker.sock:/s']);
    expect(binds(['/run/docker.sock:/s'])).toEqual(['/run/docker.sock:/s']);
  });
});

it('knows sockets that no wish of the container’s own explains', () => {
  const mount = (Source: string, Destination: string) => ({ Type: 'bind', Source, Destination });
  const found = {
    HostConfig: { Binds: ['/run/docker.sock:/a'], Mounts: [{ Target: '/b' }] },
    Mounts: [
      mount('/run/docker.sock', '/a'),
      mount('/run/docker.sock', '/b'),
      mount('/run/podman/podman.sock', '/c'),
      mount('/tmp', '/d'),
    ],
  };
  expect(inheritedSockets(found)).toEqual(['/run/podman/podman.sock']);
});
