/** From a container as the engine tells it to the request that makes its like. */
import { arrayOf, objectOf, textOf, textsOf } from '../inventory/json.ts';

/** `GET /containers/{id}/json`. */
export type Inspected = Readonly<Record<string, unknown>>;
export type EndpointConfig = Readonly<Record<string, unknown>>;

export interface FoundLink {
  /** Name of the container it leads to. */
  readonly target: string;
  /** Name of the network it is on; `''`: the default bridge. */
  readonly network: string;
  /** As it is asked for: `target:alias`. */
  readonly text: string;
}

/** Links of the default bridge (`/db:/web/database`) and of other networks (`db:database`). */
export function linksIn(found: Inspected): readonly FoundLink[] {
  const legacy = textsOf(objectOf(found['HostConfig'])['Links']).map((line): FoundLink => {
    const [target = '', alias = ''] = line.split(':').map((part) => part.split('/').at(-1) ?? '');
    return { target, network: '', text: `${target}:${alias}` };
  });
  const further = Object.entries(networksOf(found)).flatMap(([network, endpoint]) =>
    textsOf(endpoint['Links']).map((text): FoundLink => ({ target: text.split(':')[0] ?? '', network, text })),
  );
  return [...legacy, ...further];
}

/** The list without those links. */
export function withoutLinks(texts: readonly string[], removed: readonly FoundLink[]): readonly string[] {
  return texts.filter((text) => !removed.some((one) => one.text === text));
}

/** How the container is attached to a network (id), as it was asked for: what a connection needs to be the same again. */
export function endpointFor(found: Inspected, networkId: string): EndpointConfig {
  const [, endpoint] =
    Object.entries(networksOf(found)).find(([, one]) => textOf(one['NetworkID']) === networkId) ?? [];
  return endpoint ? askedFor(found, endpoint, true) : {};
}

export interface Creation {
  readonly body: Readonly<Record<string, unknown>>;
  /** Networks to connect before it starts: engines before 25 take one at creation. */
  readonly further: readonly { readonly networkId: string; readonly endpoint: EndpointConfig }[];
}

export function creationOf(
  found: Inspected,
  how: {
    readonly image: string;
    readonly edit: (links: readonly string[]) => readonly string[];
    /** Further links to make, as `linksIn` gave them. */
    readonly links: readonly { readonly network: string; readonly text: string }[];
  },
): Creation {
  const config = objectOf(found['Config']);
  const host = objectOf(found['HostConfig']);
  const id = textOf(found['Id']);
  const given = (network: string): readonly string[] =>
    how.links.filter((one) => one.network === network).map((one) => one.text);
  const legacy = linksIn(found).filter(({ network }) => network === '');
  const mode = textOf(host['NetworkMode']);
  const attached = Object.entries(networksOf(found)).map(([name, endpoint]) => {
    const links = [...how.edit(textsOf(endpoint['Links'])), ...given(name)];
    const { Links: _old, ...asked } = askedFor(found, endpoint, false);
    return {
      name,
      networkId: textOf(endpoint['NetworkID']),
      endpoint: { ...asked, ...(links.length > 0 ? { Links: links } : {}) },
    };
  });
  const first =
    attached.find(({ name, networkId }) => [name, networkId].includes(mode === 'default' ? 'bridge' : mode)) ??
    attached[0];
  const hostname = textOf(config['Hostname']);
  return {
    body: {
      ...config,
      Image: how.image,
      // One that the engine made of the old id, or of another whose name it shares and cannot be told.
      Hostname: id.startsWith(hostname) || isShared(host) ? '' : hostname,
      HostConfig: {
        ...host,
        Links: [...how.edit(legacy.map(({ text }) => text)), ...given('')],
        Binds: [...textsOf(host['Binds']), ...anonymousVolumes(found)],
      },
      ...(first ? { NetworkingConfig: { EndpointsConfig: { [first.name]: first.endpoint } } } : {}),
    },
    further: attached.filter((one) => one !== first).map(({ networkId, endpoint }) => ({ networkId, endpoint })),
  };
}

