/**
 * Packet filters as read from network namespaces: what chains and rules say, reduced to what can stop a connection.
 *
 * Plain data, compared deeply like the rest of the topology.  Every text in here came from a machine and is hostile.
 */

/**
 * A run of addresses of one family, both ends included, as hexadecimal digits (8 for IPv4, 32 for IPv6) so that texts
 * compare as the addresses do.
 */
export interface AddressRange {
  readonly first: string;
  readonly last: string;
}

/** A run of port numbers, both ends included. */
export type PortRange = readonly [first: number, last: number];

/** One thing a rule asks of a packet.  `negated`: it must not be so. */
export type RuleMatch =
  /** A name ending in `*` stands for all that begin so. */
  | { readonly kind: 'iif' | 'oif'; readonly names: readonly string[]; readonly negated: boolean }
  /** `original`: as it was before the machine redirected it. */
  | {
      readonly kind: 'saddr' | 'daddr';
      readonly ranges: readonly AddressRange[];
      readonly original: boolean;
      readonly negated: boolean;
    }
  | {
      readonly kind: 'sport' | 'dport';
      readonly ranges: readonly PortRange[];
      readonly original: boolean;
      readonly negated: boolean;
    }
  /** `tcp`, `udp`, `sctp`, `icmp`, `ipv6-icmp`, or any other name or number, which is none of these. */
  | { readonly kind: 'protocol'; readonly names: readonly string[]; readonly negated: boolean }
  | { readonly kind: 'family'; readonly family: 4 | 6; readonly negated: boolean }
  /** Types of ICMP or ICMPv6, by number (a text without digits is a type that has nothing to do with an echo). */
  | { readonly kind: 'icmp'; readonly types: readonly string[]; readonly negated: boolean }
  /** `new`, `established`, `related`, `invalid`, `untracked`. */
  | { readonly kind: 'state'; readonly states: readonly string[]; readonly negated: boolean }
  /** TCP flags: of those in `mask` exactly those in `set`. */
  | {
      readonly kind: 'flags';
      readonly mask: readonly string[];
      readonly set: readonly string[];
      readonly negated: boolean;
    }
  /** Whether the machine redirects the connection. */
  | { readonly kind: 'redirected'; readonly negated: boolean }
  /** Whether the packet goes with or against the connection's first. */
  | { readonly kind: 'direction'; readonly original: boolean }
  /** Whether the address is one of the namespace's own. */
  | { readonly kind: 'local'; readonly side: 'source' | 'destination'; readonly negated: boolean }
  /** The packet mark, which is 0 unless a rule sets it. */
  | { readonly kind: 'mark'; readonly value: number; readonly mask: number; readonly negated: boolean }
  /** Something this version cannot evaluate. */
  | { readonly kind: 'opaque'; readonly what: string };

/** What a rule does with a packet that it matches. */
export type RuleVerdict =
  | { readonly kind: 'accept' | 'drop' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly chain: string }
  /** Counts, logs, marks: the packet goes on. */
  | { readonly kind: 'continue'; readonly marks: boolean }
  /** Lets the packet go on under another source address. */
  | { readonly kind: 'hide' }
  /** Sends the connection somewhere else. */
  | { readonly kind: 'redirect' }
  /** A program, or something unknown, decides. */
  | { readonly kind: 'opaque'; readonly what: string };

export interface FirewallRule {
  readonly matches: readonly RuleMatch[];
  readonly verdict: RuleVerdict;
  /** The rule as a person would write it, shortened. */
  readonly text: string;
}

export type FirewallFamily = 'ip' | 'ip6' | 'inet' | 'bridge' | 'netdev';
export type FirewallHook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting' | 'ingress' | 'egress';

/** Where a base chain is hooked in. */
export interface ChainBase {
  readonly hook: FirewallHook;
  readonly priority: number;
  readonly type: 'filter' | 'nat' | 'route';
  readonly policy: 'accept' | 'drop';
  /** For `ingress` and `egress`: the devices; empty otherwise. */
  readonly devices: readonly string[];
}

export interface FirewallChain {
  readonly family: FirewallFamily;
  readonly table: string;
  /** Tables of legacy iptables are apart from nftables ones of the same name. */
  readonly legacy: boolean;
  readonly name: string;
  readonly base: ChainBase | null;
  readonly rules: readonly FirewallRule[];
}

/** Rules that are there and could not be read. */
export interface UnreadPart {
  readonly what: string;
  /** `ip`: they see nothing of packets that stay inside one bridge. */
  readonly level: 'ip' | 'any';
}

/** The packet filter of one network namespace. */
export interface Firewall {
  readonly chains: readonly FirewallChain[];
  /** Empty when everything was read. */
  readonly unread: readonly UnreadPart[];
}

/** Everything read of one machine at one time. */
export interface FirewallFacts {
  readonly host: Firewall;
  /** By id of the container that owns the stack; only those whose namespace holds more than the engine and we put there. */
  readonly containers: Readonly<Record<string, Firewall>>;
  /** Names of the machine's interfaces that lead outside: those that hold its own addresses. */
  readonly outside: readonly string[];
  /** Whether packets inside one bridge pass the machine's forward hook, per family. */
  readonly bridged4: boolean;
  readonly bridged6: boolean;
}
