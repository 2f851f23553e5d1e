/** From what was asked for to a plan: names become selectors, and an entry of the journal the policy before it. */
import { entryToUndo, type JournalEntry, type RecordedChange } from '../../shared/contract/journal.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { POWERS } from '../../shared/methods/model.ts';
import { isSameTouched, touchedBy, type Touched } from '../../shared/policy/difference.ts';
import {
  planChange,
  planPause,
  planUndo,
  reverse,
  selectorFor,
  type PauseChange,
  type PolicyChange,
} from '../../shared/policy/index.ts';
import type { Obstacle, Plan, Policy } from '../../shared/policy/model.ts';
import { obstacle } from '../../shared/policy/obstacle-texts.ts';
import { plain } from '../../shared/policy/selector.ts';
import { assertNever, type Topology } from '../../shared/topology/model.ts';
import { resolveEndpoint } from './names.ts';

/**
 * @param entries the journal, newest first; only asked for where a change of the policy is to be taken back.
 * @throws BulkheadError as `planChange` and `entryToUndo`.
 */
export function planOn(
  policy: Policy,
  topology: Topology,
  change: Exclude<Change, { action: 'rerun' | 'clear' }>,
  entries: readonly JournalEntry[],
): Plan {
  if (isPauseChange(change)) return planPause(policy, topology, change);
  if (change.action !== 'undo') return planChange(policy, topology, asPolicyChange(change, topology));
  const entry = entryToUndo(entries, change.entry);
  const difference = entry.difference ?? { names: [], sides: [] };
  const back = reverse(policy, difference);
  if ('policy' in back) return planUndo(policy, back.policy, topology, entry.id);
  return {
    action: 'undo',
    from: entry.id,
    to: '',
    ports: null,
    pairs: [],
    steps: [],
    obstacles: back.conflicts.map((touched) => inTheWay(touched, entry, entries)),
    possible: false,
    policy,
  };
}

/** Whether it is about the guard itself, not about what it holds. */
export function isPauseChange(change: Change): change is Change & PauseChange {
  return change.action === 'pause' || change.action === 'resume';
}

/** Says which later change stands in the way, where the journal knows it. */
function inTheWay(touched: Touched, entry: JournalEntry, entries: readonly JournalEntry[]): Obstacle {
  const later = entries
    .slice(0, entries.indexOf(entry))
    .find(
      ({ applied, difference }) =>
        applied !== false && difference && touchedBy(difference).some((one) => isSameTouched(one, touched)),
    );
  const what = plain(touchedText(touched));
  return later ? obstacle('S10', { what, entry: later.id }) : obstacle('S11', { what });
}

/** What was changed, in the words of the policy file. */
export function touchedText(touched: Touched): string {
  if (touched.kind === 'posture') return 'posture';
  if (touched.kind === 'rules') return `${touched.from} → ${touched.to}`;
  return `${touched.kind}: ${touched.name}`;
}

/** What the journal says was asked for: by stable names. */
export function recordedOf({ action, from, to, ports }: Plan): RecordedChange {
  switch (action) {
    case 'block':
    case 'allow':
      return { action, from, to, ...(ports ? { ports: [...ports] } : {}) };
    case 'isolate':
    case 'release':
      return { action, name: from, ...(to === 'internet' ? { only: to } : {}) };
    case 'guard':
    case 'unguard':
      return { action, name: from };
    case 'undo':
      return { action, entry: from };
    case 'pause':
      return { action, ...(from === '' ? {} : { minutes: Number(from) }) };
    case 'resume':
    case 'clear':
      return { action };
    case 'rerun':
      return { action, name: from, without: POWERS.find((power) => power === to) ?? POWERS[0] };
    case 'apply':
      // Whole files come from people: the journal calls it what it is.
      return { action: 'edit' };
    default:
      return assertNever(action);
  }
}

/** @throws BulkheadError `CANNOT_ENFORCE` with every reason, when nothing of the plan can be done. */
export function possible(plan: Plan): Plan {
  if (plan.possible) return plan;
  throw new BulkheadError({
    code: 'CANNOT_ENFORCE',
    message: plan.obstacles.map(({ text }) => text).join(' '),
    hint: 'Nothing was changed.',
  });
}

function asPolicyChange(
  change: Exclude<Change, PauseChange | { action: 'undo' | 'rerun' | 'clear' }>,
  topology: Topology,
): PolicyChange {
  switch (change.action) {
    case 'block':
    case 'allow': {
      const { action, from, to, ports } = change;
      const sides = { from: asSelector(from, topology), to: asSelector(to, topology) };
      return { action, ...sides, ...(ports ? { ports } : {}) };
    }
    case 'isolate':
    case 'release': {
      const { action, name, only } = change;
      return { action, name: asSelector(name, topology), ...(only ? { only } : {}) };
    }
    case 'guard':
    case 'unguard':
      return change;
    default:
      return assertNever(change);
  }
}

/** A row clicked in the page comes as an id: its rule is written under the stable name of that endpoint. */
export function asSelector(text: string, topology: Topology): string {
  const endpoint = topology.endpoints.find(({ id }) => id === text);
  return endpoint ? selectorFor(endpoint, topology) : resolveEndpoint.selector(text, topology);
}
