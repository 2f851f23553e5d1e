/** What firewalls make of one way that was judged without them (SPEC R820–R828). */
import { after, type Decider, type Fate, pass, THROUGH, type WalkOptions } from '../../firewall/walk.ts';
import type { RuleId } from '../reasons.ts';
import type { WayVerdict } from '../sink.ts';
import type { Course } from './courses.ts';

export interface Ruling {
  readonly verdict: WayVerdict;
  readonly rule: RuleId;
  readonly detail: string;
}

/** Blocked by the engine's own filter rules, which a rule before them can undo.  Other ways lack a route or a listener. */
const FILTERED: ReadonlySet<RuleId> = new Set<RuleId>(['R104', 'R110', 'R112', 'R205', 'R206', 'R221', 'R223']);

export interface Question {
  readonly judged: Ruling;
  readonly courses: readonly Course[];
  /** Learns where a range of ports has to be cut; `null` afterwards: nowhere. */
  readonly scrutiny: { cut: number | null };
}

/** The ruling on every course; where they differ, nothing is sure. */
export function rulingOn({ judged, courses, scrutiny }: Question): Ruling {
  let common: Ruling | null = null;
  for (const course of courses) {
    const ruling = onCourse(judged, course, scrutiny);
    if (common === null) common = ruling;
    else if (common.verdict !== ruling.verdict) {
      const changed = common.detail === '' ? ruling : common;
      return { verdict: 'unknown', rule: 'R822', detail: changed.detail };
    }
  }
  return common ?? judged;
}

function onCourse(judged: Ruling, course: Course, scrutiny: { cut: number | null }): Ruling {
  const blocked = judged.verdict === 'blocked';
  if (blocked && !FILTERED.has(judged.rule)) return judged;
  const fate = fateOn(course, { ownOnly: false, skipsOwn: !blocked, scrutiny });
  const { accept, drop, divert } = fate;
  if (blocked) return opened(judged, course, fate, scrutiny);
  const doubt = drop?.doubt ?? accept?.doubt ?? divert?.doubt ?? null;
  if (drop && !accept && !divert) return shut(judged, course, drop.rule, scrutiny);
  if (judged.verdict === 'unknown') return judged;
  if (divert) return { verdict: 'unknown', rule: 'R828', detail: (divert.rule ?? doubt)?.text ?? '' };
  if (!drop || !doubt) return judged;
  return { verdict: 'unknown', ...named(doubt, 'R822', 'R824') };
}

function fateOn(course: Course, options: WalkOptions): Fate {
  let fate: Fate = THROUGH;
  for (const passage of course) {
    if (!fate.accept) break;
    // A datagram that arrives has arrived, whether it can be answered or not.
    if (passage.packet.protocol === 'udp' && !passage.packet.first) continue;
    fate = after(fate, pass(passage, options));
  }
  return fate;
}

function shut(judged: Ruling, course: Course, rule: Decider | null, scrutiny: { cut: number | null }): Ruling {
  // The engine drops it after all: believed only where somebody else's rule has led there.
  if (rule?.own && !fateOn(course, { ownOnly: true, skipsOwn: false, scrutiny }).accept) return judged;
  return { verdict: 'blocked', ...named(rule, 'R820', 'R823') };
}

function opened(judged: Ruling, course: Course, { accept, drop }: Fate, scrutiny: { cut: number | null }): Ruling {
  // Most often nothing accepts: then there is nothing to compare.
  if (!accept || !(accept.rule ?? accept.doubt)) return judged;
  const without = fateOn(course, { ownOnly: true, skipsOwn: false, scrutiny });
  if (without.accept) return judged;
  if (!drop && accept.rule) return { verdict: 'open', rule: 'R821', detail: accept.rule.text };
  return { verdict: 'unknown', rule: 'R822', detail: (accept.doubt ?? accept.rule)?.text ?? '' };
}

/** Says it with the words for the machine, or for a container, wherever the rule is. */
function named(decider: Decider | null, onMachine: RuleId, inContainer: RuleId): Pick<Ruling, 'rule' | 'detail'> {
  if (decider?.where === 'unread') return { rule: 'R827', detail: decider.text };
  return { rule: decider?.where === 'container' ? inContainer : onMachine, detail: decider?.text ?? '' };
}
