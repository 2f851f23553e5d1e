/** BuildKit, through the Buildx of the user's machine, which brings the folder, the credentials and ssh by itself. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildRequest } from '../../../../shared/contract/images.ts';
import type { JobPart } from '../../../../shared/contract/jobs.ts';
import { BulkheadError } from '../../../../shared/errors.ts';
import { cancelled, hasOwnHint, refusal } from '../../connection/faults.ts';
import type { Surroundings } from '../../connection/surroundings.ts';
import type { Cancellable } from '../../domains/containers.ts';
import type { Progress, Reported } from '../../domains/progress.ts';
import { jsonLine } from '../../inventory/json.ts';
import { takeBuild } from '../programs/build-steps.ts';
import { pluginCalls, type Places } from '../programs/places.ts';
import { runProgram } from '../programs/run.ts';

type Environment = Readonly<Record<string, string>>;

export interface FoundBuildx {
  /** What its arguments come after. */
  readonly argv: readonly string[];
  /** How it tells of its steps: as JSON from 0.13 on. */
  readonly progress: 'rawjson' | 'plain';
}

/** It only has to tell its version (ms). */
const PATIENCE_MS = 15_000;

/** Null where there is none: other builders that answer to the name (Podman's) are none. */
export async function findBuildx(
  around: Surroundings,
  { env, places, signal }: Cancellable & { readonly env: Environment; readonly places: Places },
): Promise<FoundBuildx | null> {
  for (const argv of pluginCalls('buildx', around, places)) {
    signal?.throwIfAborted();
    const patience = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]);
    const call = { argv: [...argv, 'version'], cwd: tmpdir(), env, signal: patience };
    const { code, stdout } = await runProgram(call);
    const [, major, minor] = /^github\.com\/docker\/buildx v?(\d+)\.(\d+)\./.exec(stdout) ?? [];
    if (code !== 0 || major === undefined) continue;
    const isLater = Number(major) > 0 || Number(minor) >= 13;
    return { argv, progress: isLater ? 'rawjson' : 'plain' };
  }
  return null;
}

/**
 * Builds on the engine that `env` leads to, whatever builder the user has chosen for the terminal.
 *
 * @returns the id of the image
 * @throws BulkheadError in BuildKit's words; `CANCELLED`, and then the engine has stopped as well
 */
export async function buildWithBuildx(
  { argv, progress }: FoundBuildx,
  { folder, dockerfile = 'Dockerfile', tags, args = {}, target, noCache, pull }: BuildRequest,
  { env, report, signal }: Reported & { readonly env: Environment },
): Promise<string> {
  const own = await mkdtemp(join(tmpdir(), 'bulkhead-build-'));
  const idFile = join(own, 'id');
  const words = [
    'build',
    // The engine's own, which has the name of its context.
    `--builder=${env['DOCKER_CONTEXT'] ?? 'default'}`,
    `--progress=${progress}`,
    `--iidfile=${idFile}`,
    `--file=${join(folder, dockerfile)}`,
    ...tags.map((tag) => `--tag=${tag}`),
    ...Object.entries(args).map(([name, value]) => `--build-arg=${name}=${value}`),
    ...(target ? [`--target=${target}`] : []),
    ...(noCache ? ['--no-cache'] : []),
    ...(pull ? ['--pull'] : []),
    '--',
    folder,
  ];
  const steps = buildSteps(report);
  try {
    const call = { argv: [...argv, ...words], cwd: folder, env, signal, onLine: steps.take };
    const { code, failure } = await runProgram(call);
    if (signal?.aborted) throw cancelled();
    if (code !== 0) throw buildFault(failure || steps.complaint(), code);
    return (await readFile(idFile, 'utf8')).trim();
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** So many lines without any form are kept, in case they say why it failed. */
const LINES_KEPT = 20;

function buildSteps(report: Progress): { readonly take: (line: string) => void; readonly complaint: () => string } {
  const states = new Map<string, JobPart['state']>();
  const loose: string[] = [];
  let why = '';
  const part = (id: string, change: Pick<JobPart, 'name' | 'state' | 'text'>): void => {
    states.set(id, change.state);
    report.part(id, change);
    const all = [...states.values()];
    const done = all.filter((one) => one === 'done').length;
    report.progress({ done, total: all.length, unit: 'items' });
  };
  return {
    take: (line) => {
      if (line.trim() === '') return;
      const json = jsonLine(line);
      if (json && takeBuild(json, { part, line: report.line })) return;
      report.line(line);
      const [, said] = /^ERROR: (?:failed to build: )?(?:failed to solve: )?(.+)/.exec(line) ?? [];
      if (said !== undefined) why = said;
      loose.push(line);
      if (loose.length > LINES_KEPT) loose.shift();
    },
    complaint: () => why || loose.join('\n').trim(),
  };
}

function buildFault(message: string, code: number | null): BulkheadError {
  if (message === '') {
    return new BulkheadError({
      code: 'ENGINE_REFUSED',
      message: code === null ? 'Buildx was ended by a signal.' : `Buildx ended with exit code ${String(code)}.`,
      hint: '',
    });
  }
  if (/cannot connect to the docker daemon|error during connect|docker\.sock: connect|: EOF$/i.test(message)) {
    return new BulkheadError({
      code: 'ENGINE_UNREACHABLE',
      message,
      hint: 'The engine has gone away meanwhile. Build again when it is back; what was done so far is in its cache.',
    });
  }
  const known = refusal(500, message);
  return new BulkheadError({ code: known.code, message, hint: hasOwnHint(known) ? known.hint : '' });
}
