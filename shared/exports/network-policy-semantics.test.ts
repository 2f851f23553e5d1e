/** The evaluator against truth tables from the documentation of Kubernetes ("Network Policies"). */
import { describe, expect, it } from 'vitest';
import { isAllowed, type Cluster, type Connection, type Manifest, type Pod } from './network-policy-semantics.ts';

const pod = (name: string, namespace = 'default', labels: Pod['labels'] = {}): Pod => ({
  namespace,
  namespaceLabels: { 'kubernetes.io/metadata.name': namespace },
  labels: { name, ...labels },
  ip: `10.244.0.${String(1 + ([...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 250))}`,
  ports: { web: 8080 },
});

const db = pod('db', 'default', { role: 'db' });
const front = pod('front', 'default', { role: 'frontend' });
const client = pod('client', 'default', { role: 'client' });
const alien = pod('alien', 'other', { role: 'client' });
const elsewhere = pod('elsewhere', 'myproject');
const inside = { ip: '172.17.3.4' };
const excepted = { ip: '172.17.1.9' };
const outside = { ip: '203.0.113.7' };
const tcp = (port: number): Connection => ({ protocol: 'TCP', port });

const cluster = (...specs: Manifest['spec'][]): Cluster => ({
  policies: specs.map((spec) => ({ spec })),
  namespace: 'default',
  blocksMatchPods: false,
});

/** The example at the head of the documentation. */
const EXAMPLE: Manifest['spec'] = {
  podSelector: { matchLabels: { role: 'db' } },
  policyTypes: ['Ingress', 'Egress'],
  ingress: [
    {
      from: [
        { ipBlock: { cidr: '172.17.0.0/16', except: ['172.17.1.0/24'] } },
        { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'myproject' } } },
        { podSelector: { matchLabels: { role: 'frontend' } } },
      ],
      ports: [{ protocol: 'TCP', port: 6379 }],
    },
  ],
  egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/24' } }], ports: [{ protocol: 'TCP', port: 5978 }] }],
};

const and = {
  podSelector: { matchLabels: { role: 'client' } },
  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } },
};

