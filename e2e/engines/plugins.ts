import { join } from 'node:path';
import { ensureUnpacked, type Progress } from './packages.ts';

/** What Debian 12 has none of, or only the old one in Python, which reads other files than people write now. */
const PLUGINS = {
  compose: { about: 'Compose', version: '2.40', suites: ['forky', 'sid'] },
  buildx: { about: 'Buildx', version: '0.29', suites: ['forky', 'sid'] },
} as const;

/** Makes one of docker's plugins present as {@link ensureUnpacked} does; returns the path of the program. */
export async function ensurePlugin(name: keyof typeof PLUGINS, progress?: Progress): Promise<string> {
  const { about, version, suites } = PLUGINS[name];
  const program = `usr/libexec/docker/cli-plugins/docker-${name}`;
  const folder = await ensureUnpacked(
    {
      name: `${name}-${version}`,
      about: `${about} ${version}`,
      suites,
      packages: [`docker-${name}`],
      version,
      programs: [program],
    },
    progress,
  );
  return join(folder, program);
}
