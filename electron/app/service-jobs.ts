/** What is done to Swarm services as jobs. */
import type { ServicesDomain } from '../engine/domains/services.ts';
import { referenceOf } from './image-jobs.ts';
import { forEachPart, type Jobs } from './jobs.ts';

const AT_A_TIME = 4;

export interface ServiceStage {
  readonly jobs: Pick<Jobs, 'start'>;
  readonly services: ServicesDomain;
  /** The name of a service. */
  readonly nameOf: (id: string) => string;
}

export function startServiceScale(
  { jobs, services, nameOf }: ServiceStage,
  { id, replicas }: { readonly id: string; readonly replicas: number },
): string {
  return jobs.start({
    kind: 'service-scale',
    about: [{ id, name: `${nameOf(id)} = ${String(replicas)}` }],
    work: (report) => services.scale(id, { replicas, report, signal: report.signal }),
  });
}

export function startServiceUpdate(
  { jobs, services, nameOf }: ServiceStage,
  {
    id,
    image,
    force,
  }: { readonly id: string; readonly image?: string | undefined; readonly force?: boolean | undefined },
): string {
  if (image !== undefined) referenceOf(image);
  return jobs.start({
    kind: 'service-update',
    about: [{ id, name: nameOf(id) }],
    work: (report) => services.update(id, { image, force, report, signal: report.signal }),
  });
}

export function startServiceRollback({ jobs, services, nameOf }: ServiceStage, id: string): string {
  return jobs.start({
    kind: 'service-rollback',
    about: [{ id, name: nameOf(id) }],
    work: (report) => services.rollback(id, { report, signal: report.signal }),
  });
}

export function startServiceRemoval({ jobs, services, nameOf }: ServiceStage, ids: readonly string[]): string {
  const about = ids.map((id) => ({ id, name: nameOf(id) }));
  return jobs.start({
    kind: 'service-remove',
    about,
    work: (report) =>
      forEachPart(report, {
        items: about,
        limit: AT_A_TIME,
        work: ({ id }, signal) => services.remove(id, { signal }),
      }),
  });
}
