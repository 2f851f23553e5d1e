/** What is said of the user's denials of one pair (SPEC R901–R922). */
import { ALL_PORTS, formatPorts, minus, type PortSet } from '../ports.ts';
import { inseparable } from './cannot-split.ts';
import { deniedPorts, isInForce, type Held } from './denials.ts';
import type { Denial } from './model.ts';
import { reason, type RuleId } from './reasons.ts';
import type { Party } from './scene.ts';

export type DenialReason = ReturnType<typeof reason>;

/** What of the policy wants a denial; `name` is whom it is about, or the rule. */
interface Wish {
  readonly kind: 'rule' | 'isolated' | 'offline' | 'guarded' | 'posture';
  readonly name: string;
}

/** Rules have an arrow in their text, and only rules. */
function wishOf({ policy }: Denial): Wish {
  const [, kind, name = ''] = /^(isolated|offline|guarded|posture): (.*)$/s.exec(policy) ?? [];
  if (kind === undefined || policy.includes(' → ')) return { kind: 'rule', name: policy };
  return { kind: kind as Wish['kind'], name: name.replace(/^(?:container|service):/, '') };
}

/** Every reason that a pair's denials give; the first of them is the rule that its stopped channels name. */
export function denialReasons(
  from: Party,
  to: Party,
  own: Denial | undefined,
  held: Held | undefined,
): readonly DenialReason[] {
  const waiting = own && !isInForce(own, held) ? waitingReasons(from, to, own) : [];
  if (!held) return waiting;
  const mine = held.denials.filter((one) => one.from === from.endpoint.id && one.to === to.endpoint.id);
  // Those of stack mates are told only for what the pair's own leave open.
  const others = mine.some((one) => deniedPorts(one) === null) ? [] : held.denials.filter((one) => !mine.includes(one));
  return [...mine.flatMap(heldReasons), ...others.flatMap(mateReasons), ...waiting];
}

/** What is said of a rule, and of any other wish, that is not in force; of all other states: that it has failed. */
const WAITING: Partial<Record<Denial['state'], readonly [RuleId, RuleId]>> = {
  pending: ['R903', 'R918'],
  paused: ['R921', 'R922'],
};

function waitingReasons(from: Party, to: Party, own: Denial): readonly DenialReason[] {
  const why = inseparable(from, to);
  if (why) return [reason(why, { from: from.endpoint.name, to: to.endpoint.name })];
  const wish = wishOf(own);
  const [ofRule, ofWish] = WAITING[own.state] ?? (['R904', 'R919'] as const);
  if (wish.kind === 'rule') return [reason(ofRule, { policy: own.policy })];
  return [wishReason(wish, deniedPorts(own) ?? null), reason(ofWish, {})];
}

function heldReasons(denial: Denial): readonly DenialReason[] {
  const wish = wishOf(denial);
  const ports = deniedPorts(denial) ?? null;
  return [wish.kind === 'rule' ? ruleReason(denial, ports) : wishReason(wish, ports)];
}

function mateReasons(denial: Denial): readonly DenialReason[] {
  if (wishOf(denial).kind === 'rule' && !deniedPorts(denial)) return [reason('R902', { policy: denial.policy })];
  return [...heldReasons(denial), reason('R917', {})];
}

function ruleReason({ policy }: Denial, ports: PortSet | null): DenialReason {
  if (!ports) return reason('R901', { policy });
  const stopped = listed(ports);
  return stopped === null
    ? reason('R910', { policy, ports: listed(minus(ALL_PORTS, ports)) ?? '' })
    : reason('R909', { policy, ports: stopped });
}

function wishReason({ kind, name }: Wish, ports: PortSet | null): DenialReason {
  switch (kind) {
    case 'isolated':
      return reason('R911', { name });
    case 'offline':
      return reason('R912', { name });
    default: {
      const isAll = kind === 'posture';
      if (!ports) return isAll ? reason('R915', {}) : reason('R913', { name });
      const allowed = listed(minus(ALL_PORTS, ports)) ?? '';
      return isAll ? reason('R916', { ports: allowed }) : reason('R914', { name, ports: allowed });
    }
  }
}

/** A sentence names no more ports than one would read. */
const PORTS_NAMED = 12;

/** `null` where the set can only be told by what it has not. */
function listed(ports: PortSet): string | null {
  if (ports.other) return null;
  const texts = formatPorts(ports) ?? [];
  const named = texts.slice(0, PORTS_NAMED).join(', ');
  return texts.length > PORTS_NAMED ? `${named}, … (+${texts.length - PORTS_NAMED})` : named;
}
