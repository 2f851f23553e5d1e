/** Where a packet ends in one namespace's packet filter, and which rule decides. */
import type {
  Firewall,
  ChainBase,
  FirewallChain,
  FirewallHook,
  FirewallRule,
  UnreadPart,
} from '../topology/firewall.ts';
import { packetClass, type PacketClass } from './classes.ts';
import { isOwnPolicy, isOwnRule, type Bridges } from './own.ts';
import { matches, type Packet, type Scrutiny } from './packet.ts';
import { shortened } from './rule-text.ts';

/** A rule (or the default of a chain) that took part. */
export interface Decider {
  readonly text: string;
  /** The engine's own. */
  readonly own: boolean;
  /** `unread`: it is a part of a filter that could not be read. */
  readonly where: FilterPlace | 'unread';
}

/** Whose filter it is. */
export type FilterPlace = 'machine' | 'container';

/** One possible end.  `rule`: somebody else's rule behind it.  `doubt`: the rule because of which it is not sure. */
export interface Trace {
  readonly rule: Decider | null;
  readonly doubt: Decider | null;
}

/** Every end that is possible; where there is one alone, it is sure. */
export interface Fate {
  readonly accept: Trace | null;
  readonly drop: Trace | null;
  /** Sent somewhere else by a rule of somebody else's. */
  readonly divert: Trace | null;
}

interface Step {
  readonly rule: FirewallRule;
  readonly decider: Decider;
}

interface Chain {
  readonly source: FirewallChain;
  readonly steps: readonly Step[];
  readonly policy: Decider;
}

/** A base chain with all that it leads to. */
interface BaseChain extends Chain {
  readonly base: ChainBase;
  /** Whether anything of somebody else's can decide there. */
  readonly foreign: boolean;
  readonly classOf: PacketClass;
  readonly known: Map<string, Walked>;
}

interface Walked {
  readonly fate: Fate;
  readonly cut: number | null;
}

/** A packet filter made ready for walking. */
export interface Filter {
  readonly chains: ReadonlyMap<string, Chain>;
  /** By level and hook, in the order of priority; without those that let everything pass. */
  readonly bases: ReadonlyMap<string, readonly BaseChain[]>;
  readonly marks: boolean;
  readonly unread: readonly UnreadPart[];
}

const DEPTH = 16;

export function prepare({ chains, unread }: Firewall, bridges: Bridges, where: FilterPlace): Filter {
  const prepared = new Map<string, Chain>();
  for (const source of chains) {
    prepared.set(keyOf(source, source.name), {
      source,
      steps: source.rules.map((rule) => ({
        rule,
        decider: { text: rule.text, own: isOwnRule(source, rule, bridges), where },
      })),
      policy: {
        text: shortened(`${source.family} ${source.table} ${source.name}: policy ${source.base?.policy ?? ''}`),
        own: isOwnPolicy(source),
        where,
      },
    });
  }
  const bases = new Map<string, BaseChain[]>();
  for (const chain of prepared.values()) {
    const { base, family } = chain.source;
    if (!base) continue;
    const reached = reachedFrom(prepared, chain);
    const steps = reached.flatMap((one) => one.steps);
    const stops = base.policy === 'drop' || steps.some(({ rule }) => mayStop(rule, prepared, chain));
    if (!stops) continue;
    const foreign =
      (base.policy === 'drop' && !chain.policy.own) || steps.some(({ rule, decider }) => !decider.own && decides(rule));
    const classOf = packetClass(steps.map(({ rule }) => rule));
    const key = hookKey(family === 'bridge' ? 'bridge' : 'ip', base.hook);
    bases.set(key, [...(bases.get(key) ?? []), { ...chain, base, foreign, classOf, known: new Map() }]);
  }
  for (const some of bases.values()) some.sort((one, other) => one.base.priority - other.base.priority);
  return {
    chains: prepared,
    bases,
    marks: chains.some(({ rules }) => rules.some(({ verdict }) => verdict.kind === 'continue' && verdict.marks)),
    unread,
  };
}

/** The chain itself and every chain it may lead to. */
function reachedFrom(chains: ReadonlyMap<string, Chain>, start: Chain): readonly Chain[] {
  const reached = new Set([start]);
  for (const chain of reached) {
    for (const { rule } of chain.steps) {
      const next = 'chain' in rule.verdict ? chains.get(keyOf(chain.source, rule.verdict.chain)) : undefined;
      if (next) reached.add(next);
    }
  }
  return [...reached];
}

function decides({ verdict }: FirewallRule): boolean {
  return verdict.kind !== 'continue' && verdict.kind !== 'hide';
}

function mayStop({ verdict }: FirewallRule, chains: ReadonlyMap<string, Chain>, { source }: Chain): boolean {
  if ('chain' in verdict) return !chains.has(keyOf(source, verdict.chain));
  return verdict.kind === 'drop' || verdict.kind === 'redirect' || verdict.kind === 'opaque';
}

