/** Blocks by other means than the firewall: networks that are split, containers made anew without a link. */
import type { Change } from '../../shared/contract/schemas.ts';
import { isMethod, type Actor, type JournalEntry } from '../../shared/contract/journal.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { planMethod, type MethodPlan } from '../../shared/methods/plan.ts';
import type { Policy } from '../../shared/policy/model.ts';
import { obstacle } from '../../shared/policy/obstacle-texts.ts';
import { plain } from '../../shared/policy/selector.ts';
import type { Denial } from '../../shared/reachability/model.ts';
import type { EngineDriver, RebuildActions } from '../engine/driver.ts';
import { runMethod, undoMethod } from '../guard/methods.ts';
import { asSelector, possible } from './changes.ts';
import type { Recorder } from './recorder.ts';

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
  const rebuild = rebuildOf(driver);
  const anew = planned.steps.flatMap((step) => (step.kind === 'unlink' ? [step.container] : []));
  const lost = (await Promise.all(anew.map((id) => rebuild.obstacleToRecreate(id)))).filter((one) => one !== null);
  if (lost.length === 0) return planned;
  const obstacles = lost.map(({ rule, params }) =>
    obstacle(rule, Object.fromEntries(Object.entries(params).map(([name, text]) => [name, plain(text)]))),
  );
  return { ...planned, steps: [], plan: { ...planned.plan, obstacles, possible: false, steps: [], pairs: [] } };
}

/** @returns the plan that was carried out. @throws BulkheadError; the engine is as it was then. */
export async function applyMethod(
  driver: EngineDriver,
  recorder: Recorder,
  planned: MethodPlan,
  onProgress: (step: string, detail: string) => void,
): Promise<void> {
  const { plan, method, steps } = planned;
  possible(plan);
  const rebuild = rebuildOf(driver);
  const names = new Map(driver.topology().endpoints.map(({ id, name }) => [id, name]));
  const change = { action: 'block', from: plan.from, to: plan.to, method } as const;
  const recording = await recorder.recordBeside(change, plan.policy);
  try {
    await runMethod(steps, {
      rebuild,
      nameOf: (id) => names.get(id) ?? id,
      onStep: ({ kind }) => onProgress(kind, ''),
      onDone: recording.step,
    });
  } catch (thrown) {
    await recording.failed(thrown, { state: 'failed' });
    throw thrown;
  }
  await driver.refresh();
  await recording.done(null);
}

/** Takes back what an entry of the journal did to networks and links. */
export async function undoByMethod(
  driver: EngineDriver,
  recorder: Recorder,
  entry: JournalEntry,
  policy: Policy,
  by?: Actor,
): Promise<void> {
  if (!isMethod(entry)) return;
  const recording = await recorder.recordBeside({ action: 'undo', entry: entry.id }, policy, by);
  try {
    await undoMethod(entry.wayBack, { rebuild: rebuildOf(driver) });
  } catch (thrown) {
    await recording.failed(thrown, { state: 'failed' });
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
