/** Changes of networks and links, each with what it takes to go back. */
import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { GiveWay } from '../../../shared/contract/journal.ts';
import { optionsLike } from '../../../shared/methods/separate.ts';
import { BULKHEAD_LABEL, STEP_LABEL } from '../../../shared/topology/model.ts';
import type { Keep, RebuildActions } from '../driver.ts';
import { arrayOf, objectOf, textOf } from '../inventory/json.ts';
import { PATIENCE_MS, type Api } from './ask.ts';
import { changedFiles, creationOf, endpointFor, linksIn, withoutLinks, type Inspected } from './creation.ts';
import { inheritedSockets, withFormer, withoutPower } from './former.ts';
import { connectContainer, imageNameOf, replaceContainer, restoreContainer } from './replace.ts';

/** @param api the engine's API now; throws `BulkheadError` while there is none. */
export function createRebuild(api: Api): RebuildActions {
  const post = async (path: string, body?: unknown, query?: Readonly<Record<string, string>>): Promise<unknown> =>
    api().request(path, {
      method: 'POST',
      timeoutMs: PATIENCE_MS,
      ...(body === undefined ? {} : { body }),
      ...(query ? { query } : {}),
    });
  const container = (id: string, rest = ''): string => `/containers/${encodeURIComponent(id)}${rest}`;
  const network = (id: string, rest = ''): string => `/networks/${encodeURIComponent(id)}${rest}`;
  const inspect = async (id: string): Promise<Inspected> => objectOf(await api().request(container(id, '/json')));
  /** In its own place, under its own name. */
  const makeAnew = async (
    found: Inspected,
    keep: Keep<GiveWay> | undefined,
    edit: LinkEdit = UNCHANGED,
  ): Promise<string> => {
    const creation = creationOf(found, { image: await imageNameOf(api, found), ...edit });
    const name = textOf(found['Name']).replace(/^\//, '');
    return replaceContainer(api, found, { name, creation, ...(keep ? { keep } : {}) });
  };

  return {
    connect: (networkId, containerId, settings) => connectContainer(api, networkId, containerId, settings),
    createNetworkLike: async (like, name, token) => {
      const source = objectOf(await api().request(network(like)));
      const ipv6 = source['EnableIPv6'] === true;
      const options = Object.fromEntries(
        Object.entries(objectOf(source['Options'])).map(([key, value]) => [key, textOf(value)]),
      );
      const made = objectOf(
        await post('/networks/create', {
          Name: name,
          CheckDuplicate: true,
          Driver: textOf(source['Driver']),
          Internal: source['Internal'] === true,
          EnableIPv6: ipv6,
          Options: optionsLike({ options }),
          Labels: {
            [BULKHEAD_LABEL]: 'network',
            [`${BULKHEAD_LABEL}.like`]: textOf(source['Name']),
            [STEP_LABEL]: token,
          },
          // Engines before 27 have no IPv6 addresses of their own to give.
          ...(ipv6 ? { IPAM: { Config: [{ Subnet: uniqueLocal() }] } } : {}),
        }),
      );
      return textOf(made['Id']);
    },
    disconnect: async (networkId, containerId, keep) => {
      const before = endpointFor(await inspect(containerId), networkId);
      await keep?.(before);
      await post(network(networkId, '/disconnect'), { Container: containerId, Force: false });
      return before;
    },
    removeNetwork: async (id) => {
      await api().request(network(id), { method: 'DELETE', timeoutMs: PATIENCE_MS });
    },
    createNetwork: async (name, token) => {
      const labels = { [STEP_LABEL]: token };
      const body = { Name: name, CheckDuplicate: true, Driver: 'bridge', Labels: labels };
      return textOf(objectOf(await post('/networks/create', body))['Id']);
    },
    obstacleToRecreate: async (id, without) => {
      const found = await inspect(id);
      const name = textOf(found['Name']).replace(/^\//, '');
      if (objectOf(found['HostConfig'])['AutoRemove'] === true) return { rule: 'T8', params: { name } };
      const inherited = without === 'engine-socket' ? inheritedSockets(found) : [];
      if (inherited.length > 0) return { rule: 'T12', params: { name, what: inherited.join(', ') } };
      const changes = arrayOf(await api().request(container(id, '/changes')));
      const files = changedFiles(
        found,
        changes.map((one) => textOf(objectOf(one)['Path'])),
      );
      return files.length > 0 ? { rule: 'T7', params: { name, files: String(files.length) } } : null;
    },
    recreate: async (given, edit, { former, giveWay } = {}) => {
      const found = await inspect(given);
      const away = linksIn(found).filter(({ target }) => edit.without.includes(target));
      const removed = away.map(({ network: on, text }) => ({ network: on, text }));
      await former?.(removed);
      const links = { edit: (texts: readonly string[]) => withoutLinks(texts, away), links: edit.links };
      return { id: await makeAnew(found, giveWay, links), removed };
    },
    recreateWithout: async (given, edit, keeping = {}) => {
      const machine = textOf(objectOf(await api().request('/info'))['Name']);
      const { found, former } = withoutPower(await inspect(given), { ...edit, machine });
      await keeping.former?.(former);
      await makeAnew(found, keeping.giveWay);
      return former;
    },
    giveBack: async (given, former, { giveWay } = {}) => {
      const now = await inspect(given);
      const before = withFormer(now, former);
      const isSo = (field: 'Config' | 'HostConfig'): boolean => isDeepStrictEqual(now[field], before[field]);
      if (isSo('Config') && isSo('HostConfig')) return;
      await makeAnew(before, giveWay);
    },
    restore: (way) => restoreContainer(api, way),
  };
}

type LinkEdit = Pick<Parameters<typeof creationOf>[1], 'edit' | 'links'>;
const UNCHANGED: LinkEdit = { edit: (links) => links, links: [] };

/** A /64 of unique local addresses (RFC 4193), which nobody else has. */
function uniqueLocal(): string {
  const digits = randomBytes(7).toString('hex');
  return `fd${digits.slice(0, 2)}:${digits.slice(2, 6)}:${digits.slice(6, 10)}:${digits.slice(10, 14)}::/64`;
}
