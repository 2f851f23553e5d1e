/** The `docker run` that makes the same container. */
import type { MountRequest, PortRequest, RunSpec } from './run-spec.ts';
import { quoted } from './shell.ts';

/** Arguments of `docker`, detached, as the run dialog does it. */
export function runArguments(spec: RunSpec): readonly string[] {
  // From 25 on `docker run` joins several networks, each with settings of its own.
  const [first, ...further] = spec.networks;
  const networks = [
    ...(first ? networkFlags(first, further.length > 0) : []),
    ...further.flatMap((network) => networkFlags(network, true)),
  ];
  return ['run', '-d', ...containerArguments(spec, networks)];
}

function containerArguments(spec: RunSpec, networks: readonly string[]): readonly string[] {
  const flag = (name: string, value: string): readonly string[] => (value === '' ? [] : [name, value]);
  const [entry, ...entryRest] = spec.entrypoint ?? [];
  return [
    ...(spec.tty ? ['-it'] : []),
    ...(spec.autoRemove ? ['--rm'] : []),
    ...(spec.privileged ? ['--privileged'] : []),
    ...flag('--name', spec.name),
    ...flag('--hostname', spec.hostname),
    ...flag('--user', spec.user),
    ...flag('--workdir', spec.workdir),
    ...(spec.restart === 'no' ? [] : ['--restart', restartText(spec)]),
    ...(spec.memory > 0 ? ['--memory', memoryText(spec.memory)] : []),
    ...(spec.cpus > 0 ? ['--cpus', String(spec.cpus)] : []),
    ...networks,
    ...spec.ports.flatMap((port) => ['-p', portText(port)]),
    ...spec.env.flatMap(({ name, value }) => ['-e', `${name}=${value}`]),
    ...spec.labels.flatMap(({ name, value }) => ['--label', `${name}=${value}`]),
    ...spec.mounts.flatMap(mountFlags),
    ...(spec.entrypoint === null ? [] : ['--entrypoint', entry ?? '']),
    // As the usage of `docker run` calls it, where none is chosen yet.
    spec.image === '' ? 'IMAGE' : spec.image,
    ...entryRest,
    ...spec.command,
  ];
}

/**
 * The same to be pasted into a POSIX shell: one line, but for several networks on an engine that joins one at a time.
 *
 * @param options `oneNetwork`: the engine is older than 25 (API 1.44), whose `docker run` joins no more than one
 */
export function runLine(spec: RunSpec, { oneNetwork = false }: { readonly oneNetwork?: boolean } = {}): string {
  const [first, ...further] = spec.networks;
  if (!oneNetwork || !first || further.length === 0) return lineOf(runArguments(spec));
  // Made first and started last: it must not run before it is on all of them.
  const create = lineOf(['create', ...containerArguments(spec, networkFlags(first, false))]);
  const ref = spec.name === '' ? '"$container"' : quoted(spec.name);
  return [
    spec.name === '' ? `container=$(${create})` : create,
    ...further.map(({ name, aliases, ipv4 }) => {
      const settings = [...aliases.flatMap((alias) => ['--alias', alias]), ...(ipv4 === '' ? [] : ['--ip', ipv4])];
      return `${lineOf(['network', 'connect', ...settings, name])} ${ref}`;
    }),
    `docker start ${ref}`,
  ].join(' &&\n');
}

function lineOf(args: readonly string[]): string {
  return ['docker', ...args.map(quoted)].join(' ');
}

function networkFlags({ name, aliases, ipv4 }: RunSpec['networks'][number], isOneOfMany: boolean): readonly string[] {
  if (!isOneOfMany) {
    return [
      '--network',
      name,
      ...aliases.flatMap((alias) => ['--network-alias', alias]),
      ...(ipv4 === '' ? [] : ['--ip', ipv4]),
    ];
  }
  const settings = [
    `name=${name}`,
    ...aliases.map((alias) => `alias=${alias}`),
    ...(ipv4 === '' ? [] : [`ip=${ipv4}`]),
  ];
  return ['--network', settings.length === 1 ? name : settings.join(',')];
}

function restartText({ restart, restartTries }: RunSpec): string {
  return restart === 'on-failure' && restartTries > 0 ? `${restart}:${restartTries}` : restart;
}

const UNITS = [
  ['g', 1024 ** 3],
  ['m', 1024 ** 2],
  ['k', 1024],
] as const;

/** `512m`: in the largest unit that tells it exactly. */
function memoryText(bytes: number): string {
  const [unit, size] = UNITS.find(([, one]) => bytes % one === 0) ?? (['b', 1] as const);
  return `${bytes / size}${unit}`;
}

export function portText({ address, hostPort, port, protocol }: PortRequest): string {
  const host = address.includes(':') ? `[${address}]` : address;
  const outer = hostPort === 0 ? '' : String(hostPort);
  const inner = protocol === 'tcp' ? String(port) : `${port}/${protocol}`;
  if (host !== '') return `${host}:${outer}:${inner}`;
  return outer === '' ? inner : `${outer}:${inner}`;
}

function mountFlags(mount: MountRequest): readonly string[] {
  const { type, source, target, readOnly } = mount;
  if (type === 'tmpfs') return ['--tmpfs', readOnly ? `${target}:ro` : target];
  return ['-v', bindText({ source, target, readOnly })];
}

/** `source:target:ro`, as `-v` and `HostConfig.Binds` take it; an anonymous volume is its target alone. */
export function bindText({ source, target, readOnly }: Omit<MountRequest, 'type'>): string {
  return [...(source === '' ? [] : [source]), target, ...(readOnly && source !== '' ? ['ro'] : [])].join(':');
}
