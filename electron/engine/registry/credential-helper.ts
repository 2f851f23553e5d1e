/** Asks one `docker-credential-…` program for one secret. */
import { spawn } from 'node:child_process';
import { BulkheadError } from '../../../shared/errors.ts';
import { objectOf, textOf } from '../inventory/json.ts';

export interface HelperQuestion {
  /** `pass`, `osxkeychain`, `desktop`, …: letters, digits, `_`, `.` and `-`. */
  readonly helper: string;
  readonly registry: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/** Null where it keeps none for that registry. */
export type AskHelper = (
  question: HelperQuestion,
) => Promise<{ readonly username: string; readonly secret: string } | null>;

/** It may ask the user to unlock a keychain (ms). */
const PATIENCE_MS = 60_000;
const MOST_BYTES = 1_000_000;
const NONE = /credentials not found/i;

/** @throws BulkheadError `STORAGE`, without a word of what the program said: that may hold the secret */
export const askHelper: AskHelper = async ({ helper, registry, env, signal }) => {
  const program = `docker-credential-${helper}`;
  const patience = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]);
  const { code, output } = await run(program, registry, env, patience);
  if (code === 0) {
    try {
      const answer = objectOf(JSON.parse(output));
      return { username: textOf(answer['Username']), secret: textOf(answer['Secret']) };
    } catch {
      throw failed(program, 'it answered something else than credentials');
    }
  }
  if (NONE.test(output)) return null;
  signal?.throwIfAborted();
  throw failed(program, code === null ? 'it could not be started, or did not answer in time' : `exit code ${code}`);
};

function run(
  program: string,
  input: string,
  env: HelperQuestion['env'],
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, ['get'], { env, stdio: ['pipe', 'pipe', 'ignore'], signal });
    const chunks: Buffer[] = [];
    let length = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MOST_BYTES) child.kill();
      else chunks.push(chunk);
    });
    child.once('error', () => resolve({ code: null, output: '' }));
    child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString('utf8') }));
    // One that does not read what it is asked says so by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function failed(program: string, why: string): BulkheadError {
  return new BulkheadError({
    code: 'STORAGE',
    message: `${program}, which keeps your registry passwords, failed: ${why}.`,
    hint: 'Log in again with docker login, or correct credsStore and credHelpers in config.json of docker.',
  });
}
