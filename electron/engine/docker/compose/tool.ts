/** Finds the user's Compose: the plugin of the docker command line, the program by itself, or the plugin's file. */
import { tmpdir } from 'node:os';
import { BulkheadError } from '../../../../shared/errors.ts';
import type { Surroundings } from '../../connection/surroundings.ts';
import type { Cancellable } from '../../domains/containers.ts';
import type { ComposeTool } from '../../domains/compose.ts';
import { pluginCalls, type Places } from '../programs/places.ts';
import { runProgram } from '../programs/run.ts';

export interface FoundTool extends ComposeTool {
  /** What its arguments come after. */
  readonly argv: readonly string[];
  /** How it is told to tell of its progress: which came with 2.27 (JSON) and 2.20 (lines). */
  readonly progress: readonly string[];
}

/** It only has to tell its version (ms). */
const PATIENCE_MS = 15_000;

/** @throws BulkheadError `NOT_FOUND` where there is none, or only Compose 1 */
export async function findTool(
  around: Surroundings,
  { env, places, signal }: Cancellable & { readonly env: Readonly<Record<string, string>>; readonly places: Places },
): Promise<FoundTool> {
  let old = '';
  for (const argv of pluginCalls('compose', around, places)) {
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
