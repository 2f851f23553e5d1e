/** Between a container as a user asks for it and as the engine is asked: `RunSpec` ↔ `POST /containers/create`. */
import { isDeepStrictEqual } from 'node:util';
import { bindText } from '../../../../shared/containers/run-line.ts';
import {
  LONGEST_VALUE,
  type MountRequest,
  type NetworkRequest,
  type PortRequest,
  type RunSpec,
} from '../../../../shared/containers/run-spec.ts';
import { arrayOf, numberOf, objectOf, textMapOf, textOf, textsOf, type JsonObject } from '../../inventory/json.ts';
import type { Creation, Inspected } from '../creation.ts';

/** Modes that are no network: they stand alone. */
function isMode(name: string): boolean {
  return name === 'host' || name === 'none' || name.startsWith('container:');
}

/** What one field of the spec means in the request.  @param base what the request says without it */
type Write = (spec: RunSpec, base: JsonObject) => { readonly config?: JsonObject; readonly host?: JsonObject };

type Field = Exclude<keyof RunSpec, 'name' | 'networks'>;

const WRITE: Readonly<Record<Field, Write>> = {
  image: ({ image }) => ({ config: { Image: image } }),
  entrypoint: ({ entrypoint }) => ({ config: { Entrypoint: entrypoint === null ? null : emptyAsReset(entrypoint) } }),
  command: ({ command }) => ({ config: { Cmd: command.length === 0 ? null : command } }),
  ports: ({ ports }, base) => ({
    config: {
      ExposedPorts: {
        ...objectOf(base['ExposedPorts']),
        ...Object.fromEntries(ports.map((one) => [keyOf(one), {}])),
      },
    },
    host: { PortBindings: bindings(ports) },
  }),
  env: ({ env }, base) => ({
    config: { Env: [...textsOf(base['Env']).filter(isTooLong), ...env.map(({ name, value }) => `${name}=${value}`)] },
  }),
  labels: ({ labels }, base) => ({
    config: {
      Labels: {
        ...Object.fromEntries(Object.entries(textMapOf(base['Labels'])).filter((entry) => entry.some(isTooLong))),
        ...Object.fromEntries(labels.map(({ name, value }) => [name, value])),
      },
    },
  }),
  mounts: ({ mounts }, base) => ({
    host: writeMounts(mounts, objectOf(base['HostConfig'])),
    config: { Volumes: null },
  }),
  restart: restartPolicy,
  restartTries: restartPolicy,
  // Swap as the engine chooses it for that much memory.
  memory: ({ memory }) => ({ host: { Memory: memory, MemorySwap: 0 } }),
  cpus: ({ cpus }) => ({ host: { NanoCpus: Math.round(cpus * 1e9), CpuQuota: 0, CpuPeriod: 0 } }),
  hostname: ({ hostname }) => ({ config: { Hostname: hostname } }),
  user: ({ user }) => ({ config: { User: user } }),
  workdir: ({ workdir }) => ({ config: { WorkingDir: workdir } }),
  tty: ({ tty }) => ({ config: { Tty: tty, OpenStdin: tty } }),
  privileged: ({ privileged }) => ({ host: { Privileged: privileged } }),
  autoRemove: ({ autoRemove }) => ({ host: { AutoRemove: autoRemove } }),
};

function restartPolicy({ restart, restartTries }: RunSpec): ReturnType<Write> {
  const tries = restart === 'on-failure' ? restartTries : 0;
  return { host: { RestartPolicy: { Name: restart, MaximumRetryCount: tries } } };
}

/** What a page could not show, and nobody has typed. */
function isTooLong(text: string): boolean {
  return text.length > LONGEST_VALUE;
}

/** How many variables and labels `specOf` leaves out for their length. */
export function untoldOf(found: Inspected): number {
  const config = objectOf(found['Config']);
  return (
    textsOf(config['Env']).filter(isTooLong).length +
    Object.entries(textMapOf(config['Labels'])).filter((entry) => entry.some(isTooLong)).length
  );
}

/** `[""]` is how an image's entrypoint is taken away. */
function emptyAsReset(entrypoint: readonly string[]): readonly string[] {
  return entrypoint.length === 0 ? [''] : entrypoint;
}

/**
 * The request for a container.
 *
 * @param like a container after which it is made: `spec` is what `specOf` tells of it, and only what the wanted spec says
 * otherwise is written over `creation`.
 */
