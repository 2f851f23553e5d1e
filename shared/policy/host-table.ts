/** The machine's own table: side doors, the second wall between containers, and the zones. Rules N6–N8, N10, N11 of SPEC.md. */
import type { ZoneKind } from '../topology/model.ts';
import type { NamespaceTable } from './model.ts';
import { ANSWER, tableScript, type NftChain, type NftSet } from './nft-text.ts';
import type { ZoneSets } from './outside.ts';
import { wallOf, type PortMap, type Wall } from './port-walls.ts';
import { emptyPublished, PASS, publishedSets, zoneSetsOf, type Published } from './tables.ts';

/** A zone outside the machine, by which packets are forwarded. */
export type OuterZone = 'lan' | 'internet';

/** Denied between one zone and containers, by the containers' addresses. */
export interface ZoneWalls {
  readonly to4: PortMap;
  readonly to6: PortMap;
  readonly from4: PortMap;
  readonly from6: PortMap;
}

/** What the machine must refuse: B's published ports to A (doors), and A's packets it would forward to B (pairs). */
export interface HostWalls {
  readonly doors4: Set<string>;
  readonly doors6: Set<string>;
  readonly doorsMac: Set<string>;
  readonly bound4: Set<string>;
  readonly bound6: Set<string>;
  readonly pairs4: PortMap;
  readonly pairs6: PortMap;
  /** `caller . proto . port`: ports of the routing mesh, which is IPv4 alone, that a caller may not use. */
  readonly mesh4: Set<string>;
  /** `proto . port`: the same of zones, the machine's own calls included. */
  readonly zoneMesh: Readonly<Record<ZoneKind, Set<string>>>;
  readonly host: ZoneWalls;
  /** Towards the machine, by hardware address: for link-local addresses. */
  readonly toHostMac: PortMap;
  readonly lan: ZoneWalls;
  readonly internet: ZoneWalls;
  /** Published ports that a zone may not use. */
  readonly lanDoors: Published;
  readonly internetDoors: Published;
  /** All published ports: what of the machine is not the machine's own. */
  readonly published: Published;
}

/**
 * What the routing mesh redirects, as `forward` sees it: the caller's address and the port that was called are still there,
 * before they are hidden.  What is not redirected under such a port is meant for others.
 */
const MESHED = 'meta nfproto ipv4 ct status dnat';

const emptyZoneWalls = (): ZoneWalls => ({ to4: new Map(), to6: new Map(), from4: new Map(), from6: new Map() });

export function emptyHostWalls(): HostWalls {
  return {
    doors4: new Set(),
    doors6: new Set(),
    doorsMac: new Set(),
    bound4: new Set(),
    bound6: new Set(),
    pairs4: new Map(),
    pairs6: new Map(),
    mesh4: new Set(),
    zoneMesh: { host: new Set(), lan: new Set(), internet: new Set() },
    host: emptyZoneWalls(),
    toHostMac: new Map(),
    lan: emptyZoneWalls(),
    internet: emptyZoneWalls(),
    lanDoors: emptyPublished(),
    internetDoors: emptyPublished(),
    published: emptyPublished(),
  };
}

/** One family's walls between a zone and containers. */
interface Zoned {
  readonly ip: 'ip' | 'ip6';
  readonly zone: OuterZone;
  readonly set: string;
  readonly to: Wall;
  readonly from: Wall;
  readonly doors: string;
  readonly bound: string;
}

