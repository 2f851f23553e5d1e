/** What `iptables-save` and `ip6tables-save` print, of both kinds of iptables. */
import type {
  ChainBase,
  FirewallChain,
  FirewallHook,
  FirewallRule,
  RuleMatch,
  RuleVerdict,
} from '../topology/firewall.ts';
import { rangeOf } from './address.ts';
import { splitWords } from './words.ts';
import { shortened } from './rule-text.ts';

export interface SaveText {
  readonly family: 'ip' | 'ip6';
  readonly legacy: boolean;
  readonly text: string;
}

/** One table as printed. */
export interface SavedTable {
  readonly table: string;
  readonly chains: readonly FirewallChain[];
}

/** Every table that is printed whole; one that iptables calls incompatible is not among them. */
export function parseSave({ family, legacy, text }: SaveText): readonly SavedTable[] {
  const tables: SavedTable[] = [];
  let table = '';
  let chains = new Map<string, Draft>();
  for (const line of text.split('\n')) {
    if (line.startsWith('*')) {
      table = line.slice(1).trim();
      chains = new Map();
    } else if (line.startsWith(':')) {
      const [name = '', policy = ''] = line.slice(1).split(' ');
      chains.set(name, { base: policy === '-' ? null : baseOf(table, name, policy), rules: [] });
    } else if (line.startsWith('-A ')) {
      const words = splitWords(line);
      const name = words[1] ?? '';
      const draft = chains.get(name) ?? { base: null, rules: [] };
      chains.set(name, draft);
      draft.rules.push(ruleOf(words, line, family));
    } else if (line.startsWith('COMMIT') && table !== '') {
      const done = [...chains].map(([name, draft]): FirewallChain => ({ family, table, legacy, name, ...draft }));
      tables.push({ table, chains: done });
      table = '';
    }
  }
  return tables;
}

interface Draft {
  readonly base: ChainBase | null;
  readonly rules: FirewallRule[];
}

const HOOKS: Readonly<Record<string, FirewallHook>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
};

/** Priorities of the kernel's own tables (linux/netfilter_ipv4.h). */
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, nat: -100, filter: 0, security: 50 };

function baseOf(table: string, name: string, policy: string): ChainBase | null {
  const hook = HOOKS[name];
  if (!hook) return null;
  const source = table === 'nat' && (hook === 'postrouting' || hook === 'input');
  return {
    hook,
    priority: source ? 100 : (PRIORITIES[table] ?? 0),
    type: table === 'nat' ? 'nat' : 'filter',
    policy: policy === 'DROP' ? 'drop' : 'accept',
    devices: [],
  };
}

/** What a target does that is no verdict: the packet goes on. */
const GOES_ON = new Set(
  'LOG NFLOG ULOG AUDIT TRACE CHECKSUM CLASSIFY DSCP TOS TTL HL ECN TCPMSS TCPOPTSTRIP SET CT NOTRACK SECMARK CONNSECMARK IDLETIMER LED RATEEST TEE'.split(
    ' ',
  ),
);
const REDIRECTS = new Set(['DNAT', 'REDIRECT', 'NETMAP', 'TPROXY', 'DNPT']);

function verdictOf(target: string): RuleVerdict {
  if (target === 'ACCEPT') return { kind: 'accept' };
  if (target === 'SNAT' || target === 'MASQUERADE' || target === 'SNPT') return { kind: 'hide' };
  if (target === 'DROP' || target === 'REJECT') return { kind: 'drop' };
  if (target === 'RETURN') return { kind: 'return' };
  if (target === 'MARK' || target === 'CONNMARK') return { kind: 'continue', marks: true };
  if (GOES_ON.has(target)) return { kind: 'continue', marks: false };
  if (REDIRECTS.has(target)) return { kind: 'redirect' };
  if (/QUEUE$|^SYNPROXY$/.test(target)) return { kind: 'opaque', what: target };
  return { kind: 'jump', chain: target };
}

