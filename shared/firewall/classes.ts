/** Packets that the rules of one chain cannot tell apart, so that each kind is walked through it once. */
import type { AddressRange, FirewallRule, PortRange, RuleMatch } from '../topology/firewall.ts';
import { joined, overlap } from './address.ts';
import type { Packet } from './packet.ts';

/** The same text for packets that all of `rules` treat alike. */
export type PacketClass = (packet: Packet) => string;

export function packetClass(rules: readonly FirewallRule[]): PacketClass {
  const { addresses, ports } = rangeClasses(rules);
  return (packet) => {
    const { family, protocol, first, iif, oif, source, destination, sport, dport, redirected, original } = packet;
    const local = (packet.localSource ? 2 : 0) + (packet.localDestination ? 1 : 0);
    let key = `${family}${protocol}${first ? 1 : 0}${local}|${iif?.join() ?? '?'}|${oif?.join() ?? '?'}`;
    key += `|${addresses(source)}|${addresses(destination)}|${ports(sport)}|${ports(dport)}`;
    // Else the original is what the packet itself says, or its mirror image.
    if (!redirected) return key;
    key += `|${addresses(original.source)}|${addresses(original.destination)}`;
    return `${key}|${ports(original.sport)}|${ports(original.dport)}`;
  };
}

/** The same text for addresses, or ports, that none of the rules tells apart. */
export interface RangeClasses {
  addresses(ranges: readonly AddressRange[] | null): string;
  ports(range: PortRange): string;
}

export function rangeClasses(rules: readonly Pick<FirewallRule, 'matches'>[]): RangeClasses {
  const sets = setsOf(rules);
  const bounds = boundsOf(rules);
  const known = new WeakMap<readonly AddressRange[], string>();
  const numbers = new Map<string, string>();
  return {
    addresses: (ranges) => {
      if (ranges === null) return '?';
      let found = known.get(ranges);
      if (found === undefined) {
        const membership = ranges.length === 0 ? '' : sets.map((set) => overlap(ranges, set).charAt(0)).join('');
        // Families differ even where no set tells them apart.
        const key = `${ranges[0]?.first.length ?? 0}${membership}`;
        found = numbers.get(key);
        if (found === undefined) numbers.set(key, (found = numbers.size.toString(36)));
        known.set(ranges, found);
      }
      return found;
    },
    ports: ([first, last]) => {
      const low = placeIn(bounds, first);
      return low === placeIn(bounds, last) ? `${low}` : `${first}-${last}`;
    },
  };
}

/**
 * Rules that differ only in the address they are for, as one for all these addresses.  The engine makes one such rule per
 * container: that each container has its own does not make them different kinds.
 */
export function pooled(rules: readonly FirewallRule[]): readonly Pick<FirewallRule, 'matches'>[] {
  const pools = new Map<string, { readonly rest: readonly RuleMatch[]; readonly ranges: AddressRange[] }>();
  for (const { matches, verdict } of rules) {
    const isFor = (match: RuleMatch): boolean => match.kind === 'daddr' && !match.negated && !match.original;
    const rest = matches.filter((match) => !isFor(match));
    const key = JSON.stringify([rest, verdict]);
    const pool = pools.get(key) ?? { rest, ranges: [] };
    pools.set(key, pool);
    for (const match of matches) if (match.kind === 'daddr' && isFor(match)) pool.ranges.push(...match.ranges);
  }
  return [...pools.values()].map(({ rest, ranges }) => ({
    matches:
      ranges.length === 0
        ? rest
        : [...rest, { kind: 'daddr', ranges: joined(ranges), original: false, negated: false }],
  }));
}

/** Every set of addresses that a rule asks for, each once. */
function setsOf(rules: readonly Pick<FirewallRule, 'matches'>[]): readonly (readonly AddressRange[])[] {
  const found = new Map<string, readonly AddressRange[]>();
  for (const { matches } of rules) {
    for (const match of matches) {
      if (match.kind !== 'saddr' && match.kind !== 'daddr') continue;
      found.set(match.ranges.map(({ first, last }) => `${first}${last}`).join(), match.ranges);
    }
  }
  return [...found.values()];
}

/** Numbers at which some rule's ranges of ports begin or have ended, in order. */
function boundsOf(rules: readonly Pick<FirewallRule, 'matches'>[]): readonly number[] {
  const found = new Set<number>();
  for (const { matches } of rules) {
    for (const match of matches) {
      if (match.kind !== 'sport' && match.kind !== 'dport') continue;
      for (const [first, last] of match.ranges) found.add(first).add(last + 1);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** How many bounds are not above the port. */
function placeIn(bounds: readonly number[], port: number): number {
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bounds[middle] ?? 0) <= port) low = middle + 1;
    else high = middle;
  }
  return low;
}
