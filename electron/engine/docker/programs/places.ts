/** Where programs of the user's machine are looked for: docker's plugins, and what they call themselves. */
import { configFolder } from '../../connection/docker-config.ts';
import { joinPath, type Surroundings } from '../../connection/surroundings.ts';

/** Where they are looked for besides the user's search path. */
export interface Places {
  /** The plugins' folders, for machines without the docker command line. */
  readonly plugins: readonly string[];
  /** Programs' folders: an app that was not started from a terminal knows little of where programs are. */
  readonly programs: readonly string[];
}

/** As the docker packages and desktop apps have it. */
const PLUGIN_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];
const MORE_FOLDERS = ['/usr/local/bin', '/opt/homebrew/bin', '/usr/bin', '/bin'];
const HOME_FOLDERS = ['.docker/bin', '.orbstack/bin', '.rd/bin', '.local/bin'];

export function usualPlaces(around: Surroundings): Places {
  if (around.platform === 'win32')
    return { plugins: [joinPath(around, configFolder(around), 'cli-plugins')], programs: [] };
  return {
    plugins: [joinPath(around, configFolder(around), 'cli-plugins'), ...PLUGIN_FOLDERS],
    programs: [...MORE_FOLDERS, ...HOME_FOLDERS.map((folder) => joinPath(around, around.homedir, folder))],
  };
}

/** The user's search path, with the usual folders after it. */
export function searchPath({ env, platform }: Surroundings, { programs }: Places): string {
  const separator = platform === 'win32' ? ';' : ':';
  return [...(env['PATH'] ?? '').split(separator).filter(Boolean), ...programs].join(separator);
}

/** The ways to call one of docker's plugins (`compose`, `buildx`): by the docker command line, or its file by itself. */
export function pluginCalls(
  plugin: string,
  around: Surroundings,
  { plugins }: Places,
): readonly (readonly [string, ...string[]])[] {
  const program = around.platform === 'win32' ? `docker-${plugin}.exe` : `docker-${plugin}`;
  return [
    ['docker', plugin],
    [`docker-${plugin}`],
    ...plugins.map((folder): [string] => [joinPath(around, folder, program)]),
  ];
}
