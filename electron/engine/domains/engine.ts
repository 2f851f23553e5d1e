/** The engine itself. */
import type { DiskUsage, EngineDetail, EventsNews } from '../../../shared/contract/engine.ts';
import type { PrunePreview } from '../../../shared/contract/images.ts';
import type { Cancellable } from './containers.ts';

export interface UnusedCache extends PrunePreview {
  /** Bytes of what images have too: as long as it is in the cache, nothing of it comes free with an image. */
  readonly shared: number;
}

export interface EngineDomain {
  detail(options?: Cancellable): Promise<EngineDetail>;
  usage(options?: Cancellable): Promise<DiskUsage[]>;
  /** Bytes that each container has written, by id. */
  written(options?: Cancellable): Promise<ReadonlyMap<string, number>>;
  /** Parts of the build cache that nothing uses now, in an order in which they can go. */
  unusedBuildCache(options?: Cancellable): Promise<UnusedCache>;
  removeBuildCache(id: string, options?: Cancellable): Promise<void>;
  /** What is still known of the past, then what happens, also across times in which the engine was away; returns the way to stop. */
  follow(onNews: (news: EventsNews) => void): () => void;
}