describe('what NetworkPolicies let pass', () => {
  it.each([
    { says: 'without policies everything passes', cluster: cluster(), from: alien, to: db, on: tcp(1), passes: true },
    { says: 'the example: frontends', cluster: cluster(EXAMPLE), from: front, to: db, on: tcp(6379), passes: true },
    { says: '… on no other port', cluster: cluster(EXAMPLE), from: front, to: db, on: tcp(6380), passes: false },
    {
      says: '… nor by another protocol',
      cluster: cluster(EXAMPLE),
      from: front,
      to: db,
      on: { protocol: 'UDP', port: 6379 } as const,
      passes: false,
    },
    { says: '… no other pod', cluster: cluster(EXAMPLE), from: client, to: db, on: tcp(6379), passes: false },
    { says: '… the namespace', cluster: cluster(EXAMPLE), from: elsewhere, to: db, on: tcp(6379), passes: true },
    { says: '… the block', cluster: cluster(EXAMPLE), from: inside, to: db, on: tcp(6379), passes: true },
    { says: '… but its exception', cluster: cluster(EXAMPLE), from: excepted, to: db, on: tcp(6379), passes: false },
    {
      says: '… out to the block',
      cluster: cluster(EXAMPLE),
      from: db,
      to: { ip: '10.0.0.9' },
      on: tcp(5978),
      passes: true,
    },
    { says: '… out to nobody else', cluster: cluster(EXAMPLE), from: db, to: outside, on: tcp(5978), passes: false },
    { says: '… others are not isolated', cluster: cluster(EXAMPLE), from: alien, to: front, on: tcp(1), passes: true },
    {
      says: 'default deny of ingress: an empty selector selects all pods',
      cluster: cluster({ podSelector: {}, policyTypes: ['Ingress'] }),
      from: client,
      to: db,
      on: tcp(1),
      passes: false,
    },
    {
      says: '… egress stays',
      cluster: cluster({ podSelector: {}, policyTypes: ['Ingress'] }),
      from: client,
      to: outside,
      on: tcp(1),
      passes: true,
    },
    {
      says: 'allow all ingress: a rule without peers',
      cluster: cluster({ podSelector: {}, policyTypes: ['Ingress'], ingress: [{}] }),
      from: alien,
      to: db,
      on: { protocol: 'ICMP', port: 0 } as const,
      passes: true,
    },
    {
      says: 'default deny of egress',
      cluster: cluster({ podSelector: {}, policyTypes: ['Egress'] }),
      from: client,
      to: db,
      on: tcp(1),
      passes: false,
    },
    {
      says: 'without policyTypes, egress rules isolate egress too',
      cluster: cluster({ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: '::/0' } }] }] }),
      from: client,
      to: outside,
      on: tcp(1),
      passes: false,
    },
    {
      says: 'both selectors in one peer: both must hold',
      cluster: cluster({ podSelector: {}, ingress: [{ from: [and] }] }),
      from: client,
      to: db,
      on: tcp(1),
      passes: false,
    },
    {
      says: '… and do here',
      cluster: cluster({ podSelector: {}, ingress: [{ from: [and] }] }),
      from: alien,
      to: db,
      on: tcp(1),
      passes: true,
    },
    {
      says: 'in two peers: either',
      cluster: cluster({
        podSelector: {},
        ingress: [{ from: [{ podSelector: and.podSelector }, { namespaceSelector: and.namespaceSelector }] }],
      }),
      from: client,
      to: db,
      on: tcp(1),
      passes: true,
    },
    {
      says: 'policies add up',
      cluster: cluster({ podSelector: {}, policyTypes: ['Ingress'] }, EXAMPLE),
      from: front,
      to: db,
      on: tcp(6379),
      passes: true,
    },
    {
      says: 'the sender must be let out as well',
      cluster: cluster(EXAMPLE, { podSelector: { matchLabels: { role: 'frontend' } }, policyTypes: ['Egress'] }),
      from: front,
      to: db,
      on: tcp(6379),
      passes: false,
    },
    ...[31_999, 32_000, 32_768, 32_769].map((port) => ({
      says: `a range of ports at ${String(port)}`,
      cluster: cluster({
        podSelector: {},
        policyTypes: ['Egress'],
        egress: [{ to: [{ ipBlock: { cidr: '203.0.113.0/24' } }], ports: [{ port: 32_000, endPort: 32_768 }] }],
      }),
      from: db,
      to: outside,
      on: tcp(port),
      passes: port >= 32_000 && port <= 32_768,
    })),
    {
      says: 'a port by name is the target’s',
      cluster: cluster({ podSelector: {}, ingress: [{ ports: [{ port: 'web' }] }] }),
      from: client,
      to: db,
      on: tcp(8080),
      passes: true,
    },
    {
      says: 'a protocol without a port is all of it',
      cluster: cluster({ podSelector: {}, ingress: [{ ports: [{ protocol: 'UDP' }] }] }),
      from: client,
      to: db,
      on: { protocol: 'UDP', port: 9 } as const,
      passes: true,
    },
    {
      says: 'listed ports leave ICMP out',
      cluster: cluster({ podSelector: {}, ingress: [{ ports: [{ protocol: 'UDP' }, { protocol: 'TCP' }] }] }),
      from: client,
      to: db,
      on: { protocol: 'ICMP', port: 0 } as const,
      passes: false,
    },
    {
      says: 'expressions: NotIn takes those without the label, Exists does not',
      cluster: cluster({
        podSelector: {
          matchExpressions: [
            { key: 'role', operator: 'In', values: ['db', 'x'] },
            { key: 'tier', operator: 'NotIn', values: ['a'] },
            { key: 'gone', operator: 'DoesNotExist' },
            { key: 'name', operator: 'Exists' },
          ],
        },
      }),
      from: client,
      to: db,
      on: tcp(1),
      passes: false,
    },
    {
      says: 'nobody is kept from themselves',
      cluster: cluster({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
      from: db,
      to: db,
      on: tcp(1),
      passes: true,
    },
  ])('$says', ({ cluster: given, from, to, on, passes }) => {
    expect(isAllowed(given, from, to, on)).toBe(passes);
  });

  it('leaves it to the implementation whether blocks of addresses mean pods', () => {
    const spec = { podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }] };
    const given = cluster(spec);
    expect(isAllowed(given, client, db, tcp(1))).toBe(false);
    expect(isAllowed({ ...given, blocksMatchPods: true }, client, db, tcp(1))).toBe(true);
  });
});
