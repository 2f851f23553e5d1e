/** One private engine on which worlds are brought up, compared with the prediction, and taken down again. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { leaseWire } from '../../electron/guard/wire-lease.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { startEngine, type EngineOptions, type RunningEngine } from '../engines/engine.ts';
import { PODMAN } from '../engines/versions.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage } from '../fixture/image.ts';
import { compare, type CompareOptions, type Comparison } from './compare.ts';
import type { WorldPlan } from './plan.ts';
import { realise } from './realise.ts';

export interface Lab {
  readonly engine: RunningEngine;
  readonly docker: Docker;
  readonly session: Session;
  /** Brings the plan up, blocks what it says through the product, compares, and takes everything down. */
  run(plan: WorldPlan): Promise<Comparison>;
  /** Compares what runs now. */
  compare(options?: Pick<CompareOptions, 'networkOnly'>): Promise<Comparison>;
  close(): Promise<void>;
}

export interface LabOptions {
  readonly version: string;
  readonly name: string;
  /** How the engine is set up. */
  readonly options?: Pick<EngineOptions, 'daemonArgs' | 'bridgeNetfilter' | 'iptables' | 'rootless'>;
}

export async function openLab({ version, name, options = {} }: LabOptions): Promise<Lab> {
  // No server to ask further: what an engine's DNS does not know is answered at once, inside internal networks as well.
  const resolver = version === PODMAN.version ? [] : ['--dns=127.0.0.1'];
  const engine = await startEngine({
    version,
    name,
    ...options,
    daemonArgs: [...resolver, ...(options.daemonArgs ?? [])],
  });
  const configDir = await mkdtemp(join(tmpdir(), 'bulkhead-truth-'));
  let session: Session | null = null;
  const close = async (): Promise<void> => {
    await session?.close();
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  };
  try {
    const docker = new Docker(engine.socket);
    await importTestImage(engine);
    const store = createPolicyStore({ configDir });
    const opened = (session = await openSession({ driver: await openDriver(engine.url), store, follow: true }));
    // Only the wire tells what the API does not: the machine's addresses, docker-proxy, the IPv6 firewall.
    // Held until the end: the guard closes a wire that nobody needs, and what it told would grow old.
    const lease = await leaseWire(opened.driver, {});
    const compareNow: Lab['compare'] = (how = {}) =>
      compare(engine, docker, opened.driver, { ...how, denials: () => opened.denials() });
    return {
      engine,
      docker,
      session: opened,
      compare: compareNow,
      close: async () => {
        lease.release();
        await close();
      },
      run: async (plan) => {
        const realised = await realise(docker, plan);
        try {
          if (plan.blocks) await opened.driver.refresh();
          for (const [from, to] of plan.blocks ?? []) await opened.apply({ action: 'block', from, to }, {});
          return await compareNow();
        } finally {
          for (const [from, to] of plan.blocks ?? []) await opened.apply({ action: 'allow', from, to }, {});
          await realised.remove();
        }
      },
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}
