/** Where mounts keep their content, so that two of them can be compared. */
import type { Mount, Volume } from '../topology/model.ts';
import type { Scene } from './scene.ts';

/**
 * A place: `path:/srv/data` on the machine, or `volume:NAME` (`volume:NAME/folder`) where it is not known to be one.
 * A place holds another if that begins with it and a slash; the root of the machine is `path:`.
 */
export type Place = string;

/** The place of a mount; `null` for what never meets another: tmpfs, and mounts of kinds unknown. */
export function placeOf(scene: Scene, mount: Mount): Place | null {
  if (mount.source === '') return null;
  if (mount.type === 'bind') return `path:${cleaned(mount.source)}`;
  if (mount.type !== 'volume') return null;
  const below = cleaned(`/${mount.subpath ?? ''}`);
  return `${volumePlace(scene, mount.source)}${below}`;
}

/** The path on the machine, `null` when the place is none; the root is `/`. */
export function pathOf(place: Place): string | null {
  return place.startsWith('path:') ? place.slice('path:'.length) || '/' : null;
}

/** The places above one, nearest first. */
export function* placesAbove(place: Place): Generator<Place> {
  for (let at = place.lastIndexOf('/'); at > 0; at = place.lastIndexOf('/', at - 1)) yield place.slice(0, at);
}

/**
 * The places of volumes that show below a bind: whoever mounts the engine's own folder of volumes, or one above it, sees
 * there what each volume in use mounts, wherever that is kept.
 */
export function placesBelow(scene: Scene, place: Place): readonly Place[] {
  return shelfOf(scene).mountedBelow.get(place) ?? [];
}

interface Shelf {
  readonly byName: ReadonlyMap<string, Place>;
  /** By each folder at or above a volume's mountpoint: the volumes that are kept elsewhere. */
  readonly mountedBelow: ReadonlyMap<Place, readonly Place[]>;
}

const shelves = new WeakMap<Scene, Shelf>();

function shelfOf(scene: Scene): Shelf {
  let shelf = shelves.get(scene);
  if (!shelf) shelves.set(scene, (shelf = shelve(scene.topology.volumes ?? [])));
  return shelf;
}

function shelve(volumes: readonly Volume[]): Shelf {
  const byName = new Map<string, Place>();
  const mountedBelow = new Map<Place, Place[]>();
  for (const volume of volumes) {
    const path = folderOf(volume);
    const place = path === null ? namedPlace(volume.name) : `path:${path}`;
    byName.set(volume.name, place);
    const mountpoint = `path:${cleaned(volume.mountpoint)}`;
    if (!volume.mountpoint.startsWith('/') || mountpoint === place) continue;
    for (const above of [mountpoint, ...placesAbove(mountpoint)]) {
      const below = mountedBelow.get(above);
      if (below) below.push(place);
      else mountedBelow.set(above, [place]);
    }
  }
  return { byName, mountedBelow };
}

function volumePlace(scene: Scene, name: string): Place {
  return shelfOf(scene).byName.get(name) ?? namedPlace(name);
}

/** A slash in a name would look like a folder. */
function namedPlace(name: string): Place {
  return `volume:${name.replaceAll('/', '\\')}`;
}

/**
 * The folder of the machine that a `local` volume is: its own, or the one it was told to bind.  One that mounts something
 * else (NFS, tmpfs) shows its content there only to itself.
 */
function folderOf({ driver, mountpoint, options }: Volume): string | null {
  if (driver !== 'local') return null;
  const device = options['device'] ?? '';
  const binds = (options['o'] ?? '').split(',').some((option) => option === 'bind' || option === 'rbind');
  if (binds && device.startsWith('/')) return cleaned(device);
  const mounts = device !== '' || (options['type'] ?? '') !== '';
  return mounts || !mountpoint.startsWith('/') ? null : cleaned(mountpoint);
}

/** Without doubled or trailing slashes, `.` and `..`; the root is `''`.  What is no path of a Unix stays as it is. */
function cleaned(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.map((part) => `/${part}`).join('');
}