/** Options of targets end the matches: nothing after `-j` is one. */
function ruleOf(words: readonly string[], line: string, family: 'ip' | 'ip6'): FirewallRule {
  const matches: RuleMatch[] = [];
  let verdict: RuleVerdict = { kind: 'continue', marks: false };
  let negated = false;
  // Options a module has that are not known make the module one opaque match.
  let module = '';
  for (let at = 2; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '!') {
      negated = true;
      continue;
    }
    if (word === '-j' || word === '-g') {
      const target = words[at + 1] ?? '';
      verdict = word === '-g' ? { kind: 'goto', chain: target } : verdictOf(target);
      break;
    }
    if (word === '-m') {
      module = words[at + 1] ?? '';
      at += 1;
      // A reverse path filter stops only what has no way back.
      if (module === 'rpfilter') matches.push(...(words.includes('--invert') ? [NEVER] : []));
      else if (RARE.has(module)) matches.push(NEVER);
      else if (!READABLE.has(module)) matches.push({ kind: 'opaque', what: module });
      continue;
    }
    if (!word.startsWith('-')) continue;
    const value = words[at + 1] ?? '';
    const found = matchOf({ option: word, value, second: words[at + 2] ?? '', negated, module, family });
    if (word === '--comment') at += 1;
    if (found === 'opaque') matches.push({ kind: 'opaque', what: `${module} ${word}` });
    else if (found !== null) matches.push(...found);
    negated = false;
  }
  return { matches, verdict, text: shortened(`iptables: ${line}`) };
}

/** IPv6 extension headers that ordinary connections do not have. */
const RARE = new Set(['rt', 'frag', 'hbh', 'dst', 'mh', 'ah', 'esp', 'srh']);

/** Modules whose options are all known here. */
const READABLE = new Set([
  'tcp',
  'udp',
  'sctp',
  'icmp',
  'icmp6',
  'ipv6-icmp',
  'multiport',
  'conntrack',
  'state',
  'addrtype',
  'comment',
  'iprange',
  'mark',
  'pkttype',
]);

/** Never true of a packet that belongs to a connection: spoofed ones, those to many, what nobody can answer. */
export const NEVER: RuleMatch = { kind: 'protocol', names: [], negated: false };

interface Option {
  readonly option: string;
  readonly value: string;
  /** The word after the value: `--tcp-flags` has two. */
  readonly second: string;
  readonly negated: boolean;
  readonly module: string;
  readonly family: 'ip' | 'ip6';
}

/** `null`: an option that asks nothing (a comment, an option of a module that is opaque as a whole). */
function matchOf({ option, value, second, negated, module, family }: Option): readonly RuleMatch[] | 'opaque' | null {
  switch (option) {
    case '-i':
    case '-o':
      return [{ kind: option === '-i' ? 'iif' : 'oif', names: [value.replace(/\+$/, '*')], negated }];
    case '-f':
      // Fragments: filters see connections put together.
      return negated ? [] : [NEVER];
    case '--pkt-type':
      return (value === 'unicast') === negated ? [NEVER] : [];
    case '-s':
    case '-d':
    case '--src-range':
    case '--dst-range':
    case '--ctorigsrc':
    case '--ctorigdst': {
      const range = rangeOf(value);
      if (!range) return 'opaque';
      const kind = /s$|^--src|src$/.test(option) ? 'saddr' : 'daddr';
      return [{ kind, ranges: [range], original: option.startsWith('--ctorig'), negated }];
    }
    case '-p':
      return value === 'all' ? [] : [{ kind: 'protocol', names: [protocolName(value)], negated }];
    case '--sport':
    case '--dport':
    case '--sports':
    case '--dports':
    case '--source-port':
    case '--destination-port':
    case '--source-ports':
    case '--destination-ports':
    case '--ctorigsrcport':
    case '--ctorigdstport': {
      const ranges = portsOf(value);
      if (!ranges) return 'opaque';
      const kind = /^--s|src/.test(option) ? 'sport' : 'dport';
      return [{ kind, ranges, original: option.startsWith('--ctorig'), negated }];
    }
    case '--ctstate':
    case '--state':
      return statesOf(value, negated);
    case '--ctstatus':
      return value.toUpperCase() === 'DNAT' ? [{ kind: 'redirected', negated }] : 'opaque';
    case '--ctdir':
      return [{ kind: 'direction', original: (value.toUpperCase() === 'ORIGINAL') !== negated }];
    case '--dst-type':
    case '--src-type':
      // Connections are made of packets to one receiver.
      if (['MULTICAST', 'BROADCAST', 'ANYCAST'].includes(value)) return negated ? [] : [NEVER];
      if (value !== 'LOCAL') return 'opaque';
      return [{ kind: 'local', side: option === '--dst-type' ? 'destination' : 'source', negated }];
    case '--mark': {
      const [mark = '', mask = '0xffffffff'] = value.split('/');
      return module === 'mark' ? [{ kind: 'mark', value: Number(mark), mask: Number(mask), negated }] : null;
    }
    case '--comment':
      return null;
    case '--icmp-type':
    case '--icmpv6-type':
      return icmpMatches(family, [value], negated);
    case '--tcp-flags':
      return [{ kind: 'flags', mask: flagsOf(value), set: flagsOf(second), negated }];
    case '--syn':
      return [{ kind: 'flags', mask: ['fin', 'syn', 'rst', 'ack'], set: ['syn'], negated }];
    default:
      // What a module that was dealt with as a whole asks has been said.
      return READABLE.has(module) || module === '' ? 'opaque' : null;
  }
}

