/** One way to find an engine. */
import type { Surroundings } from '../surroundings.ts';

export interface Finder {
  /** For people, and stable: `DOCKER_HOST`, `docker context`, `Colima`, … */
  readonly source: string;
  /** Addresses worth trying, best first; never rejects, never dials. */
  find(around: Surroundings): Promise<readonly string[]>;
}

/** The addresses of those sockets that are there, in this order. */
export async function presentSockets(around: Surroundings, paths: readonly string[]): Promise<readonly string[]> {
  const present = await Promise.all(paths.map((path) => around.files.exists(path)));
  return paths
    .filter((_path, at) => present[at])
    .map((path) => (path.startsWith('//./') ? `npipe://${path}` : `unix://${path}`));
}
