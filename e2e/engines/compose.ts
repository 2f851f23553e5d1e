import { join } from 'node:path';
import { ensureUnpacked, type Progress } from './packages.ts';

/** Debian 12's own Compose is the old one in Python, which reads other files than people write now. */
const COMPOSE = { version: '2.40', suites: ['forky', 'sid'] } as const;
const PROGRAM = 'usr/libexec/docker/cli-plugins/docker-compose';

/** Makes Docker Compose present as {@link ensureUnpacked} does; returns the path of the program. */
export async function ensureCompose(progress?: Progress): Promise<string> {
  const { version, suites } = COMPOSE;
  const folder = await ensureUnpacked(
    {
      name: `compose-${version}`,
      about: `Compose ${version}`,
      suites,
      packages: ['docker-compose'],
      version,
      programs: [PROGRAM],
    },
    progress,
  );
  return join(folder, PROGRAM);
}
