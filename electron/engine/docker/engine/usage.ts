/** What is on the engine's disk by kind, counted as `docker system df` counts it. */
import type { DiskUsage } from '../../../../shared/contract/engine.ts';
import type { UnusedCache } from '../../domains/engine.ts';
import { numberOf, objectOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';
import type { DiskFacts } from '../disk-usage.ts';

export function toUsage({ images, layers, containers, volumes, buildCache }: DiskFacts): DiskUsage[] {
  const inUse = images.filter((image) => numberOf(image['Containers']) > 0);
  const own = inUse.map((image) => numberOf(image['Size']) - Math.max(0, numberOf(image['SharedSize'])));
  const up = containers.filter((container) => isUp(textOf(container['State'])));
  const used = volumes.filter((volume) => numberOf(objectOf(volume['UsageData'])['RefCount']) > 0);
  const cached = buildCache.filter((part) => part['Shared'] !== true);
  const busy = cached.filter((part) => part['InUse'] === true);
  return [
    {
      kind: 'images',
      count: images.length,
      active: inUse.length,
      size: layers,
      reclaimable: layers === null ? null : Math.max(0, layers - sum(own)),
    },
    kindOf('containers', containers.length, up.length, containers.map(writtenBy), up.map(writtenBy)),
    kindOf('volumes', volumes.length, used.length, volumes.map(sizeOfVolume), used.map(sizeOfVolume)),
    kindOf(
      'build-cache',
      buildCache.length,
      buildCache.filter((part) => part['InUse'] === true).length,
      cached.map(sizeOf),
      busy.map(sizeOf),
    ),
  ];
}

function kindOf(
  kind: DiskUsage['kind'],
  count: number,
  active: number,
  sizes: readonly number[],
  usedSizes: readonly number[],
): DiskUsage {
  const size = sum(sizes);
  return { kind, count, active, size, reclaimable: Math.max(0, size - sum(usedSizes)) };
}

/** Bytes a container has written into its own layer. */
export function writtenBy(container: JsonObject): number {
  return Math.max(0, numberOf(container['SizeRw']));
}

/**
 * Parts of the build cache that nothing uses, children before what they stand on: the builder keeps a part that another needs.
 * One that an image has too frees nothing, and is named all the same: it goes.
 */
export function toUnusedCache(parts: readonly JsonObject[]): UnusedCache {
  const idle = parts.filter((part) => part['InUse'] !== true);
  const byId = new Map(idle.map((part) => [textOf(part['ID']), part]));
  const ordered: string[] = [];
  const seen = new Set<string>();
  // Parents after all that stand on them: what a depth-first walk down to the parents leaves, turned round.
  const visit = (id: string): void => {
    const part = byId.get(id);
    if (!part || seen.has(id)) return;
    seen.add(id);
    for (const parent of parentsOf(part)) visit(parent);
    ordered.push(id);
  };
  for (const id of byId.keys()) visit(id);
  const items = ordered.reverse().map((id) => {
    const part = byId.get(id) ?? {};
    return {
      id,
      name: textOf(part['Description']) || id.slice(0, 12),
      size: part['Shared'] === true ? 0 : sizeOf(part),
    };
  });
  const shared = sum(parts.filter((part) => part['Shared'] === true).map(sizeOf));
  return { items, bytes: sum(items.map(({ size }) => size)), shared };
}

/** One until API 1.41, several from 1.42 on; some engines (seen: 28.5) write the name with a space before it. */
function parentsOf(part: JsonObject): readonly string[] {
  const one = textOf(part['Parent']);
  return [...textsOf(part['Parents']), ...textsOf(part[' Parents']), ...(one === '' ? [] : [one])];
}

function isUp(state: string): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

function sizeOf(part: JsonObject): number {
  return Math.max(0, numberOf(part['Size']));
}

function sizeOfVolume(volume: JsonObject): number {
  return Math.max(0, numberOf(objectOf(volume['UsageData'])['Size']));
}

function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}
