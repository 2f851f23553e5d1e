/**
 * Port admission: on a guarded bridge no port passes anything before it was admitted, with the addresses it was admitted
 * with.  Rules G1–G6 of SPEC.md; why so, and what is left open, in docs/adr/0006-port-admission.md.
 *
 * Unlike our other tables these are never taken down to be changed: chains and sets stay and are filled anew, all in one
 * transaction, so that no packet meets a moment without them.
 */
import { rangeOf } from '../firewall/address.ts';
import type { Network, Topology } from '../topology/model.ts';
import { ipv4Text, ipv6Text, linkLocalOf, macText } from './address.ts';
import type { Admission } from './model.ts';
import type { Side } from './side.ts';

/** What the policy lets through of guests, as coarsely as the gate asks: at all, or not. */
export interface Traffic {
  /** Whether anything passes between the two, in either direction. */
  readonly isBetween: (one: Side, other: Side) => boolean;
  /** Whether anything passes between it and the machine, or beyond that. */
  readonly isOutward: (side: Side) => boolean;
}

interface Gate {
  readonly script: string;
  readonly admit: readonly Admission[];
  /** The same with nobody admitted: what must stand until somebody knows whom to admit. */
  readonly closed: string;
}

interface GateSet {
  readonly name: string;
  readonly type: string;
  readonly flags?: string;
  readonly elements: readonly string[];
}

interface GateChain {
  readonly name: string;
  readonly hook: string;
  readonly rules: readonly string[];
}

/**
 * Two that are the same: nothing else tells ports apart, and where somebody takes one of them away, nothing passes until it is
 * put back.
 */
const BRIDGE_TABLES = ['bridge bulkhead', 'bridge bulkhead_gate'] as const;

/** Before connection tracking: what is not admitted leaves no trace. */
const PRIORITY = -310;

/**
 * A rule that only some kernels take (`meta ibrname`, NFT_BRIDGE_META): the helper makes it a rule where it can be one, and
 * leaves it a comment elsewhere.
 */
const IF_BRIDGE_META = '#bridge-meta ';

/** `null` when none of these networks has a bridge whose name can be written. */
export function admissionOf(
  guarded: ReadonlySet<string>,
  { networks }: Topology,
  sides: readonly Side[],
  traffic: Traffic,
): Gate | null {
  const bridges = new Map(
    networks
      .filter(({ id }) => guarded.has(id))
      .flatMap((network) => {
        const name = bridgeName(network);
        return name === null ? [] : [[network.id, { name, network }] as const];
      }),
  );
  if (bridges.size === 0) return null;
  const admit = sides.flatMap(({ owner }) =>
    owner.attachments.flatMap(({ networkId, mac, ipv4, ipv6 }): Admission[] => {
      const bridge = bridges.get(networkId)?.name;
      const hardware = mac === null ? null : macText(mac);
      if (bridge === undefined || hardware === null || owner.pid <= 0) return [];
      const link = linkLocalOf(hardware);
      return [
        {
          place: owner.id,
          pid: owner.pid,
          bridge,
          mac: hardware,
          ipv4: ipv4 === null ? [] : [ipv4Text(ipv4) ?? []].flat(),
          ipv6: [ipv6 === null ? [] : (ipv6Text(ipv6) ?? []), link ?? []].flat(),
        },
      ];
    }),
  );
  const outward = new Set(sides.filter(traffic.isOutward).map(({ owner }) => owner.id));
  const talk = talkOf(admit, sides, traffic);
  const all = [...bridges.values()];
  const subnets = all.flatMap(({ network }) => network.subnets.flatMap(({ subnet }) => subnetText(subnet) ?? []));
  const names = all.map(({ name }) => `"${name}"`);
  const between = (some: readonly Admission[], talking: Talk): string =>
    BRIDGE_TABLES.map((table) => bridgeGate(table, names, subnets, some, talking)).join('');
  return {
    admit,
    closed: inetGate(names, [], new Set(), NO_TALK) + between([], NO_TALK),
    script: inetGate(names, admit, outward, talk) + between(admit, talk) + remarks(admit),
  };
}

/** `source . target` of everybody between whom and a guest anything passes; a guest's own under which it was admitted. */
interface Talk {
  readonly four: readonly string[];
  readonly six: readonly string[];
}

const NO_TALK: Talk = { four: [], six: [] };

function talkOf(admit: readonly Admission[], sides: readonly Side[], { isBetween }: Traffic): Talk {
  const four: string[] = [];
  const six: string[] = [];
  const byOwner = new Map(sides.map((side) => [side.owner.id, side]));
  for (const { place, ipv4, ipv6 } of admit) {
    const guest = byOwner.get(place);
    for (const peer of guest ? sides : []) {
      if (!guest || peer === guest || !isBetween(guest, peer)) continue;
      const links = peer.hardware.map(({ link }) => link).filter((link) => link !== '');
      for (const own of ipv4) for (const other of peer.ipv4) four.push(`${other} . ${own}`);
      for (const own of ipv6) for (const other of [...peer.ipv6, ...links]) six.push(`${other} . ${own}`);
    }
  }
  return { four, six };
}