export function creationFor(wanted: RunSpec, like?: { readonly spec: RunSpec; readonly creation: Creation }): Creation {
  let body: JsonObject = like?.creation.body ?? {};
  for (const field of Object.keys(WRITE) as Field[]) {
    if (like && isDeepStrictEqual(wanted[field], like.spec[field])) continue;
    const { config = {}, host = {} } = WRITE[field](wanted, body);
    body = { ...body, ...config, HostConfig: { ...objectOf(body['HostConfig']), ...host } };
  }
  if (like && isDeepStrictEqual(wanted.networks, like.spec.networks)) return { body, further: like.creation.further };
  const [first, ...rest] = wanted.networks;
  const mode = first?.name ?? 'bridge';
  return {
    body: {
      ...body,
      HostConfig: { ...objectOf(body['HostConfig']), NetworkMode: mode },
      NetworkingConfig: first && !isMode(mode) ? { EndpointsConfig: { [mode]: endpoint(first) } } : {},
    },
    further: rest.map((one) => ({ networkId: one.name, endpoint: endpoint(one) })),
  };
}

function endpoint({ aliases, ipv4 }: NetworkRequest): JsonObject {
  return {
    ...(aliases.length > 0 ? { Aliases: aliases } : {}),
    ...(ipv4 === '' ? {} : { IPAMConfig: { IPv4Address: ipv4 } }),
  };
}

function keyOf({ port, protocol }: PortRequest): string {
  return `${port}/${protocol}`;
}

function bindings(ports: readonly PortRequest[]): JsonObject {
  const all: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const one of ports) {
    (all[keyOf(one)] ??= []).push({ HostIp: one.address, HostPort: one.hostPort === 0 ? '' : String(one.hostPort) });
  }
  return all;
}

/** Mounts with options of their own (`--mount`) that were not touched stay as they were. */
function writeMounts(mounts: readonly MountRequest[], host: JsonObject): JsonObject {
  const before = mountsOf(arrayOf(host['Mounts']));
  const kept = before.filter(({ request }) => mounts.some((one) => isDeepStrictEqual(one, request)));
  const others = mounts.filter((one) => !kept.some(({ request }) => isDeepStrictEqual(one, request)));
  return {
    Mounts: kept.map(({ entry }) => entry),
    Binds: others.filter(({ type }) => type !== 'tmpfs').map(bindText),
    Tmpfs: Object.fromEntries(
      others.filter(({ type }) => type === 'tmpfs').map(({ target, readOnly }) => [target, readOnly ? 'ro' : '']),
    ),
  };
}

function mountsOf(entries: readonly unknown[]): { readonly entry: unknown; readonly request: MountRequest }[] {
  return entries.flatMap((entry) => {
    const mount = objectOf(entry);
    const type = textOf(mount['Type']);
    if (type !== 'bind' && type !== 'volume' && type !== 'tmpfs') return [];
    const request: MountRequest = {
      type,
      source: type === 'tmpfs' ? '' : textOf(mount['Source']),
      target: textOf(mount['Target']),
      readOnly: mount['ReadOnly'] === true,
    };
    return [{ entry, request }];
  });
}

/**
 * A container as its user would have asked for it.
 *
 * @param image its image, whose own settings are not the user's; null when the image is gone.
 */