/** Names as iptables and nft write them; types without a name of ours play no part in an echo. */
const ICMP_TYPES: Readonly<Record<string, string>> = {
  'echo-request': '8',
  'echo-reply': '0',
  ping: '8',
  pong: '0',
};
const ICMP6_TYPES: Readonly<Record<string, string>> = { ...ICMP_TYPES, 'echo-request': '128', 'echo-reply': '129' };

/** `8`, `8/0`, `echo-request`, `any`. */
export function icmpMatches(family: 'ip' | 'ip6', types: readonly string[], negated: boolean): readonly RuleMatch[] {
  const protocol: RuleMatch = {
    kind: 'protocol',
    names: [family === 'ip' ? 'icmp' : 'ipv6-icmp'],
    negated: false,
  };
  if (types.some((type) => type === 'any' || type === '255')) return [protocol];
  const names = family === 'ip' ? ICMP_TYPES : ICMP6_TYPES;
  const numbers = types.map((type) => names[type] ?? type.split('/')[0] ?? '');
  return [protocol, { kind: 'icmp', types: numbers, negated }];
}

function flagsOf(list: string): readonly string[] {
  if (list === 'ALL') return ['fin', 'syn', 'rst', 'psh', 'ack', 'urg'];
  return list === 'NONE' ? [] : list.toLowerCase().split(',');
}

/** DNAT and SNAT are among the states iptables knows. */
function statesOf(value: string, negated: boolean): readonly RuleMatch[] | 'opaque' {
  const states = value.toLowerCase().split(',');
  if (states.length === 1 && states[0] === 'dnat') return [{ kind: 'redirected', negated }];
  if (states.includes('dnat') || states.includes('snat')) return 'opaque';
  return [{ kind: 'state', states, negated }];
}

export function protocolName(value: string): string {
  const number = { '6': 'tcp', '17': 'udp', '132': 'sctp', '1': 'icmp', '58': 'ipv6-icmp', icmpv6: 'ipv6-icmp' }[
    value.toLowerCase()
  ];
  return number ?? value.toLowerCase();
}

/** `80`, `80,443`, `8000:9000`, `:1023`, `1024:`; `null` for service names. */
function portsOf(value: string): readonly (readonly [number, number])[] | null {
  const ranges: (readonly [number, number])[] = [];
  for (const part of value.split(',')) {
    const found = /^(\d*)(:?)(\d*)$/.exec(part);
    if (!found || part === '' || part === ':') return null;
    const first = found[1] === '' ? 0 : Number(found[1]);
    const last = found[2] === '' ? first : found[3] === '' ? 65535 : Number(found[3]);
    ranges.push([first, last]);
  }
  return ranges;
}