/** `null` when there is nothing to refuse. Open connections need no list here: the host tracks all of them (N6). */
export function hostTable(walls: HostWalls, zones: () => ZoneSets): NamespaceTable | null {
  const doorSets = filled([
    { name: 'doors4', type: 'ipv4_addr . inet_proto . inet_service', elements: walls.doors4 },
    { name: 'doors6', type: 'ipv6_addr . inet_proto . inet_service', elements: walls.doors6 },
    { name: 'doors_mac', type: 'ether_addr . inet_proto . inet_service', elements: walls.doorsMac },
    { name: 'bound4', type: 'ipv4_addr . ipv4_addr . inet_proto . inet_service', elements: walls.bound4 },
    { name: 'bound6', type: 'ipv6_addr . ipv6_addr . inet_proto . inet_service', elements: walls.bound6 },
  ]);
  const meshSets = filled([
    { name: 'mesh4', type: 'ipv4_addr . inet_proto . inet_service', elements: walls.mesh4 },
    ...(['host', 'lan', 'internet'] as const).map((zone) => ({
      name: `${zone}_mesh`,
      type: 'inet_proto . inet_service',
      elements: walls.zoneMesh[zone],
    })),
  ]);
  const pairs4 = wallOf(walls.pairs4, 'pairs4', 'ipv4_addr . ipv4_addr', 'drop', 'pairs4');
  const pairs6 = wallOf(walls.pairs6, 'pairs6', 'ipv6_addr . ipv6_addr', 'drop', 'pairs6');
  const toHost4 = wallOf(walls.host.to4, 'to_host4', 'ipv4_addr', 'drop');
  const toHost6 = wallOf(walls.host.to6, 'to_host6', 'ipv6_addr', 'drop');
  const toHostMac = wallOf(walls.toHostMac, 'to_host_mac', 'ether_addr', 'drop');
  const fromHost4 = wallOf(walls.host.from4, 'from_host4', 'ipv4_addr', 'drop');
  const fromHost6 = wallOf(walls.host.from6, 'from_host6', 'ipv6_addr', 'drop');
  const zoned = [...zonedOf(walls, 'lan'), ...zonedOf(walls, 'internet')];
  const outer = (['lan', 'internet'] as const).map((zone) => ({
    zone,
    sets: publishedSets(walls[`${zone}Doors`], zone),
  }));
  const outerDoors = outer.flatMap(({ sets }) => sets);
  const zoneSets = zoneSetsOf(
    zones,
    [],
    (['lan', 'internet'] as const).filter(
      (zone) =>
        zoned.some((one) => one.zone === zone && one.to.sets.length + one.from.sets.length > 0) ||
        outer.some((one) => one.zone === zone && one.sets.length > 0) ||
        walls.zoneMesh[zone].size > 0,
    ),
  );
  const there = new Set(zoneSets.map(({ name }) => name));
  const active = zoned.filter(({ set }) => there.has(set));
  const towardsHost = [toHost4, toHost6, toHostMac].some((wall) => wall.sets.length > 0);
  const published = towardsHost ? publishedSets(walls.published, 'published') : [];
  const sets = [
    ...doorSets,
    ...meshSets,
    ...[pairs4, pairs6, toHost4, toHost6, toHostMac, fromHost4, fromHost6].flatMap((wall) => wall.sets),
    ...active.flatMap(({ to, from }) => [...to.sets, ...from.sets]),
    ...outerDoors,
    ...zoneSets,
    ...published,
  ];
  if (sets.length === 0) return null;
  const isPublished = (name: string): boolean => published.some((set) => set.name === name);
  const hasDoor = (name: string): boolean => outerDoors.some((set) => set.name === name);

  /** Published ports as `input` (called) and `output` (answering) see them, by the zone of the other side. */
  const outerDoorRules = (answer: boolean): readonly string[] =>
    active.flatMap(({ ip, set, doors, bound }) => {
      const start = answer ? `${ANSWER} ${ip} daddr @${set}` : `${ip} saddr @${set}`;
      const [own, port] = answer ? ['saddr', 'sport'] : ['daddr', 'dport'];
      return [
        ...(hasDoor(doors) ? [`${start} meta l4proto . th ${port} @${doors} drop`] : []),
        ...(hasDoor(bound) ? [`${start} ${ip} ${own} . meta l4proto . th ${port} @${bound} drop`] : []),
      ];
    });
  const publishedPass = (start4: string, start6: string): readonly string[] => [
    ...(isPublished('published_doors4') ? [`${start4} meta l4proto . th dport @published_doors4 accept`] : []),
    ...(isPublished('published_bound4')
      ? [`${start4} ip daddr . meta l4proto . th dport @published_bound4 accept`]
      : []),
    ...(isPublished('published_doors6') ? [`${start6} meta l4proto . th dport @published_doors6 accept`] : []),
    ...(isPublished('published_bound6')
      ? [`${start6} ip6 daddr . meta l4proto . th dport @published_bound6 accept`]
      : []),
  ];
  const FROM_LINK = 'ip6 saddr fe80::/10 ether saddr';
  const chains: readonly NftChain[] = [
    {
      hook: 'input',
      // What containers still have to say to the machine, on connections that it opened before the block.
      answers: [
        ...fromHost4.rules(`${ANSWER} ip saddr`, 'sport'),
        ...fromHost6.rules(`${ANSWER} ip6 saddr`, 'sport'),
        ...rulesOf(meshSets, [[`${ANSWER} ${MESHED} meta l4proto . th sport`, 'host_mesh']]),
      ],
      rules: [
        ...PASS,
        ...rulesOf(doorSets, [
          ['ip saddr . meta l4proto . th dport', 'doors4'],
          ['ip6 saddr . meta l4proto . th dport', 'doors6'],
          ['ip6 saddr fe80::/10 ether saddr . meta l4proto . th dport', 'doors_mac'],
          ['ip saddr . ip daddr . meta l4proto . th dport', 'bound4'],
          ['ip6 saddr . ip6 daddr . meta l4proto . th dport', 'bound6'],
        ]),
        ...outerDoorRules(false),
        ...publishedPass('meta nfproto ipv4', 'meta nfproto ipv6'),
        ...toHost4.errors('ip saddr'),
        ...toHost6.errors('ip6 saddr'),
        ...toHost4.rules('ip saddr', 'dport'),
        ...toHost6.rules('ip6 saddr', 'dport'),
        ...toHostMac.rules(FROM_LINK, 'dport'),
      ],
    },
    {
      // What docker-proxy still has to say on connections opened before the block.
      hook: 'output',
      answers: [
        ...rulesOf(doorSets, [
          [`${ANSWER} ip daddr . meta l4proto . th sport`, 'doors4'],
          [`${ANSWER} ip6 daddr . meta l4proto . th sport`, 'doors6'],
          [`${ANSWER} ip daddr . ip saddr . meta l4proto . th sport`, 'bound4'],
          [`${ANSWER} ip6 daddr . ip6 saddr . meta l4proto . th sport`, 'bound6'],
        ]),
        ...outerDoorRules(true),
        ...answersOfHost(toHost4, toHost6, published),
      ],
      rules: [
        ...rulesOf(meshSets, [[`ct direction original ${MESHED} meta l4proto . th dport`, 'host_mesh']]),
        ...(fromHost4.sets.length + fromHost6.sets.length > 0 ? PASS : []),
        ...fromHost4.errors('ip daddr'),
        ...fromHost6.errors('ip6 daddr'),
        ...fromHost4.rules('ip daddr', 'dport'),
        ...fromHost6.rules('ip6 daddr', 'dport'),
      ],
    },
    {
      hook: 'forward',
      // The middle of what passes by is judged at its ends: a bridge's frames may come by here from one day on, and no list is kept of them.
      answers: [],
      rules: [
        ...meshRules(meshSets, there),
        ...pairs4.errors(`${ANSWER} ip daddr . ip saddr`),
        ...pairs6.errors(`${ANSWER} ip6 daddr . ip6 saddr`),
        ...pairs4.rules(`${ANSWER} ip daddr . ip saddr`, 'sport'),
        ...pairs6.rules(`${ANSWER} ip6 daddr . ip6 saddr`, 'sport'),
        ...active.flatMap(({ ip, set, to, from }) => [
          ...to.errors(`${ANSWER} ${ip} saddr @${set} ${ip} daddr`),
          ...to.rules(`${ANSWER} ${ip} saddr @${set} ${ip} daddr`, 'sport'),
          ...from.errors(`${ANSWER} ${ip} daddr @${set} ${ip} saddr`),
          ...from.rules(`${ANSWER} ${ip} daddr @${set} ${ip} saddr`, 'sport'),
        ]),
        ...PASS,
        ...pairs4.errors('ip saddr . ip daddr'),
        ...pairs6.errors('ip6 saddr . ip6 daddr'),
        ...pairs4.rules('ip saddr . ip daddr', 'dport'),
        ...pairs6.rules('ip6 saddr . ip6 daddr', 'dport'),
        ...active.flatMap(({ ip, set, to, from }) => [
          ...to.errors(`${ip} daddr @${set} ${ip} saddr`),
          ...to.rules(`${ip} daddr @${set} ${ip} saddr`, 'dport'),
          ...from.errors(`${ip} saddr @${set} ${ip} daddr`),
          ...from.rules(`${ip} saddr @${set} ${ip} daddr`, 'dport'),
        ]),
      ],
    },
  ];
  return { place: 'host', script: tableScript(sets, chains), sever: [] };
}

