import { expect, it } from 'vitest';
import { refusal } from '../connection/faults.ts';
import { assemble } from './assemble.ts';
import { NO_SWARM, readSwarm, toGateways, toServices } from './swarm.ts';
import { toContainer } from './to-container.ts';
import { toFacts } from './to-facts.ts';

// As 28.5.2 answers, shortened.
const WEB = {
  ID: 'svc-web',
  Spec: {
    Name: 'shop_web',
    Labels: { 'com.docker.stack.namespace': 'shop' },
    TaskTemplate: { Networks: [{ Target: 'net-mesh', Aliases: ['web'] }] },
    Mode: { Replicated: { Replicas: 3 } },
    EndpointSpec: { Mode: 'vip' },
  },
  Endpoint: {
    Ports: [
      { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
      { Protocol: 'udp', TargetPort: 80, PublishedPort: 9090, PublishMode: 'host' },
      { Protocol: 'tcp', TargetPort: 81 },
    ],
    VirtualIPs: [
      { NetworkID: 'net-ingress', Addr: '10.0.0.4/24' },
      { NetworkID: 'net-mesh', Addr: '10.0.1.2/24' },
      { NetworkID: 'net-bridge' },
    ],
  },
};

const task = (id: string, more: object = {}, state = 'running'): object => ({
  ID: id,
  ServiceID: 'svc-web',
  NodeID: 'node-1',
  DesiredState: 'running',
  Status: { State: state, ContainerStatus: { ContainerID: `container-${id}` } },
  NetworksAttachments: [{ Network: { ID: 'net-mesh' }, Addresses: ['10.0.1.3/24'] }],
  ...more,
});

it('reads a service with the tasks that are meant to run', () => {
  const tasks = [task('b', {}, 'starting'), task('a'), task('old', { DesiredState: 'shutdown' }, 'failed')];
  expect(toServices([WEB], tasks, [])).toEqual([
    {
      kind: 'service',
      id: 'svc-web',
      name: 'shop_web',
      project: 'shop',
      service: 'web',
      mode: 'replicated',
      endpointMode: 'vip',
      virtualAddresses: [
        { networkId: 'net-ingress', address: '10.0.0.4' },
        { networkId: 'net-mesh', address: '10.0.1.2' },
      ],
      publishedPorts: [
        { protocol: 'tcp', port: 80, hostPort: 8080, mode: 'ingress' },
        { protocol: 'udp', port: 80, hostPort: 9090, mode: 'host' },
      ],
      networks: [{ networkId: 'net-mesh', aliases: ['web'] }],
      tasks: [
        expect.objectContaining({ id: 'a', running: true, containerId: 'container-a' }),
        expect.objectContaining({
          id: 'b',
          running: false,
          addresses: [{ networkId: 'net-mesh', address: '10.0.1.3' }],
        }),
      ],
      desired: 3,
      labels: { 'com.docker.stack.namespace': 'shop' },
    },
  ]);
});

it('counts no task on a node that is down as running', () => {
  const nodes = [{ ID: 'node-1', Status: { State: 'down' } }];
  expect(toServices([WEB], [task('a')], nodes)[0]?.tasks).toMatchObject([{ running: false }]);
});

it.each([
  ['global', { Mode: { Global: {} } }, { mode: 'global', desired: 1, endpointMode: 'vip' }],
  ['dnsrr', { EndpointSpec: { Mode: 'dnsrr' } }, { mode: 'replicated', endpointMode: 'dnsrr' }],
  ['a job', { Mode: { ReplicatedJob: {} } }, { mode: 'replicated-job', desired: 1 }],
])('reads a service that is %s', (_, spec, expected) => {
  expect(toServices([{ ID: 'svc-web', Spec: spec }], [task('a')], [])).toMatchObject([expected]);
});

it.each([null, {}, [null, 1, {}], [{ ID: 'x', Spec: 'odd', Endpoint: { Ports: 7, VirtualIPs: [null] } }]])(
  'answers something for %j',
  (json) => {
    expect(() => toServices(json, json, json)).not.toThrow();
    expect(toGateways(json).size).toBe(0);
  },
);

it('asks a worker for the gateway bridge alone, a manager for services too, and takes a bridge that is not there yet', async () => {
  const asked: string[] = [];
  const get = (path: string): Promise<unknown> => {
    asked.push(path);
    return path === '/networks/docker_gwbridge' ? Promise.reject(refusal(404, 'no such network')) : Promise.resolve([]);
  };
  expect(await readSwarm(get, { manager: false, nodeId: 'node-1' })).toEqual(NO_SWARM);
  expect(asked).toEqual(['/networks/docker_gwbridge']);
  await readSwarm(get, { manager: true, nodeId: 'node-1' });
  expect(asked.slice(2)).toEqual(['/services', '/tasks', '/nodes']);
});

it('tells the other nodes by the addresses that managers know, and where the routing mesh is entered', async () => {
  const nodes = [
    {
      ID: 'node-3',
      Description: { Hostname: 'c' },
      Status: { Addr: '0.0.0.0' },
      ManagerStatus: { Addr: '[fd00::3]:2377' },
    },
    { ID: 'node-2', Description: { Hostname: 'b' }, Status: { Addr: '192.0.2.2', State: 'down' } },
    { ID: 'node-1', Status: { Addr: '192.0.2.1' }, ManagerStatus: { Addr: '192.0.2.1:2377' } },
    { ID: 'node-4', ManagerStatus: { Addr: '192.0.2.4:2377' }, Status: { Addr: '192.0.2.4' } },
    null,
  ];
  const get = (path: string): Promise<unknown> =>
    Promise.resolve(
      path === '/nodes'
        ? nodes
        : path.startsWith('/networks')
          ? { Id: 'gw', Containers: { 'ingress-sbox': { IPv4Address: '172.18.0.2/16' } } }
          : [],
    );
  expect(await readSwarm(get, { manager: true, nodeId: 'node-1' })).toMatchObject({
    nodes: [
      { id: 'node-2', name: 'b', addresses: ['192.0.2.2'] },
      { id: 'node-3', name: 'c', addresses: ['fd00::3'] },
      { id: 'node-4', name: '', addresses: ['192.0.2.4'] },
    ],
    entries: ['172.18.0.2'],
  });
  expect((await readSwarm(get, { manager: false, nodeId: 'node-1' })).nodes).toBeNull();
});

it('tells which ports of its node a task has in host mode', () => {
  const Ports = [
    { Protocol: 'tcp', TargetPort: 80, PublishedPort: 32768, PublishMode: 'host' },
    { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
  ];
  const status = { State: 'running', PortStatus: { Ports } };
  expect(toServices([WEB], [task('a', { Status: status })], [])[0]?.tasks[0]?.hostedPorts).toEqual([
    { protocol: 'tcp', port: 80, hostPort: 32768, mode: 'host' },
  ]);
});

it('gives a container the place on the gateway bridge that only the bridge tells, and puts a service before its tasks', () => {
  const raw = toContainer({
    Id: 'c1',
    Name: '/shop_web.1.x',
    State: { Status: 'running' },
    Config: {
      Labels: { 'com.docker.stack.namespace': 'shop', 'com.docker.swarm.service.name': 'shop_web' },
    },
    NetworkSettings: { Networks: { mesh: { NetworkID: 'net-mesh', IPAddress: '10.0.1.3' } } },
  });
  const gateways = toGateways({
    Id: 'gw',
    Containers: { c1: { MacAddress: 'AA:00', IPv4Address: '172.18.0.3/16', IPv6Address: '' }, 'ingress-sbox': {} },
  });
  const topology = assemble({
    facts: toFacts({}, { apiVersion: '1.51', version: '28', kind: 'docker' }),
    containers: raw ? [raw] : [],
    networks: [],
    volumes: [],
    swarm: { bridge: null, services: toServices([WEB], [], []), gateways, nodes: null, entries: [] },
  });
  expect(topology.endpoints.slice(0, 2)).toMatchObject([
    { kind: 'service', name: 'shop_web' },
    {
      kind: 'container',
      project: 'shop',
      service: 'web',
      attachments: [
        { networkId: 'gw', ipv4: '172.18.0.3', ipv6: null, mac: 'aa:00', aliases: [] },
        { networkId: 'net-mesh', ipv4: '10.0.1.3' },
      ],
    },
  ]);
});
