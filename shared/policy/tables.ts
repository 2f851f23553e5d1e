/** The table of one container's namespace. Rules N3–N5, N10–N12 of SPEC.md. */
import { isEmpty, isEveryPort, NO_PORTS, type PortSet } from '../ports.ts';
import type { ZoneKind } from '../topology/model.ts';
import type { NamespaceTable, SeveredFlow } from './model.ts';
import { ANSWER, meterRule, tableScript, type NftChain, type NftMeter, type NftSet } from './nft-text.ts';
import type { ZoneSets } from './outside.ts';
import { ICMP, portRules, wallOf, type PortMap, type Verdict, type Wall } from './port-walls.ts';

/** What one container's namespace must refuse; of a closed one, what it lets pass. */
export interface Walls {
  readonly from4: PortMap;
  readonly from6: PortMap;
  readonly fromMac: PortMap;
  readonly to4: PortMap;
  readonly to6: PortMap;
  readonly fromZone: Map<ZoneKind, PortSet>;
  readonly toZone: Map<ZoneKind, PortSet>;
  /** Asked only where a zone is spoken of. */
  readonly zones: () => ZoneSets;
  /** Ports of the machine that lead to containers: they are not the machine's own.  `proto . port`, or with an address. */
  readonly published: Published;
  readonly sever: Map<string, SeveredFlow>;
}

export interface Published {
  readonly any4: Set<string>;
  readonly any6: Set<string>;
  readonly bound4: Set<string>;
  readonly bound6: Set<string>;
}

export function emptyPublished(): Published {
  return { any4: new Set(), any6: new Set(), bound4: new Set(), bound6: new Set() };
}

export function emptyWalls(zones: () => ZoneSets): Walls {
  return {
    from4: new Map(),
    from6: new Map(),
    fromMac: new Map(),
    to4: new Map(),
    to6: new Map(),
    fromZone: new Map(),
    toZone: new Map(),
    zones,
    published: emptyPublished(),
    sever: new Map(),
  };
}

const NEIGHBOURS = 'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept';

/** Answers of connections the other side was allowed to open, and finding neighbours, stay possible (N4). */
export const PASS = [`${ANSWER} accept`, NEIGHBOURS];

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

/** Whom a closed container refuses, and who refuses it: of what no list is about, only meters know the other side (K4). */
const METERS: readonly NftMeter[] = (['from', 'to'] as const).flatMap((way) => [
  { name: `refused_${way}4`, type: 'ipv4_addr' },
  { name: `refused_${way}6`, type: 'ipv6_addr' },
]);

function meterRules(match: string, way: 'from' | 'to', end: 's' | 'd'): readonly string[] {
  const start = match === '' ? '' : `${match} `;
  return [
    meterRule(`${start}meta nfproto ipv4`, `refused_${way}4`, `ip ${end}addr`),
    meterRule(`${start}meta nfproto ipv6`, `refused_${way}6`, `ip6 ${end}addr`),
  ];
}

const LINK_LOCAL = 'ip6 saddr fe80::/10';
const ZONES: readonly ZoneKind[] = ['host', 'lan', 'internet'];

/** Walls about one side, and what the rules that ask them need to know. */
interface Sides {
  readonly four: Wall;
  readonly six: Wall;
  readonly zones: ReadonlyMap<ZoneKind, PortSet>;
}

/**
 * @param closed everything is refused but what `walls` list, answers to it, the container's own loopback, and finding
 * neighbours (N12).
 */