export function specOf(found: Inspected, image: JsonObject | null): RunSpec {
  const config = objectOf(found['Config']);
  const host = objectOf(found['HostConfig']);
  const own = objectOf(image?.['Config']);
  const restart = objectOf(host['RestartPolicy']);
  const restartName = textOf(restart['Name']);
  const hostname = textOf(config['Hostname']);
  const differs = (key: string): boolean => !isDeepStrictEqual(textsOf(config[key]), textsOf(own[key]));
  const entrypoint = textsOf(config['Entrypoint']);
  const ownEnv = new Set(textsOf(own['Env']));
  const ownLabels = textMapOf(own['Labels']);
  const unless = (key: string): string => (textOf(config[key]) === textOf(own[key]) ? '' : textOf(config[key]));
  return {
    image: textOf(config['Image']),
    name: textOf(found['Name']).replace(/^\//, ''),
    entrypoint: differs('Entrypoint') ? entrypoint.filter((word, at) => at > 0 || word !== '') : null,
    // With an entrypoint of one's own the image's command is gone.
    command: differs('Cmd') || differs('Entrypoint') ? textsOf(config['Cmd']) : [],
    ports: portsOf(objectOf(host['PortBindings'])),
    env: textsOf(config['Env'])
      .filter((line) => !ownEnv.has(line) && !isTooLong(line))
      .map((line) => {
        const equals = line.indexOf('=');
        return equals < 0 ? { name: line, value: '' } : { name: line.slice(0, equals), value: line.slice(equals + 1) };
      }),
    labels: Object.entries(textMapOf(config['Labels']))
      .filter(([name, value]) => ownLabels[name] !== value && !isTooLong(name) && !isTooLong(value))
      .map(([name, value]) => ({ name, value })),
    mounts: allMounts(host),
    networks: networksOf(found, host),
    restart: RESTARTS.find((one) => one === restartName) ?? 'no',
    restartTries: numberOf(restart['MaximumRetryCount']),
    memory: numberOf(host['Memory']),
    cpus: numberOf(host['NanoCpus']) / 1e9 || (numberOf(host['CpuQuota']) > 0 ? quotaOf(host) : 0),
    // One that the engine made of the id, or in host mode the machine's.
    hostname: textOf(found['Id']).startsWith(hostname) || textOf(host['NetworkMode']) === 'host' ? '' : hostname,
    user: unless('User'),
    workdir: unless('WorkingDir'),
    tty: config['Tty'] === true,
    privileged: host['Privileged'] === true,
    autoRemove: host['AutoRemove'] === true,
  };
}

const RESTARTS = ['no', 'on-failure', 'always', 'unless-stopped'] as const;

function quotaOf(host: JsonObject): number {
  return numberOf(host['CpuQuota']) / (numberOf(host['CpuPeriod']) || 100_000);
}

function portsOf(bound: JsonObject): PortRequest[] {
  const ports = Object.entries(bound).flatMap(([key, list]) => {
    const [, port = '', protocol = 'tcp'] = /^(\d+)(?:\/(tcp|udp|sctp))?$/.exec(key) ?? [];
    if (port === '') return [];
    return arrayOf(list).map((one): PortRequest => {
      const { HostIp, HostPort } = objectOf(one);
      return {
        address: textOf(HostIp),
        hostPort: Number(textOf(HostPort)) || 0,
        port: Number(port),
        protocol: protocol as PortRequest['protocol'],
      };
    });
  });
  // Engines tell them in no order.
  return ports.sort((a, b) => a.port - b.port || a.protocol.localeCompare(b.protocol) || a.hostPort - b.hostPort);
}

/** `-v`, `--mount` and `--tmpfs`; not those that the image alone asked for. */
function allMounts(host: JsonObject): MountRequest[] {
  const binds = textsOf(host['Binds']).map((line): MountRequest => {
    const parts = line.split(':');
    const [source = '', target = '', options = ''] = parts.length === 1 ? ['', ...parts] : parts;
    const isPath = source.startsWith('/') || source.startsWith('~') || source.startsWith('.');
    return {
      type: isPath ? 'bind' : 'volume',
      source,
      target,
      readOnly: options.split(',').includes('ro'),
    };
  });
  const temporary = Object.entries(textMapOf(host['Tmpfs'])).map(([target, options]): MountRequest => ({
    type: 'tmpfs',
    source: '',
    target,
    readOnly: options.split(',').includes('ro'),
  }));
  return [...binds, ...mountsOf(arrayOf(host['Mounts'])).map(({ request }) => request), ...temporary];
}

function networksOf(found: Inspected, host: JsonObject): NetworkRequest[] {
  const mode = textOf(host['NetworkMode']);
  if (isMode(mode)) return [{ name: mode, aliases: [], ipv4: '' }];
  const id = textOf(found['Id']);
  const hostname = textOf(objectOf(found['Config'])['Hostname']);
  const attached = Object.entries(objectOf(objectOf(found['NetworkSettings'])['Networks'])).map(
    ([name, settings]): NetworkRequest & { readonly id: string } => {
      const one = objectOf(settings);
      return {
        name,
        id: textOf(one['NetworkID']),
        // Engines before 25 list the short id among them, 20.10 the host name as well.
        aliases: textsOf(one['Aliases']).filter((alias) => !id.startsWith(alias) && alias !== hostname),
        ipv4: textOf(objectOf(one['IPAMConfig'])['IPv4Address']),
      };
    },
  );
  const isFirst = (one: { readonly name: string; readonly id: string }): boolean =>
    [one.name, one.id].includes(mode === 'default' ? 'bridge' : mode);
  const sorted = [...attached.filter(isFirst), ...attached.filter((one) => !isFirst(one))];
  const requests = sorted.map(({ name, aliases, ipv4 }): NetworkRequest => ({ name, aliases, ipv4 }));
  const [only] = requests;
  const isDefault = requests.length === 1 && only?.name === 'bridge' && only.aliases.length === 0 && only.ipv4 === '';
  return isDefault ? [] : requests;
}
