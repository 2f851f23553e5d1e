/** The rulesets kept as golden files: a name, a topology, and the pairs to close. */
import type { Topology } from '../topology/model.ts';
import type { Ruleset } from './model.ts';
import { attach, container, network, published, topologyOf } from './test-topology.ts';

interface GoldenCase {
  readonly name: string;
  readonly topology: Topology;
  readonly pairs: readonly { readonly from: string; readonly to: string }[];
}

const net1 = network('net1');
const net2 = network('net2');
const web = container('web', { attachments: [attach('net1', '172.18.0.2')] });
const db = container('db', { attachments: [attach('net1', '172.18.0.3')] });
const pair = (from: string, to: string): GoldenCase['pairs'][number] => ({ from: `id-${from}`, to: `id-${to}` });

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
];

/** A ruleset as one reviewable text: each table under its place, followed by the flows to end there. */
export function goldenText({ tables }: Ruleset): string {
  return tables
    .map(({ place, script, sever }) => {
      const flows = sever.map(({ from, to }) => `# sever ${from} -> ${to}\n`).join('');
      return `# place ${place}\n${script}${flows}`;
    })
    .join('\n');
}
