/** Packets as far as they are known, and whether a rule's match holds for one. */
import type { AddressRange, PortRange, RuleMatch } from '../topology/firewall.ts';
import { overlap } from './address.ts';

/**
 * One packet of a connection, or all packets that differ only within the ranges given.  Interface names: one of the list
 * (none: the packet has no such interface at that point), `null`: not known.  Addresses `null`: not known.
 */
export interface Packet {
  readonly family: 4 | 6;
  readonly iif: readonly string[] | null;
  readonly oif: readonly string[] | null;
  readonly source: readonly AddressRange[] | null;
  readonly destination: readonly AddressRange[] | null;
  /** `icmp`: an echo and its answer, in either family. */
  readonly protocol: 'tcp' | 'udp' | 'sctp' | 'icmp';
  readonly sport: PortRange;
  readonly dport: PortRange;
  /** The connection's first packet, before the machine redirected it. */
  readonly original: {
    readonly source: readonly AddressRange[] | null;
    readonly destination: readonly AddressRange[] | null;
    readonly sport: PortRange;
    readonly dport: PortRange;
  };
  readonly redirected: boolean;
  /** `false`: an answer. */
  readonly first: boolean;
  readonly localSource: boolean;
  readonly localDestination: boolean;
}

/** Ports that clients take. */
export const EPHEMERAL: PortRange = [32768, 60999];

export type Answer = 'yes' | 'no' | 'maybe';

/** What is learnt while matching. */
export interface Scrutiny {
  /** Whether some rule of the namespace sets packet marks. */
  readonly marks: boolean;
  /** A port at which the service's range has to be cut for a sharper answer; `null` when none was met. */
  cut: number | null;
}

export function matches(match: RuleMatch, packet: Packet, scrutiny: Scrutiny): Answer {
  switch (match.kind) {
    case 'iif':
    case 'oif':
      return negate(interfaceIn(packet[match.kind], match.names), match.negated);
    case 'saddr':
    case 'daddr': {
      const holder = match.original ? packet.original : packet;
      return negate(
        addressIn(match.kind === 'saddr' ? holder.source : holder.destination, match.ranges),
        match.negated,
      );
    }
    case 'sport':
    case 'dport': {
      if (packet.protocol === 'icmp') return 'no';
      const holder = match.original ? packet.original : packet;
      // The range of the service's port is at the far end of the first packet and the near end of an answer.
      const service = (match.kind === 'dport') === (match.original || packet.first);
      return negate(portIn(holder[match.kind], match.ranges, service ? scrutiny : null), match.negated);
    }
    case 'protocol':
      return negate(match.names.includes(nameOf(packet)) ? 'yes' : 'no', match.negated);
    case 'icmp':
      return packet.protocol === 'icmp' ? negate(echoIn(match.types, packet), match.negated) : 'no';
    case 'family':
      return negate(match.family === packet.family ? 'yes' : 'no', match.negated);
    case 'state':
      return negate(match.states.includes(packet.first ? 'new' : 'established') ? 'yes' : 'no', match.negated);
    case 'flags':
      return packet.protocol === 'tcp' ? negate(flagsIn(match, packet), match.negated) : 'no';
    case 'redirected':
      return negate(packet.redirected ? 'yes' : 'no', match.negated);
    case 'direction':
      return match.original === packet.first ? 'yes' : 'no';
    case 'local':
      return negate(
        (match.side === 'source' ? packet.localSource : packet.localDestination) ? 'yes' : 'no',
        match.negated,
      );
    case 'mark':
      if (scrutiny.marks) return 'maybe';
      return negate(match.value === 0 ? 'yes' : 'no', match.negated);
    case 'opaque':
      return 'maybe';
  }
}

function nameOf({ protocol, family }: Packet): string {
  return protocol === 'icmp' && family === 6 ? 'ipv6-icmp' : protocol;
}

/** Numbers of echo requests and their answers, ICMP and ICMPv6. */
function echoIn(types: readonly string[], { family, first }: Packet): Answer {
  const [request, reply] = family === 4 ? ['8', '0'] : ['128', '129'];
  return types.includes((first ? request : reply) ?? '') ? 'yes' : 'no';
}

function negate(answer: Answer, negated: boolean): Answer {
  if (!negated || answer === 'maybe') return answer;
  return answer === 'yes' ? 'no' : 'yes';
}

function interfaceIn(names: readonly string[] | null, patterns: readonly string[]): Answer {
  // Nothing that leaves a stack goes through its loopback; any other name may be the one that is not known.
  if (names === null) return patterns.every((pattern) => pattern === 'lo') ? 'no' : 'maybe';
  const hit = (name: string): boolean =>
    patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : pattern === name));
  const found = names.filter(hit).length;
  return found === 0 ? 'no' : found === names.length ? 'yes' : 'maybe';
}

function addressIn(some: readonly AddressRange[] | null, ranges: readonly AddressRange[]): Answer {
  if (some === null) return 'maybe';
  if (some.length === 0) return 'no';
  const how = overlap(some, ranges);
  return how === 'inside' ? 'yes' : how === 'apart' ? 'no' : 'maybe';
}

function portIn([first, last]: PortRange, ranges: readonly PortRange[], scrutiny: Scrutiny | null): Answer {
  let touched = false;
  for (const [low, high] of ranges) {
    if (low <= first && high >= last) return 'yes';
    if (high < first || low > last) continue;
    touched = true;
    if (scrutiny) scrutiny.cut = low > first ? low : high + 1;
  }
  return touched ? 'maybe' : 'no';
}

/** What TCP's packets carry in a connection that comes about: the first one, and those that answer. */
const FIRST_FLAGS = [['syn']];
const ANSWER_FLAGS = [['syn', 'ack'], ['ack'], ['psh', 'ack'], ['fin', 'ack']];

function flagsIn(
  { mask, set }: { readonly mask: readonly string[]; readonly set: readonly string[] },
  { first }: Packet,
): Answer {
  const kinds = first ? FIRST_FLAGS : ANSWER_FLAGS;
  const held = kinds.filter((flags) => mask.every((flag) => flags.includes(flag) === set.includes(flag))).length;
  return held === 0 ? 'no' : held === kinds.length ? 'yes' : 'maybe';
}
