/** Changes of the engine itself: networks that are split, containers made anew without a link or a power. */
import type { RunSpec } from '../../shared/containers/run-spec.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import { isMethod, type Actor, type JournalEntry, type UndoStep } from '../../shared/contract/journal.ts';
import { BulkheadError } from '../../shared/errors.ts';
import type { Power } from '../../shared/methods/model.ts';
import { planMethod, type MethodPlan } from '../../shared/methods/plan.ts';
import { placesOf, planWayBack } from '../../shared/methods/way-back.ts';
import { planRerun, type RerunPlan } from '../../shared/methods/rerun.ts';
import type { Obstacle, Plan, Policy } from '../../shared/policy/model.ts';
import { obstacle } from '../../shared/policy/obstacle-texts.ts';
import { plain } from '../../shared/policy/selector.ts';
import type { Denial } from '../../shared/reachability/model.ts';
import { isContainer } from '../../shared/topology/model.ts';
import { isConnectionFault } from '../engine/connection/faults.ts';
import type { EngineDriver, RebuildActions } from '../engine/driver.ts';
import { runMethod, undoMethod } from '../guard/methods.ts';
import { asSelector, possible, recordedOf } from './changes.ts';
import type { BesideRecording, Recorder } from './recorder.ts';

export type MethodChange = Extract<Change, { action: 'block' | 'allow' }> & { readonly method: 'network' | 'unlink' };

export function isMethodChange(change: Change): change is MethodChange {
  return change.action === 'block' && change.method !== undefined;
}

/** The plan, with what only the engine can tell of containers that would be made anew. */
export async function planByMethod(
  driver: EngineDriver,
  denials: readonly Denial[],
  policy: Policy,
  { method, from, to, ports }: MethodChange,
): Promise<MethodPlan> {
  const topology = driver.topology();
  const sides = { from: asSelector(from, topology), to: asSelector(to, topology) };
  const planned = planMethod(topology, denials, policy, { method, ...sides, ...(ports ? { ports } : {}) });
  if (!planned.plan.possible || method !== 'unlink') return planned;
  const anew = planned.steps.flatMap((step) => (step.kind === 'unlink' ? [step.container] : []));
  const obstacles = await losses(driver, anew);
  return obstacles.length === 0 ? planned : { ...planned, steps: [], plan: impossible(planned.plan, obstacles) };
}

export type RerunChange = Extract<Change, { action: 'rerun' }>;

/** @throws BulkheadError `NOT_FOUND`: that container is no longer there. */
export async function planWithout(driver: EngineDriver, policy: Policy, change: RerunChange): Promise<RerunPlan> {
  const { name, without, publish = false } = change;
  const topology = driver.topology();
  const containers = topology.endpoints.filter(isContainer);
  const container = containers.find(({ id }) => id === name) ?? containers.find((one) => one.name === name);
  if (!container) {
    throw new BulkheadError({ code: 'NOT_FOUND', message: 'That container is no longer there.', hint: '' });
  }
  const planned = planRerun(topology, policy, { container, without, publish });
  if (!planned.plan.possible) return planned;
  const obstacles = await losses(driver, [container.id], without);
  return obstacles.length === 0 ? planned : { steps: [], plan: impossible(planned.plan, obstacles) };
}

/** Taking back what an entry did beside the policy, which stays as it is; impossible where something would be lost. */
export async function planWayBackOf(
  driver: EngineDriver,
  policy: Policy,
  entry: JournalEntry,
): Promise<{ readonly plan: Plan; readonly steps: readonly UndoStep[] }> {
  const { steps, told, notes } = planWayBack(entry.wayBack, placesOf(await driver.refresh()));
  const nothing = { ports: null, pairs: [], to: '' };
  const plan: Plan = {
    action: 'undo',
    from: entry.id,
    ...nothing,
    steps: told,
    obstacles: notes,
    possible: true,
    policy,
  };
  const lost = await lossesOf(driver, steps);
  return lost.length === 0 ? { plan, steps } : { plan: impossible(plan, lost), steps: [] };
}

/**
 * Puts a container back that was making way for another when that was cut off: nobody else would look for it under the name
 * that it has.  All else stays for an undo, and so does what fails here.
 *
 * @returns whether the other has its place for good; null: neither has it.
 * @throws BulkheadError when there is no engine to ask: that can be tried again.
 */
export async function putBackCutOff(driver: EngineDriver, wayBack: readonly UndoStep[]): Promise<boolean | null> {
  const ways = wayBack.filter((step) => step.kind === 'restore');
  try {
    const { steps } = planWayBack(ways, placesOf(await driver.refresh()));
    if (steps.length > 0) {
      await undoMethod(steps, { rebuild: rebuildOf(driver) });
      await driver.refresh();
    }
  } catch (thrown) {
    if (!(thrown instanceof BulkheadError) || isConnectionFault(thrown)) throw thrown;
    return null;
  }
  const [way] = ways;
  const first = driver.topology().endpoints.find(({ id }) => id === way?.id);
  if (!first) return true;
  return first.name === way?.container ? false : null;
}

/**
 * Makes a container anew with other settings, in its own place.  The way back is in the journal before each step, and the next start
 * goes it where this is cut off.
 *
 * @returns the new one's id.
 * @throws BulkheadError; the former one is as it was then, or what is left of that can be undone.
 */