/** The text names a table: a new start with the addresses of the last must give another. */
function remarks(admit: readonly Admission[]): string {
  return admit
    .map(
      ({ place, pid, bridge, mac }) =>
        `# admits ${place.replace(/[^\w-]/g, '?').slice(0, 64)} ${pid} ${bridge} ${mac}\n`,
    )
    .sort()
    .join('');
}

/** What the engine calls the bridge's interface; `null` for a name that must not be written into a script. */
export function bridgeName({ id, name, driver, options }: Network): string | null {
  if (driver !== 'bridge') return null;
  const told = options['com.docker.network.bridge.name'];
  const found = told !== undefined && told !== '' ? told : name === 'bridge' ? 'docker0' : `br-${id.slice(0, 12)}`;
  return /^[\w.-]{1,15}$/.test(found) ? found : null;
}

/** A prefix as nft reads it. */
function subnetText(text: string): string | null {
  const [base = '', length = ''] = text.split('/');
  const address = base.includes(':') ? ipv6Text(base) : ipv4Text(base);
  if (address === null || !/^\d{1,3}$/.test(length) || rangeOf(text) === null) return null;
  return `${address}/${Number(length)}`;
}

/** To the machine and beyond it: told by the bridge's name, and by the addresses of the admitted. */
function inetGate(
  names: readonly string[],
  admit: readonly Admission[],
  outward: ReadonlySet<string>,
  { four, six }: Talk,
): string {
  const pairs = (
    family: 'ipv4' | 'ipv6',
    write: (admission: Admission, address: string) => string,
    some = admit,
  ): string[] => some.flatMap((admission) => admission[family].map((address) => write(admission, address)));
  const reachable = admit.filter(({ place }) => outward.has(place));
  const sender = ({ bridge, mac }: Admission, address: string): string => `"${bridge}" . ${mac} . ${address}`;
  const reached = ({ bridge }: Admission, address: string): string => `"${bridge}" . ${address}`;
  return gateText(
    'inet bulkhead_gate',
    [
      { name: 'bridges', type: 'ifname', elements: names },
      { name: 'guests4', type: 'ifname . ether_addr . ipv4_addr', elements: pairs('ipv4', sender) },
      { name: 'guests6', type: 'ifname . ether_addr . ipv6_addr', elements: pairs('ipv6', sender) },
      { name: 'reached4', type: 'ifname . ipv4_addr', elements: pairs('ipv4', reached, reachable) },
      { name: 'reached6', type: 'ifname . ipv6_addr', elements: pairs('ipv6', reached, reachable) },
      { name: 'talk4', type: 'ipv4_addr . ipv4_addr', elements: four },
      { name: 'talk6', type: 'ipv6_addr . ipv6_addr', elements: six },
    ],
    [
      {
        name: 'prerouting',
        hook: 'prerouting',
        rules: [
          'iifname != @bridges accept',
          'iifname . ether saddr . ip saddr @guests4 accept',
          'iifname . ether saddr . ip6 saddr @guests6 accept',
          'ip6 saddr :: icmpv6 type { nd-neighbor-solicit, mld2-listener-report } accept',
          'counter drop',
        ],
      },
      {
        name: 'postrouting',
        hook: 'postrouting',
        rules: [
          'oifname != @bridges accept',
          'oifname . ip daddr @reached4 accept',
          'oifname . ip6 daddr @reached6 accept',
          'ip saddr . ip daddr @talk4 accept',
          'ip6 saddr . ip6 daddr @talk6 accept',
          'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept',
          'ip daddr 224.0.0.0/4 accept',
          'ip6 daddr ff00::/8 accept',
          'counter drop',
        ],
      },
    ],
  );
}

