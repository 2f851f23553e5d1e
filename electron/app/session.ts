/**
 * One connected engine with everything Bulkhead does on it: policy, guard, prediction, verification.
 *
 * The app opens one per engine it is connected to; a command of the CLI opens one for its own length.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Change, Pause } from '../../shared/contract/schemas.ts';
import { entryToUndo, isMethod, type JournalEntry } from '../../shared/contract/journal.ts';
import type { Effect } from '../../shared/methods/model.ts';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { obstacle } from '../../shared/policy/obstacle-texts.ts';
import { EMPTY_POLICY, type Plan, type Policy } from '../../shared/policy/model.ts';
import {
  differenceOf,
  isNoDifference,
  parsePolicy,
  planFile,
  planPause,
  type PauseChange,
} from '../../shared/policy/index.ts';
import { explain, reevaluate, type Evaluation } from '../../shared/reachability/index.ts';
import type { Denial, Matrix } from '../../shared/reachability/model.ts';
import { isContainer, isUp, type Topology } from '../../shared/topology/model.ts';
import { createGuard, verifyPairs } from '../guard/index.ts';
import { locating, type BeforeWrite } from '../store/policy-store.ts';
import { createSignal } from '../lib/signal.ts';
import { clearAll, planClearing } from './clear.ts';
import { isPauseChange, planOn, possible, recordedOf } from './changes.ts';
import { openLivePause } from './live-pause.ts';
import {
  applyMethod,
  isMethodChange,
  planByMethod,
  planWayBackOf,
  planWithout,
  putBackCutOff,
  replaceRecorded,
  undoByMethod,
} from './methods.ts';
import { openLivePolicy, type LivePolicy } from './live-policy.ts';
import { pairsOf, type Pair } from './pairs.ts';
import { openRecorder, type Recording } from './recorder.ts';
import type { PolicyFile, Session, SessionOptions, Tally, Watched } from './session-model.ts';

export type { PolicyFile, Session, SessionOptions, Tally, Watched } from './session-model.ts';

/** @throws BulkheadError when the policy file cannot be read or understood. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { driver, store, follow, who = 'app', onStep, toleratesFault = false } = options;
  /** What is still being written down. */
  const writing = new Set<Promise<void>>();
  const found = (before: Policy, after: Policy): void => {
    const work = recordFound(before, after).finally(() => writing.delete(work));
    writing.add(work);
  };
  const putBack = ({ wayBack }: JournalEntry): Promise<boolean | null> => putBackCutOff(driver, wayBack);
  const recorder = await openRecorder({ store, engineKey: driver.address, who, follow, putBack });
  const live = await openLivePolicy(store, driver.address, follow, found).catch((thrown: unknown) => {
    if (toleratesFault && thrown instanceof BulkheadError && thrown.code === 'POLICY_FILE') return withoutFile(thrown);
    recorder.close();
    throw thrown;
  });
  /** A pause that came to its end: the guard holds the policy again by itself, the journal is to say so. */
  const lapse = createSignal(0);
  const standing = await openLivePause({
    store: store.pause,
    engineKey: driver.address,
    follow,
    onOver: () => lapse.set(lapse.get() + 1),
  }).catch((thrown: unknown) => {
    live.close();
    recorder.close();
    throw thrown;
  });
  const guard = createGuard({ driver, policy: live.policy, pause: standing.pause, follow });
  const parts = { driver, recorder, live, standing, guard };
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  const stops = [
    driver.onTopology(notify),
    guard.onChange(notify),
    live.policy.subscribe(notify),
    live.fault.subscribe(notify),
    standing.pause.subscribe(notify),
    lapse.subscribe(() => resumed()),
    // What was cut off because the engine went, when it is back.
    driver.onHealth(({ phase }) => {
      if (phase === 'connected') void recorder.settle();
    }),
  ];

  let closed = false;
  let evaluation: Evaluation | null = null;
  let evaluated: readonly Denial[] = [];
  /** From the one before: an event touches one endpoint, rarely more. */
  const matrix = (): Matrix => {
    const [topology, denials] = [driver.topology(), guard.denials()];
    if (evaluation?.scene.topology !== topology || evaluated !== denials) {
      evaluation = reevaluate(evaluation, topology, denials);
      evaluated = denials;
    }
    return evaluation.matrix;
  };

  const entriesFor = async ({ action }: Change): Promise<readonly JournalEntry[]> =>
    action === 'undo' ? recorder.list() : [];

  const plan = async (change: Change): Promise<Plan> => {
    if (change.action === 'rerun') return (await planWithout(driver, live.policy.get(), change)).plan;
    if (change.action === 'clear') return planClearing(parts, change);
    if (!isMethodChange(change)) {
      const entries = await entriesFor(change);
      const undone = change.action === 'undo' ? entryToUndo(entries, change.entry) : null;
      if (undone && isMethod(undone)) return (await planWayBackOf(driver, live.policy.get(), undone)).plan;
      const planned = planOn(live.policy.get(), driver.topology(), change, entries);
      const waits = standing.pause.get() !== null && !isPauseChange(change) && planned.possible;
      return waits ? { ...planned, obstacles: [obstacle('P3', {}), ...planned.obstacles] } : planned;
    }
    const { plan: planned, effect } = await planByMethod(driver, guard.denials(), live.policy.get(), change);
    return effect ? { ...planned, effect: named(effect, driver.topology()) } : planned;
  };

  const settle = (watched: Watched): Promise<void> =>
    guard.ensure(watched.signal, ({ step, detail }) => watched.onProgress?.(step, detail));

  const probe = async (pairs: readonly Pair[], watched: Watched, atMost = Infinity): Promise<Tally> => {
    const report = watched.onProbe;
    const count = watched.onCount;
    return verifyPairs({
      driver,
      denials: () => guard.denials(),
      pairs,
      atMost,
      ...(watched.signal ? { signal: watched.signal } : {}),
      onProbe: (view) => report?.(view),
      onProgress: (done, total) => count?.(done, total),
      onWireProgress: ({ step, detail }) => watched.onProgress?.(step, detail),
    });
  };

  /** Pairs with both sides up that the policy denies and that are not held, though nobody paused that. */
  const unheldOf = ({ pairs, action }: Plan): number => {
    const up = new Set(driver.topology().endpoints.flatMap((one) => (!isContainer(one) || isUp(one) ? [one.id] : [])));
    const states = new Map(guard.denials().map(({ from, to, state }) => [`${from} ${to}`, state]));
    // What an undo changed may be open or shut now: only the denied ones must be held.
    const isHeld = (key: string): boolean =>
      ['held', 'paused'].includes(states.get(key) ?? (WHOLE.has(action) ? 'held' : 'failed'));
    return pairs.filter(({ from, to }) => up.has(from) && up.has(to) && !isHeld(`${from} ${to}`)).length;
  };

  const probePlanned = async (planned: Plan, watched: Watched): Promise<Tally> => {
    if (!CLOSING.has(planned.action)) return probe(planned.pairs, watched, PAIRS_PROBED);
    const tally = await probe(planned.pairs, watched, PAIRS_PROBED);
    if (unheldOf(planned) === 0) return tally;
    // A container restarted in between: its new namespace is made true, and looked at, once more.
    await settle(watched);
    return { ...(await probe(planned.pairs, watched, PAIRS_PROBED)), unheld: unheldOf(planned) };
  };

  const apply = async (change: Change, watched: Watched): Promise<Tally> => {
    if (isPauseChange(change)) return stand(change, watched);
    if (change.action === 'rerun') {
      const planned = await planWithout(driver, live.policy.get(), change);
      await applyMethod(driver, recorder, planned, (step, detail) => watched.onProgress?.(step, detail));
      return NOTHING_PROBED;
    }
    if (change.action === 'clear') {
      watched.signal?.throwIfAborted();
      const { own } = change;
      await clearAll(parts, { who: watched.who, own, onProgress: (step) => watched.onProgress?.(step, '') });
      return NOTHING_PROBED;
    }
    const entries = await entriesFor(change);
    if (isMethodChange(change)) {
      const planned = await planByMethod(driver, guard.denials(), live.policy.get(), change);
      await applyMethod(driver, recorder, planned, (step, detail) => watched.onProgress?.(step, detail));
      return probe(planned.plan.pairs, watched, PAIRS_PROBED);
    }
    const undone = change.action === 'undo' ? entryToUndo(entries, change.entry) : null;
    if (undone && isMethod(undone)) {
      const { plan: planned, steps } = await planWayBackOf(driver, live.policy.get(), undone);
      possible(planned);
      await undoByMethod(driver, recorder, undone, steps, live.policy.get(), watched.who);
      return NOTHING_PROBED;
    }
    return carryOut((policy, topology) => planOn(policy, topology, change, entries), watched);
  };

  /** Lets the guard stand aside, or come back, and looks on the wire whether that is so. The policy stays as it is. */
  const stand = async (change: PauseChange, watched: Watched): Promise<Tally> => {
    const planned = planPause(live.policy.get(), driver.topology(), change);
    watched.signal?.throwIfAborted();
    const recording = await recorder.recordBeside(recordedOf(planned), live.policy.get(), watched.who);
    try {
      await standing.set(pauseOf(change));
    } catch (thrown) {
      await recording.failed(thrown, { state: 'failed' });
      throw thrown;
    }
    return seenThrough(planned, recording, watched);
  };

  const seenThrough = async (
    planned: Plan,
    recording: Pick<Recording, 'done' | 'failed'>,
    watched: Watched,
  ): Promise<Tally> => {
    let tally: Tally;
    try {
      await settle(watched);
      onStep?.('after the wire is true');
      tally = await probePlanned(planned, watched);
    } catch (thrown) {
      const state = watched.signal?.aborted || closed ? 'interrupted' : 'failed';
      await recording.failed(thrown, { state, applied: true });
      throw savedButNotInForce(thrown);
    }
    const { agree, disagree, errors, unheld = 0 } = tally;
    await recording.done({ agree, disagree, errors, unheld });
    return tally;
  };

  /** After a pause ended by itself, here or while nobody ran: nobody waits, so what fails is in the journal and the guard's state. */
  const resumed = (): void => {
    const work = (async () => {
      const planned = planPause(live.policy.get(), driver.topology(), { action: 'resume' });
      const recording = await recorder.recordBeside({ action: 'resume' }, live.policy.get());
      await seenThrough(planned, recording, {});
    })()
      .catch(() => undefined)
      .finally(() => writing.delete(work));
    writing.add(work);
  };
  if (lapse.get() > 0) resumed();

  /** @param text what the policy file is to say word for word; absent: what the plan changes of it. */
  const carryOut = async (
    planNow: (policy: Policy, topology: Topology) => Plan,
    watched: Watched,
    text?: string,
  ): Promise<Tally> => {
    const seen = { policy: live.policy.get(), topology: driver.topology() };
    let planned = possible(planNow(seen.policy, seen.topology));
    watched.signal?.throwIfAborted();
    watched.onProgress?.('policy-file', '');
    const recording = recorder.record(() => recordedOf(planned), watched.who);
    // Other comments or another order are no change of the policy.
    const beforeWrite: BeforeWrite = async (before, after) => {
      if (!isNoDifference(differenceOf(before, after))) await recording.beforeWrite(before, after);
    };
    try {
      // Planned anew where the file holds something else at that moment: somebody may have changed it since.
      await live.update(
        (policy) => {
          const topology = driver.topology();
          const same = topology === seen.topology && isDeepStrictEqual(policy, seen.policy);
          if (!same) planned = possible(planNow(policy, topology));
          return planned.policy;
        },
        beforeWrite,
        text,
      );
    } catch (thrown) {
      await recording.failed(thrown, { state: 'failed' });
      throw thrown;
    }
    return seenThrough(planned, recording, watched);
  };

  /** Someone edited the file: the guard makes that true by itself, the journal is to say so. */
  const recordFound = async (before: Policy, after: Policy): Promise<void> => {
    // A journal that cannot be written shows when Bulkhead itself is to change something.
    const recording = await recorder.recordFound(before, after).catch(() => null);
    if (!recording) return;
    try {
      await settle({});
      await recording.done(null).catch(() => undefined);
    } catch (thrown) {
      await recording.failed(thrown, { state: closed ? 'interrupted' : 'failed', applied: true });
    }
  };

  return {
    driver,
    topology: () => driver.topology(),
    policy: () => live.policy.get(),
    denials: () => guard.denials(),
    guardState: () => {
      const fault = live.fault.get();
      const state = guard.state();
      return fault ? { ...state, phase: 'failing', error: fault } : state;
    },
    matrix,
    explain: (from, to) => explain(driver.topology(), guard.denials(), from, to),
    plan,
    apply,
    planFile: (file) => planFile(live.policy.get(), read(file), driver.topology(), file.name),
    applyFile: (file, watched) => {
      const after = read(file);
      return carryOut((policy, topology) => planFile(policy, after, topology, file.name), watched, file.text);
    },
    replace: (ref, spec, signal) => replaceRecorded(driver, recorder, live.policy.get(), { ref, spec, signal }),
    journal: () => recorder.list(),
    onJournal: (listener) => recorder.onChange(listener),
    verify: async (scope, watched) => {
      await driver.refresh();
      return probe(pairsOf(driver.topology(), scope), watched);
    },
    settle,
    observe: () => guard.observe(),
    count: (endpoints) => guard.count(endpoints),
    traffic: (from, to) => guard.traffic(from, to),
    hits: () => guard.hits(),
    discover: async (signal) => (await driver.discover?.(signal)) ?? { read: 0, unread: [] },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear: () => clearAll(parts, {}),
    close: async () => {
      closed = true;
      for (const stop of stops) stop();
      listeners.clear();
      live.close();
      standing.close();
      recorder.close();
      await guard.close();
      await Promise.all(writing);
      await driver.close();
    },
  };
}

