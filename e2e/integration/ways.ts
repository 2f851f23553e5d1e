/** One pair of a lab, tried by itself, and a restart that the product has caught up with. */
import { expect } from 'vitest';
import { takeCensus } from '../truth/census.ts';
import type { Lab } from '../truth/lab.ts';
import { rowsOf } from '../truth/rows.ts';
import { attemptOf, isExpected } from '../truth/table.ts';
import { tryAll } from '../truth/wire.ts';
import { until } from './world.ts';

/** Restarts a container; resolves when the product has put in force what it wants for that start. */
export async function restarted({ session, docker }: Lab, name: string): Promise<void> {
  const pidOf = async (): Promise<number> => (await docker.inspectContainer(name)).State.Pid;
  const old = await pidOf();
  await docker.restartContainer(name);
  const pid = await pidOf();
  expect(pid).not.toBe(old);
  await until(session, `${name} is closed again`, () => {
    const { denied, held } = session.guardState();
    const found = session.topology().endpoints.find((one) => one.name === name);
    return found?.kind === 'container' && found.pid === pid && held === denied;
  });
}

/** Both directions, one after the other: each try puts listeners of its own on the same ports. */
export async function waysBetween(lab: Lab, one: string, other: string): Promise<readonly ('open' | 'blocked')[]> {
  return [await wayOf(lab, one, other), await wayOf(lab, other, one)];
}

/** Whether one gets through to any of the other's own addresses by TCP. */
async function wayOf({ engine, docker }: Lab, from: string, to: string): Promise<'open' | 'blocked'> {
  const census = await takeCensus(engine, docker);
  const rows = rowsOf(census).filter(
    (row) =>
      row.from.name === from &&
      row.to.name === to &&
      row.protocol === 'tcp' &&
      row.to.stack.addresses.includes(row.address),
  );
  expect(rows.length).toBeGreaterThan(0);
  const stacks = new Map(census.stacks.map(({ id, path }) => [id, path]));
  const listeners = census.stacks.flatMap(({ id, listens }) => listens.map((one) => ({ stack: id, ...one })));
  const answers = await tryAll(engine, stacks, listeners, rows.map(attemptOf), 2_500);
  return rows.some((row, index) => isExpected(row, answers[index])) ? 'open' : 'blocked';
}
