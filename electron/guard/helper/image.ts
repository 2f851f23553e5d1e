/** The helper's image: found by the hash of what it is made of, else loaded from the package, else built through the engine. */
import { Readable } from 'node:stream';
import { BulkheadError, toErrorShape } from '../../../shared/errors.ts';
import { BULKHEAD_LABEL } from '../../../shared/topology/model.ts';
import { RefusalError, type DockerApi } from '../../engine/connection/index.ts';
import type { WireOptions } from '../../engine/driver.ts';
import { localContext, sameArchitecture } from './local-recipe.ts';
import { loadPacked, packedImagesDir } from './packed-image.ts';
import { alpineCandidate, candidate, type Candidate } from './recipe.ts';
import type { TarEntry } from './tar.ts';

/** The value of our label on helper images and containers. */
export const HELPER_LABEL = 'helper';

/** A build that fetches packages over a slow line may take a while; one that hangs must end. */
const BUILD_TIMEOUT_MS = 5 * 60_000;

export interface ImageOptions extends WireOptions {
  /** Where images lie ready (`packed-image.ts`); where a package keeps them unless told. */
  readonly images?: string;
}

/**
 * Makes sure that the engine has the helper's image; resolves with its name.
 *
 * `BULKHEAD_HELPER_RECIPE` names the recipe. Without it: an image that is there is used; else the one that came with the
 * package; else the machine's own tools where they fit and the base image is not there yet; else Alpine, with the
 * machine's own tools as the second try.
 *
 * @throws BulkheadError `HELPER_FAILED` with the builder's words.
 */
export async function ensureImage(api: DockerApi, options: ImageOptions, env = process.env): Promise<string> {
  const candidates = await candidatesFor(api, env);
  for (const { tag } of candidates) {
    if (!(await hasImage(api, tag))) continue;
    options.onProgress?.({ step: 'image-present', detail: tag });
    return tag;
  }
  const packed = await loadPacked(api, {
    folder: options.images ?? packedImagesDir(),
    tags: candidates.map(({ tag }) => tag),
    label: HELPER_LABEL,
    signal: options.signal,
    report: (detail) => options.onProgress?.({ step: 'image-load', detail }),
  });
  if (packed !== null) return packed;
  let failure: unknown;
  for (const candidate of candidates) {
    try {
      await build(api, candidate, options);
      return candidate.tag;
    } catch (thrown) {
      options.signal?.throwIfAborted();
      // The first failure is that of the better recipe, and tells more.
      failure ??= thrown;
    }
  }
  throw new BulkheadError(
    {
      code: 'HELPER_FAILED',
      message: `The image of the helper could not be built: ${toErrorShape(failure).message}`,
      hint: 'Let the engine reach a registry, or install perl and nftables on this machine and use BULKHEAD_HELPER_RECIPE=local.',
    },
    { cause: failure },
  );
}

async function candidatesFor(api: DockerApi, env: NodeJS.ProcessEnv): Promise<Candidate[]> {
  const asked = env['BULKHEAD_HELPER_RECIPE'];
  if (asked !== undefined && asked !== '' && asked !== 'local' && asked !== 'alpine') {
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `BULKHEAD_HELPER_RECIPE is "${asked}".`,
      hint: 'It may be "local" or "alpine".',
    });
  }
  const context = asked === 'alpine' ? null : await contextIfFits(api, asked === 'local');
  const local = context ? [candidate('local', context)] : [];
  if (asked === 'local') {
    if (local.length > 0) return local;
    throw new BulkheadError({
      code: 'HELPER_FAILED',
      message: 'This machine has no perl, nft and ldd to make the helper of.',
      hint: 'Install perl and nftables, or use BULKHEAD_HELPER_RECIPE=alpine.',
    });
  }
  const alpine = await alpineCandidate();
  const preferAlpine = local.length === 0 || (await hasImage(api, alpine.base));
  return preferAlpine ? [alpine, ...local] : [...local, alpine];
}

/** Tools of this machine suit an engine that is on this machine: over a local socket, with the same processor. */
async function contextIfFits(api: DockerApi, forced: boolean): Promise<readonly TarEntry[] | null> {
  if (!forced) {
    if (!api.address.startsWith('unix:')) return null;
    const info = (await api.request('/info')) as { readonly Architecture?: string; readonly OSType?: string };
    if (info.OSType === 'windows' || !sameArchitecture(info.Architecture ?? '')) return null;
  }
  return localContext();
}

async function hasImage(api: DockerApi, name: string): Promise<boolean> {
  try {
    await api.request(`/images/${name}/json`);
    return true;
  } catch (thrown) {
    if (thrown instanceof RefusalError && thrown.status === 404) return false;
    throw thrown;
  }
}

async function build(api: DockerApi, { recipe, tag, archive }: Candidate, options: WireOptions): Promise<void> {
  const report = (detail: string): void => options.onProgress?.({ step: 'image-build', detail });
  report(recipe === 'local' ? "from this machine's own perl and nft" : 'from Alpine');
  const abort = AbortSignal.any([AbortSignal.timeout(BUILD_TIMEOUT_MS), ...(options.signal ? [options.signal] : [])]);
  const stream = await api.docker.buildImage(Readable.from([archive]), {
    t: tag,
    labels: { [BULKHEAD_LABEL]: HELPER_LABEL },
    rm: true,
    forcerm: true,
    abortSignal: abort,
  });
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => reject(abort.reason as Error);
    abort.addEventListener('abort', onAbort, { once: true });
    api.docker.modem.followProgress(
      stream,
      (error) => {
        abort.removeEventListener('abort', onAbort);
        if (error) reject(error);
        else resolve();
      },
      (event: { readonly stream?: string; readonly status?: string }) => {
        const text = (event.stream ?? event.status ?? '').trim();
        if (text !== '') report(text);
      },
    );
  });
  // A builder that broke off without a word has not made it.
  if (!(await hasImage(api, tag))) throw new Error('the builder ended without an image');
}
