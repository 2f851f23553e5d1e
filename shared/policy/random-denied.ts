/** Random engines with hostile words everywhere, and random policies for them: for tests. */
import fc from 'fast-check';
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import type { Policy, PolicyRule } from './model.ts';
import { attach, container, network, published, service, topologyOf } from './test-topology.ts';

/** In every hostile word, so that one that got anywhere is found. */
export const CANARY = 'CANARY';

const hostile = fc.oneof(
  fc.constantFrom(
    `${CANARY}"; flush ruleset; #`,
    `${CANARY}\n}\ndelete table inet filter\n`,
    `10.0.0.1 } ; add table inet ${CANARY}`,
    `${CANARY}\u202e\u0000{}$(id)`,
    CANARY.repeat(1700),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }).map((text) => `${CANARY}${text}`),
);
const rarely = <T>(plain: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ arbitrary: plain, weight: 9 }, { arbitrary: odd, weight: 1 });

const NETWORKS = ['n0', 'n1', 'n2', 'n3'] as const;
const DRIVERS = ['bridge', 'bridge', 'macvlan', 'overlay'] as const;

const anyNetwork = (at: number): fc.Arbitrary<Topology['networks'][number]> =>
  fc
    .record({
      name: rarely(fc.constant(`net${at}`), hostile),
      subnet: rarely(fc.constant(`172.2${at}.0.0/24`), hostile),
      gateway: rarely(fc.constantFrom(`172.2${at}.0.1`, ''), hostile),
      // A plain word is a good name for an interface, whoever chose it.
      bridge: rarely(
        fc.constantFrom('', `br-test${at}`),
        hostile.map((text) => `${text};`),
      ),
    })
    .map(({ name, subnet, gateway, bridge }) =>
      network(NETWORKS[at] ?? '', {
        name,
        driver: DRIVERS[at] ?? 'bridge',
        project: at === 0 ? 'shop' : '',
        subnets: [
          { subnet, gateway },
          { subnet: `fd0${at}::/64`, gateway: `fd0${at}::1` },
        ],
        options: bridge === '' ? {} : { 'com.docker.network.bridge.name': bridge },
      }),
    );

const anyContainer = (at: number): fc.Arbitrary<ContainerEndpoint> =>
  fc
    .record({
      name: rarely(fc.constant(`c${at}`), hostile),
      networks: fc.subarray([...NETWORKS], { maxLength: 3 }),
      six: fc.boolean(),
      ipv4: rarely(fc.constant(''), hostile),
      mac: rarely(fc.constant(''), hostile),
      port: fc.integer({ min: 0, max: 65_536 }),
      binding: rarely(fc.constantFrom('0.0.0.0', '::', '192.0.2.10', '2001:db8::10'), hostile),
      state: rarely(fc.constant('running' as const), fc.constant('exited' as const)),
      mode: fc.constantFrom('own' as const, 'own' as const, 'own' as const, 'host' as const, 'join' as const),
      label: rarely(fc.constant('plain'), hostile),
    })
    .map(({ name, networks, six, ipv4, mac, port, binding, state, mode, label }) =>
      container(name, {
        id: `id-${at}`,
        state,
        project: at % 2 === 0 ? 'shop' : '',
        service: `s${at}`,
        labels: { tier: label },
        networkMode:
          mode === 'join' ? { kind: 'container', containerId: 'id-0' } : { kind: mode === 'host' ? 'host' : 'own' },
        attachments: networks.map((id) =>
          attach(id, ipv4 === '' ? `172.2${id.slice(1)}.0.${at + 2}` : ipv4, {
            ...(six ? { ipv6: `fd0${id.slice(1)}::${at + 2}` } : {}),
            ...(mac === '' ? {} : { mac }),
          }),
        ),
        publishedPorts:
          port % 3 === 0 ? [{ ...published('0.0.0.0:80', 80), address: binding, hostPort: port, port: 80 }] : [],
      }),
    );

const anyTopology: fc.Arbitrary<Topology> = fc
  .record({
    containers: fc
      .integer({ min: 1, max: 5 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, at) => anyContainer(at)))),
    networks: fc.tuple(anyNetwork(0), anyNetwork(1), anyNetwork(2), anyNetwork(3)),
    hostAddress: rarely(fc.constantFrom('192.0.2.10', '2001:db8::10'), hostile),
    virtual: rarely(fc.constant('10.0.9.9'), hostile),
  })
  .map(({ containers, networks, hostAddress, virtual }) => {
    const plain = topologyOf(
      [...containers, service('mesh', { virtualAddresses: [{ networkId: 'n3', address: virtual }] })],
      networks,
    );
    return { ...plain, engine: { ...plain.engine, hostAddresses: [hostAddress, '198.51.100.2'] } };
  });

const anyPort = fc.oneof(
  fc.constantFrom('tcp', 'udp', 'icmp'),
  fc
    .tuple(fc.constantFrom('tcp', 'udp'), fc.integer({ min: 1, max: 65_535 }), fc.integer({ min: 0, max: 3000 }))
    .map(([protocol, first, more]) => `${protocol}/${first}-${Math.min(65_535, first + more)}`),
);
const SIDES = [
  'all',
  'project:shop',
  'network:net0',
  'label:tier=plain',
  'shop/s0',
  'container:c1',
  'host',
  'lan',
  'internet',
];
const anySide = fc.constantFrom(...SIDES, 'service:mesh', 'container:c2', 'network:net2');
const anyRule: fc.Arbitrary<PolicyRule> = fc
  .record({
    from: anySide,
    to: anySide,
    action: fc.constantFrom('deny' as const, 'allow' as const),
    ports: fc.option(fc.array(anyPort, { minLength: 1, maxLength: 4 }), { nil: null }),
  })
  .map(({ ports, ...rule }) => (ports === null ? rule : { ...rule, ports }));

const anyPolicy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(1 as const),
  posture: rarely<Policy['posture']>(fc.constant('open'), fc.constant('guarded')),
  guarded: fc.subarray(['network:net0', 'network:net1', 'project:shop'], { maxLength: 2 }),
  isolated: rarely<string[]>(fc.constant([]), fc.constant(['container:c0'])),
  offline: rarely<string[]>(fc.constant([]), fc.constant(['container:c1'])),
  rules: fc.array(anyRule, { maxLength: 6 }),
});

export const anyDenied = fc.record({ topology: anyTopology, policy: anyPolicy });
