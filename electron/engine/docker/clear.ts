/** Finds and removes what Bulkhead left on an engine: containers first, then the images they were made from, then empty networks. */
import { BULKHEAD_LABEL, INSTANCE_LABEL } from '../../../shared/topology/model.ts';
import type { Identity } from '../../lib/identity.ts';
import { RefusalError, type ApiRequest, type DockerApi } from '../connection/index.ts';
import { arrayOf, objectOf, textOf, type JsonObject } from '../inventory/json.ts';

const PATIENCE_MS = 120_000;

/** Whose: null is everybody's. */
export type Whose = Pick<Identity, 'instance'> | null;

/**
 * Whether a container or an image carries our label.
 *
 * @param whose null: whoever made it.  Images say nothing of that: they are of those whose containers are there, else of anybody.
 */
export async function hasTrace(api: DockerApi, whose: Whose = null): Promise<boolean> {
  const containers = await containersOf(api);
  if (containers.some((one) => isOf(one, whose))) return true;
  return containers.length === 0 && (await idsOf(api, '/images/json')).length > 0;
}

/**
 * @param whose of others nothing is touched then, nor the images that they were made from.
 * @throws BulkheadError when something that carries our label could not be removed.
 */
export async function clearEngine(api: DockerApi, whose: Whose = null): Promise<void> {
  for (const one of await containersOf(api)) if (isOf(one, whose)) await removeContainer(api, textOf(one['Id']));
  if (whose !== null && (await containersOf(api)).length > 0) return;
  for (const id of await idsOf(api, '/images/json')) {
    await unlessGone(api.request(`/images/${encodeURIComponent(id)}`, { method: 'DELETE', query: { force: true } }));
  }
  await removeEmptyNetworks(api);
}

/** Of networks that were separated nothing may be left that holds nobody; who is stopped would not start without its own. */
async function removeEmptyNetworks(api: DockerApi): Promise<void> {
  const networks = await idsOf(api, '/networks');
  if (networks.length === 0) return;
  const all = arrayOf(await api.request('/containers/json', { query: { all: true } })).map(objectOf);
  const used = new Set(
    all.flatMap((one) =>
      Object.values(objectOf(objectOf(one['NetworkSettings'])['Networks'])).map((on) =>
        textOf(objectOf(on)['NetworkID']),
      ),
    ),
  );
  for (const id of networks) {
    if (!used.has(id)) await unlessGone(api.request(`/networks/${encodeURIComponent(id)}`, { method: 'DELETE' }));
  }
}

function isOf(container: JsonObject, whose: Whose): boolean {
  if (whose === null) return true;
  const labels = objectOf(container['Labels']);
  return INSTANCE_LABEL in labels && textOf(labels[INSTANCE_LABEL]) === whose.instance;
}

async function removeContainer(api: DockerApi, id: string): Promise<void> {
  const path = `/containers/${encodeURIComponent(id)}`;
  const request = { method: 'DELETE', query: { force: true, v: true }, timeoutMs: PATIENCE_MS } satisfies ApiRequest;
  try {
    await unlessGone(api.request(path, request));
  } catch (thrown) {
    // One that was made to remove itself is doing so already: its image is free only when it is gone.
    if (!(thrown instanceof RefusalError) || thrown.code !== 'ENGINE_BUSY') throw thrown;
    await unlessGone(
      api.request(`${path}/wait`, { method: 'POST', query: { condition: 'removed' }, timeoutMs: PATIENCE_MS }),
    );
  }
}

async function containersOf(api: DockerApi): Promise<readonly JsonObject[]> {
  const query = { all: true, filters: { label: [BULKHEAD_LABEL] } };
  return arrayOf(await api.request('/containers/json', { query })).map(objectOf);
}

async function idsOf(api: DockerApi, path: '/images/json' | '/networks'): Promise<readonly string[]> {
  const listed = arrayOf(await api.request(path, { query: { filters: { label: [BULKHEAD_LABEL] } } }));
  return listed.map((entry) => textOf(objectOf(entry)['Id'])).filter((id) => id !== '');
}

async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (thrown) {
    if (!(thrown instanceof RefusalError) || thrown.status !== 404) throw thrown;
  }
}
