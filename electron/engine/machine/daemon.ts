/**
 * What an engine's own process takes, where it runs on this machine and can be seen: found by the socket it listens on, read
 * from `/proc`.  Nothing is run for it.
 */
import { readdir, readFile, readlink, realpath } from 'node:fs/promises';
import type { DaemonUsage } from '../../../shared/contract/engine.ts';

export type DaemonMeter = () => Promise<DaemonUsage>;

const PROGRAMS: ReadonlySet<string> = new Set(['dockerd', 'podman']);
/** Linux counts processor time for programs in hundredths of a second, whatever its own tick is. */
const TICKS_PER_SECOND = 100;
/** A process that was not found is not looked for more often (ms). */
const LOOK_AGAIN_MS = 15_000;

interface Found {
  readonly pid: number;
  /** In ticks since boot: tells it from a later one of the same number. */
  readonly startedAt: string;
}

type Why = Extract<DaemonUsage, { kind: 'unseen' }>['why'];

/** @param address canonical, as `DockerApi` has it */
export function createDaemonMeter(address: string, platform: NodeJS.Platform = process.platform): DaemonMeter {
  if (address === 'demo') return () => Promise.resolve({ kind: 'unseen', why: 'demo' });
  if (!address.startsWith('unix://')) return () => Promise.resolve({ kind: 'unseen', why: 'remote' });
  if (platform !== 'linux') return () => Promise.resolve({ kind: 'unseen', why: 'virtual' });
  const socket = address.slice('unix://'.length);
  let found: Found | null = null;
  let missing: { readonly why: Why; readonly at: number } | null = null;
  let before: { readonly ticks: number; readonly at: number } | null = null;

  return async () => {
    const sample = found && (await sampleOf(found));
    if (!sample) {
      found = null;
      before = null;
      if (missing && performance.now() - missing.at < LOOK_AGAIN_MS) return { kind: 'unseen', why: missing.why };
      const looked = await findDaemon(socket);
      if (typeof looked === 'string') {
        missing = { why: looked, at: performance.now() };
        return { kind: 'unseen', why: looked };
      }
      [found, missing] = [looked, null];
    }
    const now = sample ?? (found && (await sampleOf(found)));
    if (!found || !now) return { kind: 'unseen', why: 'hidden' };
    const at = performance.now();
    const cpu = before ? (now.ticks - before.ticks) / TICKS_PER_SECOND / ((at - before.at) / 1000) : null;
    before = { ticks: now.ticks, at };
    return { kind: 'seen', pid: found.pid, cpu: cpu === null ? null : Math.max(0, cpu), memory: now.memory };
  };
}

/** The process behind that socket, or why none is known to be. */
async function findDaemon(socket: string): Promise<Found | Why> {
  const paths = new Set([socket, await realpath(socket).catch(() => socket)]);
  const listening: { readonly pid: number; readonly inode: string }[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const program = await text(`/proc/${name}/comm`);
    if (!PROGRAMS.has(program.trim())) continue;
    // Of its own network namespace: an engine in another one listens there.
    const inode = listenerAt(await text(`/proc/${name}/net/unix`), paths);
    if (inode !== null) listening.push({ pid: Number(name), inode });
  }
  if (listening.length === 0) return 'hidden';
  const chosen = listening.length === 1 ? listening : await holders(listening);
  const [one, ...more] = chosen;
  if (!one || more.length > 0) return 'several';
  const startedAt = fieldsOf(await text(`/proc/${one.pid}/stat`))[19];
  return startedAt === undefined ? 'hidden' : { pid: one.pid, startedAt };
}

/** The inode of the socket that listens at one of these paths; null: none does. */
export function listenerAt(table: string, paths: ReadonlySet<string>): string | null {
  for (const line of table.split('\n')) {
    // Num RefCount Protocol Flags Type St Inode Path
    const [, , , flags = '0', , , inode, ...rest] = line.trim().split(/\s+/);
    const path = rest.join(' ');
    const listens = (Number.parseInt(flags, 16) & 0x10000) !== 0;
    if (inode !== undefined && listens && (paths.has(path) || paths.has(path.replace(/^\/var\/run\//, '/run/')))) {
      return inode;
    }
  }
  return null;
}

/** Those that have the socket open, which only root may see of root's processes. */
async function holders<Candidate extends { readonly pid: number; readonly inode: string }>(
  candidates: readonly Candidate[],
): Promise<readonly Candidate[]> {
  const holding = await Promise.all(
    candidates.map(async ({ pid, inode }) => {
      const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
      return targets.includes(`socket:[${inode}]`);
    }),
  );
  return candidates.filter((_candidate, at) => holding[at]);
}

async function sampleOf({ pid, startedAt }: Found): Promise<{ ticks: number; memory: number } | null> {
  const fields = fieldsOf(await text(`/proc/${pid}/stat`));
  if (fields[19] !== startedAt) return null;
  const resident = /^VmRSS:\s+(\d+) kB$/m.exec(await text(`/proc/${pid}/status`))?.[1];
  return { ticks: Number(fields[11]) + Number(fields[12]), memory: Number(resident ?? 0) * 1024 };
}

/** What follows the program's name, which may hold anything. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function text(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
