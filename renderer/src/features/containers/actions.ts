/** Which actions a container's state allows, and which must be asked twice. */
import type { LifecycleAction } from '../../../../shared/contract/containers.ts';
import type { JobView } from '../../../../shared/contract/jobs.ts';

/** In the order they are offered; the first is the row's main button. */
export function actionsFor(state: string): readonly LifecycleAction[] {
  switch (state) {
    case 'running':
      return ['stop', 'restart', 'pause', 'kill', 'remove'];
    case 'paused':
      return ['unpause', 'stop', 'remove'];
    case 'restarting':
      return ['stop', 'kill', 'remove'];
    case 'removing':
      return [];
    default:
      return ['start', 'remove'];
  }
}

export type AskedAction = 'stop' | 'restart' | 'kill' | 'remove';

/** Something is lost: connections, memory, or the container itself. */
export function needsConfirmation(action: LifecycleAction): action is AskedAction {
  return action === 'stop' || action === 'restart' || action === 'kill' || action === 'remove';
}

export function isUpState(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

const PREFIX = 'container-';

/** What is being done to that container now; null: nothing. */
export function pendingAction(jobs: readonly JobView[], id: string): LifecycleAction | null {
  const job = jobs.find(({ kind, state, pending }) => {
    return state === 'running' && kind.startsWith(PREFIX) && pending.includes(id);
  });
  return job ? (job.kind.slice(PREFIX.length) as LifecycleAction) : null;
}