function hookKey(level: Passage['level'], hook: FirewallHook): string {
  return `${level} ${hook}`;
}

/** Whether packets can be stopped at that hook. */
export function minds({ bases, unread }: Filter, level: Passage['level'], hook: FirewallHook): boolean {
  return unread.length > 0 || bases.has(hookKey(level, hook));
}

function keyOf({ family, table, legacy }: FirewallChain, name: string): string {
  return `${legacy ? 'legacy ' : ''}${family} ${table} ${name}`;
}

/** One hook a packet passes. */
export interface Passage {
  readonly filter: Filter;
  readonly hook: FirewallHook;
  /** `bridge`: inside a bridge, below IP. */
  readonly level: 'ip' | 'bridge';
  readonly packet: Packet;
  /** The packet as it is before the machine redirects it, for chains that come before that. */
  readonly early?: Packet;
}

export interface WalkOptions {
  /** As if nobody but the engine had made rules. */
  readonly ownOnly: boolean;
  /** Leaves out chains in which nobody but the engine decides: for ways that the engine is known to let through. */
  readonly skipsOwn: boolean;
  readonly scrutiny: { cut: number | null };
}

export const THROUGH: Fate = { accept: { rule: null, doubt: null }, drop: null, divert: null };

/** Destination NAT happens at this priority of prerouting (NF_IP_PRI_NAT_DST). */
const REDIRECTION = -100;

export function pass({ filter, hook, level, packet, early }: Passage, options: WalkOptions): Fate {
  let fate = THROUGH;
  const part = filter.unread.find((one) => level === 'ip' || one.level === 'any');
  if (part !== undefined && !options.ownOnly) {
    const doubt: Decider = { text: part.what, own: false, where: 'unread' };
    fate = { ...THROUGH, accept: { rule: null, doubt }, drop: { rule: doubt, doubt } };
  }
  for (const chain of filter.bases.get(hookKey(level, hook)) ?? []) {
    const { base } = chain;
    if (!fate.accept || (options.skipsOwn && !chain.foreign)) continue;
    if (level === 'ip' && !speaks(chain.source.family, packet.family)) continue;
    const before = early !== undefined && (base.type === 'nat' || base.priority <= REDIRECTION);
    const next = walkBase(filter, chain, before ? early : packet, options);
    const on = hook === 'ingress' ? onDevice(base.devices, packet.iif) : 'yes';
    if (on !== 'no') fate = after(fate, on === 'yes' ? next : perhaps(next, chain.policy));
  }
  return fate;
}

/** Whether a chain hooked to devices sees what comes in there.  Ports of bridges (veth…) are not known by name. */
function onDevice(devices: readonly string[], iif: Packet['iif']): 'yes' | 'no' | 'maybe' {
  if (iif?.length === 0) return 'no';
  if (iif && devices.length > 0 && iif.every((name) => devices.includes(name))) return 'yes';
  const known = iif && devices.length > 0 && !devices.some((name) => name.startsWith('veth') || iif.includes(name));
  return known ? 'no' : 'maybe';
}

function perhaps({ accept, drop, divert }: Fate, decider: Decider): Fate {
  const doubtful = (trace: Trace | null): Trace | null => trace && { ...trace, doubt: trace.doubt ?? decider };
  const through: Trace = { rule: null, doubt: drop || divert ? decider : null };
  return { accept: accept && !drop ? accept : through, drop: doubtful(drop), divert: doubtful(divert) };
}

function speaks(family: FirewallChain['family'], version: 4 | 6): boolean {
  return family === 'inet' || family === 'netdev' || family === (version === 4 ? 'ip' : 'ip6');
}

/** One hook behind the other: dropped once is dropped. */
export function after(first: Fate, next: Fate): Fate {
  const { accept } = first;
  if (!accept) return first;
  const via = (trace: Trace | null): Trace | null =>
    trace && { rule: accept.rule ?? trace.rule, doubt: accept.doubt ?? trace.doubt };
  return {
    accept: via(next.accept),
    drop: sharper(first.drop, next.drop && { rule: next.drop.rule, doubt: accept.doubt ?? next.drop.doubt }),
    divert: sharper(first.divert, next.divert && { rule: next.divert.rule, doubt: accept.doubt ?? next.divert.doubt }),
  };
}

function sharper(one: Trace | null, other: Trace | null): Trace | null {
  if (!one || !other) return one ?? other;
  return one.doubt && !other.doubt ? other : one;
}

