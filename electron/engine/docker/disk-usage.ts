/**
 * `GET /system/df`, one at a time: engines before 23 refuse a second one while one is under way, and for all of them it is
 * dear.  They also look at everything whatever kind is asked for.
 */
import { arrayOf, objectOf, type JsonObject } from '../inventory/json.ts';
import type { Cancellable } from '../domains/containers.ts';
import { PATIENCE_MS, type Api } from './ask.ts';

export type DiskKind = 'image' | 'container' | 'volume' | 'build-cache';

export interface DiskFacts {
  readonly images: readonly JsonObject[];
  /** Bytes of all layers; null: not told. */
  readonly layers: number | null;
  readonly containers: readonly JsonObject[];
  readonly volumes: readonly JsonObject[];
  readonly buildCache: readonly JsonObject[];
}

/** @param kind absent: all of them */
export type ReadDisk = (kind: DiskKind | undefined, options?: Cancellable) => Promise<DiskFacts>;

export function createDiskReader(api: Api): ReadDisk {
  let queue: Promise<unknown> = Promise.resolve();
  return (type, { signal } = {}) => {
    const turn = queue.then(async () => {
      signal?.throwIfAborted();
      // `verbose`: from API 1.52 on the things themselves are told only then.
      const query = { type, verbose: true };
      return toFacts(objectOf(await api().request('/system/df', { query, timeoutMs: PATIENCE_MS, signal })));
    });
    queue = turn.catch(() => undefined);
    return turn;
  };
}

/** From API 1.52 on what belongs to a kind is in an object of its own. */
function toFacts(root: JsonObject): DiskFacts {
  const items = (legacy: string, kind: string): readonly JsonObject[] =>
    arrayOf(root[legacy] ?? objectOf(root[kind])['Items']).map(objectOf);
  const layers = root['LayersSize'] ?? objectOf(root['ImageUsage'])['TotalSize'];
  return {
    images: items('Images', 'ImageUsage'),
    layers: typeof layers === 'number' ? layers : null,
    containers: items('Containers', 'ContainerUsage'),
    volumes: items('Volumes', 'VolumeUsage'),
    buildCache: items('BuildCache', 'BuildCacheUsage'),
  };
}
