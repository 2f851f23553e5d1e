/** Finds and opens an engine: the one asked for, else the first that answers, in the order of discovery. */
import { homedir } from 'node:os';
import type { EngineChoice } from '../../shared/contract/schemas.ts';
import { BulkheadError, toErrorShape, type ErrorShape } from '../../shared/errors.ts';
import { discoverEngines, isSharedEngine } from '../engine/connection/index.ts';
import { createDemoDriver } from '../engine/demo/index.ts';
import { createDockerDriver } from '../engine/docker/index.ts';
import type { EngineDriver } from '../engine/driver.ts';
import { openDockerWire } from '../guard/helper/index.ts';
import { identityFor } from '../lib/identity.ts';
import { createEngineMarks } from '../store/engine-marks.ts';
import { configDirectory } from './config-dir.ts';

export const DEMO_ADDRESS = 'demo';

/** What the user set on purpose must not be passed over in silence for another engine. */
const CHOSEN: ReadonlySet<string> = new Set(['DOCKER_HOST', 'docker context']);

export interface TriedEngine extends EngineChoice {
  readonly error: ErrorShape;
}

/** No engine could be opened; `tried` says which were, and what each answered. */
export class NoEngineError extends BulkheadError {
  readonly tried: readonly TriedEngine[];

  constructor(tried: readonly TriedEngine[]) {
    // The most telling failure is one where something is there: absent sockets are everywhere.
    const telling = tried.find(({ error }) => error.code !== 'ENGINE_ABSENT') ?? tried[0];
    super(
      telling?.error ?? {
        code: 'ENGINE_ABSENT',
        message: 'No container engine was found on this machine.',
        hint: 'Start Docker, Podman, Colima or OrbStack, or name one with --engine. The demo engine works without any.',
      },
    );
    this.tried = tried;
  }

  /** True when nothing is there at all: no engine that was chosen, and none that failed in another way than being absent. */
  get isNothingThere(): boolean {
    return this.tried.every(({ source, error }) => error.code === 'ENGINE_ABSENT' && !CHOSEN.has(source));
  }
}

/** Every engine that may be there, best first; then those of the settings; the demo last. */
export async function engineChoices(known: readonly string[] = []): Promise<EngineChoice[]> {
  const found = await discoverEngines({ env: process.env, homedir: homedir(), platform: process.platform });
  const addresses = new Set(found.map(({ address }) => address));
  const own = known.filter((address) => !addresses.has(address)).map((address) => ({ address, source: 'settings' }));
  return [
    ...found.filter(({ address }) => address !== DEMO_ADDRESS),
    ...own,
    ...found.filter(({ address }) => address === DEMO_ADDRESS),
  ];
}

export interface OpenOptions {
  readonly signal?: AbortSignal;
  /** Where it is kept which Bulkhead this is; absent: the user's own folder. */
  readonly configDir?: string;
}

/**
 * @param asked what `--engine` says; absent: the first real engine that answers (never the demo by itself).
 * @throws NoEngineError, or the one error of the engine asked for.
 */
export async function openDriver(asked: string | undefined, options: OpenOptions = {}): Promise<EngineDriver> {
  const { signal } = options;
  if (asked !== undefined) return openAt(asked, options);
  const tried: TriedEngine[] = [];
  for (const choice of await engineChoices()) {
    if (choice.address === DEMO_ADDRESS) continue;
    try {
      return await openAt(choice.address, options);
    } catch (thrown) {
      signal?.throwIfAborted();
      tried.push({ ...choice, error: toErrorShape(thrown) });
      if (CHOSEN.has(choice.source)) break;
    }
  }
  throw new NoEngineError(tried);
}

async function openAt(address: string, { signal, configDir = configDirectory() }: OpenOptions): Promise<EngineDriver> {
  if (address === DEMO_ADDRESS) return createDemoDriver();
  const identity = identityFor(await isSharedEngine(address), configDir);
  const marks = createEngineMarks(configDir);
  return createDockerDriver({
    address,
    identity,
    openWire: async (api, options) => {
      // From here on there is something on it, be it an image alone.  A folder that cannot be written to keeps nobody from looking.
      await marks.remember(api.address).catch(() => undefined);
      return openDockerWire(api, options, identity);
    },
    ...(signal ? { signal } : {}),
  });
}
