import fc from 'fast-check';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { EMPTY_POLICY, type Policy, type PolicyRule } from '../policy/model.ts';
import { hasPort, parsePorts, unionOf, NO_PORTS, type PortSet } from '../ports.ts';
import { explain } from '../reachability/index.ts';
import { sketch } from '../reachability/fixtures.ts';
import { LAN } from '../reachability/foreign/zones.ts';
import { joined, rangeOf } from '../firewall/address.ts';
import { isContainer, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { exportK8s } from './k8s.ts';
import { isAllowed, type Connection, type Manifest, type Party, type Pod } from './network-policy-semantics.ts';
import { LAN_BLOCKS, networkPolicies, WORKLOAD_ANNOTATION, type Note } from './network-policy.ts';
import { DRAWS, worldFrom } from './random-world.ts';
import { asRunning, wantedDenials } from './reach.ts';
import { cases } from '../testing/cases.ts';
import { ODD_NAMES } from './odd-names.ts';

type Read = Manifest & { readonly metadata: { readonly name: string; readonly annotations: Record<string, string> } };

function read(text: string): readonly Read[] {
  const documents = parseAllDocuments(text);
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  return documents.map((one) => one.toJS() as Read | null).filter((one) => one !== null);
}

const policyOf = (...rules: PolicyRule[]): Policy => ({ ...EMPTY_POLICY, rules });

const ADDRESSES = {
  lan: ['192.168.7.7', '10.1.2.3', '172.31.255.255', '169.254.1.1', '100.64.0.1', 'fd12::1', 'fe80::9'],
  internet: ['203.0.113.5', '9.9.9.9', '172.32.0.1', '100.128.0.1', '2001:db8::5', '2600::1'],
} as const;

const CONNECTIONS: readonly Connection[] = [
  ...[1, 53, 79, 80, 90, 1023, 1024, 5432, 65_535].map((port) => ({ protocol: 'TCP', port }) as const),
  ...[53, 80, 65_535].map((port) => ({ protocol: 'UDP', port }) as const),
  { protocol: 'SCTP', port: 80 },
  { protocol: 'ICMP', port: 0 },
];

/** What the product says of a cell, put together from its words alone. */
function told(topology: Topology, policy: Policy, from: string, to: string): PortSet {
  const { channels } = explain(topology, wantedDenials(policy, topology), from, to);
  const target = topology.endpoints.find(({ id }) => id === to);
  const published = target && isContainer(target) ? target.publishedPorts : [];
  return channels
    .filter(({ layer, verdict, rules }) => layer === 'network' && (verdict === 'open' || rules[0] === 'R512'))
    .map(({ ports, except, kind }): PortSet => {
      if (!ports) {
        const all = { tcp: [[1, 65_535]], udp: [[1, 65_535]], icmp: true, other: true } as const;
        return except ? without(all, except) : all;
      }
      if (kind !== 'published') return setOfTexts(ports);
      const own = published.filter(({ protocol, hostPort }) => ports.includes(`${protocol}/${String(hostPort)}`));
      return setOfTexts(own.map(({ protocol, port }) => `${protocol}/${String(port)}`));
    })
    .reduce(unionOf, NO_PORTS);
}

const setOfTexts = (texts: readonly string[]): PortSet => {
  const known = texts.filter((text) => !text.startsWith('sctp') && text !== 'other');
  return known.length > 0 ? parsePorts(known) : NO_PORTS;
};

/** Port by port, so that it owes nothing to the arithmetic of sets: only the ports that are asked for count. */
function without(all: PortSet, except: readonly string[]): PortSet {
  const gone = setOfTexts(except);
  const left = CONNECTIONS.filter(
    ({ protocol, port }) => protocol !== 'SCTP' && !hasPort(gone, protocol.toLowerCase(), port),
  ).map(({ protocol, port }) => (protocol === 'ICMP' ? 'icmp' : `${protocol.toLowerCase()}/${String(port)}`));
  return { ...setOfTexts(left), other: all.other };
}

const has = (set: PortSet, { protocol, port }: Connection): boolean =>
  protocol === 'SCTP' ? set.other : hasPort(set, protocol.toLowerCase(), port);

/** Pods as they would be made from the containers: labels as the manifest of each asks for. */
function podsOf(topology: Topology, manifests: readonly Read[]): ReadonlyMap<string, Pod> {
  const containers = topology.endpoints.filter(isContainer);
  return new Map(
    containers.flatMap((one, at): [string, Pod][] => {
      const manifest = manifests.find(({ metadata }) => metadata.annotations[WORKLOAD_ANNOTATION] === titleOf(one));
      if (!manifest || one.networkMode.kind === 'host' || one.networkMode.kind === 'container') return [];
      const pod = {
        namespace: 'default',
        namespaceLabels: { 'kubernetes.io/metadata.name': 'default' },
        labels: manifest.spec.podSelector.matchLabels ?? {},
        ip: `10.244.3.${String(at + 2)}`,
      };
      return [[one.id, pod]];
    }),
  );
}

const titleOf = ({ project, service, name }: ContainerEndpoint): string =>
  project !== '' && service !== '' ? `${project}/${service}` : name;

/** Every difference between the cluster and what the product says that no note tells of. */
function differences(topology: Topology, policy: Policy): readonly string[] {
  const manifests = read(exportK8s(topology, policy));
  const notes = networkPolicies(topology, policy).policies.flatMap((one) => one.notes);
  const running = asRunning(topology);
  const pods = podsOf(running, manifests);
  const titles = new Map(running.endpoints.map((one) => [one.id, isContainer(one) ? titleOf(one) : one.name]));
  const parties: [string, Party][] = [
    ...pods,
    ...(['lan', 'internet'] as const).flatMap((zone) => ADDRESSES[zone].map((ip): [string, Party] => [zone, { ip }])),
  ];
  const odd: string[] = [];
  for (const [from, source] of parties) {
    for (const [to, target] of parties) {
      if (source === target || (!pods.has(from) && !pods.has(to))) continue;
      const expected = told(running, policy, from, to);
      for (const connection of CONNECTIONS) {
        for (const blocksMatchPods of [false, true]) {
          const cluster = { policies: manifests, namespace: 'default', blocksMatchPods };
          const is = isAllowed(cluster, source, target, connection);
          const noted = notes.some(
            (note) => note.from === titles.get(from) && note.to === titles.get(to) && isAbout(note, connection),
          );
          if (is !== has(expected, connection) && !(noted && !is)) {
            odd.push(
              `${from} → ${to} ${connection.protocol} ${String(connection.port)}: ${is ? 'passes' : 'does not'}`,
            );
          }
        }
      }
    }
  }
  return odd;
}

function isAbout({ kind, ports }: Note, connection: Connection): boolean {
  if (kind === 'icmp-lost') return connection.protocol === 'ICMP';
  if (kind !== 'replicas-differ') return false;
  return !ports || ports.includes('other') || has(setOfTexts(ports), connection);
}

const worlds = fc.array(fc.nat(9_999), { minLength: DRAWS, maxLength: DRAWS }).map(worldFrom);

describe('NetworkPolicies', () => {
  const shop = sketch({
    networks: { deep: { internal: true } },
    containers: {
      web: { on: 'front', project: 'shop', service: 'web', publish: ['8080:80'] },
      api: { on: 'front deep', project: 'shop', service: 'api' },
      db: { on: 'deep', project: 'shop', service: 'db', state: 'exited' },
      side: { joins: 'api', project: 'shop', service: 'side' },
      agent: { on: 'host' },
      legacy: 'bridge',
    },
  });

  it('are one per workload, with Compose’s labels, DNS, and what is allowed both ways', () => {
    const manifests = read(exportK8s(shop, policyOf({ from: 'shop/api', to: 'shop/db', action: 'allow' })));
    expect(manifests.map(({ metadata }) => metadata.name)).toEqual(['shop-api', 'shop-db', 'shop-web', 'legacy']);
    const db = manifests.find(({ metadata }) => metadata.name === 'shop-db');
    const selector = (service: string): object => ({
      matchLabels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': service },
    });
    expect(db?.spec).toEqual({
      podSelector: selector('db'),
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: selector('api') }] }],
      egress: [
        {
          to: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
              podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
            },
          ],
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        { to: [{ podSelector: selector('api') }] },
      ],
    });
  });

  it('say in comments what they cannot say', () => {
    const text = exportK8s(
      shop,
      policyOf(
        { from: 'host', to: 'shop/web', action: 'deny' },
        { from: 'shop/web', to: 'shop/api', action: 'deny', ports: ['tcp/22'] },
      ),
    );
    expect(text).toContain('# agent: in the network of the machine');
    expect(text).toContain('# shop/side shares its network');
    expect(text).toContain(
      '# host -> shop/web: does not pass on Docker; the node and its pods always reach each other',
    );
    expect(text).toContain('# shop/web -> shop/api: ICMP passes on Docker');
    expect(text).toContain('any other policy that selects the');
  });

  it('count to lan what the predictor does', () => {
    const blocks = LAN_BLOCKS.map((cidr) => rangeOf(cidr)).filter((one) => one !== null);
    expect(joined(blocks)).toEqual(joined([...LAN[4], ...LAN[6]]));
  });

  it.each([
    ['nothing said', EMPTY_POLICY],
    ['a pair denied', policyOf({ from: 'shop/api', to: 'shop/db', action: 'deny' })],
    ['a port denied', policyOf({ from: 'shop/web', to: 'shop/api', action: 'deny', ports: ['tcp/5432'] })],
    ['everything guarded', { ...EMPTY_POLICY, posture: 'guarded' as const }],
    [
      'guarded but a port',
      {
        ...EMPTY_POLICY,
        guarded: ['project:shop'],
        rules: [{ from: 'shop/api', to: 'shop/db', action: 'allow' as const, ports: ['tcp/5432'] }],
      },
    ],
    ['the internet denied', policyOf({ from: 'all', to: 'internet', action: 'deny' })],
    ['isolated', { ...EMPTY_POLICY, isolated: ['shop/web'] }],
  ])('mean what the matrix says: %s', (_, policy) => {
    expect(differences(shop, policy)).toEqual([]);
  });

  it('mean what the matrix says of any topology and policy', () => {
    fc.assert(
      fc.property(worlds, ({ topology, policy }) => {
        expect(differences(topology, policy)).toEqual([]);
      }),
      { numRuns: cases(25) },
    );
  }, 60_000);

  it('are valid by the published schema, and by the rules of names and blocks, and the same each time', () => {
    fc.assert(
      fc.property(worlds, ({ topology, policy }) => {
        const text = exportK8s(topology, policy);
        for (const one of read(text)) validate(one);
        expect(exportK8s(structuredClone(topology), structuredClone(policy))).toBe(text);
      }),
      { numRuns: cases(25) },
    );
  }, 60_000);

  it.each([
    'say "x"',
    "it's",
    'two\nlines',
    'a\r\n---\nkind: Pod',
    '-->',
    ']]>',
    '<script>',
    'عربي',
    '\u202eevil',
    '🐳',
    '-',
    '',
    ' ',
    'a: b',
    '#c',
    '{{ x }}',
    '\u0000',
    '\u2028x',
    'x'.repeat(300),
    'WEB',
    'web_1.',
    'null',
    'true',
    '1e3',
    '~',
    '!!tag',
    '*a',
    '&b',
    '%d',
  ])('bear the hostile name %j', (name) => {
    const hostile = (id: string, given: Partial<ContainerEndpoint>): ContainerEndpoint => {
      const [one] = sketch({ containers: { [id]: 'front' } }).endpoints;
      if (!one || !isContainer(one)) throw new Error('no container');
      return { ...one, ...given };
    };
    const base = sketch({ containers: { plain: 'front' } });
    const topology: Topology = {
      ...base,
      endpoints: [
        hostile('x1', {
          name: `${name}1`,
          project: '',
          attachments: [{ networkId: 'front', ipv4: '10.0.1.50', ipv6: null, mac: null, aliases: [] }],
        }),
        hostile('x2', {
          name: 'other',
          project: `${name}p`,
          service: `${name}s`,
          attachments: [{ networkId: 'front', ipv4: '10.0.1.51', ipv6: null, mac: null, aliases: [] }],
        }),
        ...base.endpoints,
      ],
    };
    const policy: Policy = {
      ...EMPTY_POLICY,
      rules: [{ from: `container:${name}1`, to: 'container:plain', action: 'deny', ports: ['tcp/1'] }],
    };
    const manifests = read(exportK8s(topology, policy));
    expect(manifests).toEqual(networkPolicies(topology, policy).policies.map(({ manifest }) => manifest));
    for (const one of manifests) validate(one);
    expect(manifests.map(({ metadata }) => metadata.annotations[WORKLOAD_ANNOTATION])).toEqual([
      `${name}1`,
      `${name}p/${name}s`,
      'plain',
    ]);
    expect(new Set(manifests.map(({ spec }) => JSON.stringify(spec.podSelector))).size).toBe(3);
    expect(new Set(manifests.map(({ metadata }) => metadata.name)).size).toBe(3);
    expect(differences(topology, policy)).toEqual([]);
  });
});

