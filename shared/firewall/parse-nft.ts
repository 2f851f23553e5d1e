/** What `nft -j list ruleset` prints. */
import type {
  ChainBase,
  FirewallChain,
  FirewallFamily,
  FirewallHook,
  FirewallRule,
  RuleMatch,
  RuleVerdict,
} from '../topology/firewall.ts';
import { isList, isObject, objectIn, readJson, textIn, type Json, type JsonObject } from './json.ts';
import { elementsOf, matchesOf, opaque, plain, type Sets } from './nft-match.ts';
import { ruleText } from './nft-text.ts';

/** A rule with more alternatives than this (a map, tuples) is not taken apart. */
const ALTERNATIVES = 256;

/** `terse`: sets were listed without their elements.  `null` when the text is not what nft prints. */
export function parseNft(text: string, terse = false): readonly FirewallChain[] | null {
  const all = objectOf(readJson(text))['nftables'];
  if (!isList(all)) return null;
  const setsOf = new Map<string, Map<string, readonly Json[]>>();
  const chains = new Map<string, FirewallChain & { readonly rules: FirewallRule[] }>();
  for (const item of all) {
    const set = isObject(item) ? (item['set'] ?? item['map']) : undefined;
    if (isObject(set)) {
      const table = tableKey(set);
      const sets = setsOf.get(table) ?? new Map<string, readonly Json[]>();
      setsOf.set(table, sets);
      const elements = set['elem'];
      // A set that programs fill as packets pass says nothing lasting.
      const dynamic = isList(set['flags']) && set['flags'].includes('dynamic');
      if (!dynamic && !terse) sets.set(textIn(set, 'name'), isList(elements) ? elements : []);
    }
    const chain = objectIn(item, 'chain');
    if ('name' in chain) chains.set(chainKey(chain, textIn(chain, 'name')), { ...chainOf(chain), rules: [] });
  }
  for (const item of all) {
    const rule = objectIn(item, 'rule');
    const chain = chains.get(chainKey(rule, textIn(rule, 'chain')));
    if (chain) chain.rules.push(...rulesOf(rule, setsOf.get(tableKey(rule)) ?? new Map<string, readonly Json[]>()));
  }
  return [...chains.values()];
}

function objectOf(value: Json): JsonObject {
  return isObject(value) ? value : {};
}

function tableKey(item: JsonObject): string {
  return `${textIn(item, 'family')} ${textIn(item, 'table')}`;
}

function chainKey(item: JsonObject, chain: string): string {
  return `${tableKey(item)} ${chain}`;
}

function chainOf(chain: JsonObject): FirewallChain {
  const hook = textIn(chain, 'hook');
  const priority = chain['prio'];
  const devices = chain['dev'] ?? [];
  const base: ChainBase | null =
    hook === ''
      ? null
      : {
          hook: hook as FirewallHook,
          priority: typeof priority === 'number' ? priority : 0,
          type: textIn(chain, 'type') === 'nat' ? 'nat' : 'filter',
          policy: textIn(chain, 'policy') === 'drop' ? 'drop' : 'accept',
          devices: (isList(devices) ? devices : [devices]).map(String),
        };
  return {
    family: textIn(chain, 'family') as FirewallFamily,
    table: textIn(chain, 'table'),
    legacy: false,
    name: textIn(chain, 'name'),
    base,
    rules: [],
  };
}

/** One rule of nft is several of ours where it chooses by a map or asks for tuples. */
function rulesOf(rule: JsonObject, sets: Sets): readonly FirewallRule[] {
  const text = ruleText(rule);
  const statements = isList(rule['expr']) ? rule['expr'] : [];
  let alternatives: readonly (readonly RuleMatch[])[] = [[]];
  let goesOn: RuleVerdict = { kind: 'continue', marks: false };
  for (const statement of statements) {
    if (!isObject(statement)) {
      alternatives = withMatches(alternatives, [[opaque('statement')]]);
      continue;
    }
    const [name = ''] = Object.keys(statement);
    const body = statement[name] ?? null;
    if (name === 'match') {
      const { left = null, right = null } = objectOf(body);
      alternatives = withMatches(alternatives, conditions({ left, right, op: textIn(body, 'op') }, sets));
    } else if (name === 'vmap') {
      return byMap(body, alternatives, sets, text);
    } else {
      const found = statementOf(name, body);
      if (found.kind === 'match') alternatives = withMatches(alternatives, [[found.match]]);
      else if (found.verdict.kind === 'continue') {
        if (found.verdict.marks) goesOn = found.verdict;
      } else return alternatives.map((matches) => ({ matches, verdict: found.verdict, text }));
    }
  }
  return alternatives.map((matches) => ({ matches, verdict: goesOn, text }));
}

function withMatches(
  before: readonly (readonly RuleMatch[])[],
  more: readonly (readonly RuleMatch[])[],
): readonly (readonly RuleMatch[])[] {
  if (before.length * more.length > ALTERNATIVES) return before.map((matches) => [...matches, opaque('set')]);
  return before.flatMap((matches) => more.map((extra) => [...matches, ...extra]));
}

