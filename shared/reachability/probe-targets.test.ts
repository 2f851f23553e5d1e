import { describe, expect, it } from 'vitest';
import { deny, denyAllBut, sketch } from './fixtures.ts';
import { probeTargets } from './index.ts';

const published = sketch({
  networks: { front: { ipv6: true } },
  containers: {
    web: { on: 'front', expose: [80, 443] },
    db: { on: 'back', publish: ['15432:5432', '53:53/udp', '127.0.0.1:9000:90'] },
    agent: { on: 'host', expose: [15432, 9100] },
    sidecar: { joins: 'web' },
    retired: { on: 'front', state: 'exited' },
    frozen: { on: 'front', state: 'paused' },
  },
});

const say = (from: string, to: string, denials = [] as Parameters<typeof probeTargets>[1]): readonly string[] =>
  probeTargets(published, denials, from, to).map(
    ({ address, port, way, predicted, containerPort, channel }) =>
      `${way} ${address} ${String(port)}→${String(containerPort)} ${channel} ${predicted}`,
  );

describe('probe targets', () => {
  it('are the addresses of the target and its TCP ports at every gateway and the machine', () => {
    expect(say('web', 'db')).toEqual([
      'direct 10.0.2.2 0→0 bridge blocked',
      'published 10.0.1.1 15432→5432 published open',
      'published 10.0.2.1 15432→5432 published open',
      'published 198.51.100.2 15432→5432 published open',
      'published fd00:1::1 15432→5432 published open',
      'published 2001:db8::2 15432→5432 published open',
    ]);
  });

  it('take one declared port where there is one, in both families', () => {
    expect(say('agent', 'web')).toEqual([
      'direct 10.0.1.2 80→80 host-mode open',
      'direct fd00:1::2 80→80 host-mode open',
    ]);
  });

  it('reach loopback bindings from the machine’s own stack', () => {
    expect(say('agent', 'db')).toContain('published 127.0.0.1 9000→90 published open');
  });

  it('avoid numbers that are published when the target is in host mode', () => {
    expect(say('db', 'agent')).toEqual([
      'direct 10.0.2.1 9100→9100 gateway open',
      'direct 198.51.100.2 9100→9100 gateway open',
    ]);
  });

  it('leave out the routing mesh, where any task of the service may answer', () => {
    const swarm = sketch({
      networks: { mesh: { driver: 'overlay' }, ingress: { driver: 'overlay', ingress: true } },
      containers: { web: 'mesh', task: { on: 'mesh ingress', task: 'shop' } },
      services: { shop: { on: 'mesh', publish: ['8080:80'] } },
    });
    expect(probeTargets(swarm, [], 'web', 'task').map(({ address, channel }) => `${address} ${channel}`)).toEqual([
      '10.0.1.3 overlay',
    ]);
    expect(probeTargets(swarm, [], 'web', 'shop')).toEqual([]);
  });

  it('go through localhost inside one stack', () => {
    expect(say('sidecar', 'web')).toEqual(['direct 127.0.0.1 80→80 shared-stack open']);
  });

  it('are all predicted blocked under a held denial, and only then', () => {
    expect(say('web', 'db', [deny('web', 'db')])).toEqual(
      say('web', 'db').map((line) => line.replace('open', 'blocked')),
    );
    expect(say('web', 'db', [deny('web', 'db', 'pending')])).toEqual(say('web', 'db'));
    expect(say('sidecar', 'db', [deny('web', 'db')]).filter((line) => line.endsWith('open'))).toEqual([]);
  });

  const said = (from: string, to: string, denials: Parameters<typeof probeTargets>[1]): readonly string[] =>
    probeTargets(published, denials, from, to)
      .filter(({ address }) => !address.includes(':') && !address.startsWith('198.'))
      .map(({ address, protocol, port, predicted }) => `${protocol} ${address} ${String(port)} ${predicted}`);

  it('try a denied and an allowed port of each protocol that a held denial is about', () => {
    expect(said('agent', 'web', [])).toEqual(['tcp 10.0.1.2 80 open']);
    expect(said('sidecar', 'host', [deny('sidecar', 'host', 'held', ['tcp/80', 'udp/54'])])).toEqual([
      'tcp 10.0.1.1 18000 open',
      'udp 10.0.1.1 18000 open',
      'tcp 10.0.1.1 80 blocked',
      'udp 10.0.1.1 54 blocked',
    ]);
    expect(said('host', 'web', [denyAllBut('host', 'web', ['tcp/443'])])).toEqual([
      'tcp 10.0.1.2 443 open',
      'tcp 10.0.1.2 80 blocked',
      'udp 10.0.1.2 0 blocked',
      'icmp 10.0.1.2 0 blocked',
    ]);
    expect(said('host', 'web', [deny('host', 'web', 'held', ['icmp'])])).toEqual([
      'tcp 10.0.1.2 80 open',
      'icmp 10.0.1.2 0 blocked',
    ]);
  });

  it('try what is published, by the port inside', () => {
    expect(said('web', 'db', [deny('web', 'db', 'held', ['tcp/5432', 'udp/53'])])).toEqual([
      'tcp 10.0.2.2 0 blocked',
      'udp 10.0.2.2 0 blocked',
      'tcp 10.0.1.1 15432 blocked',
      'udp 10.0.1.1 53 blocked',
      'tcp 10.0.2.1 15432 blocked',
      'udp 10.0.2.1 53 blocked',
    ]);
    expect(said('web', 'db', [deny('web', 'db', 'held', ['udp/54'])])).toEqual([
      'tcp 10.0.2.2 0 blocked',
      'udp 10.0.2.2 0 blocked',
      'tcp 10.0.1.1 15432 open',
      'udp 10.0.1.1 53 open',
      'tcp 10.0.2.1 15432 open',
      'udp 10.0.2.1 53 open',
    ]);
  });

  it('go from and to the machine', () => {
    expect(say('web', 'host')).toEqual([
      'direct 10.0.1.1 0→0 gateway open',
      'direct fd00:1::1 0→0 gateway open',
      'direct 198.51.100.2 0→0 gateway open',
      'direct 2001:db8::2 0→0 gateway open',
    ]);
    expect(say('host', 'web')).toEqual([
      'direct 10.0.1.2 80→80 host-mode open',
      'direct fd00:1::2 80→80 host-mode open',
    ]);
  });

  it.each([
    ['web', 'web'],
    ['web', 'lan'],
    ['web', 'internet'],
    ['retired', 'host'],
    ['internet', 'db'],
    ['web', 'retired'],
    ['frozen', 'web'],
    ['web', 'frozen'],
    ['web', 'ghost'],
  ])('are none for %s → %s', (from, to) => {
    expect(say(from, to)).toEqual([]);
  });

  it('leave out what is unknown', () => {
    const topology = sketch({
      engine: { version: '26.1.5' },
      networks: { front: { ipv6: true }, back: { ipv6: true } },
      containers: { web: 'front', db: 'back' },
    });
    expect(probeTargets(topology, [], 'web', 'db').map(({ address }) => address)).toEqual(['10.0.2.2']);
  });
});
