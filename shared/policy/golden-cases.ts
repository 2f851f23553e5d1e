/** The rulesets kept as golden files: a name, a topology, and the pairs to close. */
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import { ALL_PORTS, minus, parsePorts, type PortSet } from '../ports.ts';
import type { Denied, Ruleset } from './model.ts';
import { attach, container, network, published, service, topologyOf } from './test-topology.ts';

interface GoldenCase {
  readonly name: string;
  readonly topology: Topology;
  readonly pairs: Denied['pairs'];
  /** Ids. */
  readonly closed?: readonly string[];
  readonly guardedNetworks?: readonly string[];
}

const net1 = network('net1');
const net2 = network('net2');
const web = container('web', { attachments: [attach('net1', '172.18.0.2')] });
const db = container('db', { attachments: [attach('net1', '172.18.0.3')] });
const idOf = (name: string): string => (['host', 'lan', 'internet'].includes(name) ? name : `id-${name}`);
const pair = (from: string, to: string, ports?: PortSet): GoldenCase['pairs'][number] => ({
  from: idOf(from),
  to: idOf(to),
  ...(ports ? { ports } : {}),
});
const only = (...texts: readonly string[]): PortSet => parsePorts(texts);
const allBut = (...texts: readonly string[]): PortSet => minus(ALL_PORTS, parsePorts(texts));
const wide = network('net1', { subnets: [{ subnet: '172.18.0.0/16', gateway: '172.18.0.1' }] });
const publishing = container('db', {
  attachments: [attach('net1', '172.18.0.3', { ipv6: 'fd00:18::3' })],
  publishedPorts: [published('0.0.0.0:5432', 5432), published('[::]:5432', 5432), published('192.0.2.10:8080', 80)],
});

/** A service that publishes both ways, with tasks on another node alone. */
function swarm(containers: readonly ContainerEndpoint[]): Topology {
  const api = service('api', {
    virtualAddresses: [{ networkId: 'mesh', address: '10.0.1.9' }],
    publishedPorts: [
      { protocol: 'tcp', port: 80, hostPort: 8080, mode: 'ingress' },
      { protocol: 'udp', port: 53, hostPort: 5353, mode: 'ingress' },
      { protocol: 'tcp', port: 90, hostPort: 9090, mode: 'host' },
    ],
    tasks: [
      {
        id: 't1',
        nodeId: 'n2',
        running: true,
        containerId: 'far',
        addresses: [{ networkId: 'mesh', address: '10.0.1.7' }],
        hostedPorts: [{ protocol: 'tcp', port: 80, hostPort: 32768, mode: 'host' }],
      },
    ],
  });
  const plainly = topologyOf(
    [...containers, api],
    [network('mesh', { driver: 'overlay' }), network('gw', { name: 'docker_gwbridge' }), network('net1')],
  );
  const nodes = [
    { id: 'n2', name: 'two', addresses: ['198.51.101.2'] },
    { id: 'n3', name: 'three', addresses: ['198.51.101.3', 'fd00::3'] },
  ];
  return { ...plainly, engine: { ...plainly.engine, swarm: true, swarmNodes: nodes, meshEntries: ['172.18.0.2'] } };
}

