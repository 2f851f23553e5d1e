/** The data layer (SPEC R611–R614): files that A may write and B mounts too. */
import type { ContainerEndpoint, Mount } from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import { holdsSocket, isSocket } from './engine-socket.ts';
import { pathOf, placeOf, placesAbove, placesBelow, type Place } from './places.ts';
import type { Scene } from './scene.ts';
import type { SideWay } from './side-way.ts';

interface Placed {
  readonly mount: Mount;
  readonly place: Place;
  /** Whether a volume leads there. */
  readonly byVolume: boolean;
  /** It is one of the volumes that show below the folder that is mounted. */
  readonly within: boolean;
}

const placed = new WeakMap<Scene, Map<ContainerEndpoint, readonly Placed[]>>();

/** The mounts of a container that can hand data over, with their places. */
function placesOf(scene: Scene, container: ContainerEndpoint): readonly Placed[] {
  let known = placed.get(scene);
  if (!known) placed.set(scene, (known = new Map<ContainerEndpoint, readonly Placed[]>()));
  let places = known.get(container);
  if (!places) {
    places = container.mounts.flatMap((mount) => {
      const place = placeOf(scene, mount);
      if (place === null || isSocket(pathOf(place) ?? '')) return [];
      const below = placesBelow(scene, place).map((one) => ({
        mount,
        place: one,
        byVolume: true,
        within: true,
      }));
      return [{ mount, place, byVolume: mount.type === 'volume', within: false }, ...below];
    });
    known.set(container, places);
  }
  return places;
}

/** The data channels `from` → `to`, each common place once. */
export function dataWays(scene: Scene, from: ContainerEndpoint, to: ContainerEndpoint): readonly SideWay[] {
  const own = placesOf(scene, from);
  const written = own.filter(({ mount }) => mount.writable);
  const shallow = own.filter(({ mount }) => isShallow(scene, mount));
  if (written.length === 0 && shallow.length === 0) return [];
  const theirs = new Map<Place, Placed[]>();
  const below = new Map<Place, Placed[]>();
  for (const one of placesOf(scene, to)) {
    append(theirs, one.place, one);
    for (const above of placesAbove(one.place)) append(below, above, one);
  }
  const found = new Map<string, SideWay>();
  for (const mine of written) {
    const same = [mine.place, ...placesAbove(mine.place)].flatMap((place) => theirs.get(place) ?? []);
    for (const other of same) add(found, mine, other, mine);
    for (const other of below.get(mine.place) ?? []) add(found, mine, other, other);
  }
  const known = new Set([...found.values()].map(({ via }) => via));
  for (const { place, within } of shallow) {
    // What shows below is mounted there itself.
    const same = within ? [place, ...placesAbove(place)].flatMap((one) => theirs.get(one) ?? []) : [];
    for (const other of [...same, ...(below.get(place) ?? [])]) {
      const via = pathOf(within && other.place.length < place.length ? place : other.place) ?? other.mount.source;
      if (known.has(via)) continue;
      known.add(via);
      found.set(via, { layer: 'data', kind: 'bind', rule: 'R614', via, names: [], verdict: 'unknown' });
    }
  }
  return [...found.values()];
}

/** Read-only, but what is mounted below its folder may not be. */
function isShallow(scene: Scene, { type, writable }: Mount): boolean {
  return scene.traits.shallowReadOnly && type === 'bind' && !writable;
}

function append(lists: Map<Place, Placed[]>, place: Place, one: Placed): void {
  const list = lists.get(place);
  if (list) list.push(one);
  else lists.set(place, [one]);
}

function add(found: Map<string, SideWay>, mine: Placed, theirs: Placed, deeper: Placed): void {
  const way = wayOf(mine, theirs, deeper);
  found.set(`${way.rule} ${way.via}`, way);
}

function wayOf(mine: Placed, theirs: Placed, deeper: Placed): SideWay {
  const { mount, place } = deeper;
  const { mount: my } = mine;
  if (my.type === 'volume' && theirs.mount.type === 'volume' && my.source === theirs.mount.source) {
    const via = mount.subpath === undefined ? mount.source : `${mount.source}/${mount.subpath}`;
    return { layer: 'data', kind: 'volume', rule: 'R611', via, names: [] };
  }
  const via = pathOf(place) ?? mount.source;
  return mine.byVolume || theirs.byVolume
    ? { layer: 'data', kind: 'volume-folder', rule: 'R613', via, names: [] }
    : { layer: 'data', kind: 'bind', rule: 'R612', via, names: [] };
}

/** Calls back with the indices of every ordered pair that has a data channel; pairs may repeat. */
export function eachDataPair(scene: Scene, mark: (from: number, to: number) => void): void {
  const sources = new Map<Place, Users>();
  for (const { endpoint, index } of scene.parties) {
    if (!isContainer(endpoint)) continue;
    for (const { mount, place, within } of placesOf(scene, endpoint)) {
      let entry = sources.get(place);
      if (!entry) sources.set(place, (entry = { writers: [], shallow: [], users: [] }));
      entry.users.push(index);
      if (mount.writable) entry.writers.push(index);
      if (!isShallow(scene, mount)) continue;
      entry.shallow.push(index);
      if (within) entry.writers.push(index);
    }
  }
  for (const [place, { writers, users }] of sources) {
    markAll(writers, users, mark);
    // A folder and what is below it: the writers of each folder above reach this one's users, and the other way round.
    for (const above of placesAbove(place)) {
      const wider = sources.get(above);
      if (!wider) continue;
      markAll(wider.writers, users, mark);
      markAll(wider.shallow, users, mark);
      markAll(writers, wider.users, mark);
    }
  }
}

interface Users {
  readonly writers: number[];
  /** Those that may write what is mounted below, and nothing here. */
  readonly shallow: number[];
  readonly users: number[];
}

function markAll(writers: readonly number[], users: readonly number[], mark: (from: number, to: number) => void): void {
  for (const writer of writers) for (const user of users) if (user !== writer) mark(writer, user);
}

/** The path on the machine at which a container holds the engine's socket, `null` when it holds none. */
export function socketOf(scene: Scene, container: ContainerEndpoint): string | null {
  const told = /^unix:\/\/(\/.+)$/.exec(container.environment?.values['DOCKER_HOST'] ?? '')?.[1];
  for (const mount of container.mounts) {
    const place = placeOf(scene, mount);
    const path = place === null ? null : pathOf(place);
    if (path === null) continue;
    // It says itself that what is mounted there is an engine's socket.
    if (holdsSocket(path) || (told !== undefined && mount.destination === told)) return path;
  }
  return null;
}