/** From port to port of a bridge: told by the ports, whose names the helper finds (sets `ports`, `macs`, `sender4/6`). */
function bridgeGate(
  table: (typeof BRIDGE_TABLES)[number],
  names: readonly string[],
  subnets: readonly string[],
  admit: readonly Admission[],
  { four, six }: Talk,
): string {
  const links = admit.map(({ mac }) => `${mac} . ${linkLocalOf(mac) ?? ''}`);
  const family = (six: boolean): string[] => subnets.filter((subnet) => subnet.includes(':') === six);
  return gateText(
    table,
    [
      { name: 'bridges', type: 'ifname', elements: names },
      { name: 'ports', type: 'ifname', elements: [] },
      { name: 'macs', type: 'ifname . ether_addr', elements: [] },
      { name: 'sender4', type: 'ifname . ether_addr . ipv4_addr', elements: [] },
      { name: 'sender6', type: 'ifname . ether_addr . ipv6_addr', elements: [] },
      { name: 'subnets4', type: 'ipv4_addr', flags: 'interval', elements: family(false) },
      { name: 'subnets6', type: 'ipv6_addr', flags: 'interval', elements: family(true) },
      { name: 'links6', type: 'ether_addr . ipv6_addr', elements: links },
      { name: 'talk4', type: 'ipv4_addr . ipv4_addr', elements: four },
      { name: 'talk6', type: 'ipv6_addr . ipv6_addr', elements: six },
    ],
    [
      {
        name: 'sender',
        hook: '',
        rules: [
          // As the frame has it: the kernel takes a VLAN's tag off before it asks what is inside.
          'ether type != { ip, ip6, arp } counter drop',
          'iifname . ether saddr . ip saddr @sender4 accept',
          'iifname . ether saddr . ip6 saddr @sender6 accept',
          'iifname . ether saddr @macs ip6 saddr :: meta l4proto ipv6-icmp accept',
          'iifname . ether saddr @macs iifname . arp saddr ether . arp saddr ip @sender4 accept',
          'counter drop',
        ],
      },
      {
        name: 'receiver',
        hook: '',
        rules: [
          'oifname . ether daddr . ip daddr @sender4 accept',
          'oifname . ether daddr . ip6 daddr @sender6 accept',
          'ether type arp accept',
          'ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 accept',
          'counter drop',
        ],
      },
      {
        // The second wall between two guests, should the tables in their namespaces be taken away.
        name: 'between',
        hook: '',
        rules: [
          'ip saddr . ip daddr @talk4 goto receiver',
          'ip6 saddr . ip6 daddr @talk6 goto receiver',
          'ether type arp accept',
          'icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } oifname . ether daddr . ip6 daddr @sender6 accept',
          'ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00 accept',
          'counter drop',
        ],
      },
      {
        name: 'prerouting',
        hook: 'prerouting',
        rules: [
          'iifname @ports goto sender',
          `${IF_BRIDGE_META}meta ibrname @bridges counter drop`,
          // Whoever sends with an address of these networks hangs on one of them, or lies.
          'ip saddr @subnets4 counter drop',
          'ip6 saddr @subnets6 counter drop',
          'ether saddr . ip6 saddr @links6 counter drop',
          'arp saddr ip @subnets4 counter drop',
        ],
      },
      {
        name: 'forward',
        hook: 'forward',
        rules: [
          'iifname @ports oifname @ports goto between',
          'iifname @ports counter drop',
          'oifname @ports counter drop',
          `${IF_BRIDGE_META}meta ibrname @bridges counter drop`,
          'ip daddr @subnets4 counter drop',
          'ip6 daddr @subnets6 counter drop',
          'arp daddr ip @subnets4 counter drop',
        ],
      },
      {
        name: 'output',
        hook: 'output',
        rules: [
          'oifname @ports goto receiver',
          `${IF_BRIDGE_META}meta obrname @bridges counter drop`,
          'ip daddr @subnets4 counter drop',
          'ip6 daddr @subnets6 counter drop',
          'arp daddr ip @subnets4 counter drop',
        ],
      },
    ],
  );
}

/** The table is there, whatever was in it is gone, and this is in it: in one transaction, with the hooks never let go. */
function gateText(table: string, sets: readonly GateSet[], chains: readonly GateChain[]): string {
  const heads = chains.map(({ name, hook }) => {
    const type = hook === '' ? '' : `\t\ttype filter hook ${hook} priority ${PRIORITY}; policy accept;\n`;
    return { name, type };
  });
  const kinds = sets.map(({ name, type, flags, elements }) => {
    const kind = `\t\ttype ${type}\n${flags === undefined ? '' : `\t\tflags ${flags}\n`}`;
    return { name, kind, elements: [...new Set(elements)].sort() };
  });
  const block = (content: string): string => `table ${table} {\n${content}}\n`;
  return [
    block(
      kinds.map(({ name, kind }) => `\tset ${name} {\n${kind}\t}\n`).join('') +
        heads.map(({ name, type }) => `\tchain ${name} {\n${type}\t}\n`).join(''),
    ),
    ...heads.map(({ name }) => `flush chain ${table} ${name}\n`),
    ...kinds.map(({ name }) => `flush set ${table} ${name}\n`),
    block(
      kinds
        .map(({ name, kind, elements }) => {
          const list = elements.map((one) => `\t\t\t${one}`).join(',\n');
          return `\tset ${name} {\n${kind}${list === '' ? '' : `\t\telements = {\n${list}\n\t\t}\n`}\t}\n`;
        })
        .join('') +
        heads
          .map(({ name, type }, at) => {
            const rules = (chains[at]?.rules ?? []).map((rule) => `\t\t${rule}\n`).join('');
            return `\tchain ${name} {\n${type}${rules}\t}\n`;
          })
          .join(''),
    ),
  ].join('');
}
