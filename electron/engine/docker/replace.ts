/** Making containers by request, and one in another's place so that the other comes back where that fails. */
import { randomBytes } from 'node:crypto';
import type { GiveWay } from '../../../shared/contract/journal.ts';
import { BulkheadError } from '../../../shared/errors.ts';
import type { Keep } from '../driver.ts';
import { objectOf, textOf } from '../inventory/json.ts';
import { pathOf, PATIENCE_MS, tell, type Api } from './ask.ts';
import type { Creation, EndpointConfig, Inspected } from './creation.ts';

/** How its image is to be named, so that a container made anew has the very same. */
export async function imageNameOf(api: Api, found: Inspected): Promise<string> {
  const id = textOf(found['Image']);
  const tag = textOf(objectOf(found['Config'])['Image']);
  // The name may have moved on to another image since: the container stays what it is.
  const named = await api()
    .request(pathOf('images', tag, 'json'))
    .then(
      (one) => textOf(objectOf(one)['Id']),
      () => '',
    );
  return named === id ? tag : id;
}

/** The former address is asked for, and given up where the engine does not take it. */
export async function connectContainer(
  api: Api,
  network: string,
  container: string,
  endpoint: EndpointConfig,
): Promise<void> {
  const post = (settings: EndpointConfig): Promise<void> =>
    tell(api, pathOf('networks', network, 'connect'), {
      method: 'POST',
      body: { Container: container, EndpointConfig: settings },
    });
  try {
    await post(endpoint);
  } catch (thrown) {
    // An address that was the engine's choice can be asked for only where the network's subnet was the user's.
    const { IPAMConfig: _address, ...rest } = endpoint;
    if (!('IPAMConfig' in endpoint) || !(thrown instanceof BulkheadError) || thrown.code === 'CANCELLED') throw thrown;
    await post(rest);
  }
}

/** Makes it and joins its further networks; nothing of it is left where that fails. @returns its id */
export async function makeFrom(api: Api, name: string, creation: Creation, signal?: AbortSignal): Promise<string> {
  const named = Object.keys(objectOf(objectOf(creation.body['NetworkingConfig'])['EndpointsConfig']));
  // The engine looks for them only when it is started, and would leave one that never can be.
  for (const network of [...named, ...creation.further.map(({ networkId }) => networkId)]) {
    await api().request(pathOf('networks', network), { signal });
  }
  const made = await api().request('/containers/create', {
    method: 'POST',
    query: { name: name === '' ? undefined : name },
    body: creation.body,
    // Not ended by the signal: the engine would go on, and what it makes be nobody's to remove.
    timeoutMs: PATIENCE_MS,
  });
  const id = textOf(objectOf(made)['Id']);
  try {
    signal?.throwIfAborted();
    for (const { networkId, endpoint } of creation.further) await connectContainer(api, networkId, id, endpoint);
    signal?.throwIfAborted();
  } catch (thrown) {
    await removeContainer(api, id);
    throw thrown;
  }
  return id;
}

/** Without its volumes: they may be another's now. */
export async function removeContainer(api: Api, id: string): Promise<void> {
  await tell(api, pathOf('containers', id), { method: 'DELETE', query: { force: true, v: false } });
}

/**
 * One container in another's place: that one waits under another name until the new one stands, and runs if it did.
 *
 * @param options `name` is the new one's; `''`: the same.  `signal` is heeded between two steps: no step is left half done.  `keep`: with
 *   it the new one has a name of its own until it is whole and its id is kept: `restoreContainer` can tell from what was kept which is
 *   whose, wherever this is cut off.
 * @returns the new one's id
 */
