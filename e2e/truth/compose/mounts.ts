/** Where a compose file's mounts lead on the lab's machine: to a copy of its folders that is empty, so that nothing is harmed. */
import type { ComposeMount, ComposeVolume, Note } from './project.ts';

export type PathKind = 'folder' | 'file' | 'missing';

export interface Disk {
  /** What is there on the engine's machine; asked only for absolute paths. */
  readonly kindOf: (path: string) => PathKind;
  /** The folder that holds the stand-ins: a path P of the machine is at `mirror` + P. */
  readonly mirror: string;
}

/** A stand-in that must exist before the engine mounts it. */
export interface StandIn {
  readonly path: string;
  readonly kind: 'folder' | 'file';
}

export interface MappedMounts {
  readonly mounts: readonly ComposeMount[];
  readonly standIns: readonly StandIn[];
  readonly notes: readonly Note[];
}

/** What is the machine itself, not somebody's data: mounted as it is, where it is. */
const MACHINE = new RegExp(
  '^(/|/(proc|sys|dev|run|var/run)(/.*)?|/lib/modules|/etc/(localtime|timezone|os-release|hostname|hosts|machine-id|passwd|group))$',
);
/** Files of the test image and of every container: a folder cannot be mounted over them. */
const FILES = new Set(['/etc/passwd', '/etc/group', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf']);
/** The container's one program lives there. */
const NEEDED = /^\/(bin(\/(busybox|sleep))?)?$/;
const KNOWN = new Set(['bind', 'volume', 'tmpfs']);

/** The mounts of one service. */
export function mapMounts(service: string, mounts: readonly ComposeMount[], disk: Disk): MappedMounts {
  const mapped: ComposeMount[] = [];
  const standIns: StandIn[] = [];
  const notes: Note[] = [];
  for (const mount of mounts) {
    const what = `${service}: ${mount.source ?? mount.type} at ${mount.target}`;
    if (!KNOWN.has(mount.type))
      notes.push({ what, why: `dropped: mounts of type ${mount.type} need more than an engine` });
    else if (NEEDED.test(mount.target.replace(/(?<=.)\/+$/, ''))) {
      notes.push({ what, why: 'dropped: it would hide the program that keeps the container running' });
    } else if (mount.type === 'bind' && mount.source !== undefined) {
      const { source, standIn } = mapSource(mount.source, mount.target, disk);
      if (standIn) standIns.push(standIn);
      // Propagation asks for shared mounts of the machine, and a namespace has none.
      const { type, target, read_only } = mount;
      mapped.push({ type, target, source, ...(read_only !== undefined && { read_only }) });
      if (standIn) notes.push({ what: `${service}: ${mount.source}`, why: `an empty ${standIn.kind} stands for it` });
    } else mapped.push(mount);
  }
  return { mounts: mapped, standIns, notes };
}

/** A volume of the project: local, with nothing in it. */
export function mapVolume(
  key: string,
  volume: ComposeVolume,
  disk: Disk,
): { readonly volume: ComposeVolume; readonly standIns: readonly StandIn[]; readonly notes: readonly Note[] } {
  const notes: Note[] = [];
  const { external, driver, driver_opts: options, ...rest } = volume;
  if (external) notes.push({ what: `volume ${key}`, why: 'external: made for this run' });
  if (driver !== undefined && driver !== 'local') {
    notes.push({ what: `volume ${key}: driver ${driver}`, why: 'the engine has the local driver only' });
    return { volume: rest, standIns: [], notes };
  }
  const device = options?.['device'];
  const isBind = device?.startsWith('/') === true && /(^|,)r?bind(,|$)/.test(options?.['o'] ?? '');
  if (isBind) {
    const { source, standIn } = mapSource(device, '/', disk);
    if (standIn) notes.push({ what: `volume ${key}: ${device}`, why: `an empty ${standIn.kind} stands for it` });
    return {
      volume: { ...rest, driver: 'local', driver_opts: { ...options, device: source } },
      standIns: standIn ? [standIn] : [],
      notes,
    };
  }
  if (options?.['type'] === 'tmpfs')
    return { volume: { ...rest, driver: 'local', driver_opts: options }, standIns: [], notes };
  if (options && Object.keys(options).length > 0) {
    notes.push({ what: `volume ${key}: its options`, why: 'dropped: what they mount is not here' });
  }
  return { volume: rest, standIns: [], notes };
}

function mapSource(
  path: string,
  target: string,
  { kindOf, mirror }: Disk,
): { readonly source: string; readonly standIn: StandIn | null } {
  const kind = kindOf(path);
  if (MACHINE.test(path) && kind !== 'missing') return { source: path, standIn: null };
  // A colon ends a path for the engine, and paths of Windows have more of that kind.
  const plain = path.replace(/[:\\]/g, '_');
  const place = mirror + (plain.startsWith('/') ? plain : `/${plain}`);
  const standIn: StandIn = { path: place, kind: kind === 'file' || FILES.has(target) ? 'file' : 'folder' };
  return { source: standIn.path, standIn };
}
