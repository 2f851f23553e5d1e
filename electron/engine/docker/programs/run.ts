/** Runs a program of the user's machine to its end: never through a shell, and never leaving anything of it behind. */
import { spawn, type ChildProcess } from 'node:child_process';

export interface ProgramCall {
  /** The program and its arguments. */
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Each line it writes to its standard error, without its end. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface ProgramEnd {
  /** Null: a signal ended it, or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** Why it could not be started; `''`: it was. */
  readonly failure: string;
}

/** After this it is not asked any more (ms). */
const GRACE_MS = 5000;
const MOST_OUTPUT = 32_000_000;
/** BuildKit tells of all its steps in one line. */
const LONGEST_LINE = 1_048_576;

/**
 * Resolves when it has ended, whatever its exit code; when the signal aborts, with the end that this brings.
 *
 * It is the first of a process group of its own, all of which is ended then: Compose starts helpers (credentials, ssh,
 * builders) that would go on alone.
 */
export function runProgram({ argv, cwd, env, signal, onLine }: ProgramCall): Promise<ProgramEnd> {
  const [file = '', ...args] = argv;
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve({ code: null, stdout: '', failure: '' });
      return;
    }
    const child = spawn(file, args, {
      cwd,
      env: { ...env },
      // Nobody could answer a question.
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let stdout = '';
    let failure = '';
    let grace: NodeJS.Timeout | undefined;
    const lines = createLines((line) => onLine?.(line));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.length > MOST_OUTPUT) endGroup(child, 'SIGKILL');
    });
    child.stderr.setEncoding('utf8').on('data', lines.take);
    const stop = (): void => {
      endGroup(child, 'SIGTERM');
      grace = setTimeout(() => endGroup(child, 'SIGKILL'), GRACE_MS);
    };
    signal?.addEventListener('abort', stop, { once: true });
    child.once('error', (error) => (failure = error.message));
    child.once('close', (code) => {
      clearTimeout(grace);
      signal?.removeEventListener('abort', stop);
      // Whatever of the group outlives its first process would outlive the job too.
      if (signal?.aborted) endGroup(child, 'SIGKILL');
      lines.end();
      resolve({ code, stdout, failure });
    });
  });
}

function endGroup({ pid }: ChildProcess, how: 'SIGTERM' | 'SIGKILL'): void {
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { windowsHide: true });
    else process.kill(-pid, how);
  } catch {
    // All of it has ended.
  }
}

function createLines(onLine: (line: string) => void): {
  readonly take: (text: string) => void;
  readonly end: () => void;
} {
  let rest = '';
  return {
    take: (text) => {
      const parts = (rest + text).split(/\r?\n/);
      rest = (parts.pop() ?? '').slice(0, LONGEST_LINE);
      for (const part of parts) onLine(part.slice(0, LONGEST_LINE));
    },
    end: () => {
      if (rest !== '') onLine(rest);
      rest = '';
    },
  };
}
