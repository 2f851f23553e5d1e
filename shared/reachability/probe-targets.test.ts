import { describe, expect, it } from 'vitest';
import { deny, sketch } from './fixtures.ts';
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

  it.each([
    ['web', 'web'],
    ['web', 'host'],
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
