/** Everything of Bulkhead's away from an engine: what that gives back, what it leaves, and doing it. */
import { isMethod, isUndoable, type Actor, type JournalEntry } from '../../shared/contract/journal.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { placesOf, planWayBack, type Places, type WayBack } from '../../shared/methods/way-back.ts';
import { EMPTY_POLICY, type Obstacle, type Plan } from '../../shared/policy/model.ts';
import { planClear } from '../../shared/policy/index.ts';
import { obstacle } from '../../shared/policy/obstacle-texts.ts';
import { plain } from '../../shared/policy/selector.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { EngineDriver } from '../engine/driver.ts';
import type { Guard } from '../guard/guard.ts';
import type { LivePause } from './live-pause.ts';
import type { LivePolicy } from './live-policy.ts';
import { lossesOf, undoByMethod } from './methods.ts';
import type { Recorder } from './recorder.ts';

export interface ClearParts {
  readonly driver: EngineDriver;
  readonly recorder: Recorder;
  readonly live: LivePolicy;
  readonly standing: LivePause;
  readonly guard: Pick<Guard, 'clear'>;
}

export async function planClearing(
  { driver, recorder, live, standing }: Omit<ClearParts, 'guard'>,
  { own = false }: { readonly own?: boolean | undefined } = {},
): Promise<Plan> {
  // Others may have changed something since; a session that does not follow would not know.
  const topology = await driver.refresh();
  let places = placesOf(topology);
  const told: WayBack['told'][number][] = [];
  const notes: Obstacle[] = [];
  for (const entry of toGiveBack(await recorder.list())) {
    const way = await wayBackOf(driver, entry, places);
    places = way.places;
    told.push(...way.told);
    notes.push(...way.notes);
  }
  const others = own ? [] : ((await driver.others?.()) ?? []);
  if (others.length > 0) notes.push(obstacle('P6', { others: others.map(({ by }) => plain(by)).join(', ') }));
  const powerless = await withoutPowers(recorder);
  if (powerless.length > 0) notes.push(obstacle('T27', { names: powerless.map(plain).join(', ') }));
  return planClear(live.policy.get(), topology, { isPaused: standing.pause.get() !== null, back: { told, notes } });
}

/**
 * Gives networks and links back, newest first, since a later change may rest on what an earlier one has made; then empties the
 * policy, and takes everything of Bulkhead's off the engine.
 *
 * @throws BulkheadError of what could not be removed; of what could not be given back only after everything else was done.
 */
export async function clearAll(
  parts: ClearParts,
  {
    who,
    own = false,
    onProgress,
  }: {
    readonly who?: Actor | undefined;
    /** Of other Bulkheads on the engine nothing is touched. */
    readonly own?: boolean | undefined;
    readonly onProgress?: (step: string) => void;
  },
): Promise<void> {
  const { driver, recorder, live, standing, guard } = parts;
  const failures: unknown[] = [];
  for (const entry of toGiveBack(await recorder.list())) {
    const { steps } = await wayBackOf(driver, entry, placesOf(await driver.refresh()));
    if (steps.length === 0) continue;
    onProgress?.('give-back');
    try {
      await undoByMethod(driver, recorder, entry, steps, live.policy.get(), who);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  const recording = recorder.record(() => ({ action: 'clear' }), who);
  onProgress?.('policy-empty');
  try {
    await live.update(() => EMPTY_POLICY, recording.beforeWrite);
  } catch (thrown) {
    await recording.failed(thrown, { state: 'failed' });
    throw thrown;
  }
  onProgress?.('clear-engine');
  try {
    await standing.set(null);
    await guard.clear({ own });
    await driver.clear({ own });
  } catch (thrown) {
    await recording.failed(thrown, { state: 'failed', applied: true });
    throw thrown;
  }
  await recording.done(null);
  if (failures.length > 0) throw notGivenBack(failures);
}

/** Newest first.  Who was made anew without a power keeps it so: no container gets one back unasked (ADR 20). */
function toGiveBack(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  return entries.filter((entry) => entry.change.action !== 'rerun' && isMethod(entry) && isUndoable(entry));
}

/** Whether anything of networks and links could still be given back, as the engine is now. */
export function isAnythingToGiveBack(entries: readonly JournalEntry[], topology: Topology): boolean {
  const places = placesOf(topology);
  return toGiveBack(entries).some(({ wayBack }) => planWayBack(wayBack, places).steps.length > 0);
}

async function withoutPowers(recorder: Recorder): Promise<readonly string[]> {
  const names = (await recorder.list()).flatMap((entry) =>
    entry.change.action === 'rerun' && isUndoable(entry) ? [entry.change.name] : [],
  );
  return [...new Set(names)];
}

/** Where a container would lose something when it is made anew, the whole entry stays as it is: it can be undone later. */
async function wayBackOf(driver: EngineDriver, entry: JournalEntry, places: Places): Promise<WayBack> {
  const way = planWayBack(entry.wayBack, places);
  const lost = await lossesOf(driver, way.steps);
  if (lost.length === 0) return way;
  const notes = lost.map(({ rule, params }) => obstacle(rule === 'T8' ? 'T26' : 'T25', params));
  return { steps: [], told: [], notes: [...way.notes, ...notes], places };
}

function notGivenBack(failures: readonly unknown[]): BulkheadError {
  const messages = failures.map((one) => (one instanceof Error ? one.message : String(one)));
  return new BulkheadError(
    {
      code: 'ENGINE_REFUSED',
      message: `Everything of Bulkhead is removed, but not all networks and links could be given back. ${messages.join(' ')}`,
      hint: 'The history still holds those changes: undo them there when that is mended.',
    },
    { cause: failures[0] },
  );
}
