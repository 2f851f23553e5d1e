/** Waits until a service is what it was asked to be, and tells of its tasks meanwhile. */
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { pause } from '../../../lib/backoff.ts';
import { cancelled, refusal } from '../../connection/faults.ts';
import type { Reported } from '../../domains/progress.ts';
import { toServices } from '../../inventory/swarm.ts';
import { arrayOf, objectOf, textOf, type JsonObject } from '../../inventory/json.ts';
import { pathOf, type Api } from '../ask.ts';

/** Between two looks (ms): the engine tells of tasks on other nodes by no event. */
const LOOK_MS = 500;
/** So long the managers may take to begin with an update that makes tasks anew (ms). */
const BEGIN_MS = 3000;

/** States of a task that has come to its end by itself, or never began. */
const FAILED = new Set(['failed', 'rejected', 'orphaned']);

/** What the change was: `settings` makes tasks anew, `number` does not. */
export type Expected = 'settings' | 'number' | 'rollback';

/**
 * @param before the service as it was before the change
 * @throws BulkheadError `ENGINE_REFUSED` with the managers' and the tasks' own words, where they gave up
 */
export async function settle(
  api: Api,
  before: JsonObject,
  { expected, report, signal }: Reported & { readonly expected: Expected },
): Promise<void> {
  const id = textOf(before['ID']);
  const former = textOf(objectOf(before['UpdateStatus'])['StartedAt']);
  const since = performance.now();
  for (;;) {
    if (signal?.aborted) throw cancelled();
    const [now, listed, nodes] = await Promise.all([
      api().request(pathOf('services', id), { signal }),
      api().request('/tasks', { query: { filters: { service: [id] } }, signal }),
      api().request('/nodes', { signal }),
    ]);
    const tasks = arrayOf(listed).map(objectOf);
    const [service] = toServices([now], listed, nodes);
    const live = liveTasks(tasks, arrayOf(nodes).map(objectOf));
    const running = service?.tasks.filter((task) => task.running).length ?? 0;
    const desired = service?.desired ?? 0;
    report.progress({ done: Math.min(running, desired), total: desired, unit: 'items' });
    tellTasks(tasks, report);

    const update = objectOf(objectOf(now)['UpdateStatus']);
    const state = textOf(update['StartedAt']) === former ? '' : textOf(update['State']);
    if (hasGivenUp(state, expected)) throw gaveUp(update, tasks);
    const hasBegun = expected === 'number' || performance.now() - since > BEGIN_MS;
    const hasEnded = state === '' ? hasBegun : state.endsWith('completed');
    // A job's tasks end by themselves, and may have before we look; those that are too many have yet to end.
    const isThere = service?.mode.endsWith('-job') === true || (running >= desired && live <= desired);
    if (hasEnded && isThere) return;
    await pause(LOOK_MS, signal);
  }
}

function hasGivenUp(state: string, expected: Expected): boolean {
  if (state.endsWith('paused')) return true;
  return state === 'rollback_completed' && expected !== 'rollback';
}

/** How many run now, whatever they are meant to; of nodes that are away nobody knows. */
function liveTasks(tasks: readonly JsonObject[], nodes: readonly JsonObject[]): number {
  const away = new Set(
    nodes.filter((node) => textOf(objectOf(node['Status'])['State']) === 'down').map((node) => textOf(node['ID'])),
  );
  return tasks.filter(
    (task) => textOf(objectOf(task['Status'])['State']) === 'running' && !away.has(textOf(task['NodeID'])),
  ).length;
}

function tellTasks(tasks: readonly JsonObject[], report: Reported['report']): void {
  for (const task of tasks) {
    if (textOf(task['DesiredState']) !== 'running' && textOf(task['DesiredState']) !== 'complete') continue;
    const status = objectOf(task['Status']);
    const state = textOf(status['State']);
    const id = textOf(task['ID']);
    const slot = task['Slot'];
    const partState: JobPart['state'] = FAILED.has(state) ? 'failed' : state === 'running' ? 'done' : 'running';
    report.part(id, {
      name: typeof slot === 'number' && slot > 0 ? `${String(slot)} (${id.slice(0, 12)})` : id.slice(0, 12),
      state: partState,
      text: [state, textOf(status['Err'])].filter(Boolean).join(': '),
    });
  }
}

function gaveUp(update: JsonObject, tasks: readonly JsonObject[]): BulkheadError {
  const [why = ''] = tasks
    .toSorted((a, b) => textOf(b['UpdatedAt']).localeCompare(textOf(a['UpdatedAt'])))
    .map((task) => objectOf(task['Status']))
    .filter((status) => FAILED.has(textOf(status['State'])))
    .map((status) => textOf(status['Err']));
  const message = [textOf(update['Message']), why].filter(Boolean).join(': ');
  const { hint } = refusal(500, why || message);
  return new BulkheadError({
    code: 'ENGINE_REFUSED',
    message,
    hint: hint.startsWith("The engine's log")
      ? 'Its tasks and their logs say more. Roll it back, or correct the image.'
      : hint,
  });
}
