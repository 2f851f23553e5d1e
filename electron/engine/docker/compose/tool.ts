/** Finds the user's Compose: the plugin of the docker command line, the program by itself, or the plugin's file. */
import { tmpdir } from 'node:os';
import { BulkheadError } from '../../../../shared/errors.ts';
import { configFolder } from '../../connection/docker-config.ts';
import { joinPath, type Surroundings } from '../../connection/surroundings.ts';
import type { Cancellable } from '../../domains/containers.ts';
import type { ComposeTool } from '../../domains/compose.ts';
import { runProgram } from './program.ts';

export interface FoundTool extends ComposeTool {
  /** What its arguments come after. */
  readonly argv: readonly string[];
  /** How it is told to tell of its progress: which came with 2.27 (JSON) and 2.20 (lines). */
  readonly progress: readonly string[];
}

/** Where it is looked for besides the user's search path. */
export interface Places {
  /** The plugin's folders, for machines without the docker command line. */
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

/** It only has to tell its version (ms). */
const PATIENCE_MS = 15_000;

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

/** @throws BulkheadError `NOT_FOUND` where there is none, or only Compose 1 */
export async function findTool(
  around: Surroundings,
  { env, places, signal }: Cancellable & { readonly env: Readonly<Record<string, string>>; readonly places: Places },
): Promise<FoundTool> {
  const program = around.platform === 'win32' ? 'docker-compose.exe' : 'docker-compose';
  const ways: readonly (readonly string[])[] = [
    ['docker', 'compose'],
    ['docker-compose'],
    ...places.plugins.map((folder) => [joinPath(around, folder, program)]),
  ];
  let old = '';
  for (const argv of ways) {
    signal?.throwIfAborted();
    const version = await versionOf(argv, env, signal);
    if (version === null) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < 2) {
      old = version;
      continue;
    }
    const isLater = (than: number): boolean => major > 2 || minor >= than;
    const progress = isLater(27) ? ['--progress=json'] : isLater(20) ? ['--progress=plain'] : [];
    return { version, command: argv.join(' '), argv, progress: [...progress, '--ansi=never'] };
  }
  throw new BulkheadError({
    code: 'NOT_FOUND',
    message:
      old === '' ? 'Docker Compose is not on this machine.' : `This machine has only Docker Compose ${old}, not 2.`,
    hint: 'Install it (the package docker-compose-plugin or docker-compose-v2, or Docker Desktop), then look again.',
  });
}

/** Null where there is no such program, or it is no Compose. */
async function versionOf(
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  const patience = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]);
  // Short, because Compose 1 knows no other format.
  const { code, stdout } = await runProgram({
    argv: [...argv, 'version', '--short'],
    cwd: tmpdir(),
    env,
    signal: patience,
  });
  const [, version] = /^v?(\d+\.\d+[^\s]*)\s*$/.exec(stdout) ?? [];
  return code === 0 && version !== undefined ? version : null;
}