const FIELDS = /^(?:apiVersion|kind|metadata|spec)$/;

/** The published schema, and what the API server checks beside it (documented with the fields). */
function validate(manifest: Read): void {
  new NetworkPolicy(manifest as never).validate();
  expect(Object.keys(manifest).filter((key) => !FIELDS.test(key))).toEqual([]);
  expect(manifest.metadata.name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
  expect(manifest.metadata.name.length).toBeLessThanOrEqual(253);
  const selectors = [
    manifest.spec.podSelector,
    ...[...(manifest.spec.ingress ?? []), ...(manifest.spec.egress ?? [])].flatMap(({ from = [], to = [] }) =>
      [...from, ...to].flatMap(({ podSelector, namespaceSelector }) => [podSelector ?? {}, namespaceSelector ?? {}]),
    ),
  ];
  for (const [key, value] of selectors.flatMap(({ matchLabels = {} }) => Object.entries(matchLabels))) {
    expect(key).toMatch(/^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/);
    expect(value).toMatch(/^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/);
  }
  for (const { from, to, ports = [] } of [...(manifest.spec.ingress ?? []), ...(manifest.spec.egress ?? [])]) {
    for (const { port, endPort } of ports) {
      if (endPort !== undefined) expect(endPort).toBeGreaterThan(Number(port));
      if (port !== undefined) expect(port).toBeGreaterThan(0);
    }
    for (const { ipBlock, podSelector, namespaceSelector } of [...(from ?? []), ...(to ?? [])]) {
      expect(ipBlock === undefined).toBe(podSelector !== undefined || namespaceSelector !== undefined);
      for (const except of ipBlock?.except ?? []) expect(isWithin(except, ipBlock?.cidr ?? '')).toBe(true);
    }
  }
}

function isWithin(inner: string, outer: string): boolean {
  const [small, large] = [rangeOf(inner), rangeOf(outer)];
  return small !== null && large !== null && large.first <= small.first && small.last <= large.last && inner !== outer;
}

describe('names that readers of YAML 1.1 take for something else', () => {
  const topology = sketch({
    containers: Object.fromEntries([
      ...ODD_NAMES.map((name) => [name, 'net']),
      ...ODD_NAMES.slice(0, 23).map((name, at) => [
        `of-project-${String(at)}`,
        { on: 'net', project: name, service: name },
      ]),
    ]),
  });
  const text = exportK8s(topology, EMPTY_POLICY);

  it.each(['1.1', '1.2'] as const)('are names to those of %s', (version) => {
    const documents = parseAllDocuments(text, { version });
    expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    const read = documents.map((one) => one.toJS() as unknown).filter((one) => one !== null);
    expect(read).toEqual(networkPolicies(topology, EMPTY_POLICY).policies.map(({ manifest }) => manifest));
  });

  it('have no character that a reader refuses or breaks lines at', () => {
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