export async function replaceContainer(
  api: Api,
  found: Inspected,
  {
    name: asked,
    creation,
    signal,
    keep,
  }: {
    readonly name: string;
    readonly creation: Creation;
    readonly signal?: AbortSignal | undefined;
    readonly keep?: Keep<GiveWay> | undefined;
  },
): Promise<string> {
  signal?.throwIfAborted();
  // Its name will be the new one's.
  const id = textOf(found['Id']);
  const oldName = textOf(found['Name']).replace(/^\//, '');
  const name = asked === '' ? oldName : asked;
  const wasRunning = objectOf(found['State'])['Running'] === true;
  const act = actOn(api);
  const token = randomBytes(keep ? 8 : 3).toString('hex');
  const aside = `${oldName}-before-${token}`;
  const interim = `${name}-after-${token}`;
  const way: GiveWay = { kind: 'restore', container: oldName, id, aside, interim, made: '', ran: wasRunning };
  await keep?.(way);
  if (wasRunning) await act(id, 'stop');
  await act(id, 'rename', { name: aside });
  let madeId = '';
  try {
    signal?.throwIfAborted();
    madeId = await makeFrom(api, keep ? interim : name, creation, signal);
    if (keep) {
      await keep({ ...way, made: madeId });
      await act(madeId, 'rename', { name });
    }
    if (wasRunning) await act(madeId, 'start');
    signal?.throwIfAborted();
  } catch (thrown) {
    if (madeId !== '') await removeContainer(api, madeId);
    await act(id, 'rename', { name: oldName });
    if (wasRunning) await act(id, 'start');
    throw thrown;
  }
  await removeContainer(api, id);
  return madeId;
}

/**
 * What a crash left of `replaceContainer`.  Goes by ids and names that were kept, and touches nobody else: where somebody else
 * has the name by now, all stays as it is.
 *
 * @throws BulkheadError `ENGINE_REFUSED`: the name is another's.
 */
export async function restoreContainer(api: Api, { container, id, aside, interim, made, ran }: GiveWay): Promise<void> {
  const act = actOn(api);
  const first = await found(api, id);
  // The other has its place for good.
  if (!first) return;
  const name = nameOf(first);
  if (name !== container && name !== aside) return;
  if (name === aside) {
    const second = await found(api, made === '' ? interim : made);
    // It has its name, this one's or another, only when it is whole.
    if (second && nameOf(second) !== interim && hasRun(second)) return removeContainer(api, id);
    const holder = await found(api, container);
    if (holder && textOf(holder['Id']) !== textOf(second?.['Id'])) throw taken(container, aside);
    // One that somebody has started since may hold files of its own.
    if (second && !hasRun(second)) await removeContainer(api, textOf(second['Id']));
    await act(id, 'rename', { name: container });
  }
  if (ran && objectOf(first['State'])['Running'] !== true) await act(id, 'start');
}

/** By id or name, exactly: the engine takes the beginning of an id for one as well. */
async function found(api: Api, ref: string): Promise<Inspected | null> {
  try {
    const one = objectOf(await api().request(pathOf('containers', ref, 'json')));
    return textOf(one['Id']) === ref || nameOf(one) === ref ? one : null;
  } catch (thrown) {
    if (thrown instanceof BulkheadError && thrown.code === 'NOT_FOUND') return null;
    throw thrown;
  }
}

function nameOf(one: Inspected): string {
  return textOf(one['Name']).replace(/^\//, '');
}

/** Engines give the year 1 to who never was started. */
function hasRun(one: Inspected): boolean {
  const { StartedAt, Running } = objectOf(one['State']);
  return Running === true || Date.parse(textOf(StartedAt)) > 0;
}

function taken(container: string, aside: string): BulkheadError {
  return new BulkheadError({
    code: 'ENGINE_REFUSED',
    message: `Another container is called ${container} by now, so the former one stays as ${aside}.`,
    hint: 'Remove or rename one of them.',
  });
}

function actOn(api: Api): (one: string, verb: string, query?: { readonly name: string }) => Promise<void> {
  return (one, verb, query) =>
    tell(api, pathOf('containers', one, verb), { method: 'POST', ...(query ? { query } : {}) });
}