export function containerTable(place: string, walls: Walls, closed: boolean): NamespaceTable {
  const verdict: Verdict = closed ? 'accept' : 'drop';
  const whole = new Map([...walls.fromMac].filter(([, ports]) => !closed && isEveryPort(ports)));
  const some = new Map([...walls.fromMac].filter(([mac]) => !whole.has(mac)));
  const from: Sides = {
    four: wallOf(walls.from4, 'from4', 'ipv4_addr', verdict),
    six: wallOf(walls.from6, 'from6', 'ipv6_addr', verdict),
    zones: walls.fromZone,
  };
  const to: Sides = {
    four: wallOf(walls.to4, 'to4', 'ipv4_addr', verdict),
    six: wallOf(walls.to6, 'to6', 'ipv6_addr', verdict),
    zones: walls.toZone,
  };
  const mac = wallOf(whole, 'from_mac', 'ether_addr', verdict);
  const link = wallOf(some, 'from_link', 'ether_addr', verdict);
  const published = publishedSets(isRefused(walls, closed) ? walls.published : emptyPublished(), 'open');
  const zoneSets = zoneSetsOf(walls.zones, [walls.fromZone, walls.toZone], published.length > 0 ? ['host'] : []);
  const pass = published.map(({ name }) => name);

  const sideRules = (side: Sides, end: 's' | 'd', answer: boolean): readonly string[] => {
    const start = answer ? `${ANSWER} ` : '';
    // An answer shows at its sender's end which port was called.
    const port = answer ? 'sport' : 'dport';
    const match4 = `${start}ip ${end}addr`;
    const match6 = `${start}ip6 ${end}addr`;
    return [
      ...(closed ? [] : [...side.four.errors(match4), ...side.six.errors(match6)]),
      ...side.four.rules(match4, port),
      ...side.six.rules(match6, port),
      ...(side === to ? publishedRules(pass, zoneSets, start, end, port) : []),
      ...ZONES.flatMap((zone) =>
        (['4', '6'] as const).flatMap((family) => {
          const set = `${zone}${family}`;
          const ip = family === '4' ? 'ip' : 'ip6';
          if (!zoneSets.some(({ name }) => name === set)) return [];
          const rules = portRules(`${start}${ip} ${end}addr @${set}`, side.zones.get(zone) ?? NO_PORTS, port, verdict);
          return rules.map((rule) => rule.replace(/ accept$/, ' counter accept'));
        }),
      ),
    ];
  };
  const macRules = [
    ...mac.rules('ether saddr', 'dport'),
    ...(closed ? [] : link.errors(`${LINK_LOCAL} ether saddr`)),
    ...link.rules(`${LINK_LOCAL} ether saddr`, 'dport'),
  ];
  const chainOf = (way: 'in' | 'out'): NftChain => {
    const hook = way === 'in' ? 'input' : 'output';
    const [called, caller, end] = way === 'in' ? ([to, from, 's'] as const) : ([from, to, 'd'] as const);
    const fresh = [...sideRules(caller, end, false), ...(way === 'in' ? macRules : [])];
    const answers = sideRules(called, end, true);
    if (!closed) return { hook, first: knownRules(way), answers, rules: [...PASS, ...fresh] };
    return {
      hook,
      first: [
        `${way === 'in' ? 'iifname' : 'oifname'} "lo" accept`,
        ...knownRules(way),
        NEIGHBOURS,
        `ct state related ${ICMP} accept`,
      ],
      answers: [
        ...answers,
        ...(way === 'out' ? linkAnswers(some) : []),
        ...meterRules(ANSWER, way === 'in' ? 'to' : 'from', end),
        `${ANSWER} drop`,
      ],
      rules: [...fresh, ...meterRules('', way === 'in' ? 'from' : 'to', end), 'drop'],
    };
  };
  const chains = [chainOf('in'), chainOf('out')];
  const sets = [...from.four.sets, ...from.six.sets, ...mac.sets, ...link.sets, ...to.four.sets, ...to.six.sets];
  const sever = [...walls.sever.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, flow]) => flow);
  return {
    place,
    script: tableScript([...KNOWN_SETS, ...sets, ...zoneSets, ...published], chains, closed ? METERS : []),
    sever,
  };
}

/** Whoever was let in by a hardware address is answered at the link-local address it has. */
function linkAnswers(some: PortMap): readonly string[] {
  return some.size > 0 ? [`${ANSWER} ip6 daddr fe80::/10 accept`] : [];
}

/** Whether published ports have to be told from the machine's own. */
function isRefused({ toZone }: Walls, closed: boolean): boolean {
  return closed || !isEmpty(toZone.get('host') ?? NO_PORTS);
}

/** The ranges of zones that any of the maps speaks of. */
export function zoneSetsOf(
  zones: () => ZoneSets,
  maps: readonly ReadonlyMap<ZoneKind, PortSet>[],
  always: readonly ZoneKind[] = [],
): readonly NftSet[] {
  return ZONES.filter((zone) => always.includes(zone) || maps.some((map) => !isEmpty(map.get(zone) ?? NO_PORTS)))
    .flatMap((zone): NftSet[] => [
      { name: `${zone}4`, type: 'ipv4_addr', elements: zones()[`${zone}4`] },
      { name: `${zone}6`, type: 'ipv6_addr', elements: zones()[`${zone}6`] },
    ])
    .filter(({ elements }) => (elements as readonly string[]).length > 0);
}

/** Sets of published ports, where there are any. */
export function publishedSets(published: Published, name: string): readonly NftSet[] {
  const sets: readonly (NftSet & { readonly elements: ReadonlySet<string> })[] = [
    { name: `${name}_doors4`, type: 'inet_proto . inet_service', elements: published.any4 },
    { name: `${name}_doors6`, type: 'inet_proto . inet_service', elements: published.any6 },
    { name: `${name}_bound4`, type: 'ipv4_addr . inet_proto . inet_service', elements: published.bound4 },
    { name: `${name}_bound6`, type: 'ipv6_addr . inet_proto . inet_service', elements: published.bound6 },
  ];
  return sets.filter(({ elements }) => elements.size > 0).map((set) => ({ ...set, counted: true }));
}

function publishedRules(
  pass: readonly string[],
  zoneSets: readonly NftSet[],
  start: string,
  end: 's' | 'd',
  port: string,
): readonly string[] {
  return (['4', '6'] as const).flatMap((family) => {
    const ip = family === '4' ? 'ip' : 'ip6';
    const has = (name: string): boolean => pass.includes(name) && zoneSets.some((set) => set.name === `host${family}`);
    return [
      ...(has(`open_doors${family}`)
        ? [`${start}${ip} ${end}addr @host${family} meta l4proto . th ${port} @open_doors${family} accept`]
        : []),
      ...(pass.includes(`open_bound${family}`)
        ? [`${start}${ip} ${end}addr . meta l4proto . th ${port} @open_bound${family} accept`]
        : []),
    ];
  });
}