export async function replaceRecorded(
  driver: EngineDriver,
  recorder: Recorder,
  policy: Policy,
  { ref, spec, signal }: { readonly ref: string; readonly spec: RunSpec; readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const name = driver.topology().endpoints.find(({ id }) => id === ref)?.name ?? ref;
  const recording = await recorder.recordBeside({ action: 'replace', name }, policy);
  const { ways, keep } = kept(recording);
  let made: string;
  try {
    made = await driver.manage.containers.replace(ref, spec, { signal, keep });
  } catch (thrown) {
    await endFailed(recording, thrown, async () => (ways.length === 0 ? false : putBackCutOff(driver, ways)));
    throw thrown;
  }
  await recording.done(null);
  return made;
}

/**
 * Writes down how a change ended that failed, after what it left half way is put back.  Where the engine is gone that is left to
 * when it answers again, and to the next start.
 */
async function endFailed(
  recording: BesideRecording,
  failure: unknown,
  putBack: () => Promise<boolean | null>,
): Promise<void> {
  try {
    const applied = await putBack();
    await recording.failed(failure, { state: 'failed', applied });
  } catch (thrown) {
    if (!(thrown instanceof BulkheadError)) throw thrown;
    if (isConnectionFault(thrown)) recording.leave();
    // The way back stays in the journal.
    else await recording.failed(failure, { state: 'failed', applied: null });
  }
}

/** The way back of a change under way: in the journal, and here, newest first. */
function kept(recording: BesideRecording): {
  readonly ways: readonly UndoStep[];
  readonly keep: (way: UndoStep) => Promise<void>;
} {
  const ways: UndoStep[] = [];
  const keep = async (way: UndoStep): Promise<void> => {
    await recording.step(way);
    ways.unshift(way);
  };
  return { ways, keep };
}

/** Goes a way back as far as it was gone: what never was, is passed over. */
async function takeBack(driver: EngineDriver, ways: readonly UndoStep[]): Promise<void> {
  if (ways.length === 0) return;
  const { steps } = planWayBack(ways, placesOf(await driver.refresh()));
  await undoMethod(steps, { rebuild: rebuildOf(driver) });
  await driver.refresh();
}

/** What making containers anew on the way back would lose. */
export async function lossesOf(driver: EngineDriver, steps: readonly UndoStep[]): Promise<readonly Obstacle[]> {
  return losses(
    driver,
    steps.flatMap((step) => (step.kind === 'relink' || step.kind === 'as-was' ? [step.container] : [])),
  );
}

async function losses(
  driver: EngineDriver,
  containers: readonly string[],
  without?: Power,
): Promise<readonly Obstacle[]> {
  if (containers.length === 0) return [];
  const rebuild = rebuildOf(driver);
  const lost = await Promise.all(containers.map((id) => rebuild.obstacleToRecreate(id, without)));
  return lost.flatMap((one) =>
    one
      ? [obstacle(one.rule, Object.fromEntries(Object.entries(one.params).map(([name, text]) => [name, plain(text)])))]
      : [],
  );
}

function impossible(plan: Plan, obstacles: readonly Obstacle[]): Plan {
  return { ...plan, obstacles, possible: false, steps: [], pairs: [] };
}

/** @returns the plan that was carried out. @throws BulkheadError; the engine is as it was then. */
export async function applyMethod(
  driver: EngineDriver,
  recorder: Recorder,
  planned: MethodPlan | RerunPlan,
  onProgress: (step: string, detail: string) => void,
): Promise<void> {
  const { plan, steps } = planned;
  possible(plan);
  const rebuild = rebuildOf(driver);
  const names = new Map(driver.topology().endpoints.map(({ id, name }) => [id, name]));
  const change =
    'method' in planned
      ? ({ action: 'block', from: plan.from, to: plan.to, method: planned.method } as const)
      : recordedOf(plan);
  const recording = await recorder.recordBeside(change, plan.policy);
  const { ways, keep } = kept(recording);
  try {
    await runMethod(steps, {
      rebuild,
      nameOf: (id) => names.get(id) ?? id,
      onStep: ({ kind }) => onProgress(kind, ''),
      keep,
    });
  } catch (thrown) {
    await endFailed(recording, thrown, async () => {
      await takeBack(driver, ways);
      await recording.step(null).catch(() => undefined);
      return false;
    });
    throw thrown;
  }
  await driver.refresh();
  await recording.done(null);
}

/** Takes back what an entry of the journal did to networks, links and containers, by what is left of its way back. */
export async function undoByMethod(
  driver: EngineDriver,
  recorder: Recorder,
  entry: JournalEntry,
  steps: readonly UndoStep[],
  policy: Policy,
  by?: Actor,
): Promise<void> {
  if (!isMethod(entry)) return;
  const recording = await recorder.recordBeside({ action: 'undo', entry: entry.id }, policy, by);
  const { ways, keep } = kept(recording);
  try {
    await undoMethod(steps, { rebuild: rebuildOf(driver), keep });
  } catch (thrown) {
    await endFailed(recording, thrown, async () => {
      await putBackCutOff(driver, ways);
      return false;
    });
    throw thrown;
  }
  await driver.refresh();
  await recording.done(null);
}

/** @throws BulkheadError `CANNOT_ENFORCE` where the engine's networks cannot be changed. */
function rebuildOf({ rebuild }: EngineDriver): RebuildActions {
  if (rebuild) return rebuild;
  throw new BulkheadError({
    code: 'CANNOT_ENFORCE',
    message: 'On this engine, networks and links cannot be changed.',
    hint: 'Use the firewall, which closes the side doors as well.',
  });
}
