/**
 * Reads the part of nftables' language that our tables use, and judges packets by it.
 *
 * The simulated wire obeys the very text a kernel would be given, so that a mistake in that text shows in the demo as it
 * would on the wire.  An expression that is not understood is an error, never skipped.
 */

export interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly saddr: string;
  readonly daddr: string;
  readonly sport: number;
  readonly dport: number;
  /** Destination as the first packet's sender wrote it, before any translation. */
  readonly originalDaddr: string;
  readonly originalDport: number;
  readonly translated: boolean;
  /** Whether `daddr` belongs to the namespace that judges. */
  readonly local: boolean;
}

export type Hook = 'input' | 'output' | 'forward' | 'prerouting' | 'postrouting';

export interface Table {
  readonly sets: ReadonlyMap<string, ReadonlySet<string>>;
  readonly chains: readonly Chain[];
}

interface Chain {
  readonly name: string;
  /** Null: asked only where another one jumps to it. */
  readonly hook: Hook | null;
  readonly rules: readonly string[];
}

/** @throws Error naming what was not understood. */
export function parseTable(script: string): Table {
  // Port admission is about frames on real bridges, of which the demo has none.
  const [text = ''] = script.replace(/#[^\n]*/g, '').split(/^table inet bulkhead_gate /m);
  const sets = new Map<string, Set<string>>();
  for (const { name, body } of blocks(text, 'set'))
    sets.set(name, new Set(elements(/elements\s*=\s*\{([^}]*)\}/.exec(body)?.[1] ?? '')));
  for (const [, name = '', list = ''] of text.matchAll(/add element inet \S+ (\S+) \{([^}]*)\}/g)) {
    for (const element of elements(list)) sets.get(name)?.add(element);
  }
  const chains = blocks(text, 'chain').map(({ name, body }): Chain => {
    const hook = /\bhook (\w+)/.exec(body)?.[1] ?? null;
    const rules = body
      .split(/[\n;]/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('type ') && !line.startsWith('policy '));
    return { name, hook: hook as Hook | null, rules };
  });
  return { sets, chains };
}

function* namedBlocks(text: string, kind: string): Generator<{ name: string; body: string }> {
  const start = new RegExp(`\\b${kind} (\\w+) \\{`, 'g');
  for (let match = start.exec(text); match; match = start.exec(text)) {
    let depth = 1;
    let end = start.lastIndex;
    for (; end < text.length && depth > 0; end += 1) {
      if (text[end] === '{') depth += 1;
      if (text[end] === '}') depth -= 1;
    }
    yield { name: match[1] ?? '', body: text.slice(start.lastIndex, end - 1) };
  }
}

const blocks = (text: string, kind: string): { name: string; body: string }[] => [...namedBlocks(text, kind)];

function elements(list: string): string[] {
  return list
    .split(',')
    .map((element) => element.trim().replace(/\s*\.\s/g, ' . '))
    .filter((element) => element !== '');
}

/** Whether a packet that opens a connection passes every chain on this hook. */
export function passes(table: Table, hook: Hook, packet: Packet): boolean {
  return table.chains
    .filter((chain) => chain.hook === hook)
    .every((chain) => !['drop', 'reject'].includes(verdictOf(chain, table, packet) ?? ''));
}

/** Null: the end was come to, or a `return`. */
function verdictOf(chain: Chain, table: Table, packet: Packet): RuleVerdict {
  for (const rule of chain.rules) {
    const verdict = judge(rule, table, packet);
    if (verdict === 'return') return null;
    if (verdict !== null) return verdict;
  }
  return null;
}

type RuleVerdict = 'drop' | 'reject' | 'accept' | 'return' | null;

/** What the first packet of a connection has of these, and no other packet. */
const FLAGS = /^tcp flags & \(fin \| syn \| rst \| ack\) != syn\s+/;

