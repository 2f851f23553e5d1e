/** The run dialog's fields as they are typed, and the container they ask for. */
import { EMPTY_SPEC, type RunSpec } from '../../../../../shared/containers/run-spec.ts';
import { quoted, shellWords } from '../../../../../shared/containers/shell.ts';

export interface PortDraft {
  readonly address: string;
  readonly hostPort: string;
  readonly port: string;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

export interface NetworkDraft {
  readonly name: string;
  /** Separated by commas or spaces. */
  readonly aliases: string;
  readonly ipv4: string;
}

export interface Draft extends Pick<
  RunSpec,
  | 'image'
  | 'name'
  | 'env'
  | 'labels'
  | 'mounts'
  | 'restart'
  | 'restartTries'
  | 'hostname'
  | 'user'
  | 'workdir'
  | 'tty'
  | 'privileged'
  | 'autoRemove'
> {
  readonly ports: readonly PortDraft[];
  readonly networks: readonly NetworkDraft[];
  /** As a shell would read it; `''`: the image's own. */
  readonly command: string;
  readonly entrypoint: string;
  /** Whether the image's entrypoint is taken away, with nothing in its place. */
  readonly noEntrypoint: boolean;
  /** `512m`, `1.5g`, or bytes; `''`: unlimited. */
  readonly memory: string;
  readonly cpus: string;
}

/** What can be wrong, by the field it is in. */
export type Problem =
  | 'image-missing'
  | 'port-bad'
  | 'env-bad'
  | 'mount-bad'
  | 'network-missing'
  | 'command-bad'
  | 'entrypoint-bad'
  | 'memory-bad'
  | 'cpus-bad'
  | 'remove-restart';

export const EMPTY_DRAFT: Draft = draftOf(EMPTY_SPEC);

export function draftOf(spec: RunSpec): Draft {
  return {
    ...spec,
    ports: spec.ports.map(({ address, hostPort, port, protocol }) => ({
      address,
      hostPort: hostPort === 0 ? '' : String(hostPort),
      port: String(port),
      protocol,
    })),
    networks: spec.networks.map(({ name, aliases, ipv4 }) => ({ name, aliases: aliases.join(' '), ipv4 })),
    command: spec.command.map(quoted).join(' '),
    entrypoint: (spec.entrypoint ?? []).map(quoted).join(' '),
    noEntrypoint: spec.entrypoint?.length === 0,
    memory: spec.memory === 0 ? '' : memoryWords(spec.memory),
    cpus: spec.cpus === 0 ? '' : String(spec.cpus),
  };
}

/** What the draft asks for as far as it can be understood, and what cannot be. */
export function readDraft(draft: Draft): { readonly spec: RunSpec; readonly problems: ReadonlySet<Problem> } {
  const problems = new Set<Problem>();
  const need = (holds: boolean, problem: Problem): void => void (holds || problems.add(problem));
  const words = (line: string, problem: Problem): readonly string[] => {
    const read = shellWords(line);
    need(read.ok, problem);
    return read.ok ? read.words : [];
  };
  const image = draft.image.trim();
  need(image !== '', 'image-missing');
  const ports = draft.ports.flatMap(({ address, hostPort, port, protocol }) => {
    if (port.trim() === '' && hostPort.trim() === '') return [];
    const [outer, inner] = [portNumber(hostPort) ?? 0, portNumber(port)];
    need(inner !== null && (hostPort.trim() === '' || outer > 0), 'port-bad');
    return inner === null ? [] : [{ address: address.trim(), hostPort: outer, port: inner, protocol }];
  });
  const env = draft.env.filter(({ name, value }) => name !== '' || value !== '');
  need(
    env.every(({ name }) => name !== '' && !name.includes('=')),
    'env-bad',
  );
  const mounts = draft.mounts.filter(({ source, target }) => source !== '' || target !== '');
  need(
    mounts.every(({ type, source, target }) => {
      const isPlaced = target.startsWith('/') && !target.includes(':') && !source.includes(':');
      return isPlaced && (type !== 'bind' || source.startsWith('/'));
    }),
    'mount-bad',
  );
  const networks = draft.networks.map(({ name, aliases, ipv4 }) => ({
    name,
    aliases: aliases.split(/[\s,]+/).filter(Boolean),
    ipv4: ipv4.trim(),
  }));
  need(
    networks.every(({ name }) => name !== ''),
    'network-missing',
  );
  const memory = memoryBytes(draft.memory);
  need(memory !== null, 'memory-bad');
  const cpus = draft.cpus.trim() === '' ? 0 : Number(draft.cpus);
  need(Number.isFinite(cpus) && cpus >= 0, 'cpus-bad');
  need(!draft.autoRemove || draft.restart === 'no', 'remove-restart');
  const entrypoint = words(draft.entrypoint, 'entrypoint-bad');
  return {
    spec: {
      image,
      name: draft.name.trim(),
      entrypoint: entrypoint.length > 0 ? entrypoint : draft.noEntrypoint ? [] : null,
      command: words(draft.command, 'command-bad'),
      ports,
      env,
      labels: draft.labels.filter(({ name }) => name !== ''),
      mounts: mounts.map((mount) => (mount.type === 'tmpfs' ? { ...mount, source: '' } : mount)),
      networks: networks.filter(({ name }) => name !== ''),
      restart: draft.restart,
      restartTries: draft.restart === 'on-failure' ? draft.restartTries : 0,
      memory: memory ?? 0,
      cpus: Number.isFinite(cpus) ? Math.max(0, cpus) : 0,
      hostname: draft.hostname.trim(),
      user: draft.user.trim(),
      workdir: draft.workdir.trim(),
      tty: draft.tty,
      privileged: draft.privileged,
      autoRemove: draft.autoRemove,
    },
    problems,
  };
}

function portNumber(text: string): number | null {
  const port = Number(text.trim());
  return /^\d+$/.test(text.trim()) && port >= 1 && port <= 65_535 ? port : null;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** @returns 0 for none, null for what is no amount */
function memoryBytes(text: string): number | null {
  if (text.trim() === '') return 0;
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?)\s*([bkmg]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  if (amount === undefined) return null;
  return Math.round(Number(amount) * (UNITS[unit.toLowerCase()] ?? 1));
}

function memoryWords(bytes: number): string {
  for (const unit of ['g', 'm', 'k']) {
    const size = UNITS[unit] ?? 1;
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
