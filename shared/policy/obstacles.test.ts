import { describe, expect, it } from 'vitest';
import { ALL_PORTS, NO_PORTS, parsePorts } from '../ports.ts';
import type { ContainerEndpoint, EngineFacts, Mount } from '../topology/model.ts';
import { obstaclesIn, obstaclesOf } from './obstacles.ts';
import { indexTopology } from './stack.ts';
import { attach, container, network, published, service, topologyOf } from './test-topology.ts';

const mount = (type: Mount['type'], source: string, writable = true): Mount => ({
  type,
  source,
  destination: '/data',
  writable,
});

const rulesFor = (a: Partial<ContainerEndpoint>, b: Partial<ContainerEndpoint>): readonly string[] => {
  const topology = topologyOf([container('a', a), container('b', b)], []);
  return obstaclesOf(topology, 'id-a', 'id-b').map(({ rule, severity }) => `${rule} ${severity}`);
};

const inHost = { networkMode: { kind: 'host' } } as const;
const joinA = { networkMode: { kind: 'container', containerId: 'id-a' } } as const;

describe('obstaclesOf', () => {
  it.each<[string, Partial<ContainerEndpoint>, Partial<ContainerEndpoint>, readonly string[]]>([
    ['ordinary containers meet none', {}, {}, []],
    ['both in the host’s network', inHost, inHost, ['S3 stop']],
    ['the source in the host’s network', inHost, {}, ['S4 stop']],
    ['the target in the host’s network', {}, inHost, ['S5 stop']],
    ['one joined to the other', {}, joinA, ['S3 stop']],
    ['a lost stack', { networkMode: { kind: 'container', containerId: 'gone' } }, {}, ['S6 stop']],
    ['NET_ADMIN on the source', { capAdd: ['NET_ADMIN'] }, {}, ['W1 warn']],
    ['every capability on the target', {}, { capAdd: ['ALL'] }, ['W1 warn']],
    ['harmless capabilities', { capAdd: ['NET_RAW'] }, { capAdd: ['CHOWN'] }, []],
    ['privileged tells more than NET_ADMIN', { privileged: true, capAdd: ['ALL'] }, {}, ['W2 warn']],
    ['the engine’s socket', { mounts: [mount('bind', '/var/run/docker.sock')] }, {}, ['W3 warn']],
    ['a folder that holds the engine’s socket', {}, { mounts: [mount('bind', '/var/run', false)] }, ['W3 warn']],
    ['a volume of that name is no socket', { mounts: [mount('volume', '/var/run')] }, {}, []],
    ['a shared volume', { mounts: [mount('volume', 'v')] }, { mounts: [mount('volume', 'v', false)] }, ['W4 warn']],
    [
      'a shared volume the source only reads',
      { mounts: [mount('volume', 'v', false)] },
      { mounts: [mount('volume', 'v')] },
      [],
    ],
    [
      'a folder inside another',
      { mounts: [mount('bind', '/srv/x')] },
      { mounts: [mount('bind', '/srv')] },
      ['W4 warn'],
    ],
    ['folders that only begin alike', { mounts: [mount('bind', '/srv')] }, { mounts: [mount('bind', '/srv2')] }, []],
    ['tmpfs is never shared', { mounts: [mount('tmpfs', '')] }, { mounts: [mount('tmpfs', '')] }, []],
  ])('%s', (_, a, b, expected) => {
    expect(rulesFor(a, b)).toEqual(expected);
  });

  describe('with a Swarm service', () => {
    const attachments = [attach('mesh', '10.0.0.2')];
    const virtualAddresses = [{ networkId: 'mesh', address: '10.0.0.9' }];
    const ingress = [{ protocol: 'tcp', port: 80, hostPort: 8080, mode: 'ingress' }] as const;
    const labels = { 'com.docker.swarm.service.id': 'id-web' };
    const between = (
      given: Parameters<typeof service>[1],
      from: Partial<ContainerEndpoint> = { attachments },
    ): readonly string[] => {
      const endpoints = [
        container('a', from),
        container('task', { labels, service: 'web' }),
        ...(given ? [service('web', given)] : []),
      ];
      return obstaclesOf(topologyOf(endpoints, []), 'id-a', 'id-task').map(
        ({ rule, params }) => `${rule} ${params['service']}`,
      );
    };

    it.each<[string, readonly string[], readonly string[]]>([
      ['whose own address the source can call', between({ virtualAddresses }), ['S8 web']],
      ['that publishes by the routing mesh', between({ publishedPorts: ingress }, {}), ['S8 web']],
      ['that is called by nothing but its tasks’ addresses', between({ endpointMode: 'dnsrr' }), []],
      ['that a worker does not know', between(undefined), ['S8 web']],
    ])('a task of one %s', (_, found, expected) => {
      expect(found).toEqual(expected);
    });

    const mesh = { networks: [{ networkId: 'mesh', aliases: [] }], virtualAddresses, publishedPorts: ingress };
    const far = { id: 't', nodeId: 'n2', running: true, containerId: 'far', addresses: [] };
    const nodes = { swarmNodes: [{ id: 'n2', name: 'two', addresses: ['198.51.101.2'] }] };
    const found = (
      {
        web = {},
        a = {},
        task = true,
        engine = {},
      }: {
        web?: Parameters<typeof service>[1];
        a?: Partial<ContainerEndpoint>;
        task?: boolean;
        engine?: Partial<EngineFacts>;
      },
      pair: readonly [string, string],
      denied: readonly string[] | null = null,
      closed: readonly string[] = [],
    ): readonly string[] => {
      const endpoints = [
        container('a', { attachments, ...a }),
        service('web', { ...mesh, ...web }),
        ...(task ? [container('task', { labels, service: 'web' })] : []),
      ];
      const plainly = topologyOf(endpoints, [network('host', { driver: 'host' })]);
      const index = indexTopology({ ...plainly, engine: { ...plainly.engine, ...engine } });
      const decision = denied && {
        denied: (from: string, to: string) => {
          const said = [...denied, pair.join(' ')].find((text) => text.startsWith(`${from} ${to}`));
          if (said === undefined) return NO_PORTS;
          const ports = said.split(' ').slice(2);
          return ports.length > 0 ? parsePorts(ports) : ALL_PORTS;
        },
        closed: new Set(closed),
      };
      return obstaclesIn(index, ...pair, decision).map(({ rule, severity }) => `${rule} ${severity}`);
    };

    it.each<[string, readonly string[], readonly string[]]>([
      ['a service that publishes', found({}, ['id-a', 'id-web']), []],
      ['the same with its tasks', found({}, ['id-a', 'id-web'], ['id-a id-task']), []],
      ['the same while its task is allowed', found({}, ['id-a', 'id-web'], []), ['S12 stop']],
      [
        'the same while a port of its task is allowed',
        found({}, ['id-a', 'id-web'], ['id-a id-task tcp/80']),
        ['S12 stop'],
      ],
      ['without virtual address', found({ web: { endpointMode: 'dnsrr' } }, ['id-a', 'id-web']), []],
      [
        'on the machines’ own network',
        found({ web: { networks: [{ networkId: 'host', aliases: [] }] } }, ['id-a', 'id-web']),
        ['S5 stop'],
      ],
      ['from who uses the machine’s own network', found({ a: inHost }, ['id-a', 'id-web']), ['S4 stop']],
      ['published at other nodes', found({ engine: nodes }, ['id-a', 'id-web']), ['W11 warn']],
      ['published at other nodes, from outside', found({ engine: nodes }, ['lan', 'id-web']), ['W12 warn']],
      ['not published at all', found({ web: { publishedPorts: [] }, engine: nodes }, ['id-a', 'id-web']), []],
      ['published by a rootless engine', found({ engine: { rootless: true } }, ['id-a', 'id-web']), ['W6 warn']],
      [
        'published by a rootless engine, from outside',
        found({ engine: { rootless: true } }, ['lan', 'id-web']),
        ['S1 stop'],
      ],
      ['a task alone', found({}, ['id-a', 'id-task'], []), ['S8 stop']],
      ['a task with its service', found({}, ['id-a', 'id-task'], ['id-a id-web']), []],
      ['a task with some ports of its service', found({}, ['id-a', 'id-task'], ['id-a id-web tcp']), ['S8 stop']],
      ['a task that lets nobody in', found({}, ['id-a', 'id-task'], [], ['id-task']), []],
      [
        'a task with its service, of which that cannot be closed',
        found({ web: { networks: [{ networkId: 'host', aliases: [] }] } }, ['id-a', 'id-task'], ['id-a id-web']),
        ['S8 stop'],
      ],
      ['a task from outside, by the mesh', found({}, ['lan', 'id-task'], []), ['S8 stop']],
      ['a task from outside, with its service', found({}, ['lan', 'id-task'], ['lan id-web']), []],
      ['a service as source', found({}, ['id-web', 'id-a'], ['id-task id-a']), []],
      ['a service as source while its task may', found({}, ['id-web', 'id-a'], []), ['S12 stop']],
      ['a service with tasks elsewhere as source', found({ web: { tasks: [far] } }, ['id-web', 'id-a']), []],
      [
        'a service with tasks elsewhere, to who publishes',
        found({ web: { tasks: [far] }, a: { publishedPorts: [published('0.0.0.0:8080', 80)] } }, ['id-web', 'id-a']),
        ['S7 stop'],
      ],
      [
        'a service with tasks elsewhere, to the machine',
        found({ web: { tasks: [far] } }, ['id-web', 'host']),
        ['S7 stop'],
      ],
      ['a service with tasks here alone, to the machine', found({}, ['id-web', 'host']), ['W8 warn']],
    ])('%s', (_, rules, expected) => {
      expect(rules).toEqual(expected);
    });
  });

  it('tells who else is blocked when a side shares its stack', () => {
    const topology = topologyOf(
      [container('a'), container('b'), container('c', { networkMode: { kind: 'container', containerId: 'id-b' } })],
      [],
    );
    expect(obstaclesOf(topology, 'id-a', 'id-c').map(({ rule, text }) => `${rule} ${text}`)).toEqual([
      'W5 b shares the network of c: the block holds for both.',
    ]);
  });

  const desktop = { operatingSystem: 'Docker Desktop' };
  const web = { publishedPorts: [published('0.0.0.0:8080', 80), published('[::]:8080', 80)] };
  it.each<[string, Partial<EngineFacts>, Partial<ContainerEndpoint>, Partial<ContainerEndpoint>, readonly string[]]>([
    ['Docker Desktop', desktop, {}, web, ['b publishes 8080/tcp']],
    ['a rootless engine', { rootless: true }, {}, web, ['b publishes 8080/tcp']],
    ['an engine on its own machine', {}, {}, web, []],
    ['only the source publishes', desktop, web, {}, []],
    ['nothing is published', desktop, {}, {}, []],
    [
      'many ports',
      desktop,
      {},
      { publishedPorts: [1, 2, 3, 4, 5].map((port) => published(`127.0.0.1:${port}`, port, 'udp')) },
      ['b publishes 1/udp, 2/udp, 3/udp, 4/udp…'],
    ],
  ])('warns of the way through the machine outside: %s', (_, engine, a, b, expected) => {
    const plainly = topologyOf([container('a', a), container('b', b)], []);
    const found = obstaclesOf({ ...plainly, engine: { ...plainly.engine, ...engine } }, 'id-a', 'id-b');
    expect(found.map(({ rule, severity, text }) => `${rule} ${severity} ${text.split(':')[0]}`)).toEqual(
      expected.map((text) => `W6 warn ${text}`),
    );
  });

  it('warns when the port is published by the owner of the target’s stack', () => {
    const joined = { networkMode: { kind: 'container', containerId: 'id-b' } } as const;
    const plainly = topologyOf([container('a'), container('b', web), container('c', joined)], []);
    const found = obstaclesOf({ ...plainly, engine: { ...plainly.engine, ...desktop } }, 'id-a', 'id-c');
    expect(found.map(({ rule, params }) => `${rule} ${params['name']}`)).toEqual(['W5 c', 'W6 b']);
  });

  describe('with a zone', () => {
    const found = (
      a: Partial<ContainerEndpoint>,
      [from, to]: readonly [string, string],
      engine: Partial<EngineFacts> = {},
    ): readonly string[] => {
      const plainly = topologyOf([container('a', a)], []);
      const topology = { ...plainly, engine: { ...plainly.engine, ...engine } };
      return obstaclesOf(topology, from, to).map(({ rule, severity }) => `${rule} ${severity}`);
    };

    it.each<[string, readonly string[], readonly string[]]>([
      ['towards the machine', found({}, ['id-a', 'host']), ['W8 warn']],
      ['towards the internet', found({}, ['id-a', 'internet']), ['W8 warn']],
      ['from the network around', found(web, ['lan', 'id-a']), []],
      ['from the machine', found({}, ['host', 'id-a']), []],
      ['from the machine, where docker-proxy calls from there too', found(web, ['host', 'id-a']), ['W7 warn']],
      ['the same without docker-proxy', found(web, ['host', 'id-a'], { userlandProxy: false }), []],
      ['from the machine under Podman', found(web, ['host', 'id-a'], { kind: 'podman' }), ['W13 warn']],
      ['through a machine outside', found(web, ['lan', 'id-a'], { rootless: true }), ['S1 stop']],
      ['through a machine outside, nothing published', found({}, ['lan', 'id-a'], { rootless: true }), []],
      ['towards it from a rootless engine', found(web, ['id-a', 'lan'], { rootless: true }), ['W8 warn']],
      ['NET_ADMIN', found({ capAdd: ['NET_ADMIN'] }, ['lan', 'id-a']), ['W9 warn']],
      ['the source in the host’s network', found(inHost, ['id-a', 'lan']), ['S4 stop']],
      ['the target in the host’s network', found(inHost, ['lan', 'id-a']), ['S5 stop']],
    ])('%s', (_, rules, expected) => {
      expect(rules).toEqual(expected);
    });
  });

  it('writes hostile names harmlessly', () => {
    const topology = topologyOf(
      [container('a', { name: 'x\u001b[2J\u202e{to}', privileged: true }), container('b')],
      [],
    );
    expect(obstaclesOf(topology, 'id-a', 'id-b')[0]?.text).toBe(
      'x?[2J?{to} is privileged: it can take over the host and undo every rule.',
    );
  });
});
