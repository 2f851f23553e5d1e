/**
 * A container as the engine tells it, changed to be without a power, with what it takes to give that back.
 *
 * Only what differs is kept: a whole container would carry the values of its environment into the journal.
 */
import type { Former } from '../../../shared/contract/journal.ts';
import type { Power } from '../../../shared/methods/model.ts';
import { holdsSocket } from '../../../shared/reachability/engine-socket.ts';
import { arrayOf, objectOf, textOf, textsOf } from '../inventory/json.ts';
import type { Inspected } from './creation.ts';

export interface Without {
  readonly power: Power;
  /** In place of the machine's; else `''`. */
  readonly network: string;
  /** `tcp/80` */
  readonly publish: readonly string[];
  /** What the machine calls itself: a container in its network got that name. */
  readonly machine: string;
}

type Json = Readonly<Record<string, unknown>>;
type Item = Former['items'][number];

/** Engines switch labels off (SELinux) with these, and say so among what was asked for. */
const UNLABELLED = 'label=disable';

export function withoutPower(
  found: Inspected,
  without: Without,
): { readonly found: Inspected; readonly former: Former } {
  const host = objectOf(found['HostConfig']);
  const nothing = { config: {}, host: {}, items: [] };
  switch (without.power) {
    case 'engine-socket': {
      const binds = itemsIn(host, 'Binds', (line) => holdsSocket(textOf(line).split(':')[0] ?? ''));
      const mounts = itemsIn(host, 'Mounts', (one) => {
        const { Type, Source } = objectOf(one);
        return Type === 'bind' && holdsSocket(textOf(Source));
      });
      const former = { ...nothing, items: [...binds, ...mounts] };
      return { found: withHost(found, takeOut(host, former.items)), former };
    }
    case 'privileged':
      // Which paths are hidden is the engine's choice again: for a privileged one that was none.
      return setting(found, { Privileged: false, MaskedPaths: null, ReadonlyPaths: null });
    case 'host-processes':
      return setting(found, { PidMode: '' });
    case 'net-admin': {
      const items = itemsIn(host, 'CapAdd', (one) => bare(one) === 'NET_ADMIN');
      const rest = takeOut(host, items);
      if (!textsOf(rest['CapAdd']).some((one) => bare(one) === 'ALL')) {
        return { found: withHost(found, rest), former: { ...nothing, items } };
      }
      // All but this one.
      const dropped = [...textsOf(host['CapDrop']), 'CAP_NET_ADMIN'];
      return {
        found: withHost(found, { ...rest, CapDrop: dropped }),
        former: { ...nothing, host: { CapDrop: host['CapDrop'] ?? null }, items },
      };
    }
    case 'host-network': {
      const config = objectOf(found['Config']);
      const bound = objectOf(host['PortBindings']);
      const own = Object.fromEntries(
        without.publish.map((text) => {
          const [protocol = '', port = ''] = text.split('/');
          const key = `${port}/${protocol}`;
          return [key, bound[key] ?? [{ HostIp: '', HostPort: port }]];
        }),
      );
      const changed = setting(found, { NetworkMode: without.network, PortBindings: own });
      const hostname = textOf(config['Hostname']);
      const isMachines = hostname === without.machine;
      return {
        found: {
          ...changed.found,
          Config: { ...config, Hostname: isMachines ? '' : hostname },
          NetworkSettings: { Networks: { [without.network]: {} } },
        },
        former: { ...changed.former, config: isMachines ? { Hostname: hostname } : {} },
      };
    }
  }
}

/** As it was, and otherwise as it is now. */
export function withFormer(found: Inspected, { config, host, items }: Former): Inspected {
  const now = { ...objectOf(found['HostConfig']), ...host };
  const mode = textOf(host['NetworkMode']);
  return {
    ...found,
    Config: { ...objectOf(found['Config']), ...config },
    HostConfig: putBack(now, items),
    ...(mode === '' ? {} : { NetworkSettings: { Networks: { [mode]: {} } } }),
  };
}

/** Sockets that came with the volumes of another container: nothing of its own asks for them. */
export function inheritedSockets(found: Inspected): readonly string[] {
  const host = objectOf(found['HostConfig']);
  const asked = new Set([
    ...textsOf(host['Binds']).map((line) => line.split(':')[1] ?? ''),
    ...arrayOf(host['Mounts']).map((one) => textOf(objectOf(one)['Target'])),
  ]);
  return arrayOf(found['Mounts']).flatMap((one) => {
    const { Type, Source, Destination } = objectOf(one);
    const isSocket = Type === 'bind' && holdsSocket(textOf(Source));
    return isSocket && !asked.has(textOf(Destination)) ? [textOf(Source)] : [];
  });
}

/** Sets fields of its `HostConfig`; whoever is not the machine's any more gets his labels back. */
function setting(found: Inspected, fields: Json): { readonly found: Inspected; readonly former: Former } {
  const host = objectOf(found['HostConfig']);
  const next = { ...host, ...fields };
  const labelled = isUnlabelled(host) && !isUnlabelled(next) ? { SecurityOpt: withLabels(host) } : {};
  const all = { ...fields, ...labelled };
  const former = Object.fromEntries(Object.keys(all).map((field) => [field, host[field] ?? null]));
  return { found: withHost(found, { ...host, ...all }), former: { config: {}, host: former, items: [] } };
}

/** Whether the engine switches labels off by itself (moby `generateSecurityOpt`). */
function isUnlabelled(host: Json): boolean {
  return host['Privileged'] === true || host['PidMode'] === 'host' || host['IpcMode'] === 'host';
}

function withLabels(host: Json): readonly string[] | null {
  const kept = textsOf(host['SecurityOpt']).filter((one) => one !== UNLABELLED);
  return kept.length > 0 ? kept : null;
}

function withHost(found: Inspected, host: Json): Inspected {
  return { ...found, HostConfig: host };
}

function itemsIn(host: Json, list: string, isOne: (item: unknown) => boolean): Item[] {
  return arrayOf(host[list]).flatMap((item, at) => (isOne(item) ? [{ list, at, item }] : []));
}

function takeOut(host: Json, items: readonly Item[]): Json {
  const lists = [...new Set(items.map(({ list }) => list))];
  const left = lists.map((list): [string, unknown] => {
    const gone = new Set(items.filter((one) => one.list === list).map(({ at }) => at));
    const kept = arrayOf(host[list]).filter((_, at) => !gone.has(at));
    return [list, kept.length > 0 ? kept : null];
  });
  return { ...host, ...Object.fromEntries(left) };
}

/** Each where it was; what somebody has given back since stays the only one of its kind. */
function putBack(host: Json, items: readonly Item[]): Json {
  const next: Record<string, unknown> = { ...host };
  for (const { list, at, item } of items) {
    const now = arrayOf(next[list]);
    const text = JSON.stringify(item);
    if (now.some((one) => JSON.stringify(one) === text)) continue;
    next[list] = [...now.slice(0, at), item, ...now.slice(at)];
  }
  return next;
}

function bare(capability: unknown): string {
  return textOf(capability).toUpperCase().replace(/^CAP_/, '');
}
