import { expect, it } from 'vitest';
import { isContainer, type ContainerEndpoint, type Network, type Topology } from '../../../shared/topology/model.ts';
import { assemble } from './assemble.ts';
import { toContainer, type RawContainer } from './to-container.ts';
import { toFacts } from './to-facts.ts';
import { toNetwork } from './to-network.ts';

const id = (digit: string): string => digit.repeat(64);

function container(digit: string, name: string, json: object = {}, labels: object = {}): RawContainer {
  const raw = toContainer({
    Id: id(digit),
    Name: `/${name}`,
    State: { Status: 'running' },
    Config: { Labels: labels },
    ...json,
  });
  if (!raw) throw new Error('not read');
  return raw;
}

function network(networkId: string, name: string, json: object = {}): Network {
  const read = toNetwork({ Id: networkId, Name: name, Driver: 'bridge', ...json });
  if (!read) throw new Error('not read');
  return read;
}

function build(containers: RawContainer[], networks: Network[] = []): Topology {
  const facts = toFacts({}, { apiVersion: '1.51', version: '1', kind: 'docker' });
  return assemble({ facts, containers, networks, volumes: [] });
}

function named(topology: Topology, name: string): ContainerEndpoint {
  const found = topology.endpoints.filter(isContainer).find((endpoint) => endpoint.name === name);
  if (!found) throw new Error(`no ${name}`);
  return found;
}

it.each([
  ['', { kind: 'own' }],
  ['default', { kind: 'own' }],
  ['bridge', { kind: 'own' }],
  ['shop_default', { kind: 'own' }],
  ['host', { kind: 'host' }],
  ['none', { kind: 'none' }],
  [`container:${id('b')}`, { kind: 'container', containerId: id('b') }],
  ['container:db', { kind: 'container', containerId: id('b') }],
  [`container:${id('b').slice(0, 12)}`, { kind: 'container', containerId: id('b') }],
  ['container:gone', { kind: 'container', containerId: 'gone' }],
])('network mode %s is %j', (NetworkMode, networkMode) => {
  const topology = build([
    container('a', 'web', { HostConfig: { NetworkMode, PidMode: NetworkMode } }),
    container('b', 'db'),
  ]);
  expect(named(topology, 'web').networkMode).toEqual(networkMode);
});

it('resolves pid and ipc modes to ids, and the engine defaults to nothing', () => {
  const modes = { HostConfig: { PidMode: 'container:db', IpcMode: 'private' } };
  const topology = build([
    container('a', 'web', modes),
    container('b', 'db', { HostConfig: { PidMode: 'host', IpcMode: 'host' } }),
  ]);
  expect(named(topology, 'web')).toMatchObject({ pidMode: `container:${id('b')}`, ipcMode: '' });
  expect(named(topology, 'db')).toMatchObject({ pidMode: 'host', ipcMode: 'host' });
});

it('gives attachments the ids of their networks, also before a first start, and no stale addresses', () => {
  const Networks = {
    known: { NetworkID: 'n1', IPAddress: '10.0.0.2', MacAddress: '02:00:00:00:00:01' },
    shop: { NetworkID: '', IPAddress: '' },
    gone: { NetworkID: '', IPAddress: '' },
  };
  const networks = [network('n1', 'known'), network('n2', 'shop')];
  const running = build([container('a', 'web', { NetworkSettings: { Networks } })], networks);
  expect(named(running, 'web').attachments).toMatchObject([
    { networkId: 'n1', ipv4: '10.0.0.2' },
    { networkId: 'n2', ipv4: null },
  ]);
  const stopped = build(
    [container('a', 'web', { State: { Status: 'exited' }, NetworkSettings: { Networks } })],
    networks,
  );
  expect(named(stopped, 'web').attachments.map(({ ipv4, mac }) => [ipv4, mac])).toEqual([
    [null, null],
    [null, null],
  ]);
  const host = container('a', 'web', { HostConfig: { NetworkMode: 'host' }, NetworkSettings: { Networks } });
  expect(named(build([host], networks), 'web').attachments).toEqual([]);
});

it('finds a network by the name that Podman writes where the id belongs', () => {
  const attached = (NetworkID: string): object => ({ NetworkSettings: { Networks: { n: { NetworkID } } } });
  const topology = build(
    [
      container('a', 'web', attached('shop')),
      container('b', 'db', attached('podman')),
      container('c', 'odd', attached('gone')),
    ],
    [network('n1', 'shop'), network('n2', 'bridge')],
  );
  const networkOf = (name: string): string | undefined => named(topology, name).attachments[0]?.networkId;
  expect(['web', 'db', 'odd'].map(networkOf)).toEqual(['n1', 'n2', 'gone']);
});

