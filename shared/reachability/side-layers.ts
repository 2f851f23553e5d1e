/**
 * What passes beside the network: names, shared files, control (SPEC R6xx).  Listed and flagged, never deciding the
 * network verdict.
 */
import type { ContainerEndpoint, Mount } from '../topology/model.ts';
import { isContainer, isUp } from '../topology/model.ts';
import type { Layer } from './model.ts';
import type { RuleId } from './reasons.ts';
import type { Party, Scene } from './scene.ts';

/** One side channel.  `names`: what A can call B by, for R601. */
export interface SideWay {
  readonly layer: Exclude<Layer, 'network'>;
  readonly kind: string;
  readonly rule: RuleId;
  readonly via: string;
  readonly names: readonly string[];
}

/** Every name-, data- and control-layer channel `from` → `to`. */
export function sideWays(from: Party, to: Party): readonly SideWay[] {
  if (from === to || !isContainer(from.endpoint)) return [];
  if (!isContainer(to.endpoint)) return to.endpoint.kind === 'host' ? masteryOf(from.endpoint) : [];
  return [
    ...names(from, to),
    ...links(from.endpoint, to.endpoint),
    ...sharedMounts(from.endpoint, to.endpoint),
    ...masteryOf(from.endpoint),
    ...sharedProcesses(from.endpoint, to.endpoint),
  ];
}

/** Calls back with the indices of every ordered pair that has a data- or control-layer channel; pairs may repeat. */
export function eachSidePair(scene: Scene, mark: (from: number, to: number) => void): void {
  const sources = new Map<string, { readonly writers: number[]; readonly users: number[] }>();
  const byId = new Map<string, number>();
  for (const { endpoint, index } of scene.parties) {
    if (!isContainer(endpoint)) continue;
    byId.set(endpoint.id, index);
    for (const mount of endpoint.mounts) {
      const key = mountKey(mount);
      if (key === null) continue;
      let entry = sources.get(key);
      if (!entry) sources.set(key, (entry = { writers: [], users: [] }));
      entry.users.push(index);
      if (mount.writable) entry.writers.push(index);
    }
  }
  for (const [key, { writers, users }] of sources) {
    markAll(writers, users, mark);
    // A folder and what is below it: each ancestor's writers reach this one's users, and the other way round.
    for (const above of ancestors(key)) {
      const wider = sources.get(above);
      if (!wider) continue;
      markAll(wider.writers, users, mark);
      markAll(writers, wider.users, mark);
    }
  }
  for (const { endpoint, index } of scene.parties) {
    if (!isContainer(endpoint)) continue;
    if (masteryOf(endpoint).length > 0) {
      for (const other of scene.parties) {
        if (other.index !== index && (isContainer(other.endpoint) || other.endpoint.kind === 'host')) {
          mark(index, other.index);
        }
      }
    }
    for (const mode of [endpoint.pidMode, endpoint.ipcMode]) {
      const other = mode.startsWith('container:') ? byId.get(mode.slice('container:'.length)) : undefined;
      const party = other === undefined ? undefined : scene.parties[other];
      if (other === undefined || !party || other === index || !isContainer(party.endpoint)) continue;
      if (sharedProcesses(endpoint, party.endpoint).length === 0) continue;
      mark(index, other);
      mark(other, index);
    }
  }
}

function markAll(writers: readonly number[], users: readonly number[], mark: (from: number, to: number) => void): void {
  for (const writer of writers) for (const user of users) if (user !== writer) mark(writer, user);
}

/** R601: the embedded DNS of user networks.  It answers whatever the firewall says. */
function names(from: Party, to: Party): readonly SideWay[] {
  if (from.activity !== 'live' || to.activity === 'stopped' || from.stack === to.stack) return [];
  const target = to.stack.owner;
  if (from.stack.kind !== 'bridges' || to.stack.kind !== 'bridges' || !target) return [];
  return to.stack.legs
    .filter(({ net }) => net.kind === 'bridge' && !net.isDefault && from.stack.legs.some((leg) => leg.net === net))
    .map(({ net }) => {
      const attachment = target.attachments.find(({ ipv4, ipv6 }) =>
        to.stack.legs.some((leg) => leg.net === net && leg.v4 === ipv4 && leg.v6 === ipv6),
      );
      const known = [...new Set([target.name, ...(attachment?.aliases ?? [])])];
      return { layer: 'name', kind: 'dns', rule: 'R601', via: net.name, names: known };
    });
}

