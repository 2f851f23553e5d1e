/** Images as they are managed. */
import type { Readable } from 'node:stream';
import type {
  BuildRequest,
  FoundImage,
  ImageDetail,
  ImageUsage,
  ImageView,
  PrunePreview,
} from '../../../shared/contract/images.ts';
import type { ImageReference } from '../../../shared/images/reference.ts';
import type { Cancellable } from './containers.ts';
import type { Reported } from './progress.ts';

export interface ImagesDomain {
  list(options?: Cancellable): Promise<ImageView[]>;
  /** Calls back after each change of what `list` tells; returns the way to stop. */
  onChange(listener: () => void): () => void;
  usage(options?: Cancellable): Promise<ImageUsage[]>;
  detail(ref: string, options?: Cancellable): Promise<ImageDetail>;
  /** With the user's own credentials for that registry; so are `push`, `search` and `build`. */
  pull(reference: ImageReference, options: Reported & { readonly platform?: string | undefined }): Promise<void>;
  push(reference: ImageReference, options: Reported): Promise<void>;
  tag(ref: string, as: ImageReference): Promise<void>;
  remove(ref: string, options: Cancellable & { readonly force: boolean }): Promise<void>;
  /** @param options `without`: as if these containers (by id) were not there */
  prunePreview(
    options: Cancellable & { readonly all: boolean; readonly without?: ReadonlySet<string> },
  ): Promise<PrunePreview>;
  /** Bytes that all layers take; null where the engine does not tell. */
  spaceTaken(options?: Cancellable): Promise<number | null>;
  search(term: string, options?: Cancellable): Promise<FoundImage[]>;
  /** Resolves with the id of the image. */
  build(request: BuildRequest, options: Reported): Promise<string>;
  /** A tar archive, which the caller ends. */
  save(refs: readonly string[], options?: Cancellable): Promise<Readable>;
  /** Takes what `save` gives; resolves with the names of what was loaded. */
  load(archive: Readable, options: Reported): Promise<readonly string[]>;
}