export const GOLDEN_CASES: readonly GoldenCase[] = [
  {
    name: 'one-network',
    topology: topologyOf([web, db], [net1]),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'both-ways',
    topology: topologyOf([web, db], [net1]),
    pairs: [pair('web', 'db'), pair('db', 'web')],
  },
  {
    name: 'two-networks-each',
    topology: topologyOf(
      [
        container('web', { attachments: [attach('net1', '172.18.0.2'), attach('net2', '172.19.0.2')] }),
        container('db', { attachments: [attach('net1', '172.18.0.3'), attach('net2', '172.19.0.3')] }),
      ],
      [net1, net2],
    ),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'separate-networks-published',
    topology: topologyOf(
      [
        web,
        container('db', {
          attachments: [attach('net2', '172.19.0.3')],
          publishedPorts: [
            published('0.0.0.0:5432', 5432),
            published('[::]:5432', 5432),
            published('0.0.0.0:5353', 53, 'udp'),
          ],
        }),
      ],
      [net1, net2],
    ),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'published-on-one-address',
    topology: topologyOf(
      [
        web,
        container('db', {
          attachments: [attach('net2', '172.19.0.3')],
          publishedPorts: [published('127.0.0.1:5432', 5432), published('192.0.2.10:8080', 80)],
        }),
      ],
      [net1, net2],
    ),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'dual-stack',
    topology: topologyOf(
      [
        container('web', { attachments: [attach('net6', '172.20.0.2', { ipv6: 'fd00:20::2' })] }),
        container('db', {
          attachments: [attach('net6', '172.20.0.3', { ipv6: 'FD00:20:0:0::3' })],
          publishedPorts: [
            published('0.0.0.0:5432', 5432),
            published('[2001:db8::10]:5432', 5432),
            published('[::]:6432', 5432),
          ],
        }),
      ],
      [network('net6', { ipv6: true })],
    ),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'shared-stack-of-another',
    topology: topologyOf(
      [
        web,
        container('app', {
          attachments: [attach('net1', '172.18.0.9')],
          publishedPorts: [published('0.0.0.0:8080', 80)],
        }),
        container('sidecar', { networkMode: { kind: 'container', containerId: 'id-app' } }),
      ],
      [net1],
    ),
    pairs: [pair('web', 'sidecar'), pair('web', 'app')],
  },
  {
    name: 'macvlan-has-no-hardware-addresses',
    topology: topologyOf(
      [
        container('web', { attachments: [attach('lan', '192.168.7.20')] }),
        container('db', { attachments: [attach('lan', '192.168.7.21')] }),
      ],
      [network('lan', { driver: 'macvlan' })],
    ),
    pairs: [pair('web', 'db')],
  },
  {
    name: 'many-to-one-and-back',
    topology: topologyOf(
      [
        web,
        container('api', { attachments: [attach('net1', '172.18.0.4'), attach('net2', '172.19.0.4')] }),
        container('db', {
          attachments: [attach('net2', '172.19.0.3')],
          publishedPorts: [published('0.0.0.0:5432', 5432)],
        }),
      ],
      [net1, net2],
    ),
    pairs: [pair('web', 'db'), pair('api', 'db'), pair('db', 'web')],
  },
  {
    name: 'one-side-stopped',
    topology: topologyOf(
      [
        web,
        container('db', { state: 'exited', pid: 0, attachments: [attach('net1', null)] }),
        container('api', { attachments: [attach('net1', '172.18.0.4')] }),
      ],
      [net1],
    ),
    pairs: [pair('web', 'db'), pair('web', 'api')],
  },
  {
    name: 'some-ports',
    topology: topologyOf([web, publishing], [net1]),
    pairs: [pair('web', 'db', only('tcp/5432', 'udp/5000-5100', 'icmp'))],
  },
  {
    name: 'all-but-some-ports',
    topology: topologyOf([web, publishing], [net1]),
    pairs: [pair('web', 'db', allBut('tcp/5432', 'icmp'))],
  },
  {
    name: 'towards-zones',
    topology: topologyOf([web, publishing], [wide]),
    pairs: [pair('web', 'host'), pair('web', 'lan', only('tcp/22')), pair('web', 'internet', allBut('tcp/443'))],
  },
  {
    name: 'from-zones',
    topology: topologyOf([web, publishing], [wide]),
    pairs: [pair('host', 'db', only('tcp/5432')), pair('lan', 'db'), pair('internet', 'db')],
  },
  {
    name: 'zones-beside-the-machine',
    topology: topologyOf(
      [
        container('web', { attachments: [attach('lan', '192.168.7.20')] }),
        container('db', { attachments: [attach('lan', '192.168.7.21')] }),
      ],
      [network('lan', { driver: 'macvlan', subnets: [{ subnet: '192.168.7.0/24', gateway: '192.168.7.1' }] })],
    ),
    pairs: [pair('web', 'lan'), pair('lan', 'web')],
  },
  {
    name: 'isolated',
    topology: topologyOf([web, publishing], [wide]),
    pairs: ['db', 'host', 'lan', 'internet'].flatMap((other) => [pair('web', other), pair(other, 'web')]),
    closed: ['id-web'],
  },
  {
    name: 'closed-with-some-allowed',
    topology: topologyOf(
      [web, publishing, container('api', { attachments: [attach('net1', '172.18.0.4', { ipv6: 'fd00:18::4' })] })],
      [wide],
    ),
    pairs: [
      pair('web', 'db', allBut('tcp/5432')),
      pair('db', 'web'),
      pair('api', 'db', allBut('icmp', 'udp/53')),
      pair('host', 'db'),
      pair('db', 'host'),
      pair('lan', 'db'),
      pair('db', 'lan', only('tcp')),
      pair('db', 'internet'),
    ],
    closed: ['id-db'],
  },
  {
    name: 'service-of-a-swarm',
    topology: topologyOf(
      [
        container('web', { attachments: [attach('mesh', '10.0.1.5')] }),
        container('here', { attachments: [attach('mesh', '10.0.1.6')] }),
        service('api', {
          virtualAddresses: [{ networkId: 'mesh', address: '10.0.1.9' }],
          tasks: [
            {
              id: 't1',
              nodeId: 'n1',
              running: true,
              containerId: 'id-here',
              addresses: [{ networkId: 'mesh', address: '10.0.1.6' }],
            },
            {
              id: 't2',
              nodeId: 'n2',
              running: true,
              containerId: 'far',
              addresses: [{ networkId: 'mesh', address: '10.0.1.7' }],
            },
          ],
        }),
      ],
      [network('mesh', { driver: 'overlay' })],
    ),
    pairs: [pair('web', 'api')],
  },
  {
    name: 'published-service-of-a-swarm',
    topology: swarm([
      container('web', { attachments: [attach('mesh', '10.0.1.5'), attach('gw', '172.18.0.3')] }),
      container('bare', { attachments: [attach('net1', '172.19.0.2')] }),
    ]),
    pairs: [
      pair('web', 'api'),
      pair('bare', 'api', only('tcp/80')),
      pair('api', 'web'),
      pair('lan', 'api'),
      pair('host', 'api'),
    ],
  },
  {
    name: 'closed-beside-a-service',
    topology: swarm([
      container('web', { attachments: [attach('mesh', '10.0.1.5'), attach('gw', '172.18.0.3')] }),
      container('shut', { attachments: [attach('mesh', '10.0.1.6')] }),
    ]),
    pairs: [
      ...['host', 'lan', 'internet', 'web'].flatMap((other) => [pair('web', other), pair(other, 'web')]),
      pair('shut', 'api'),
    ],
    closed: ['id-web', 'id-shut'],
  },
  {
    name: 'guarded-network',
    topology: topologyOf(
      [web, publishing, container('new', { state: 'exited', pid: 0, attachments: [attach('net1', null)] })],
      [{ ...wide, options: { 'com.docker.network.bridge.name': 'br-guarded' } }],
    ),
    pairs: [],
    guardedNetworks: ['net1'],
  },
];

/** What `compile` takes of a case. */
export function deniedIn({ pairs, closed = [], guardedNetworks = [] }: GoldenCase): Denied {
  return { pairs, closed: new Set(closed), guardedNetworks: new Set(guardedNetworks) };
}

/** A ruleset as one reviewable text: each table under its place, followed by the flows to end there. */
export function goldenText({ tables }: Ruleset): string {
  return tables
    .map(({ place, script, sever, admit = [] }) => {
      const flows = [
        ...sever.map(({ from, to, tcp, keep }) => {
          const ports = tcp ? ` tcp ${tcp.map(([first, last]) => `${first}-${last}`).join(' ')}` : '';
          return `# ${keep ? 'keep' : 'sever'} ${from} -> ${to}${ports}\n`;
        }),
        ...admit.map(({ mac, ipv4, ipv6 }) => `# admit ${[mac, ...ipv4, ...ipv6].join(' ')}\n`),
      ].join('');
      return `# place ${place}\n${script}${flows}`;
    })
    .join('\n');
}
