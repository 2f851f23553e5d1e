/** One private engine with the fixture on it and a session that follows it, as the app would. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { isContainer, type ContainerEndpoint } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { ENGINE_VERSIONS } from '../engines/versions.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';

/** The versions to test: all of the rig, or those named in `BULKHEAD_TEST_VERSIONS` (separated by spaces). */
export const VERSIONS: readonly string[] =
  process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/).filter((version) => version !== '') ??
  ENGINE_VERSIONS.map(({ version }) => version);

export interface World {
  readonly engine: RunningEngine;
  readonly fixture: Fixture;
  readonly session: Session;
  readonly configDir: string;
  /** The endpoint of a container of the fixture, as the product sees it now. */
  endpoint(name: string): ContainerEndpoint;
  close(): Promise<void>;
}

/** Starts everything; what fails on the way takes the rest down with it. */
export async function openWorld(version: string, name: string): Promise<World> {
  const engine = await startEngine({ version, name });
  const configDir = await mkdtemp(join(tmpdir(), 'bulkhead-config-'));
  try {
    const fixture = await buildFixture(engine);
    const session = await openSession({
      driver: await openDriver(engine.url),
      store: createPolicyStore({ configDir }),
      follow: true,
    });
    return {
      engine,
      fixture,
      session,
      configDir,
      endpoint: (wanted) => {
        const found = session.topology().endpoints.find((endpoint) => endpoint.name === wanted);
        if (!found || !isContainer(found)) throw new Error(`The product sees no container "${wanted}".`);
        return found;
      },
      close: async () => {
        await session.close();
        await engine.stop();
        await rm(configDir, { recursive: true, force: true });
      },
    };
  } catch (thrown) {
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
    throw thrown;
  }
}

/** Resolves at the first change after which `holds`; rejects, saying `what`, after a generous bound. */
export async function until(session: Session, what: string, holds: () => boolean): Promise<void> {
  if (holds()) return;
  await new Promise<void>((resolve, reject) => {
    const done = (): void => {
      clearTimeout(bound);
      stop();
    };
    const bound = setTimeout(() => {
      done();
      reject(new Error(`Still waiting until ${what}. The guard says ${JSON.stringify(session.guardState())}.`));
    }, 60_000);
    const stop = session.onChange(() => {
      if (!holds()) return;
      done();
      resolve();
    });
  });
}
