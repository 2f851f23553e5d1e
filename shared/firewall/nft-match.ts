/** One nftables condition (`match` in `nft -j`) as matches of ours. */
import type { AddressRange, PortRange, RuleMatch } from '../topology/firewall.ts';
import { addressKey, joined, prefixRange, rangeOf } from './address.ts';
import { isList, isObject, objectIn, textIn, type Json } from './json.ts';
import { icmpMatches, NEVER, protocolName } from './parse-save.ts';

/** Elements of the sets of one table, by name; `undefined` where there is none or it was not listed. */
export type Sets = ReadonlyMap<string, readonly Json[]>;

export function opaque(what: string): RuleMatch {
  return { kind: 'opaque', what };
}

export interface Condition {
  readonly left: Json;
  readonly op: string;
  readonly right: Json;
}

/** What must hold for the condition; several where a condition implies a family or a protocol. */
export function matchesOf({ left, op, right }: Condition, sets: Sets): readonly RuleMatch[] {
  const negated = op === '!=';
  if (!['==', '!=', 'in', '<', '>', '<=', '>='].includes(op)) return [opaque(op)];
  if (!isObject(left)) return [opaque('expression')];
  const masked = left['&'];
  if (isList(masked)) return maskedMatches(masked, negated, right);
  const values = elementsOf(right, sets);
  if (!values) return [opaque(typeof right === 'string' ? right : 'set')];
  const ordered = op.startsWith('<') || op.startsWith('>');
  if (isObject(left['payload'])) {
    const { payload } = left;
    return payloadMatches(textIn(payload, 'protocol'), textIn(payload, 'field'), values, negated, ordered ? op : '');
  }
  if (ordered) return [opaque(op)];
  // Extension headers and fragments: ordinary connections have none.
  if (!negated && (isObject(left['exthdr']) || isObject(left['rt']) || isObject(left['frag']))) return [NEVER];
  if (isObject(left['meta'])) return metaMatches(textIn(left['meta'], 'key'), values, negated);
  if (isObject(left['ct'])) return ctMatches(textIn(left['ct'], 'key'), textIn(left['ct'], 'dir'), values, negated);
  if (isObject(left['fib'])) return fibMatches(left['fib'], values, negated);
  return [opaque(Object.keys(left)[0] ?? 'expression')];
}

/** The values the right side stands for; `null` for a set that was not listed. */
export function elementsOf(right: Json, sets: Sets): readonly Json[] | null {
  if (typeof right === 'string' && right.startsWith('@')) return sets.get(right.slice(1))?.map(plain) ?? null;
  const set = isObject(right) ? right['set'] : undefined;
  if (isList(set)) return set.map(plain);
  return isList(right) ? right : [right];
}

/** An element without the comment, counter or timeout it carries. */
export function plain(element: Json): Json {
  const inner = objectIn(element, 'elem')['val'];
  return inner ?? element;
}

function payloadMatches(
  protocol: string,
  field: string,
  values: readonly Json[],
  negated: boolean,
  order: string,
): readonly RuleMatch[] {
  if (protocol === 'ip' || protocol === 'ip6') {
    const family: RuleMatch = { kind: 'family', family: protocol === 'ip' ? 4 : 6, negated: false };
    if (field === 'saddr' || field === 'daddr') {
      if (order !== '') return [family, opaque(`${field} ${order}`)];
      return [family, addressMatch(field, values, negated, false)];
    }
    if (field === 'protocol' || field === 'nexthdr') return [family, protocolMatch(values, negated)];
    return [family, opaque(`${protocol} ${field}`)];
  }
  if (['tcp', 'udp', 'sctp', 'th'].includes(protocol)) {
    const needs: RuleMatch[] = protocol === 'th' ? [] : [{ kind: 'protocol', names: [protocol], negated: false }];
    if (field === 'sport' || field === 'dport') return [...needs, portMatch(field, values, negated, order, false)];
    return [...needs, opaque(`${protocol} ${field}`)];
  }
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    const family = protocol === 'icmp' ? 'ip' : 'ip6';
    if (field === 'type') return icmpMatches(family, values.map(String), negated);
    return [...icmpMatches(family, ['any'], false), opaque(`${protocol} ${field}`)];
  }
  if (['ah', 'esp', 'comp', 'dccp', 'udplite', 'igmp'].includes(protocol)) return [protocolMatch([protocol], false)];
  return [opaque(protocol === '' ? 'raw payload' : `${protocol} ${field}`)];
}

function metaMatches(key: string, values: readonly Json[], negated: boolean): readonly RuleMatch[] {
  const texts = values.map(String);
  switch (key) {
    case 'iif':
    case 'iifname':
      return [{ kind: 'iif', names: texts, negated }];
    case 'oif':
    case 'oifname':
      return [{ kind: 'oif', names: texts, negated }];
    case 'l4proto':
      return [protocolMatch(values, negated)];
    case 'nfproto':
    case 'protocol': {
      const four = texts.includes('ipv4') || texts.includes('ip');
      const six = texts.includes('ipv6') || texts.includes('ip6');
      if (four === six) return four && !negated ? [] : [NEVER];
      return [{ kind: 'family', family: four ? 4 : 6, negated }];
    }
    case 'mark': {
      const [mark] = values;
      return values.length === 1 && typeof mark === 'number'
        ? [{ kind: 'mark', value: mark, mask: 0xffffffff, negated }]
        : [opaque('meta mark')];
    }
    case 'pkttype': {
      // Connections are made of packets to one receiver.
      const unicast = texts.some((text) => text === 'unicast' || text === 'host');
      return unicast === negated ? [NEVER] : [];
    }
    default:
      return [opaque(`meta ${key}`)];
  }
}

