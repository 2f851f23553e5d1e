/** Which actions a container's state allows, and which must be asked twice. */
import type { ContainerAction, ContainerView } from '../../../../shared/contract/schemas.ts';

export type ActionName = ContainerAction['action'];

/** In the order they are offered; the first is the row's main button. */
export function actionsFor(state: string): readonly ActionName[] {
  switch (state) {
    case 'running':
      return ['stop', 'restart', 'pause', 'remove'];
    case 'paused':
      return ['unpause', 'stop', 'remove'];
    case 'restarting':
      return ['stop', 'remove'];
    case 'removing':
      return [];
    default:
      return ['start', 'remove'];
  }
}

/** Something is lost: connections, memory, or the container itself. */
export function needsConfirmation(action: ActionName): action is 'stop' | 'restart' | 'remove' {
  return action === 'stop' || action === 'restart' || action === 'remove';
}

export function isUpState(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

export interface ProjectGroup {
  readonly project: string;
  readonly containers: readonly ContainerView[];
}

/** Containers that a search names, under their Compose projects, in the core's order. */
export function groupContainers(containers: readonly ContainerView[], query: string): readonly ProjectGroup[] {
  const wanted = query.trim().toLocaleLowerCase('en');
  const groups: { project: string; containers: ContainerView[] }[] = [];
  for (const container of containers) {
    const texts = [container.name, container.image, container.project, container.service, container.state];
    const all = [...texts, ...container.networks, ...container.published, container.id.slice(0, 12)];
    if (wanted !== '' && !all.some((text) => text.toLocaleLowerCase('en').includes(wanted))) continue;
    const open = groups.at(-1);
    if (open?.project === container.project) open.containers.push(container);
    else groups.push({ project: container.project, containers: [container] });
  }
  return groups;
}
