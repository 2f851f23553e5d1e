/** Words for what managers tell in theirs. */
import type { TFunction } from 'i18next';
import type { ServiceRow, TaskRow } from '../../../../shared/contract/services.ts';
import { en } from '../../i18n/catalogue.en.ts';

/** States of an update for which there are words. */
const UPDATES = [
  'updating',
  'paused',
  'completed',
  'rollback_started',
  'rollback_paused',
  'rollback_completed',
] as const;

/** How the last update stands; one that we have no word for, as the engine says it; `''`: there was none. */
export function updateWords(t: TFunction, { update }: Pick<ServiceRow, 'update'>): string {
  if (!update) return '';
  const known = UPDATES.find((one) => one === update.state);
  return known ? t(`services.update-state.${known}`) : update.state;
}

/** A task's or a node's state; one that we have no word for, as the engine says it. */
export function swarmStateWords(t: TFunction, state: string): string {
  return isKnownState(state) ? t(`services.state.${state}`) : state;
}

function isKnownState(state: string): state is keyof typeof en.services.state {
  return Object.hasOwn(en.services.state, state);
}

/** `8080 → 80`, with the protocol where it is not TCP. */
export function portWords({ hostPort, port, protocol, mode }: ServiceRow['ports'][number]): string {
  return `${String(hostPort)}:${String(port)}${protocol === 'tcp' ? '' : `/${protocol}`}${mode === 'host' ? ' host' : ''}`;
}

/** Ends of a task that were not asked for. */
export const FAILED_STATES: ReadonlySet<string> = new Set(['failed', 'rejected', 'orphaned']);

/** Those that are meant to run, and where none took its place the one that failed last. @param tasks newest of each name first */
export function currentTasks(tasks: readonly TaskRow[]): readonly TaskRow[] {
  const isMeant = ({ desired }: TaskRow): boolean => desired === 'running' || desired === 'complete';
  const taken = new Set(tasks.filter(isMeant).map(({ name }) => name));
  const newest = new Map(tasks.toReversed().map((task) => [task.name, task]));
  return tasks.filter((task) => {
    if (isMeant(task)) return true;
    return newest.get(task.name) === task && FAILED_STATES.has(task.state) && !taken.has(task.name);
  });
}
