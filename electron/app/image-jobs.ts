/** What is done to images as jobs. */
import type { BuildRequest, ImageView } from '../../shared/contract/images.ts';
import { BulkheadError } from '../../shared/errors.ts';
import { parseReference, type ImageReference } from '../../shared/images/reference.ts';
import type { ImagesDomain } from '../engine/domains/images.ts';
import { forEachPart, type JobReport, type Jobs } from './jobs.ts';
import type { ExpectedUpload } from './uploads.ts';

/** Removals at a time: the engine does them one after the other in any case. */
const AT_A_TIME = 4;

interface Stage {
  readonly jobs: Pick<Jobs, 'start'>;
  readonly images: ImagesDomain;
}

/** @throws BulkheadError `BAD_INPUT` */
export function referenceOf(text: string): ImageReference {
  const reference = parseReference(text);
  if (reference) return reference;
  throw new BulkheadError({
    code: 'BAD_INPUT',
    message: `“${text}” is no name of an image.`,
    hint: 'An image is called [registry/]name[:tag], in lower case.',
  });
}

export function startPull(
  { jobs, images }: Stage,
  { reference, platform }: { readonly reference: string; readonly platform?: string | undefined },
): string {
  const wanted = referenceOf(reference);
  return jobs.start({
    kind: 'image-pull',
    about: [named(reference)],
    work: async (report) => {
      await images.pull(wanted, { report, signal: report.signal, platform });
      return { image: reference };
    },
  });
}

export function startPush({ jobs, images }: Stage, reference: string): string {
  const wanted = referenceOf(reference);
  return jobs.start({
    kind: 'image-push',
    about: [named(reference)],
    work: (report) => images.push(wanted, { report, signal: report.signal }),
  });
}

export function startRemoval(
  { jobs, images }: Stage,
  { refs, force = false }: { readonly refs: readonly string[]; readonly force?: boolean | undefined },
): string {
  const about = refs.map(named);
  return jobs.start({
    kind: 'image-remove',
    about,
    work: (report) =>
      forEachPart(report, {
        items: about,
        limit: AT_A_TIME,
        work: ({ id }, signal) => images.remove(id, { force, signal }),
      }),
  });
}

/** Removes exactly these, each with all its tags, and tells how much room that made. */
export function startPrune({ jobs, images }: Stage, ids: readonly string[]): string {
  const about = ids.map(named);
  return jobs.start({
    kind: 'image-prune',
    about,
    work: async (report) => {
      const { signal } = report;
      const [before, listed] = [await images.spaceTaken({ signal }), await images.list({ signal })];
      const known = new Map(listed.map((image) => [image.id, image]));
      await forEachPart(report, {
        items: about.map(({ id }) => ({ id, name: nameOf(known.get(id)) ?? id })),
        limit: AT_A_TIME,
        work: ({ id }) => removeWhole(images, known.get(id) ?? null, id, signal),
      });
      const after = await images.spaceTaken({ signal });
      return before === null || after === null ? {} : { bytes: String(Math.max(0, before - after)) };
    },
  });
}

/** Under all its names. */
export async function removeWhole(
  images: ImagesDomain,
  image: ImageView | null,
  id: string,
  signal: AbortSignal,
): Promise<void> {
  const refs = image && image.tags.length > 0 ? image.tags : [id];
  for (const ref of refs) await images.remove(ref, { force: false, signal });
}

export function startBuild({ jobs, images }: Stage, request: BuildRequest): string {
  for (const tag of request.tags) referenceOf(tag);
  const [first = request.folder] = request.tags;
  return jobs.start({
    kind: 'image-build',
    about: [named(first)],
    work: async (report) => ({ image: await images.build(request, { report, signal: report.signal }) }),
  });
}

/** Waits for an archive, and loads what is in it. */
export function startLoad({ jobs, images }: Stage, name: string, upload: ExpectedUpload): string {
  return jobs.start({
    kind: 'image-load',
    about: [named(name)],
    work: async (report: JobReport) => {
      const archive = await upload.arrived(report.signal);
      try {
        const loaded = await images.load(archive, { report, signal: report.signal });
        return { images: loaded.join(', ') };
      } finally {
        archive.destroy();
      }
    },
  });
}

/** As its file is to be called. */
export function archiveName(refs: readonly string[]): string {
  const [first = 'images'] = refs;
  const plain = first.replace(/^sha256:/, '').replaceAll(/[^\w.-]+/g, '_');
  return `${plain.slice(0, 100)}${refs.length > 1 ? `_and_${refs.length - 1}_more` : ''}.tar`;
}

function nameOf(image: ImageView | undefined): string | null {
  return image?.tags[0] ?? null;
}

function named(id: string): { readonly id: string; readonly name: string } {
  return { id, name: id.startsWith('sha256:') ? id.slice(7, 19) : id };
}
