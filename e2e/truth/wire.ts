/** What `wire.pl` does, called from here. */
import { join } from 'node:path';
import type { RunningEngine } from '../engines/engine.ts';

const PROGRAM = join(import.meta.dirname, 'wire.pl');

export type WireProtocol = 'tcp' | 'udp' | 'icmp';

/** A network namespace as it is now. */
export interface Look {
  readonly inode: string;
  /** Without loopback and link-local ones, both families. */
  readonly addresses: readonly string[];
}

export interface Listener {
  readonly stack: string;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
}

export interface Attempt {
  readonly from: string;
  readonly protocol: WireProtocol;
  readonly address: string;
  /** 0 for ICMP. */
  readonly port: number;
  /** The address to call from, `null`: any. */
  readonly source: string | null;
}

/** Looks into namespaces, given by path as the engine's machine sees them; `null` for one that is gone. */
export async function look(engine: RunningEngine, paths: readonly string[]): Promise<readonly (Look | null)[]> {
  if (paths.length === 0) return [];
  const lines = await call(engine, 'look', `${paths.join('\n')}\n`);
  const found = new Map(lines.map((line) => [Number(line.split(' ')[0]), line.split(' ').slice(1)]));
  return paths.map((_, index) => {
    const [inode = '-', ...addresses] = found.get(index) ?? [];
    return inode === '-' ? null : { inode, addresses };
  });
}

/**
 * Opens all listeners, makes all attempts at once and closes again.  The answer per attempt: the stack that answered or,
 * for a datagram, that it came to; `echo` for ICMP; `null` for nobody within `patienceMs`.
 */
export async function tryAll(
  engine: RunningEngine,
  stacks: ReadonlyMap<string, string>,
  listeners: readonly Listener[],
  attempts: readonly Attempt[],
  patienceMs: number,
): Promise<readonly (string | null)[]> {
  if (attempts.length === 0) return [];
  const input = [
    ...[...stacks].map(([id, path]) => `stack ${id} ${path}`),
    ...listeners.map(({ stack, protocol, port }) => `listen ${stack} ${protocol} ${String(port)}`),
    ...attempts.map(({ from, protocol, address, port, source }, index) =>
      ['probe', index, from, protocol, address, port, source ?? '-', patienceMs].join(' '),
    ),
  ];
  const lines = await call(engine, 'probe', `${input.join('\n')}\n`);
  const heard = new Map<number, string>();
  const answers = new Map<number, string>();
  for (const line of lines) {
    const [first = '', second = '', third = ''] = line.split(' ');
    if (first === 'heard') heard.set(Number(second), third);
    else answers.set(Number(first), second);
  }
  if (answers.size !== attempts.length) {
    throw new Error(`Of ${String(attempts.length)} attempts only ${String(answers.size)} were told of.`);
  }
  return attempts.map((_, index) => {
    const answer = heard.get(index) ?? answers.get(index) ?? '-';
    return answer === '-' ? null : answer;
  });
}

async function call(engine: RunningEngine, mode: 'look' | 'probe', input: string): Promise<string[]> {
  const { code, stdout, stderr } = await engine.exec(['perl', PROGRAM, mode], { input, timeout: 120_000 });
  if (code !== 0) throw new Error(`The prober failed (${String(code)}): ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