/** Whether its name is that of the container whose network it joins, or the machine's: engines refuse another one. */
function isShared(host: Readonly<Record<string, unknown>>): boolean {
  return textOf(host['NetworkMode']).startsWith('container:') || host['UTSMode'] === 'host';
}

function networksOf(found: Inspected): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
  const networks = objectOf(objectOf(found['NetworkSettings'])['Networks']);
  return Object.fromEntries(Object.entries(networks).map(([name, one]) => [name, objectOf(one)]));
}

/** @param address ask for the address it has, also where that was the engine's choice. */
function askedFor(found: Inspected, endpoint: Readonly<Record<string, unknown>>, address: boolean): EndpointConfig {
  const id = textOf(found['Id']);
  const aliases = textsOf(endpoint['Aliases']).filter((alias) => !id.startsWith(alias));
  const asked = objectOf(endpoint['IPAMConfig']);
  const present = {
    ...(textOf(endpoint['IPAddress']) === '' ? {} : { IPv4Address: textOf(endpoint['IPAddress']) }),
    ...(textOf(endpoint['GlobalIPv6Address']) === '' ? {} : { IPv6Address: textOf(endpoint['GlobalIPv6Address']) }),
  };
  const ipam = Object.keys(asked).length > 0 ? asked : address ? present : {};
  const options = objectOf(endpoint['DriverOpts']);
  const links = textsOf(endpoint['Links']);
  return {
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(Object.keys(ipam).length > 0 ? { IPAMConfig: ipam } : {}),
    ...(Object.keys(options).length > 0 ? { DriverOpts: options } : {}),
    ...(links.length > 0 ? { Links: links } : {}),
    ...(typeof endpoint['GwPriority'] === 'number' && endpoint['GwPriority'] !== 0
      ? { GwPriority: endpoint['GwPriority'] }
      : {}),
  };
}

/** Volumes that only the image asked for: named now, so that the new container has the very same. */
function anonymousVolumes(found: Inspected): readonly string[] {
  const host = objectOf(found['HostConfig']);
  const said = new Set([
    ...textsOf(host['Binds']).map((line) => line.split(':')[1] ?? ''),
    ...arrayOf(host['Mounts']).map((one) => textOf(objectOf(one)['Target'])),
  ]);
  return arrayOf(found['Mounts']).flatMap((entry) => {
    const mount = objectOf(entry);
    const [type, name, destination] = [textOf(mount['Type']), textOf(mount['Name']), textOf(mount['Destination'])];
    if (type !== 'volume' || name === '' || said.has(destination)) return [];
    return [`${name}:${destination}${mount['RW'] === false ? ':ro' : ''}`];
  });
}

/** The engine's own doings in a container's layer. */
const NOT_THEIRS = [
  '/dev',
  '/proc',
  '/sys',
  '/etc/hosts',
  '/etc/hostname',
  '/etc/resolv.conf',
  '/etc/mtab',
  '/.dockerenv',
  '/run/.containerenv',
  '/run/secrets',
];

/** Paths that somebody has changed: neither mount points and what leads to them, nor what the engine puts there. */
export function changedFiles(found: Inspected, paths: readonly string[]): readonly string[] {
  const mounts = arrayOf(found['Mounts']).map((one) => textOf(objectOf(one)['Destination']));
  const tmpfs = Object.keys(objectOf(objectOf(found['HostConfig'])['Tmpfs']));
  const known = [...NOT_THEIRS, ...mounts, ...tmpfs];
  const inside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const theirs = paths.filter((path) => !known.some((one) => inside(path, one) || inside(one, path)));
  // A folder is told to have changed with what is in it: only the leaves are files of theirs.
  return theirs.filter((path) => !theirs.some((other) => other !== path && inside(other, path)));
}