/** One rule: matches from left to right, then its verdict; null when a match fails. */
function judge(rule: string, table: Table, packet: Packet): RuleVerdict {
  let rest = rule.replace(/\bcomment "[^"]*"/, '').trim();
  while (rest !== '') {
    const verdict = /^(drop|accept|return|reject)\b/.exec(rest)?.[1];
    if (verdict !== undefined) return verdict as RuleVerdict;
    const plain = /^counter\b\s*/.exec(rest);
    if (plain) {
      rest = rest.slice(plain[0].length);
      continue;
    }
    // A packet that opens a connection is in the middle of none.
    if (FLAGS.test(rest)) return null;
    const jump = /^jump (\w+)$/.exec(rest)?.[1];
    if (jump !== undefined) {
      const to = table.chains.find(({ name }) => name === jump);
      if (!to) throw new Error(`There is no chain for this rule: ${rule}`);
      return verdictOf(to, table, packet);
    }
    const match = MATCH.exec(rest);
    if (!match) throw new Error(`The demo's wire does not understand this rule: ${rule}`);
    const [whole, fields = '', operator = '', right = ''] = match;
    const value = fields
      .split(' . ')
      .map((field) => fieldOf(field.trim(), packet, rule))
      .join(' . ');
    const found = right.startsWith('@')
      ? holds(table.sets.get(right.slice(1)) ?? new Set(), value)
      : holds(new Set(literals(right)), value);
    if (found === (operator === '!=')) return null;
    rest = rest.slice(whole.length).trim();
  }
  return null;
}

/** Whether a set has that value, by itself or in a range. */
function holds(set: ReadonlySet<string>, value: string): boolean {
  if (set.has(value)) return true;
  const parts = value.split(' . ');
  for (const element of set) {
    if (!element.includes('-')) continue;
    const ends = element.split(' . ');
    if (ends.length === parts.length && ends.every((end, at) => isWithin(parts[at] ?? '', end))) return true;
  }
  return false;
}

function isWithin(value: string, range: string): boolean {
  const [first = '', last] = range.split('-');
  if (last === undefined) return value === range;
  const [low, at, high] = [numberOf(first), numberOf(value), numberOf(last)];
  return low !== null && at !== null && high !== null && low <= at && at <= high;
}

/** A port or an IPv4 address as a number; null for what is neither. */
function numberOf(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^\d+(\.\d+){3}$/.test(text)) return null;
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

const FIELD =
  '(?:[io]ifname|ct direction|ct state|ct status|ct original proto-dst|ct original ip6? [sd]addr|ct original [sd]addr|ip6? [sd]addr|ether [sd]addr|icmpv6 type|(?:tcp|udp|th) [sd]port|meta l4proto|meta nfproto|fib daddr type)';
const MATCH = new RegExp(`^(${FIELD}(?: \\. ${FIELD})*)\\s+(!= )?(@\\w+|\\{[^}]*\\}|[^\\s{]+)\\s*`);

function literals(right: string): string[] {
  return right.startsWith('{') ? elements(right.slice(1, -1)) : right.split(',');
}

/** Whether a field like `tcp dport` or `th dport` is one of this packet's. */
function hasPorts(field: string, { protocol }: Packet): boolean {
  return protocol !== 'icmp' && (field.startsWith('th ') || field.startsWith(`${protocol} `));
}

/** A field of a packet over IPv4; a field of another protocol or family matches nothing. */
function fieldOf(field: string, packet: Packet, rule: string): string {
  switch (field) {
    case 'ip saddr':
    case 'ct original ip saddr':
    case 'ct original saddr':
      return packet.saddr;
    case 'ip daddr':
      return packet.daddr;
    case 'ct original ip daddr':
    case 'ct original daddr':
      return packet.originalDaddr;
    case 'tcp sport':
    case 'udp sport':
    case 'th sport':
      return hasPorts(field, packet) ? String(packet.sport) : 'absent';
    case 'tcp dport':
    case 'udp dport':
    case 'th dport':
      return hasPorts(field, packet) ? String(packet.dport) : 'absent';
    case 'ct original proto-dst':
      return String(packet.originalDport);
    case 'meta l4proto':
      return packet.protocol;
    case 'meta nfproto':
      return 'ipv4';
    // Ways inside one stack are not walked: no packet is on its loopback interface.
    case 'iifname':
    case 'oifname':
      return '"eth0"';
    case 'ct direction':
      return 'original';
    case 'ct state':
      return 'new';
    case 'ct status':
      return packet.translated ? 'dnat' : 'none';
    case 'fib daddr type':
      return packet.local ? 'local' : 'unicast';
    // The demo's endpoints have no hardware addresses, as some real ones (ipvlan) have none of their own.
    case 'ether saddr':
    case 'icmpv6 type':
    case 'ip6 saddr':
    case 'ip6 daddr':
    case 'ct original ip6 saddr':
    case 'ct original ip6 daddr':
      return 'absent';
    default:
      throw new Error(`The demo's wire does not understand "${field}" in: ${rule}`);
  }
}