it('leaves out what is ours and puts everything in its place, zones last', () => {
  const compose = (project: string, service: string): object => ({
    'com.docker.compose.project': project,
    'com.docker.compose.service': service,
  });
  const topology = build([
    container('1', 'solo'),
    container('2', 'shop-web-10', {}, compose('shop', 'web')),
    container('3', 'shop-web-9', {}, compose('shop', 'web')),
    container('4', 'blog-db-1', {}, compose('blog', 'db')),
    container('5', 'helper', {}, { 'dev.bulkhead': '' }),
  ]);
  expect(topology.endpoints.map(({ name }) => name)).toEqual([
    'blog-db-1',
    'shop-web-9',
    'shop-web-10',
    'solo',
    'host',
    'lan',
    'internet',
  ]);
});

it('learns a gateway the network does not tell from its containers, per family', () => {
  const Networks = {
    bridge: { NetworkID: 'n1', IPAddress: '172.17.0.2', Gateway: '172.17.0.1', IPv6Gateway: 'fd00::1' },
  };
  const pools = { IPAM: { Config: [{ Subnet: 'fd00::/64' }, { Subnet: '172.17.0.0/16', Gateway: '172.17.0.9' }] } };
  const topology = build([container('a', 'web', { NetworkSettings: { Networks } })], [network('n1', 'bridge', pools)]);
  expect(topology.networks[0]?.subnets).toEqual([
    { subnet: 'fd00::/64', gateway: 'fd00::1' },
    { subnet: '172.17.0.0/16', gateway: '172.17.0.9' },
  ]);
});

it.each([
  ['10.1.2.0/24', undefined, '10.1.2.1'],
  ['10.1.2.77/25', undefined, '10.1.2.1'],
  ['10.1.2.200/25', undefined, '10.1.2.129'],
  ['fd00:b0b:1::/64', undefined, 'fd00:b0b:1::1'],
  ['fd00:1:2:3:4:5:6:a0/124', undefined, 'fd00:1:2:3:4:5:6:a1'],
  ['10.1.2.0/24', '10.1.2.128/25', ''],
  ['nonsense', undefined, ''],
])(
  'takes the first address of the pool %s (range %s) for a gateway that nobody tells: %s',
  (Subnet, IPRange, expected) => {
    const pools = { IPAM: { Config: [{ Subnet, ...(IPRange === undefined ? {} : { IPRange }) }] }, Internal: true };
    expect(build([], [network('n1', 'quiet', pools)]).networks[0]?.subnets[0]?.gateway).toBe(expected);
  },
);

it('takes over what did not change, down to the whole', () => {
  const facts = toFacts({ Name: 'box' }, { apiVersion: '1.51', version: '1', kind: 'docker' });
  const parts = (state: string): Parameters<typeof assemble>[0] => ({
    facts: structuredClone(facts),
    containers: [
      container('a', 'web', { HostConfig: { NetworkMode: 'container:db' } }),
      container('b', 'db', { State: { Status: state } }),
    ],
    networks: [network(id('1'), 'front')],
    volumes: [],
  });
  const first = assemble(parts('running'));
  expect(assemble(parts('running'), first)).toBe(first);
  const next = assemble(parts('paused'), first);
  expect(next).toEqual(assemble(parts('paused')));
  expect({ engine: next.engine, networks: next.networks, web: named(next, 'web') }).toSatisfy(
    ({ engine, networks, web }) =>
      engine === first.engine && networks === first.networks && web === named(first, 'web'),
  );
  expect(named(next, 'db')).not.toBe(named(first, 'db'));
});

it('a mode that names another container now is told apart, though its own container was not read again', () => {
  const web = container('a', 'web', { HostConfig: { NetworkMode: 'container:db' } });
  const facts = toFacts({}, { apiVersion: '1.51', version: '1', kind: 'docker' });
  const first = assemble({ facts, containers: [web, container('b', 'db')], networks: [], volumes: [] });
  const next = assemble({ facts, containers: [web, container('c', 'db')], networks: [], volumes: [] }, first);
  expect(named(next, 'web').networkMode).toEqual({ kind: 'container', containerId: id('c') });
});