/** R602. */
function links(from: ContainerEndpoint, to: ContainerEndpoint): readonly SideWay[] {
  return from.links
    .filter(({ targetName }) => targetName === to.name)
    .map(({ alias }) => ({ layer: 'name', kind: 'link', rule: 'R602', via: alias, names: [alias] }));
}

/** R611, R612: what A may write and B mounts too. */
function sharedMounts(from: ContainerEndpoint, to: ContainerEndpoint): readonly SideWay[] {
  const found = new Map<string, SideWay>();
  for (const mine of from.mounts) {
    const key = mountKey(mine);
    if (key === null || !mine.writable) continue;
    for (const theirs of to.mounts) {
      const other = mountKey(theirs);
      if (other === null || !overlaps(key, other)) continue;
      const volume = mine.type === 'volume';
      const via = key.length >= other.length ? mine.source : theirs.source;
      found.set(via, {
        layer: 'data',
        kind: volume ? 'volume' : 'bind',
        rule: volume ? 'R611' : 'R612',
        via,
        names: [],
      });
    }
  }
  return [...found.values()];
}

/** R621–R623 with the host's processes: what makes a running container master of all others and of the machine. */
function masteryOf(container: ContainerEndpoint): readonly SideWay[] {
  if (!isUp(container)) return [];
  const ways: SideWay[] = [];
  const socket = container.mounts.find(isEngineSocket);
  if (socket) ways.push(control('docker-sock', 'R621', socket.source));
  if (container.privileged) ways.push(control('privileged', 'R622', ''));
  if (container.pidMode === 'host') ways.push(control('pid', 'R623', 'host'));
  return ways;
}

/** R623, R624: two containers that share process ids or memory, in both directions. */
function sharedProcesses(from: ContainerEndpoint, to: ContainerEndpoint): readonly SideWay[] {
  if (!isUp(from) || !isUp(to)) return [];
  const ways: SideWay[] = [];
  const joined = (a: string, b: string): boolean => a === `container:${to.id}` || b === `container:${from.id}`;
  if (joined(from.pidMode, to.pidMode)) ways.push(control('pid', 'R623', ''));
  if (joined(from.ipcMode, to.ipcMode)) ways.push(control('ipc', 'R624', ''));
  return ways;
}

function control(kind: string, rule: RuleId, via: string): SideWay {
  return { layer: 'control', kind, rule, via, names: [] };
}

const SOCKET = /\/(docker|podman)\.sock$/;
const SOCKET_FOLDERS = new Set(['/', '/run', '/var', '/var/run', '/run/docker', '/run/podman']);

/** The engine's socket, or a folder that holds it.  A read-only mount of a socket still lets one connect. */
function isEngineSocket({ type, source }: Mount): boolean {
  return type === 'bind' && (SOCKET.test(source) || SOCKET_FOLDERS.has(trimmed(source)));
}

/** What two mounts must have in common to hand data over; `null` for mounts that never do. */
function mountKey(mount: Mount): string | null {
  if (mount.source === '') return null;
  if (mount.type === 'volume') return `volume ${mount.source}`;
  if (mount.type !== 'bind' || SOCKET.test(mount.source)) return null;
  return `bind ${trimmed(mount.source)}`;
}

function trimmed(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

const ROOT = 'bind /';

function overlaps(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (!short.startsWith('bind ')) return false;
  return short === ROOT ? long.startsWith(ROOT) : long.startsWith(`${short}/`);
}

/** The folders above a bind's source, nearest first; none for a volume. */
function* ancestors(key: string): Generator<string> {
  if (!key.startsWith(ROOT)) return;
  for (let at = key.lastIndexOf('/'); at > ROOT.length - 1; at = key.lastIndexOf('/', at - 1)) yield key.slice(0, at);
  if (key !== ROOT) yield ROOT;
}
