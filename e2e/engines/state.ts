import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What must be known about an engine to find it again, and to end it, from another process. */
export interface EngineState {
  readonly name: string;
  readonly version: string;
  /** First process of the engine's own PID namespace: when it dies, everything of the engine dies. */
  readonly anchor: ProcessId;
}

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessId {
  readonly pid: number;
  /** Clock ticks after boot, from /proc/PID/stat. */
  readonly startTime: string;
}

/** An engine on this machine as `ls` shows it. */
export interface EngineListing extends EngineState {
  readonly url: string;
  readonly alive: boolean;
}

/** Nodes are numbered by one digit. */
const MAX_NODES = 9;

/** The folder of all engines. Short, because a socket's path may have no more than 107 characters. */
export function rigFolder(): string {
  return join(tmpdir(), 'bulkhead-engines');
}

/** Paths of one engine. */
export function enginePaths(name: string): {
  folder: string;
  socket: string;
  data: string;
  log: string;
  state: string;
} {
  if (!/^[a-z0-9][a-z0-9_.-]{0,39}$/i.test(name)) throw new Error(`"${name}" cannot name an engine.`);
  const folder = join(rigFolder(), name);
  return {
    folder,
    socket: join(folder, 'docker.sock'),
    data: join(folder, 'data'),
    log: join(folder, 'dockerd.log'),
    state: join(folder, 'state.json'),
  };
}

/** The cgroup all containers of one engine live under, in every hierarchy. */
export function cgroupName(name: string): string {
  return `bulkhead-${name}`;
}

/** Identifies a running process, null when there is none. */
export function identify(pid: number): ProcessId | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the program's name and may hold spaces: count from behind its closing bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, startTime] = [fields[0], fields[19]];
    return startTime === undefined || state === 'Z' || state === 'X' ? null : { pid, startTime };
  } catch {
    return null;
  }
}

/** Whether that very process, and not a later one with its number, still runs. */
export function isAlive(id: ProcessId): boolean {
  return identify(id.pid)?.startTime === id.startTime;
}

/** Takes a name for a new engine; clears away what a crashed one of that name left. Throws when the name is in use. */
export function claim(name: string): ReturnType<typeof enginePaths> {
  const paths = enginePaths(name);
  const old = readState(name);
  if (old !== null && isAlive(old.anchor)) {
    throw new Error(`Engine "${name}" is already running at unix://${paths.socket}; take it down first.`);
  }
  removeLeftovers(name);
  mkdirSync(rigFolder(), { recursive: true });
  mkdirSync(paths.folder);
  mkdirSync(paths.data);
  return paths;
}

/** Writes down a started engine. */
export function writeState(state: EngineState): void {
  writeFileSync(enginePaths(state.name).state, `${JSON.stringify(state, null, 2)}\n`);
}

/** The engines that are the nodes of a Swarm called `name`. Throws for a number no Swarm of the rig has. */
export function nodeNames(name: string, count: number): string[] {
  if (!Number.isInteger(count) || count < 1 || count > MAX_NODES) {
    throw new Error(`A Swarm has 1 to ${String(MAX_NODES)} nodes.`);
  }
  return Array.from({ length: count }, (_, index) => `${name}-${String(index + 1)}`);
}

/** Ends an engine, or every node of a Swarm of that name. Returns false when there was neither. */
export function destroyAll(name: string): boolean {
  if (destroyEngine(name)) return true;
  return nodeNames(name, MAX_NODES).filter((node) => destroyEngine(node)).length > 0;
}

/** Reads an engine's state, null when there is none or it is damaged. */
export function readState(name: string): EngineState | null {
  try {
    return JSON.parse(readFileSync(enginePaths(name).state, 'utf8')) as EngineState;
  } catch {
    return null;
  }
}

/** All engines on this machine, also those that a crashed run left behind. */
export function listEngines(): EngineListing[] {
  const root = rigFolder();
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort()
    .map((name) => {
      const state = readState(name) ?? { name, version: 'unknown', anchor: { pid: 0, startTime: '' } };
      return { ...state, url: `unix://${enginePaths(name).socket}`, alive: isAlive(state.anchor) };
    });
}

/**
 * Ends an engine from any process and removes every trace of it. Synchronous, so that it also works while the owning
 * process is exiting. Returns false when there was nothing of that name.
 */
export function destroyEngine(name: string): boolean {
  const state = readState(name);
  if (state !== null && isAlive(state.anchor)) {
    process.kill(state.anchor.pid, 'SIGKILL');
    for (const hierarchy of cgroupHierarchies()) thaw(join(hierarchy, cgroupName(name)));
    // The kernel kills the whole PID namespace with its first process and lets go of the pid only when all are gone;
    // the mounts and network namespaces go with the last of them.
    waitUntil(() => !isAlive(state.anchor), `engine "${name}" to die`);
  }
  const existed = existsSync(enginePaths(name).folder);
  removeLeftovers(name);
  return existed;
}

function removeLeftovers(name: string): void {
  rmSync(enginePaths(name).folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  for (const hierarchy of cgroupHierarchies()) removeCgroup(join(hierarchy, cgroupName(name)));
}

/** A paused container is frozen: its processes die only when they are let go on, and so does the engine around them. */
function thaw(path: string): void {
  for (const entry of foldersIn(path)) thaw(join(path, entry));
  for (const [file, word] of [
    ['freezer.state', 'THAWED'],
    ['cgroup.freeze', '0'],
  ] as const) {
    try {
      if (existsSync(join(path, file))) writeFileSync(join(path, file), word);
    } catch {
      // Gone meanwhile, or a root that cannot be frozen.
    }
  }
}

/** A killed engine cannot clean its cgroups; they outlive their processes and are removed like folders, leaf first. */
function removeCgroup(path: string): void {
  for (const entry of foldersIn(path)) removeCgroup(join(path, entry));
  waitUntil(() => {
    try {
      rmdirSync(path);
      return true;
    } catch (error) {
      // Busy for a moment after its last process died.
      return (error as NodeJS.ErrnoException).code === 'ENOENT';
    }
  }, `cgroup ${path} to empty`);
}

/** None when it has gone meanwhile: others may be clearing it too. */
function foldersIn(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Mount points of the cgroup file systems: several with version 1, one with version 2, a mixture on some machines. */
export function cgroupHierarchies(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => / - cgroup2? /.test(line))
    .map((line) => line.split(' ')[4] ?? '')
    .filter((path) => path !== '');
}

/** Blocks, in steps of 10 ms, until `done` holds; throws after ten seconds. */
function waitUntil(done: () => boolean, what: string): void {
  const deadline = Date.now() + 10_000;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    Atomics.wait(pause, 0, 0, 10);
  }
}
