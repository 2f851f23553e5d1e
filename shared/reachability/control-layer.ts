/** The control layer (SPEC R621–R633): who can command, look into or undo whom, whatever a firewall says. */
import { isContainer, isUp, type ContainerEndpoint } from '../topology/model.ts';
import { hasCapability } from './capabilities.ts';
import { socketOf } from './data-layer.ts';
import { commandedEngine } from './docker-host.ts';
import type { RuleId } from './reasons.ts';
import type { Party, Scene } from './scene.ts';
import type { SideWay } from './side-way.ts';

/** The control channels `from` → `to`; both containers, or `to` the machine. */
export function controlWays(scene: Scene, from: Party, to: Party): readonly SideWay[] {
  return [...masteryOf(scene, from), ...sharedProcesses(scene, from, to), ...sharedNetwork(from, to)];
}

/** Calls back with the indices of every ordered pair that has a control channel; pairs may repeat. */
export function eachControlPair(scene: Scene, mark: (from: number, to: number) => void): void {
  const { parties } = scene;
  const groups = new Map<string, Party[]>();
  const joined = joinedIds(parties);
  for (const party of parties) {
    const { endpoint, index } = party;
    if (!isContainer(endpoint)) {
      if (endpoint.kind === 'host') join(groups, 'ipc host', party);
      continue;
    }
    if (masteryOf(scene, party).length > 0) {
      for (const other of parties) if (other !== party && isRuled(other)) mark(index, other.index);
    }
    if (mayChangeNetwork(party)) {
      for (const other of parties) if (sharedNetwork(party, other).length > 0) mark(index, other.index);
    }
    // Whose namespaces are its own and whom nobody joins is alone in them, as most are.
    const { pidMode, ipcMode } = endpoint;
    if (pidMode === '' && ipcMode === '' && !joined.has(endpoint.id)) continue;
    for (const group of groupsOf(scene, endpoint)) join(groups, group, party);
  }
  for (const members of groups.values()) {
    for (const one of members) {
      for (const other of members) if (one !== other && isContainer(one.endpoint)) mark(one.index, other.index);
    }
  }
}

/** The ids that some container names as the one whose processes or memory it shares. */
function joinedIds(parties: readonly Party[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { endpoint } of parties) {
    if (!isContainer(endpoint)) continue;
    for (const mode of [endpoint.pidMode, endpoint.ipcMode]) {
      if (mode.startsWith('container:')) ids.add(mode.slice('container:'.length));
    }
  }
  return ids;
}

function join(groups: Map<string, Party[]>, group: string, party: Party): void {
  const members = groups.get(group);
  if (members) members.push(party);
  else groups.set(group, [party]);
}

function isRuled({ endpoint }: Party): boolean {
  return isContainer(endpoint) || endpoint.kind === 'host';
}

const masteries = new WeakMap<Scene, Map<Party, readonly SideWay[]>>();

/** What makes a running container master of all others and of the machine: R621–R623, R625–R628, R631, R632. */
function masteryOf(scene: Scene, party: Party): readonly SideWay[] {
  let ofScene = masteries.get(scene);
  if (!ofScene) masteries.set(scene, (ofScene = new Map<Party, readonly SideWay[]>()));
  let known = ofScene.get(party);
  if (!known) ofScene.set(party, (known = mastery(scene, party)));
  return known;
}

/** Capabilities that reach beyond the container, unless its root is nobody on the machine. */
const FAR_REACHING = [
  ['SYS_ADMIN', 'R625'],
  ['SYS_MODULE', 'R626'],
  ['DAC_READ_SEARCH', 'R627'],
] as const;

