/** The two kinds of table: one for a container's namespace, one for the machine's. Rules N3–N9 of SPEC.md. */
import type { NamespaceTable, SeveredFlow } from './model.ts';
import { tableScript, type NftChain, type NftSet } from './nft-text.ts';

/** What one container's namespace must refuse. */
export interface Walls {
  readonly from4: Set<string>;
  readonly from6: Set<string>;
  readonly fromMac: Set<string>;
  readonly to4: Set<string>;
  readonly to6: Set<string>;
  readonly sever: Map<string, SeveredFlow>;
}

/** What the machine must refuse: B's published ports to A (doors), and A's packets it would forward to B (pairs). */
export interface HostWalls {
  readonly doors4: Set<string>;
  readonly doors6: Set<string>;
  readonly doorsMac: Set<string>;
  readonly bound4: Set<string>;
  readonly bound6: Set<string>;
  readonly pairs4: Set<string>;
  readonly pairs6: Set<string>;
}

export function emptyWalls(): Walls {
  return { from4: new Set(), from6: new Set(), fromMac: new Set(), to4: new Set(), to6: new Set(), sever: new Map() };
}

export function emptyHostWalls(): HostWalls {
  return {
    doors4: new Set(),
    doors6: new Set(),
    doorsMac: new Set(),
    bound4: new Set(),
    bound6: new Set(),
    pairs4: new Set(),
    pairs6: new Set(),
  };
}

/** Answers of connections the other side was allowed to open, and finding neighbours, stay possible (N4). */
const PASS = ['ct direction reply accept', 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept'];

/** Connections that were open before the table came, judged by the helper from the socket table (N5). */
const KNOWN_SETS: readonly NftSet[] = [
  { name: 'severed4', type: 'ipv4_addr . inet_service . ipv4_addr . inet_service', elements: [] },
  { name: 'severed6', type: 'ipv6_addr . inet_service . ipv6_addr . inet_service', elements: [] },
  { name: 'kept4', type: 'ipv4_addr . inet_service . ipv4_addr . inet_service', elements: [] },
  { name: 'kept6', type: 'ipv6_addr . inet_service . ipv6_addr . inet_service', elements: [] },
];

/** Elements are remote address, remote port, local address, local port: the remote is the sender of what comes in. */
function knownRules(way: 'in' | 'out'): readonly string[] {
  const [remote, local] = way === 'in' ? ['s', 'd'] : ['d', 's'];
  const tuple = (family: string): string =>
    `${family} ${remote}addr . tcp ${remote}port . ${family} ${local}addr . tcp ${local}port`;
  return [
    `${tuple('ip')} @severed4 drop`,
    `${tuple('ip6')} @severed6 drop`,
    `${tuple('ip')} @kept4 accept`,
    `${tuple('ip6')} @kept6 accept`,
  ];
}

export function containerTable(place: string, walls: Walls): NamespaceTable {
  const sets = filled([
    { name: 'denied_from4', type: 'ipv4_addr', elements: walls.from4 },
    { name: 'denied_from6', type: 'ipv6_addr', elements: walls.from6 },
    { name: 'denied_from_mac', type: 'ether_addr', elements: walls.fromMac },
    { name: 'denied_to4', type: 'ipv4_addr', elements: walls.to4 },
    { name: 'denied_to6', type: 'ipv6_addr', elements: walls.to6 },
  ]);
  const chains: readonly NftChain[] = [
    {
      hook: 'input',
      rules: [
        ...knownRules('in'),
        ...rulesOf(sets, [
          ['ct direction reply ip saddr', 'denied_to4'],
          ['ct direction reply ip6 saddr', 'denied_to6'],
        ]),
        ...PASS,
        ...rulesOf(sets, [
          ['ip saddr', 'denied_from4'],
          ['ip6 saddr', 'denied_from6'],
          ['ether saddr', 'denied_from_mac'],
        ]),
      ],
    },
    {
      hook: 'output',
      rules: [
        ...knownRules('out'),
        ...rulesOf(sets, [
          ['ct direction reply ip daddr', 'denied_from4'],
          ['ct direction reply ip6 daddr', 'denied_from6'],
        ]),
        ...PASS,
        ...rulesOf(sets, [
          ['ip daddr', 'denied_to4'],
          ['ip6 daddr', 'denied_to6'],
        ]),
      ],
    },
  ];
  const sever = [...walls.sever.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, flow]) => flow);
  return { place, script: tableScript([...KNOWN_SETS, ...sets], chains), sever };
}

