/** Every engine that may be on this machine, in the order in which they are worth trying. */
import type { EngineChoice } from '../../../shared/contract/schemas.ts';
import { parseAddress } from './address.ts';
import { colima } from './finders/colima.ts';
import { dockerContext } from './finders/docker-context.ts';
import { dockerDesktop } from './finders/docker-desktop.ts';
import { dockerHost } from './finders/docker-host.ts';
import { dockerSocket } from './finders/docker-socket.ts';
import type { Finder } from './finders/finder.ts';
import { orbstack } from './finders/orbstack.ts';
import { podman } from './finders/podman.ts';
import { rancherDesktop } from './finders/rancher-desktop.ts';
import { rootless } from './finders/rootless.ts';
import { realFiles, type Files, type Surroundings } from './surroundings.ts';
import { resolveTarget } from './target.ts';

const FINDERS: readonly Finder[] = [
  dockerHost,
  dockerContext,
  dockerSocket,
  rootless,
  dockerDesktop,
  colima,
  orbstack,
  rancherDesktop,
  podman,
];

export interface DiscoverOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly platform: NodeJS.Platform;
  /** What `--engine` says: then it comes first. */
  readonly engine?: string | undefined;
  /** For tests. */
  readonly files?: Files;
}

/**
 * Looks only, dials nothing.  What was set on purpose (`--engine`, `DOCKER_HOST`, the docker context) is listed even
 * when nothing is there; sockets only when they are.  One engine is listed once, under its first finder; the demo is last.
 */
export async function discoverEngines({
  engine,
  files = realFiles,
  ...place
}: DiscoverOptions): Promise<EngineChoice[]> {
  const around: Surroundings = { ...place, files };
  const found = await Promise.all(
    FINDERS.map(async ({ source, find }) => (await find(around)).map((address): EngineChoice => ({ address, source }))),
  );
  const asked = engine === undefined ? [] : [{ address: await canonical(engine, around), source: '--engine' }];
  const choices = new Map<string, EngineChoice>();
  for (const choice of [...asked, ...found.flat(), { address: 'demo', source: 'demo' }]) {
    const key = await identity(choice.address, files);
    if (!choices.has(key)) choices.set(key, choice);
  }
  return [...choices.values()];
}

function canonical(engine: string, around: Surroundings): Promise<string> {
  return resolveTarget(engine, around).then(
    ({ address }) => address,
    () => engine,
  );
}

/** Docker Desktop's `/var/run/docker.sock` is a link into the home folder: the same engine. */
async function identity(address: string, files: Files): Promise<string> {
  if (!address.startsWith('unix://')) return address;
  const parsed = parseAddress(address);
  return parsed.kind === 'socket' ? files.identity(parsed.path) : address;
}
