/** The complete table as the wire is now, whatever anybody predicts: to be compared with itself before and after a change. */
import type { RunningEngine } from '../engines/engine.ts';
import type { Docker } from '../fixture/docker.ts';
import { takeCensus } from './census.ts';
import { isZone, rowsOf, rowText, type Row } from './rows.ts';
import { tryAll, type Attempt } from './wire.ts';

export type Answer = 'open' | 'blocked';

/** By `rowText`, in the order of trying. */
export type Table = ReadonlyMap<string, { readonly row: Row; readonly answer: Answer }>;

/** What seems shut is tried again with more patience where `mayBeOpen`: a busy machine is no wall. */
const PATIENCE_MS = [1_100, 2_500, 4_000] as const;

export async function measureTable(
  engine: RunningEngine,
  docker: Docker,
  mayBeOpen: (text: string) => boolean,
): Promise<Table> {
  const census = await takeCensus(engine, docker);
  const stacks = new Map(census.stacks.map(({ id, path }) => [id, path]));
  const listeners = census.stacks.flatMap(({ id, listens }) => listens.map((one) => ({ stack: id, ...one })));
  const rows = rowsOf(census);
  const table = new Map<string, { readonly row: Row; readonly answer: Answer }>();
  let left = rows;
  for (const patienceMs of PATIENCE_MS) {
    const given = await tryAll(engine, stacks, listeners, left.map(attemptOf), patienceMs);
    left.forEach((row, index) => table.set(rowText(row), { row, answer: answerTo(row, given[index] ?? null) }));
    left = left.filter((row) => table.get(rowText(row))?.answer === 'blocked' && mayBeOpen(rowText(row)));
    if (left.length === 0) break;
  }
  return table;
}

/** Who calls from outside does so from the address that makes it one of a zone. */
export function attemptOf({ from, protocol, address, port }: Row): Attempt {
  const six = address.includes(':');
  const source = isZone(from) ? (from.zoneAddresses.find((one) => one.includes(':') === six) ?? null) : null;
  return { from: from.stack.id, protocol, address, port, source: protocol === 'icmp' ? null : source };
}

/** Whether it was the one who was meant that answered. */
export function isExpected(row: Row, answer: string | null | undefined): boolean {
  return answer === (row.protocol === 'icmp' ? 'echo' : row.to.stack.id);
}

function answerTo(row: Row, answer: string | null): Answer {
  return isExpected(row, answer) ? 'open' : 'blocked';
}

/** Lines where `after` is not `before` with every row of `isStopped` blocked; empty when only what was meant has changed. */
export function unintended(before: Table, after: Table, isStopped: (row: Row) => boolean): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((text) => {
    const [was, is] = [before.get(text), after.get(text)];
    if (!was || !is) return [`${text}: ${was ? 'gone' : 'new'}`];
    const expected = isStopped(was.row) ? 'blocked' : was.answer;
    return is.answer === expected ? [] : [`${text}: was ${was.answer}, expected ${expected}, is ${is.answer}`];
  });
}