/** Both directions: connections that were open before end as well. */
function meshRules(sets: readonly NftSet[], zones: ReadonlySet<string>): readonly string[] {
  const directions = [
    [`ct direction original ${MESHED} ip saddr`, 'dport'],
    [`${ANSWER} ${MESHED} ip daddr`, 'sport'],
  ] as const;
  return directions.flatMap(([start, port]) =>
    rulesOf(sets, [
      [`${start} . meta l4proto . th ${port}`, 'mesh4'],
      ...(['lan', 'internet'] as const)
        .filter((zone) => zones.has(`${zone}4`))
        .map((zone): [string, string] => [`${start} @${zone}4 meta l4proto . th ${port}`, `${zone}_mesh`]),
    ]),
  );
}

function zonedOf(walls: HostWalls, zone: OuterZone): readonly Zoned[] {
  return (['4', '6'] as const).map((family): Zoned => {
    const type = family === '4' ? 'ipv4_addr' : 'ipv6_addr';
    return {
      ip: family === '4' ? 'ip' : 'ip6',
      zone,
      set: `${zone}${family}`,
      to: wallOf(walls[zone][`to${family}`], `to_${zone}${family}`, type, 'drop'),
      from: wallOf(walls[zone][`from${family}`], `from_${zone}${family}`, type, 'drop'),
      doors: `${zone}_doors${family}`,
      bound: `${zone}_bound${family}`,
    };
  });
}

