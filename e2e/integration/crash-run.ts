/** Runs `crash-child.ts`, which ends itself at the given point. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Change } from '../../shared/contract/schemas.ts';

const CHILD = join(import.meta.dirname, 'crash-child.ts');

export interface Ended {
  readonly signal: string | null;
  readonly stderr: string;
}

interface CrashWork {
  readonly engine: { readonly url: string };
  readonly configDir: string;
  readonly change?: Change;
  /** Name of a container that is made anew with another environment instead. */
  readonly replace?: string;
}

/** How a process ends that is to crash at `point`; one that never comes there ends without a signal. */
export function crashAt(point: string, { engine, configDir, change, replace = '' }: CrashWork): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', CHILD], {
      env: {
        ...process.env,
        CRASH_AT: point,
        CRASH_ENGINE: engine.url,
        CRASH_CONFIG: configDir,
        CRASH_CHANGE: JSON.stringify(change ?? null),
        CRASH_REPLACE: replace,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (_code, signal) => resolve({ signal, stderr }));
  });
}

/** The points before and after each of these requests. */
export function around(...requests: string[]): readonly string[] {
  return requests.flatMap((one) => [`before ${one}`, `after ${one}`]);
}
