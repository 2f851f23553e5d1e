/** Sets of ports: what a rule speaks of, what of a pair is denied. */
import { BulkheadError } from './errors.ts';

/** First and last port, both included. */
export type PortRange = readonly [first: number, last: number];

/**
 * What packets a rule is about.  Ranges are ascending, apart from each other and never adjacent, so that equal sets are
 * deeply equal.  `other`: every protocol that is neither TCP, UDP nor ICMP (of either family).
 */
export interface PortSet {
  readonly tcp: readonly PortRange[];
  readonly udp: readonly PortRange[];
  readonly icmp: boolean;
  readonly other: boolean;
}

const MAX = 65_535;
const EVERY: readonly PortRange[] = [[1, MAX]];

export const ALL_PORTS: PortSet = { tcp: EVERY, udp: EVERY, icmp: true, other: true };
export const NO_PORTS: PortSet = { tcp: [], udp: [], icmp: false, other: false };

/** Longer than any rule a person writes; keeps tables and messages bounded. */
const MAX_TEXTS = 256;

/**
 * Reads `tcp/5432`, `udp/5000-5100`, `tcp` (every port of it), `icmp`.
 *
 * @throws BulkheadError `BAD_INPUT` for anything else, and for an empty or endless list.
 */
export function parsePorts(texts: readonly string[]): PortSet {
  if (texts.length === 0) throw bad('The list of ports is empty.');
  if (texts.length > MAX_TEXTS) throw bad(`A rule takes at most ${MAX_TEXTS} ports and ranges.`);
  return texts.map(parseOne).reduce(unionOf, NO_PORTS);
}

function parseOne(text: string): PortSet {
  const [, protocol = '', first, last] = /^(tcp|udp|icmp)(?:\/(\d{1,5})(?:-(\d{1,5}))?)?$/i.exec(text.trim()) ?? [];
  const name = protocol.toLowerCase();
  if (name === 'icmp' && first === undefined) return { ...NO_PORTS, icmp: true };
  if (name !== 'tcp' && name !== 'udp') throw bad(`"${clean(text)}" names no port.`);
  if (first === undefined) return { ...NO_PORTS, [name]: EVERY };
  const [from, to] = [Number(first), Number(last ?? first)];
  if (from < 1 || to > MAX || from > to) {
    throw bad(`"${clean(text)}" is no port between 1 and ${MAX}, nor a range of them from low to high.`);
  }
  return { ...NO_PORTS, [name]: [[from, to]] };
}

function bad(message: string): BulkheadError {
  return new BulkheadError({ code: 'BAD_INPUT', message, hint: 'Write tcp/5432, udp/5000-5100, tcp, udp or icmp.' });
}

function clean(text: string): string {
  return text.slice(0, 40).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}

/** The texts that `parsePorts` reads back to this set; `null` for the set of everything, which has no list. */
export function formatPorts(set: PortSet): readonly string[] | null {
  if (isEveryPort(set)) return null;
  const ranges = (name: 'tcp' | 'udp'): string[] =>
    set[name].map(([first, last]) => {
      if (first === 1 && last === MAX) return name;
      return first === last ? `${name}/${first}` : `${name}/${first}-${last}`;
    });
  return [...ranges('tcp'), ...ranges('udp'), ...(set.icmp ? ['icmp'] : []), ...(set.other ? ['other'] : [])];
}

export function isEveryPort({ tcp, udp, icmp, other }: PortSet): boolean {
  // Ranges are never adjacent, so all ports are one range.
  return icmp && other && isEveryRange(tcp) && isEveryRange(udp);
}

function isEveryRange([range]: readonly PortRange[]): boolean {
  return range !== undefined && range[0] <= 1 && range[1] >= MAX;
}

export function isEmpty({ tcp, udp, icmp, other }: PortSet): boolean {
  return tcp.length === 0 && udp.length === 0 && !icmp && !other;
}

/** Whether one port of one protocol is in the set; `icmp` has no port, any other protocol neither. */
export function hasPort(set: PortSet, protocol: string, port: number): boolean {
  if (protocol === 'icmp') return set.icmp;
  if (protocol !== 'tcp' && protocol !== 'udp') return set.other;
  return set[protocol].some(([first, last]) => first <= port && port <= last);
}

export function unionOf(one: PortSet, other: PortSet): PortSet {
  return {
    tcp: joined([...one.tcp, ...other.tcp]),
    udp: joined([...one.udp, ...other.udp]),
    icmp: one.icmp || other.icmp,
    other: one.other || other.other,
  };
}

/** What is in the first and not in the second. */
export function minus(one: PortSet, other: PortSet): PortSet {
  return {
    tcp: without(one.tcp, other.tcp),
    udp: without(one.udp, other.udp),
    icmp: one.icmp && !other.icmp,
    other: one.other && !other.other,
  };
}

export function intersectionOf(one: PortSet, other: PortSet): PortSet {
  return minus(one, minus(one, other));
}

function joined(ranges: readonly PortRange[]): readonly PortRange[] {
  const found: [number, number][] = [];
  for (const [first, last] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const before = found.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else found.push([first, last]);
  }
  return found;
}

function without(ranges: readonly PortRange[], gone: readonly PortRange[]): readonly PortRange[] {
  return ranges.flatMap((range) => {
    let rest: readonly PortRange[] = [range];
    for (const [from, to] of gone) {
      rest = rest.flatMap(([first, last]): PortRange[] => {
        if (to < first || from > last) return [[first, last]];
        const left: PortRange[] = first < from ? [[first, from - 1]] : [];
        return to < last ? [...left, [to + 1, last]] : left;
      });
    }
    return rest;
  });
}