function mastery(scene: Scene, party: Party): readonly SideWay[] {
  const { endpoint: container, stack } = party;
  if (!isContainer(container) || !isUp(container)) return [];
  const ways: SideWay[] = [];
  const socket = socketOf(scene, container);
  if (socket !== null) ways.push(control('docker-sock', 'R621', socket));
  if (container.privileged) ways.push(control('privileged', 'R622', ''));
  if (namespaceOf(scene, container, 'pidMode') === 'host') ways.push(control('pid', 'R623', 'host'));
  const isNobody = scene.topology.engine.userNamespaces === true && container.usesHostUsers !== true;
  if (!container.privileged && !isNobody) {
    for (const [capability, rule] of FAR_REACHING) {
      if (hasCapability(container, capability)) ways.push(control('capability', rule, capability));
    }
    if (stack.kind === 'host' && hasCapability(container, 'NET_ADMIN')) {
      ways.push(control('capability', 'R628', 'NET_ADMIN'));
    }
  }
  const engine = socket === null ? commandedEngine(scene, party) : null;
  if (engine?.kind === 'proxy') ways.push(control('docker-api', 'R631', engine.through));
  if (engine?.kind === 'machine') ways.push({ ...control('docker-api', 'R632', engine.address), verdict: 'unknown' });
  return ways;
}

/** R623, R624, R633: one namespace of processes or of memory, in both directions. */
function sharedProcesses(scene: Scene, from: Party, to: Party): readonly SideWay[] {
  if (!isContainer(from.endpoint)) return [];
  const theirs = isContainer(to.endpoint)
    ? groupsOf(scene, to.endpoint)
    : to.endpoint.kind === 'host'
      ? ['ipc host']
      : [];
  const ways: SideWay[] = [];
  for (const group of groupsOf(scene, from.endpoint)) {
    if (!theirs.includes(group)) continue;
    if (group.startsWith('ipc ')) ways.push(control('ipc', 'R624', ''));
    else {
      ways.push(control('pid', 'R623', ''));
      if (hasCapability(from.endpoint, 'SYS_PTRACE')) ways.push(control('capability', 'R633', 'SYS_PTRACE'));
    }
  }
  return ways;
}

/** The namespaces of processes and memory that a running container may share, as keys. */
function groupsOf(scene: Scene, container: ContainerEndpoint): readonly string[] {
  if (!isUp(container)) return [];
  const keys: string[] = [];
  const pid = namespaceOf(scene, container, 'pidMode');
  // Whoever has the machine's own processes rules all (R623); nobody rules them back by sharing those.
  if (pid !== 'host') keys.push(`pid ${pid}`);
  keys.push(`ipc ${namespaceOf(scene, container, 'ipcMode')}`);
  return keys;
}

/** Whose namespace it is in the end: `host`, or the id of a container, which need not be there any more. */
function namespaceOf(scene: Scene, container: ContainerEndpoint, mode: 'pidMode' | 'ipcMode'): string {
  let owner = container;
  const seen = new Set([owner.id]);
  while (owner[mode].startsWith('container:')) {
    const id = owner[mode].slice('container:'.length);
    const next = scene.party(id)?.endpoint;
    if (!next || !isContainer(next) || seen.has(id)) return id;
    // It keeps the namespace of a start that is over.
    if (next.startedAt > owner.startedAt && owner.startedAt > 0) return `${id} before ${String(next.startedAt)}`;
    seen.add(id);
    owner = next;
  }
  return owner[mode] === 'host' ? 'host' : owner.id;
}

/** R629, R630: what NET_ADMIN allows towards those it meets. */
function sharedNetwork(from: Party, to: Party): readonly SideWay[] {
  if (from === to || !mayChangeNetwork(from) || !isContainer(to.endpoint) || !isUp(to.endpoint)) return [];
  if (from.stack === to.stack) return [control('capability', 'R629', 'NET_ADMIN')];
  const met = from.stack.legs.find((leg) => to.stack.legs.some(({ net }) => net === leg.net));
  return met ? [control('capability', 'R630', met.net.name)] : [];
}

/** Added NET_ADMIN in a network namespace of containers; of the machine's it is R628, and privileged says more (R622). */
function mayChangeNetwork({ endpoint, stack }: Party): boolean {
  if (!isContainer(endpoint) || !isUp(endpoint) || endpoint.privileged || stack.kind === 'host') return false;
  return hasCapability(endpoint, 'NET_ADMIN');
}

function control(kind: string, rule: RuleId, via: string): SideWay {
  return { layer: 'control', kind, rule, via, names: [] };
}
