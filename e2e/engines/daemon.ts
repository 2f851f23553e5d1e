import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { dockerRequest } from '../fixture/docker-http.ts';
import type { EngineNamespace } from './namespace.ts';
import type { EngineFiles } from './packages.ts';
import { podmanService } from './podman.ts';
import { rootlessCommand } from './rootless.ts';
import { cgroupName, enginePaths, identify, isAlive, type ProcessId } from './state.ts';

/** What one engine's process needs to know. */
export interface DaemonSetup {
  readonly name: string;
  readonly kind: 'docker' | 'podman';
  readonly version: string;
  readonly files: EngineFiles;
  readonly args: readonly string[];
  readonly rootless: boolean;
}

/** A dockerd inside prepared namespaces. */
export interface Daemon {
  /** dockerd's pid on the machine. Throws while it is stopped. */
  readonly pid: number;
  /** Starts dockerd and waits until it answers. Throws with the end of its log when it does not. */
  start(): Promise<void>;
  /** Asks dockerd to end, as a service manager would, and insists after a while. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 30_000;

/** Prepares a dockerd; nothing runs before `start()`. */
export function createDaemon(setup: DaemonSetup, namespace: EngineNamespace): Daemon {
  const { socket, log } = enginePaths(setup.name);
  let running: ProcessId | null = null;

  const start = async (): Promise<void> => {
    if (running !== null && isAlive(running)) return;
    // Left over when dockerd was killed: the number in the pid file may belong to another process by now.
    await namespace.exec(['rm', '-f', '/run/docker.pid']);
    if (setup.kind === 'podman') await namespace.exec(['mkdir', '-p', '/run/podman/networks']);
    rmSync(socket, { force: true });
    const output = openSync(log, 'a');
    const [file = '', ...enter] = namespace.enter;
    const entering = spawn(file, [...enter, ...commandOf(setup)], {
      // Nothing of the caller's environment (proxies, DOCKER_*) may change how an engine under test behaves.
      env: { PATH: setup.files.path, HOME: '/root', LANG: 'C.UTF-8' },
      stdio: ['ignore', output, output],
      detached: true,
    });
    closeSync(output);
    entering.unref();
    let failure = entering.exitCode === null ? null : 'ended at once';
    entering.on('error', (error) => (failure = error.message));
    entering.on('exit', (code, signal) => (failure = `ended with ${String(signal ?? code)}`));
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(socket))) {
      if (Date.now() > deadline) failure = `did not answer within ${String(READY_WITHIN_MS / 1000)} s`;
      if (failure !== null) throw new Error(`dockerd ${setup.version} ${failure}. The end of its log:\n${tail(log)}`);
      await sleep(50);
    }
    running = childOf(entering.pid ?? 0);
    if (running === null) throw new Error(`dockerd ${setup.version} answered, but its process cannot be found.`);
  };

  const stop = async (): Promise<void> => {
    const id = running;
    if (id === null) return;
    running = null;
    signal(id, 'SIGTERM');
    const deadline = Date.now() + STOPPED_WITHIN_MS;
    while (isAlive(id)) {
      if (Date.now() > deadline) signal(id, 'SIGKILL');
      await sleep(50);
    }
  };

  return {
    get pid() {
      if (running === null) throw new Error(`Engine "${setup.name}" is stopped.`);
      return running.pid;
    },
    start,
    stop,
  };
}

function commandOf(setup: DaemonSetup): string[] {
  if (setup.kind === 'podman') return [...podmanService(setup.name), ...setup.args];
  if (setup.rootless) return rootlessCommand(setup.name, setup.args);
  return [setup.files.dockerd, ...flags(setup)];
}

function flags({ name, files, args }: DaemonSetup): string[] {
  const { socket, data } = enginePaths(name);
  return [
    `--host=unix://${socket}`,
    // Where containers that manage Docker look for it.
    '--host=unix:///var/run/docker.sock',
    `--data-root=${data}`,
    '--exec-root=/run/docker',
    '--pidfile=/run/docker.pid',
    // One parent for all, so that the cgroups of a killed engine can be found and removed.
    `--cgroup-parent=/${cgroupName(name)}`,
    '--exec-opt=native.cgroupdriver=cgroupfs',
    `--userland-proxy-path=${files.dockerProxy}`,
    '--shutdown-timeout=5',
    '--ipv6',
    '--fixed-cidr-v6=fd00:b0b::/64',
    ...args,
  ];
}

async function answers(socket: string): Promise<boolean> {
  return dockerRequest(socket, { method: 'GET', path: '/_ping', timeout: 2_000 }).then(
    () => true,
    () => false,
  );
}

/** `nsenter` stays outside of the PID namespace and forks; dockerd is its only child. */
function childOf(parent: number): ProcessId | null {
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      if (ppid === parent) return identify(Number(entry));
    } catch {
      // It ended while we were looking.
    }
  }
  return null;
}

function signal(id: ProcessId, name: 'SIGTERM' | 'SIGKILL'): void {
  if (isAlive(id)) process.kill(id.pid, name);
}

/** The end of the log without what went well, which is most of it. */
function tail(log: string): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return lines
    .filter((line) => !/level=(info|debug)/.test(line))
    .slice(-25)
    .join('\n');
}