function ctMatches(key: string, dir: string, values: readonly Json[], negated: boolean): readonly RuleMatch[] {
  const texts = values.map(String);
  switch (key) {
    case 'state':
      return [{ kind: 'state', states: texts, negated }];
    case 'status':
      return texts.length === 1 && texts[0] === 'dnat' ? [{ kind: 'redirected', negated }] : [opaque('ct status')];
    case 'direction':
      return texts.length === 1 ? [{ kind: 'direction', original: (texts[0] === 'original') !== negated }] : [];
    case 'ip daddr':
    case 'ip6 daddr':
    case 'daddr':
    case 'ip saddr':
    case 'ip6 saddr':
    case 'saddr':
      if (dir !== 'original') return [opaque(`ct ${key}`)];
      return [addressMatch(key.endsWith('daddr') ? 'daddr' : 'saddr', values, negated, true)];
    case 'proto-dst':
    case 'proto-src':
      if (dir !== 'original') return [opaque(`ct ${key}`)];
      return [portMatch(key === 'proto-dst' ? 'dport' : 'sport', values, negated, '', true)];
    case 'l3proto':
      return [{ kind: 'family', family: texts[0] === 'ipv4' ? 4 : 6, negated }];
    case 'protocol':
      return [protocolMatch(values, negated)];
    default:
      return [opaque(`ct ${key}`)];
  }
}

/** `fib daddr type local`; and reverse path filters, which stop only what has no way back. */
function fibMatches(fib: Json, values: readonly Json[], negated: boolean): readonly RuleMatch[] {
  const flags = isObject(fib) ? fib['flags'] : undefined;
  const list = isList(flags) ? flags : [flags ?? ''];
  const result = textIn(fib, 'result');
  if (result === 'type' && list.length === 1 && values.length === 1 && values[0] === 'local') {
    return [{ kind: 'local', side: list[0] === 'saddr' ? 'source' : 'destination', negated }];
  }
  if (result === 'oif' && list.includes('saddr') && values.length === 1) {
    const missing = values[0] === '0' || values[0] === 0 || values[0] === false;
    if (missing) return negated ? [] : [NEVER];
  }
  return [opaque('fib')];
}

function maskedMatches([left, mask]: readonly Json[], negated: boolean, right: Json): readonly RuleMatch[] {
  if (textIn(objectIn(left, 'payload'), 'field') === 'flags') {
    return [
      { kind: 'protocol', names: ['tcp'], negated: false },
      { kind: 'flags', mask: flagNames(mask), set: flagNames(right), negated },
    ];
  }
  if (textIn(objectIn(left, 'meta'), 'key') === 'mark' && typeof mask === 'number' && typeof right === 'number') {
    return [{ kind: 'mark', value: right, mask, negated }];
  }
  return [opaque('masked value')];
}

function flagNames(value: Json | undefined): readonly string[] {
  const list = isList(value) ? value : isObject(value) && isList(value['|']) ? value['|'] : [value ?? null];
  return list.filter((name) => typeof name === 'string');
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : '';
}

function protocolMatch(values: readonly Json[], negated: boolean): RuleMatch {
  return {
    kind: 'protocol',
    names: values.map((value) => protocolName(typeof value === 'number' ? String(value) : textOf(value))),
    negated,
  };
}

function addressMatch(
  kind: 'saddr' | 'daddr',
  values: readonly Json[],
  negated: boolean,
  original: boolean,
): RuleMatch {
  const ranges: AddressRange[] = [];
  for (const value of values) {
    const range = addressRange(value);
    if (!range) return opaque(kind);
    ranges.push(range);
  }
  return { kind, ranges: joined(ranges), original, negated };
}

function addressRange(value: Json): AddressRange | null {
  if (typeof value === 'string') return rangeOf(value);
  const prefix = objectIn(value, 'prefix');
  const key = addressKey(textIn(prefix, 'addr'));
  const length = prefix['len'];
  if (key !== null && typeof length === 'number') return prefixRange(key, length);
  const range = isObject(value) ? value['range'] : undefined;
  return isList(range) && range.length === 2 ? rangeOf(range.map(String).join('-')) : null;
}

function portMatch(
  kind: 'sport' | 'dport',
  values: readonly Json[],
  negated: boolean,
  order: string,
  original: boolean,
): RuleMatch {
  const ranges: PortRange[] = [];
  for (const value of values) {
    const range = portRange(value, order);
    if (!range) return opaque(kind);
    ranges.push(range);
  }
  return { kind, ranges, original, negated };
}

function portRange(value: Json, order: string): PortRange | null {
  const range = isObject(value) ? value['range'] : undefined;
  if (isList(range)) {
    const [first, last] = range;
    return typeof first === 'number' && typeof last === 'number' ? [first, last] : null;
  }
  if (typeof value !== 'number') return null;
  if (order === '<') return [0, value - 1];
  if (order === '<=') return [0, value];
  if (order === '>') return [value + 1, 65535];
  return order === '>=' ? [value, 65535] : [value, value];
}