interface Condition {
  readonly left: Json;
  readonly op: string;
  readonly right: Json;
}

/** The alternatives under which the condition holds: one, or one per tuple. */
function conditions(condition: Condition, sets: Sets): readonly (readonly RuleMatch[])[] {
  const { left, op, right } = condition;
  const parts = isObject(left) ? left['concat'] : undefined;
  if (!isList(parts)) return [matchesOf(condition, sets)];
  const tuples = elementsOf(right, sets);
  if (!tuples || op !== '==') return [[opaque('tuple')]];
  return tuples.map((tuple) => tupleMatches(parts, tuple, sets));
}

function tupleMatches(parts: readonly Json[], tuple: Json, sets: Sets): readonly RuleMatch[] {
  const values = isObject(tuple) ? tuple['concat'] : undefined;
  if (!isList(values) || values.length !== parts.length) return [opaque('tuple')];
  return parts.flatMap((left, at) => matchesOf({ left, op: '==', right: values[at] ?? null }, sets));
}

/** `key vmap { value : verdict }`: a rule for each element. */
function byMap(
  body: Json,
  alternatives: readonly (readonly RuleMatch[])[],
  sets: Sets,
  text: string,
): readonly FirewallRule[] {
  const { key = null, data = null } = objectOf(body);
  const elements = elementsOf(data, sets);
  const undecided = [{ matches: [opaque('map')], verdict: { kind: 'opaque', what: 'map' }, text }] as const;
  if (!elements || elements.length * alternatives.length > ALTERNATIVES) return undecided;
  const parts = isObject(key) ? key['concat'] : undefined;
  return elements.flatMap((element) => {
    const [value = null, action = null] = isList(element) ? element : [];
    const [name = ''] = Object.keys(objectOf(action));
    const found = statementOf(name, objectOf(action)[name] ?? null);
    const verdict: RuleVerdict = found.kind === 'verdict' ? found.verdict : { kind: 'opaque', what: 'map' };
    const right = plain(value);
    const matches = isList(parts) ? tupleMatches(parts, right, sets) : matchesOf({ left: key, op: '==', right }, sets);
    return alternatives.map((before) => ({ matches: [...before, ...matches], verdict, text }));
  });
}

type Statement =
  { readonly kind: 'match'; readonly match: RuleMatch } | { readonly kind: 'verdict'; readonly verdict: RuleVerdict };

function statementOf(name: string, body: Json): Statement {
  const verdict = (found: RuleVerdict): Statement => ({ kind: 'verdict', verdict: found });
  switch (name) {
    case 'accept':
    case 'return':
      return verdict({ kind: name });
    case 'drop':
    case 'reject':
      return verdict({ kind: 'drop' });
    case 'jump':
    case 'goto':
      return verdict({ kind: name, chain: textIn(body, 'target') });
    case 'snat':
    case 'masquerade':
      return verdict({ kind: 'hide' });
    case 'dnat':
    case 'redirect':
    case 'tproxy':
      return verdict({ kind: 'redirect' });
    case 'mangle':
      return verdict({ kind: 'continue', marks: textIn(objectIn(objectIn(body, 'key'), 'meta'), 'key') === 'mark' });
    case 'counter':
    case 'log':
    case 'notrack':
    case 'flow':
    case 'set':
    case 'map':
    case 'ct helper':
    case 'ct timeout':
    case 'ct expectation':
    case 'secmark':
    case 'last':
    case 'dup':
    case 'continue':
      return verdict({ kind: 'continue', marks: false });
    case 'xt':
      return xtOf(body);
    case 'queue':
    case 'synproxy':
    case 'fwd':
      return verdict({ kind: 'opaque', what: name });
    default:
      // Limits, quotas, counts: whether a packet passes them depends on those before it.
      return { kind: 'match', match: opaque(name) };
  }
}

/** What iptables made and nft only names (`{"type":"match","name":"conntrack"}`; old versions print null). */
function xtOf(body: Json): Statement {
  const name = textIn(body, 'name');
  if (textIn(body, 'type') === 'match') {
    return { kind: 'match', match: opaque(name) };
  }
  if (/^(?:LOG|NFLOG|TCPMSS|CHECKSUM|CT|NOTRACK|SET|CLASSIFY|DSCP)$/.test(name)) {
    return { kind: 'verdict', verdict: { kind: 'continue', marks: false } };
  }
  if (/^(?:MARK|CONNMARK)$/.test(name)) return { kind: 'verdict', verdict: { kind: 'continue', marks: true } };
  if (name === 'REJECT') return { kind: 'verdict', verdict: { kind: 'drop' } };
  if (/^(?:MASQUERADE|SNAT)$/.test(name)) return { kind: 'verdict', verdict: { kind: 'hide' } };
  if (/^(?:DNAT|REDIRECT|NETMAP|TPROXY)$/.test(name)) return { kind: 'verdict', verdict: { kind: 'redirect' } };
  return { kind: 'match', match: opaque(name === '' ? 'xt' : name) };
}