const NOTHING_PROBED: Tally = { agree: 0, disagree: 0, errors: 0 };

/**
 * After a change no more pairs are probed than these, each container about as often: some seconds, where all pairs of 300
 * guarded containers would take a quarter of an hour.  `verify` tries all.
 */
const PAIRS_PROBED = 400;

/** What is remembered of it from now on; null: nothing. */
function pauseOf(change: PauseChange): Pause | null {
  if (change.action === 'resume') return null;
  const since = Date.now();
  return { since, until: change.minutes === undefined ? null : since + change.minutes * 60_000 };
}

/** @throws BulkheadError `POLICY_FILE`: `name:line:column what is wrong`. */
function read({ name, text }: PolicyFile): Policy {
  return locating(name, () => parsePolicy(text));
}

/** Endpoints by name: people read it. */
function named(effect: Effect, { endpoints }: Topology): Effect {
  const names = new Map(endpoints.map(({ id, name }) => [id, name]));
  const both = <T extends { readonly from: string; readonly to: string }>(one: T): T => ({
    ...one,
    from: names.get(one.from) ?? one.from,
    to: names.get(one.to) ?? one.to,
  });
  return {
    closes: effect.closes.map(both),
    stays: effect.stays.map(both),
    breaks: effect.breaks.map(both),
    opens: effect.opens.map(both),
    names: effect.names.map(both),
  };
}

/** Changes after which their pairs must be held. */
const CLOSING: ReadonlySet<Plan['action']> = new Set(['block', 'isolate', 'guard', 'undo', 'apply', 'resume']);

/** Changes that may open as well as close. */
const WHOLE: ReadonlySet<Plan['action']> = new Set(['undo', 'apply']);

/** The rule outlives the failure: whoever reads the error must know. */
function savedButNotInForce(thrown: unknown): unknown {
  if (!(thrown instanceof BulkheadError)) return thrown;
  const { code, message, hint } = thrown;
  return new BulkheadError(
    { code, message: `${message} Your rule is saved, but not applied yet.`, hint },
    { cause: thrown },
  );
}

/** In place of a policy file that cannot be understood: no rules, and nothing is written. */
function withoutFile(fault: BulkheadError): LivePolicy {
  const policy = createSignal<Policy>(EMPTY_POLICY);
  return {
    policy,
    fault: createSignal<ErrorShape | null>(toErrorShape(fault)),
    update: (edit) => Promise.resolve(edit(EMPTY_POLICY)),
    close: () => undefined,
  };
}
