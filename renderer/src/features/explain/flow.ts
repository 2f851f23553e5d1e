/** The life of one change or check of one subject (a pair, a name, an entry of the history), as a pure state machine. */
import type { ApplyEvent, Change, PlanView, ProbeView, VerifyEvent } from '../../../../shared/contract/schemas.ts';
import { assertNever } from '../../../../shared/topology/model.ts';
import type { ErrorShape } from '../../../../shared/errors.ts';

export type Method = NonNullable<Extract<Change, { action: 'block' | 'allow' }>['method']>;

/** What is being done: the change's action, or the method besides the firewall by which it is done. */
export type Action = Change['action'] | Method;

export function actionOf(change: Change): Action {
  return change.action === 'block' ? (change.method ?? 'block') : change.action;
}

export interface Tally {
  readonly agree: number;
  readonly disagree: number;
  readonly errors: number;
  readonly untried?: Untried;
}

/** Pairs of which nothing was tried, by why. */
export interface Untried {
  readonly outside: number;
  readonly idle: number;
  readonly left: number;
}

export interface ProgressLine {
  readonly step: string;
  readonly detail: string;
}

export type Flow =
  | { readonly phase: 'idle' }
  | { readonly phase: 'planning'; readonly change: Change }
  | { readonly phase: 'preview'; readonly change: Change; readonly plan: PlanView }
  | {
      readonly phase: 'applying';
      readonly action: Action;
      readonly progress: readonly ProgressLine[];
      readonly probes: readonly ProbeView[];
    }
  | {
      readonly phase: 'applied';
      readonly action: Action;
      readonly holds: boolean;
      readonly tally: Tally;
      readonly probes: readonly ProbeView[];
    }
  | {
      readonly phase: 'verifying';
      readonly done: number;
      readonly total: number;
      readonly probes: readonly ProbeView[];
    }
  | { readonly phase: 'verified'; readonly tally: Tally; readonly probes: readonly ProbeView[] }
  | { readonly phase: 'failed'; readonly error: ErrorShape; readonly probes: readonly ProbeView[] };

export type FlowEvent =
  | { readonly type: 'plan'; readonly change: Change }
  | { readonly type: 'planned'; readonly plan: PlanView }
  | { readonly type: 'apply' }
  | { readonly type: 'apply-event'; readonly event: ApplyEvent }
  | { readonly type: 'verify' }
  | { readonly type: 'verify-event'; readonly event: VerifyEvent }
  | { readonly type: 'fail'; readonly error: ErrorShape }
  | { readonly type: 'dismiss' };

export const IDLE: Flow = { phase: 'idle' };

/** Events that do not fit the phase (a late answer after a cancel) leave it as it is. */
export function flowReducer(flow: Flow, event: FlowEvent): Flow {
  switch (event.type) {
    case 'plan':
      return isBusy(flow) ? flow : { phase: 'planning', change: event.change };
    case 'planned':
      return flow.phase === 'planning' ? { phase: 'preview', change: flow.change, plan: event.plan } : flow;
    case 'apply':
      return flow.phase === 'preview'
        ? { phase: 'applying', action: actionOf(flow.change), progress: [], probes: [] }
        : flow;
    case 'apply-event':
      return flow.phase === 'applying' ? applyEvent(flow, event.event) : flow;
    case 'verify':
      return isBusy(flow) ? flow : { phase: 'verifying', done: 0, total: 0, probes: [] };
    case 'verify-event':
      return flow.phase === 'verifying' ? verifyEvent(flow, event.event) : flow;
    case 'fail':
      if (flow.phase === 'idle') return flow;
      return { phase: 'failed', error: event.error, probes: probesOf(flow) };
    case 'dismiss':
      return IDLE;
    default:
      return assertNever(event);
  }
}

function applyEvent(flow: Extract<Flow, { phase: 'applying' }>, event: ApplyEvent): Flow {
  switch (event.kind) {
    case 'progress':
      return { ...flow, progress: merge(flow.progress, { step: event.step, detail: event.detail }) };
    case 'probe':
      return { ...flow, probes: [...flow.probes, event.probe] };
    case 'done':
      return {
        phase: 'applied',
        action: flow.action,
        holds: event.holds,
        tally: tallyOf(event),
        probes: flow.probes,
      };
    default:
      return assertNever(event);
  }
}

function verifyEvent(flow: Extract<Flow, { phase: 'verifying' }>, event: VerifyEvent): Flow {
  switch (event.kind) {
    case 'progress':
      return { ...flow, done: event.done, total: event.total };
    case 'probe':
      return { ...flow, probes: [...flow.probes, event.probe] };
    case 'done':
      return {
        phase: 'verified',
        tally: tallyOf(event),
        probes: flow.probes,
      };
    default:
      return assertNever(event);
  }
}

function tallyOf({ agree, disagree, errors, untried }: Extract<ApplyEvent | VerifyEvent, { kind: 'done' }>): Tally {
  return { agree, disagree, errors, ...(untried ? { untried } : {}) };
}

/**
 * What a finished change came to, as its key under `flow.applied`.
 *
 * Lifting a rule opens nothing by itself: that the pair is open again is said only when a probe got through.
 */
export function outcomeOf(flow: Extract<Flow, { phase: 'applied' }>): 'holds' | 'untested' | 'fails' | 'still-closed' {
  if (!flow.holds) return 'fails';
  if (total(flow.tally) === 0) return 'untested';
  if (flow.action !== 'allow' || flow.probes.some(({ measured }) => measured === 'open')) return 'holds';
  return 'still-closed';
}

/** How a finished check went: `untested` when there was nothing to probe. */
export function checkOf({ tally }: Extract<Flow, { phase: 'verified' }>): 'ok' | 'warn' | 'bad' | 'untested' {
  if (tally.disagree > 0) return 'bad';
  if (total(tally) === 0) return 'untested';
  return tally.errors > 0 ? 'warn' : 'ok';
}

export function total({ agree, disagree, errors }: Tally): number {
  return agree + disagree + errors;
}

/** A step that repeats (image build lines) keeps one line and shows its latest detail. */
function merge(progress: readonly ProgressLine[], line: ProgressLine): readonly ProgressLine[] {
  return progress.at(-1)?.step === line.step ? [...progress.slice(0, -1), line] : [...progress, line];
}

export function isBusy(flow: Flow): boolean {
  return flow.phase === 'planning' || flow.phase === 'applying' || flow.phase === 'verifying';
}

export function probesOf(flow: Flow): readonly ProbeView[] {
  return 'probes' in flow ? flow.probes : [];
}
