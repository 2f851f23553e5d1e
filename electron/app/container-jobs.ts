/** What is done to containers as jobs. */
import type { ContainerAction } from '../../shared/contract/containers.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { Management } from '../engine/domains/index.ts';
import { forEachPart, type Jobs } from './jobs.ts';
import { namesOf } from './views.ts';

/** Containers at a time: an engine stops about as many in parallel without slowing down. */
const AT_A_TIME = 8;

/** @returns the job's id */
export function startContainerAction(
  jobs: Jobs,
  { manage, topology }: { readonly manage: Management; readonly topology: Topology },
  { ids, action, force = false, volumes = false }: ContainerAction,
): string {
  const names = namesOf(topology);
  const about = ids.map((id) => ({ id, name: names.get(id) ?? id }));
  const { containers } = manage;
  return jobs.start({
    kind: `container-${action}`,
    about,
    work: (report) =>
      forEachPart(report, {
        items: about,
        limit: AT_A_TIME,
        work: ({ id }, signal) =>
          action === 'remove' ? containers.remove(id, { force, volumes, signal }) : containers[action](id, { signal }),
      }),
  });
}