function walkBase(filter: Filter, chain: BaseChain, packet: Packet, { ownOnly, scrutiny }: WalkOptions): Fate {
  const key = `${ownOnly ? 'own' : 'all'} ${chain.classOf(packet)}`;
  let walked = chain.known.get(key);
  if (!walked) {
    const learnt: Scrutiny = { marks: filter.marks, cut: null };
    walked = { fate: fateIn(filter, chain, packet, learnt, ownOnly), cut: learnt.cut };
    chain.known.set(key, walked);
  }
  scrutiny.cut = walked.cut ?? scrutiny.cut;
  return walked.fate;
}

function fateIn(filter: Filter, chain: BaseChain, packet: Packet, scrutiny: Scrutiny, ownOnly: boolean): Fate {
  const { accept, drop, divert, back } = walk(filter, chain, packet, { scrutiny, ownOnly, depth: 0 });
  if (!back) return { accept, drop, divert };
  const shut = chain.base.policy === 'drop' && (!ownOnly || chain.policy.own);
  const end: Trace = { rule: shut ? chain.policy : null, doubt: back.doubt };
  return { accept: shut ? accept : sharper(accept, end), drop: shut ? sharper(drop, end) : drop, divert };
}

interface Course {
  accept: Trace | null;
  drop: Trace | null;
  divert: Trace | null;
  /** Comes out at the end of the chain, or returns. */
  back: Trace | null;
}

interface Walk {
  readonly scrutiny: Scrutiny;
  readonly ownOnly: boolean;
  readonly depth: number;
}

function walk(filter: Filter, chain: Chain, packet: Packet, context: Walk): Course {
  const course: Course = { accept: null, drop: null, divert: null, back: null };
  // Of the packet that is still on its way: a rule that may have taken it.
  let doubt: Decider | null = null;
  for (const { rule, decider } of chain.steps) {
    if (context.ownOnly && !decider.own) continue;
    const answer = answerOf(rule, decider, packet, context.scrutiny);
    if (answer === 'no') continue;
    const ends = endsOf(filter, chain, { rule, decider }, packet, context);
    if (!ends) continue;
    const unsure: Decider | null = doubt ?? (answer === 'maybe' && !decider.own ? decider : null);
    for (const kind of ['accept', 'drop', 'divert'] as const) add(course, kind, ends[kind], unsure);
    const { back } = ends;
    if (rule.verdict.kind !== 'jump') add(course, 'back', back, unsure);
    const goesOn = rule.verdict.kind === 'jump' ? back : null;
    if (answer === 'yes' && !goesOn) return course;
    if (ends.accept ?? ends.drop ?? ends.divert ?? (goesOn ? null : back)) doubt = unsure ?? goesOn?.doubt ?? null;
  }
  add(course, 'back', { rule: null, doubt: null }, doubt);
  return course;
}

function add(course: Course, kind: keyof Course, trace: Trace | null, doubt: Decider | null): void {
  if (trace) course[kind] = sharper(course[kind], { rule: trace.rule, doubt: doubt ?? trace.doubt });
}

/** Where a packet that the rule takes may end; `null`: the rule does not decide. */
function endsOf(
  filter: Filter,
  chain: Chain,
  { rule: { verdict }, decider }: Step,
  packet: Packet,
  context: Walk,
): Course | null {
  const none: Course = { accept: null, drop: null, divert: null, back: null };
  const plain: Trace = { rule: decider.own ? null : decider, doubt: null };
  const anything: Course = { ...none, accept: { ...plain, doubt: decider }, drop: { rule: decider, doubt: decider } };
  if ('chain' in verdict) {
    const next = context.depth < DEPTH ? filter.chains.get(keyOf(chain.source, verdict.chain)) : undefined;
    // A target that is no chain: something unknown decides.
    return next ? walk(filter, next, packet, { ...context, depth: context.depth + 1 }) : anything;
  }
  switch (verdict.kind) {
    case 'continue':
      return null;
    case 'accept':
      return { ...none, accept: plain };
    case 'hide':
      return { ...none, accept: { rule: null, doubt: null } };
    case 'drop':
      return { ...none, drop: { rule: decider, doubt: null } };
    case 'return':
      return { ...none, back: plain };
    case 'redirect':
      return decider.own ? { ...none, accept: plain } : { ...none, divert: plain };
    case 'opaque':
      return anything;
  }
}

/** The engine's own conditions that could not be read are about connections that exist already. */
function answerOf(
  { matches: conditions }: FirewallRule,
  { own }: Decider,
  packet: Packet,
  scrutiny: Scrutiny,
): 'yes' | 'no' | 'maybe' {
  let answer: 'yes' | 'maybe' = 'yes';
  for (const match of conditions) {
    const one = own && match.kind === 'opaque' ? (packet.first ? 'no' : 'yes') : matches(match, packet, scrutiny);
    if (one === 'no') return 'no';
    if (one === 'maybe') answer = 'maybe';
  }
  return answer;
}
