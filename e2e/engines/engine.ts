import { createDaemon } from './daemon.ts';
import { createNamespace, type EngineNamespace } from './namespace.ts';
import { ensureEngine, type Progress } from './packages.ts';
import { prepareRootless, ROOTLESS_PACKAGES } from './rootless.ts';
import { claim, destroyEngine, writeState } from './state.ts';
import { engineVersion } from './versions.ts';

/** What to start. */
export interface EngineOptions {
  /** A version of `versions.ts`, e.g. `28.5`. */
  readonly version: string;
  /** Unique on this machine while the engine runs. */
  readonly name: string;
  /** Further flags for dockerd. */
  readonly daemonArgs?: readonly string[];
  /** Whether packets of one bridge pass the host's firewall; what the version does by itself unless told. */
  readonly bridgeNetfilter?: boolean;
  /** Which iptables the engine finds; Debian's own choice (nft) unless told. */
  readonly iptables?: 'legacy';
  /** Docker as an ordinary user runs it: in a network of its own, behind the machine's. */
  readonly rootless?: boolean;
  /** True: the engine outlives this process, until `destroyEngine(name)`. Default: it ends with this process. */
  readonly detached?: boolean;
  readonly progress?: Progress;
}

/** A private engine that answers. */
export interface RunningEngine {
  readonly name: string;
  readonly version: string;
  /** Path of the API socket on the machine; inside the engine's own world it is also at /var/run/docker.sock. */
  readonly socket: string;
  /** The socket as `--engine` and DOCKER_HOST take it. */
  readonly url: string;
  /** dockerd's pid on the machine; a new one after `restart()`. */
  readonly pid: number;
  /** The engine's namespaces; `namespace.anchor` is their first process. */
  readonly namespace: EngineNamespace;
  /** Runs a command where dockerd runs (`place: 'host'`, the default) or at the far end of its uplink (`'outside'`). */
  readonly exec: EngineNamespace['exec'];
  /** Stops dockerd and leaves everything else, so that a lost engine can be tested. */
  stopDaemon(): Promise<void>;
  /** Starts dockerd again on the same data; returns when it answers. */
  startDaemon(): Promise<void>;
  /** `stopDaemon()`, then `startDaemon()`. */
  restart(): Promise<void>;
  /** Ends the engine with all its processes, mounts and namespaces and removes its data. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a private engine: own data, sockets, bridges and firewall, unseen by the machine and by other engines.
 * Installs what is missing first. Needs root. Throws with the end of dockerd's log when it does not come up.
 */
export async function startEngine(options: EngineOptions): Promise<RunningEngine> {
  const { name, detached = false } = options;
  const { kind, version, daemonArgs, bridgeNetfilter } = engineVersion(options.version);
  const { rootless = false } = options;
  const files = await ensureEngine(version, options.progress, rootless ? ROOTLESS_PACKAGES : []);
  const { socket } = claim(name);
  const release = detached ? () => undefined : destroyWithThisProcess(name);
  const stop = (): Promise<void> => {
    release();
    destroyEngine(name);
    return Promise.resolve();
  };
  try {
    const namespace = await createNamespace({
      detached,
      bridgeNetfilter: options.bridgeNetfilter ?? bridgeNetfilter,
    });
    if (options.iptables === 'legacy') await useLegacyIptables(namespace);
    writeState({ name, version, anchor: namespace.anchor });
    if (rootless) await prepareRootless(namespace, name, files);
    const args = [...daemonArgs, ...(options.daemonArgs ?? [])];
    const daemon = createDaemon({ name, kind, version, files, args, rootless }, namespace);
    await daemon.start();
    return {
      name,
      version,
      socket,
      url: `unix://${socket}`,
      get pid() {
        return daemon.pid;
      },
      namespace,
      exec: namespace.exec,
      stopDaemon: daemon.stop,
      startDaemon: daemon.start,
      async restart() {
        await daemon.stop();
        await daemon.start();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Takes the engine down when this process ends. The kernel kills its processes in any case; this also removes its data.
 * Returns a function that gives this duty up.
 */
function destroyWithThisProcess(name: string): () => void {
  const onExit = (): void => void destroyEngine(name);
  const onSignal = (signal: NodeJS.Signals): void => {
    release();
    destroyEngine(name);
    // Ours was the only handler: end as the signal would have, had we not listened.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };
  const release = (): void => {
    process.off('exit', onExit).off('SIGINT', onSignal).off('SIGTERM', onSignal);
  };
  process.on('exit', onExit).on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return release;
}

/** Both kinds are one program each, which does as it is called: the one is put over the other, for the engine alone. */
async function useLegacyIptables({ exec }: EngineNamespace): Promise<void> {
  const [legacy, nft] = ['/usr/sbin/xtables-legacy-multi', '/usr/sbin/xtables-nft-multi'];
  const { stdout, stderr } = await exec(['sh', '-c', `mount --bind ${legacy} ${nft} && iptables --version`]);
  if (!stdout.includes('legacy')) throw new Error(`Legacy iptables could not be put in place.\n${stderr}`);
}