/** What the machine still has to say to a container that may not call it any more, but not what docker-proxy has. */
function answersOfHost(to4: Wall, to6: Wall, published: readonly NftSet[]): readonly string[] {
  if (to4.sets.length + to6.sets.length === 0) return [];
  const has = (name: string): boolean => published.some((set) => set.name === name);
  const four = `${ANSWER} meta nfproto ipv4`;
  const six = `${ANSWER} meta nfproto ipv6`;
  return [
    ...(has('published_doors4') ? [`${four} meta l4proto . th sport @published_doors4 accept`] : []),
    ...(has('published_bound4') ? [`${four} ip saddr . meta l4proto . th sport @published_bound4 accept`] : []),
    ...(has('published_doors6') ? [`${six} meta l4proto . th sport @published_doors6 accept`] : []),
    ...(has('published_bound6') ? [`${six} ip6 saddr . meta l4proto . th sport @published_bound6 accept`] : []),
    ...to4.errors(`${ANSWER} ip daddr`),
    ...to6.errors(`${ANSWER} ip6 daddr`),
    ...to4.rules(`${ANSWER} ip daddr`, 'sport'),
    ...to6.rules(`${ANSWER} ip6 daddr`, 'sport'),
  ];
}

function filled(
  sets: readonly (NftSet & { readonly elements: ReadonlySet<string> })[],
): readonly (NftSet & { readonly elements: ReadonlySet<string> })[] {
  return sets.filter(({ elements }) => elements.size > 0).map((set) => ({ ...set, counted: true }));
}

/** A drop rule for each listed set that exists. */
function rulesOf(sets: readonly NftSet[], matches: readonly (readonly [match: string, set: string])[]): string[] {
  return matches
    .filter(([, name]) => sets.some((set) => set.name === name))
    .map(([match, name]) => `${match} @${name} drop`);
}
