/** Who a process is, so that another can tell later whether it still runs. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  /** When that process started, in the system's own words; `''` where the system does not tell. */
  readonly started: string;
  /** Processes of another machine (a shared home folder) or container cannot be looked up here. */
  readonly host: string;
}

let own: Promise<ProcessIdentity> | null = null;

/** This process; asked of the system once. */
export function ownIdentity(): Promise<ProcessIdentity> {
  own ??= startOf(process.pid).then((started) => ({ pid: process.pid, started: started ?? '', host: hostname() }));
  return own;
}

/** Whether that process has ended for certain; one of another machine cannot be known to. */
export async function isGone({ pid, started, host }: ProcessIdentity): Promise<boolean> {
  if (host !== hostname()) return false;
  const now = await startOf(pid);
  if (now === null) return true;
  // The number may have gone to another process meanwhile.
  return now !== '' && started !== '' && now !== started;
}

/** When a process started; `''` when it lives but the system does not tell; `null` when there is none. */
async function startOf(pid: number): Promise<string | null> {
  try {
    process.kill(pid, 0);
  } catch (thrown) {
    // EPERM: it lives and is another user's.
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ESRCH') return null;
  }
  if (process.platform !== 'linux') return '';
  try {
    const [boot, status] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // proc(5): the 22nd field; the second is a name in brackets that may hold anything.
    const ticks = status.slice(status.lastIndexOf(')') + 2).split(' ')[19];
    return ticks === undefined ? '' : `${boot.trim()} ${ticks}`;
  } catch {
    return '';
  }
}
