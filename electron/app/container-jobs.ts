/** What is done to containers as jobs. */
import type { ContainerAction, RunRequest } from '../../shared/contract/containers.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { parseReference } from '../../shared/images/reference.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { CommitRequest } from '../engine/domains/containers.ts';
import type { ImagesDomain } from '../engine/domains/images.ts';
import type { Management } from '../engine/domains/index.ts';
import { forEachPart, type JobReport, type Jobs } from './jobs.ts';
import type { Session } from './session-model.ts';
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

interface Stage extends Pick<Session, 'replace'> {
  readonly manage: Pick<Management, 'containers' | 'images'>;
}

/** Runs a container as asked, or makes one anew; an image that is not there is pulled first. @returns the job's id */
export function startRun(
  jobs: Pick<Jobs, 'start'>,
  { manage: { containers, images }, replace: replaceIn }: Stage,
  request: RunRequest,
): string {
  const { spec, start, like, replace = false } = request;
  const name = spec.name || spec.image;
  const isReplacing = replace && like !== undefined;
  return jobs.start({
    kind: isReplacing ? 'container-replace' : 'container-run',
    about: [{ id: isReplacing ? like : name, name }],
    work: async (report) => {
      const { signal } = report;
      if (like === undefined || (await containers.specOf(like)).image !== spec.image) {
        await pullMissing(images, spec.image, report);
      }
      if (isReplacing) return { container: await replaceIn(like, spec, signal) };
      const id = await containers.create(spec, { like, signal });
      try {
        if (start) await containers.start(id, { signal });
      } catch (thrown) {
        // Nothing was asked for but a container that runs; its name is to be free for the next try.
        await containers.remove(id, { force: true, volumes: true });
        throw thrown;
      }
      return { container: id };
    },
  });
}

/** As `docker run` does: an image that is there is taken as it is, however old; one by its id cannot be pulled. */
async function pullMissing(images: ImagesDomain, image: string, report: JobReport): Promise<void> {
  const { signal } = report;
  const isThere = await images.detail(image, { signal }).then(
    () => true,
    (thrown: unknown) => {
      if (thrown instanceof BulkheadError && thrown.code === 'NOT_FOUND') return false;
      throw thrown;
    },
  );
  const reference = isThere ? null : parseReference(image);
  // What is no name at all the engine refuses in its own words.
  if (reference === null || /^(?:sha256:)?[0-9a-f]{64}$/.test(image)) return;
  report.line(`Unable to find image ${image} locally`);
  await images.pull(reference, { report, signal });
}

/** Makes an image of a container. @returns the job's id */
export function startCommit(
  jobs: Jobs,
  { containers }: Management,
  { ref, image, comment, pause }: { readonly ref: string } & CommitRequest,
): string {
  return jobs.start({
    kind: 'container-commit',
    about: [{ id: ref, name: image || ref }],
    work: async ({ signal }) => ({ image: await containers.commit(ref, { image, comment, pause, signal }) }),
  });
}