/** `null` when there is nothing to refuse. Open connections need no list here: the host tracks all of them (N6). */
export function hostTable(walls: HostWalls): NamespaceTable | null {
  const sets = filled([
    { name: 'doors4', type: 'ipv4_addr . inet_proto . inet_service', elements: walls.doors4 },
    { name: 'doors6', type: 'ipv6_addr . inet_proto . inet_service', elements: walls.doors6 },
    { name: 'doors_mac', type: 'ether_addr . inet_proto . inet_service', elements: walls.doorsMac },
    { name: 'bound4', type: 'ipv4_addr . ipv4_addr . inet_proto . inet_service', elements: walls.bound4 },
    { name: 'bound6', type: 'ipv6_addr . ipv6_addr . inet_proto . inet_service', elements: walls.bound6 },
    { name: 'pairs4', type: 'ipv4_addr . ipv4_addr', elements: walls.pairs4 },
    { name: 'pairs6', type: 'ipv6_addr . ipv6_addr', elements: walls.pairs6 },
  ]);
  if (sets.length === 0) return null;
  const chains: readonly NftChain[] = [
    {
      hook: 'input',
      rules: [
        ...PASS,
        ...rulesOf(sets, [
          ['ip saddr . meta l4proto . th dport', 'doors4'],
          ['ip6 saddr . meta l4proto . th dport', 'doors6'],
          ['ip6 saddr fe80::/10 ether saddr . meta l4proto . th dport', 'doors_mac'],
          ['ip saddr . ip daddr . meta l4proto . th dport', 'bound4'],
          ['ip6 saddr . ip6 daddr . meta l4proto . th dport', 'bound6'],
        ]),
      ],
    },
    {
      // What docker-proxy still has to say on connections opened before the block.
      hook: 'output',
      rules: rulesOf(sets, [
        ['ct direction reply ip daddr . meta l4proto . th sport', 'doors4'],
        ['ct direction reply ip6 daddr . meta l4proto . th sport', 'doors6'],
        ['ct direction reply ip daddr . ip saddr . meta l4proto . th sport', 'bound4'],
        ['ct direction reply ip6 daddr . ip6 saddr . meta l4proto . th sport', 'bound6'],
      ]),
    },
    {
      hook: 'forward',
      rules: [
        ...rulesOf(sets, [
          ['ct direction reply ip daddr . ip saddr', 'pairs4'],
          ['ct direction reply ip6 daddr . ip6 saddr', 'pairs6'],
        ]),
        ...PASS,
        ...rulesOf(sets, [
          ['ip saddr . ip daddr', 'pairs4'],
          ['ip6 saddr . ip6 daddr', 'pairs6'],
        ]),
      ],
    },
  ];
  return { place: 'host', script: tableScript(sets, chains), sever: [] };
}

function filled(sets: readonly (NftSet & { readonly elements: ReadonlySet<string> })[]): readonly NftSet[] {
  return sets.filter(({ elements }) => elements.size > 0);
}

/** A drop rule for each listed set that exists. */
function rulesOf(sets: readonly NftSet[], matches: readonly (readonly [match: string, set: string])[]): string[] {
  return matches
    .filter(([, name]) => sets.some((set) => set.name === name))
    .map(([match, name]) => `${match} @${name} drop`);
}
