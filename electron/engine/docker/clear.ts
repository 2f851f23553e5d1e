/** Finds and removes what Bulkhead left on an engine: containers first, then the images they were made from. */
import { BULKHEAD_LABEL } from '../../../shared/topology/model.ts';
import { RefusalError, type ApiRequest, type DockerApi } from '../connection/index.ts';
import { arrayOf, objectOf, textOf } from '../inventory/json.ts';

const PATIENCE_MS = 120_000;

/** Whether a container or an image carries our label, whoever made it. */
export async function hasTrace(api: DockerApi): Promise<boolean> {
  const filters = { label: [BULKHEAD_LABEL] };
  if ((await idsOf(api, '/images/json', { filters })).length > 0) return true;
  return (await idsOf(api, '/containers/json', { all: true, filters })).length > 0;
}

/** @throws BulkheadError when something that carries our label could not be removed. */
export async function clearEngine(api: DockerApi): Promise<void> {
  const filters = { label: [BULKHEAD_LABEL] };
  for (const id of await idsOf(api, '/containers/json', { all: true, filters })) await removeContainer(api, id);
  for (const id of await idsOf(api, '/images/json', { filters })) {
    await unlessGone(api.request(`/images/${encodeURIComponent(id)}`, { method: 'DELETE', query: { force: true } }));
  }
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

async function idsOf(
  api: DockerApi,
  path: string,
  query: NonNullable<ApiRequest['query']>,
): Promise<readonly string[]> {
  const listed = arrayOf(await api.request(path, { query }));
  return listed.map((entry) => textOf(objectOf(entry)['Id'])).filter((id) => id !== '');
}

async function unlessGone(request: Promise<unknown>): Promise<void> {
  try {
    await request;
  } catch (thrown) {
    if (!(thrown instanceof RefusalError) || thrown.status !== 404) throw thrown;
  }
}
