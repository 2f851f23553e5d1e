/** A private engine with many running containers, and the whole app beside it but for its window. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createCore } from '../../electron/app/create-core.ts';
import type { Core } from '../../electron/app/core.ts';
import { createBridge } from '../../electron/bridge/index.ts';
import { channelOfPort } from '../../electron/bridge/port-channel.ts';
import { mapLimited } from '../../electron/lib/limit.ts';
import { createPolicyStore, type PolicyStore } from '../../electron/store/policy-store.ts';
import { carrierOf, portOfMessagePort } from '../../renderer/src/lib/channel.ts';
import type { Client } from '../../renderer/src/lib/client-context.tsx';
import { createClient } from '../../renderer/src/lib/client.ts';
import type { GuardState } from '../../shared/contract/schemas.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';

/** With two more, whose wire is measured. */
export const OTHERS = 100;
const NETWORKS = 5;
const AT_ONCE = 4;
const WAIT_MS = 60_000;

export interface Running {
  readonly id: string;
  readonly name: string;
  /** As the engine's own world numbers it. */
  readonly pid: number;
  readonly address: string;
}

export interface GuardWorld {
  readonly engine: RunningEngine;
  readonly docker: Docker;
  readonly core: Core;
  /** The page's own client, over a message port as in the desktop app. */
  readonly client: Client;
  readonly store: PolicyStore;
  /** Everybody, the two whose wire is measured among them. */
  readonly containers: readonly Running[];
  /** On one network. */
  readonly pair: { readonly from: Running; readonly to: Running };
  /** Writes the engine's policy file, as an editor would, and resolves when the app says that all of `denied` pairs hold. */
  hold(policy: Policy, denied: number): Promise<void>;
  /** Empties the policy file and resolves when no namespace has a table of ours any more. */
  empty(): Promise<void>;
  /** Ends the app, after `empty`. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

export async function openGuardWorld(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<GuardWorld> {
  const { version, progress } = options;
  progress(`Starting engine ${version} …`);
  const engine = await startEngine({ version, name: `bench-guard-${process.pid}`, daemonArgs: [] });
  const configDir = await mkdtemp(join(tmpdir(), 'bulkhead-bench-'));
  const opened: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.reverse()) await end();
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  };
  try {
    await importTestImage(engine);
    const docker = new Docker(engine.socket);
    progress(`Starting ${OTHERS + 2} containers …`);
    const containers = await makeContainers(docker);
    const core = createCore({ version: '0.0.0', configDir, engine: engine.url });
    opened.push(() => core.close());
    const { port1, port2 } = new MessageChannel();
    createBridge(core).connect(channelOfPort(port1 as unknown as MessagePort));
    const page = createClient({
      open: () => Promise.resolve(carrierOf(portOfMessagePort(port2 as unknown as MessagePort))),
    });
    opened.push(() => {
      page.close();
      port1.close();
    });
    await until(core, 'every container is listed', () => (core.containers.list() ?? []).length >= OTHERS + 2);
    const store = createPolicyStore({ configDir });
    const named = (name: string): Running => {
      const found = containers.find((one) => one.name === name);
      if (!found) throw new Error(`No container ${name}.`);
      return found;
    };
    return {
      engine,
      docker,
      core,
      client: page.client,
      store,
      containers,
      pair: { from: named('wire-from'), to: named('wire-to') },
      hold: async (policy, denied) => {
        await store.write(engine.url, policy);
        await until(core, `all of ${denied} pairs hold`, (guard) => guard.phase === 'holding' && guard.held === denied);
      },
      empty: async () => {
        await store.write(engine.url, EMPTY_POLICY);
        await until(core, 'nothing is denied', ({ denied }) => denied === 0);
        while (await hasTables(engine, containers));
      },
      leave: () => core.close(),
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function makeContainers(docker: Docker): Promise<readonly Running[]> {
  const networks = Array.from({ length: NETWORKS }, (_, at) => `bench-${at}`);
  for (const name of networks) await docker.createNetwork(name);
  const wanted = [
    ...Array.from({ length: OTHERS }, (_, at) => ({ name: `box-${at}`, network: networks[at % NETWORKS] ?? '' })),
    { name: 'wire-from', network: 'bench-0' },
    { name: 'wire-to', network: 'bench-0' },
  ];
  return mapLimited(wanted, AT_ONCE, async ({ name, network }) => {
    const id = await docker.createContainer(name, {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '86400'],
      HostConfig: { NetworkMode: network },
    });
    await docker.startContainer(id);
    const { State, NetworkSettings } = await docker.inspectContainer(id);
    return { id, name, pid: State.Pid, address: NetworkSettings.Networks[network]?.IPAddress ?? '' };
  });
}

/** Whether any namespace still has a table of ours. */
async function hasTables(engine: RunningEngine, containers: readonly Running[]): Promise<boolean> {
  const inside = containers.map(({ pid }) => `nsenter -t ${pid} -n nft list tables`);
  const { stdout } = await engine.exec(['sh', '-c', ['nft list tables', ...inside].join('\n')]);
  return stdout.includes('bulkhead');
}

/** Resolves at the first frame of which `holds` is true. */
export async function until(core: Core, what: string, holds: (guard: GuardState) => boolean): Promise<void> {
  const frame = core.matrix.frame();
  if (frame && holds(frame.guard)) return;
  await new Promise<void>((resolve, reject) => {
    const bound = setTimeout(() => {
      stop();
      reject(new Error(`Still waiting until ${what}: ${JSON.stringify(core.matrix.frame()?.guard)}`));
    }, WAIT_MS);
    const stop = core.matrix.onFrame(({ guard }) => {
      if (!holds(guard)) return;
      clearTimeout(bound);
      stop();
      resolve();
    });
  });
}
