/**
 * Which ports are meant of which addresses, as sets and rules.  A key is whatever text names a sender or a pair in a set:
 * `172.18.0.2`, `172.18.0.2 . 172.18.0.3`, a hardware address.
 *
 * Whole keys go into one hash set, whatever else there is.  Of the others, a few ports are listed; where nearly all are
 * meant, the few that are not are listed instead and asked first.
 */
import { ALL_PORTS, isEmpty, isEveryPort, minus, unionOf, type PortRange, type PortSet } from '../ports.ts';
import type { NftSet } from './nft-text.ts';

export type PortMap = Map<string, PortSet>;

export function addPorts(map: PortMap, keys: readonly string[], ports: PortSet): void {
  if (isEmpty(ports)) return;
  for (const key of keys) {
    const before = map.get(key);
    if (before !== ports) map.set(key, before ? unionOf(before, ports) : ports);
  }
}

/** What a wall does with what it lists: `drop` where all else passes, `accept` where nothing else does. */
export type Verdict = 'drop' | 'accept';

const PREFIXES = {
  drop: { whole: 'denied', some: 'ports', part: 'part', except: 'except' },
  accept: { whole: 'allowed', some: 'open', part: 'partly', except: 'barred' },
} as const;

/** What is listed of keys that are not meant as a whole. */
interface Lists {
  readonly ports: string[];
  readonly icmp: string[];
  readonly other: string[];
}

const emptyLists = (): Lists => ({ ports: [], icmp: [], other: [] });

/** Sets of one map, and the ways to ask them. */
export interface Wall {
  readonly sets: readonly NftSet[];
  /** @param match the fields of the key, with what goes before them: `ct direction reply ip daddr`. */
  rules(match: string, port: 'dport' | 'sport'): readonly string[];
  /** Passes ICMP errors about what of a key in part passes: without them large packets vanish. */
  errors(match: string): readonly string[];
}

/** @param name what the sets are called by: `from4`. @param type of the key: `ipv4_addr`. */
export function wallOf(map: PortMap, name: string, type: string, verdict: Verdict, wholeName = ''): Wall {
  const prefix = PREFIXES[verdict];
  const whole: string[] = [];
  const part: string[] = [];
  const some = emptyLists();
  const except = emptyLists();
  for (const [key, ports] of map) {
    if (ports === ALL_PORTS || isEveryPort(ports)) {
      whole.push(key);
      continue;
    }
    part.push(key);
    const rest = minus(ALL_PORTS, ports);
    if (piecesOf(rest) < piecesOf(ports)) {
      whole.push(key);
      list(except, key, rest);
    } else list(some, key, ports);
  }
  const portType = `${type} . inet_proto . inet_service`;
  const named = (label: string, kind: string, elements: readonly string[]): NftSet => ({
    name: `${label}_${name}`,
    type: kind,
    elements,
    ...(label === prefix.part ? {} : { counted: true }),
  });
  const setsOf = (label: string, lists: Lists): NftSet[] => [
    named(label, portType, lists.ports),
    named(`${label}_icmp`, type, lists.icmp),
    named(`${label}_other`, type, lists.other),
  ];
  const wholes = { ...named(prefix.whole, type, whole), ...(wholeName === '' ? {} : { name: wholeName }) };
  const parts = named(prefix.part, type, part);
  const sets = [wholes, ...setsOf(prefix.except, except), ...setsOf(prefix.some, some), parts].filter(
    ({ elements }) => (elements as readonly string[]).length > 0,
  );
  const names = new Set(sets.map((set) => set.name));
  const has = (label: string): boolean => names.has(`${label}_${name}`);
  // The set comes last: an element counts what it matches, whatever the rest of the rule says.
  const listRules = (label: string, match: string, port: string, end: Verdict): string[] => [
    ...(has(label) ? [`${match} . meta l4proto . th ${port} @${label}_${name} ${end}`] : []),
    ...(has(`${label}_icmp`) ? [`${ICMP} ${match} @${label}_icmp_${name} ${end}`] : []),
    ...(has(`${label}_other`) ? [`${OTHER} ${match} @${label}_other_${name} ${end}`] : []),
  ];
  const opposite = verdict === 'drop' ? 'accept' : 'drop';
  return {
    sets,
    rules: (match, port) => [
      ...listRules(prefix.except, match, port, opposite),
      ...(names.has(wholes.name) ? [`${match} @${wholes.name} ${verdict}`] : []),
      ...listRules(prefix.some, match, port, verdict),
    ],
    errors: (match) => (has(prefix.part) ? [`ct state related ${ICMP} ${match} @${parts.name} accept`] : []),
  };
}

export const ICMP = 'meta l4proto { icmp, ipv6-icmp }';
const OTHER = 'meta l4proto != { tcp, udp, icmp, ipv6-icmp }';

function piecesOf({ tcp, udp, icmp, other }: PortSet): number {
  return tcp.length + udp.length + Number(icmp) + Number(other);
}

function list(lists: Lists, key: string, { tcp, udp, icmp, other }: PortSet): void {
  for (const range of tcp) lists.ports.push(`${key} . tcp . ${rangeText(range)}`);
  for (const range of udp) lists.ports.push(`${key} . udp . ${rangeText(range)}`);
  if (icmp) lists.icmp.push(key);
  if (other) lists.other.push(key);
}

export function rangeText([first, last]: PortRange): string {
  return first === last ? String(first) : `${first}-${last}`;
}

/** Rules about one side, with its ports in them: for the few sides that are no addresses of a set. */
export function portRules(match: string, ports: PortSet, port: 'dport' | 'sport', verdict: Verdict): readonly string[] {
  if (isEmpty(ports)) return [];
  if (isEveryPort(ports)) return [`${match} ${verdict}`];
  const rest = minus(ALL_PORTS, ports);
  if (piecesOf(rest) >= piecesOf(ports)) return listed(match, ports, port, verdict);
  return [...listed(match, rest, port, verdict === 'drop' ? 'accept' : 'drop'), `${match} ${verdict}`];
}

function listed(match: string, ports: PortSet, port: string, verdict: Verdict): readonly string[] {
  const ranges = (protocol: 'tcp' | 'udp'): string[] => {
    const all = ports[protocol];
    if (all.length === 0) return [];
    const every = all.length === 1 && all[0]?.[0] === 1 && all[0][1] === 65_535;
    if (every) return [`${match} meta l4proto ${protocol} ${verdict}`];
    return [`${match} ${protocol} ${port} { ${all.map(rangeText).join(', ')} } ${verdict}`];
  };
  return [
    ...ranges('tcp'),
    ...ranges('udp'),
    ...(ports.icmp ? [`${match} ${ICMP} ${verdict}`] : []),
    ...(ports.other ? [`${match} ${OTHER} ${verdict}`] : []),
  ];
}
