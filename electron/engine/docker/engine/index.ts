/** A real engine itself. */
import { BulkheadError } from '../../../../shared/errors.ts';
import type { EngineDomain } from '../../domains/engine.ts';
import { objectOf, textOf, textsOf } from '../../inventory/json.ts';
import { PATIENCE_MS, type Api } from '../ask.ts';
import type { ReadDisk } from '../disk-usage.ts';
import { toDetail } from './detail.ts';
import { followEngine } from './events.ts';
import { toUnusedCache, toUsage, writtenBy } from './usage.ts';

export function createEngine(api: Api, readDisk: ReadDisk): EngineDomain {
  return {
    detail: async ({ signal } = {}) => {
      const { request, apiVersion } = api();
      const [info, version] = await Promise.all([request('/info', { signal }), request('/version', { signal })]);
      return toDetail(objectOf(info), objectOf(version), apiVersion);
    },
    usage: async ({ signal } = {}) => toUsage(await readDisk(undefined, { signal })),
    written: async ({ signal } = {}) => {
      const { containers } = await readDisk('container', { signal });
      return new Map(containers.map((one) => [textOf(one['Id']), writtenBy(one)]));
    },
    unusedBuildCache: async ({ signal } = {}) => toUnusedCache((await readDisk('build-cache', { signal })).buildCache),
    removeBuildCache: async (id, { signal } = {}) => {
      const query = { all: true, filters: { id: [id] } };
      const told = await api().request('/build/prune', { method: 'POST', query, timeoutMs: PATIENCE_MS, signal });
      if (textsOf(objectOf(told)['CachesDeleted']).includes(id)) return;
      // The builder says nothing of what it keeps.
      throw new BulkheadError({
        code: 'ENGINE_REFUSED',
        message: 'The builder keeps this part of its cache.',
        hint: 'A build uses it, or another part stands on it: look again when that has ended.',
      });
    },
    follow: (onNews) => followEngine(api, onNews),
  };
}
