/**
 * Measures the wire from outside of the product: a command inside A's container sends a word to an address, and only the
 * same word coming back counts as open.  An accepted connection is no proof: docker-proxy accepts before it knows whether
 * the container behind it answers.
 */
import { join } from 'node:path';
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import type { Fixture, FixtureContainer } from '../fixture/topology.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');

/** One thing to try from every container: a TCP port of `to` at one address that may lead to it. */
export interface Target {
  readonly to: string;
  readonly address: string;
  readonly port: number;
}

/** `from → to at address:port` → whether the word came back. */
export type Table = ReadonlyMap<string, 'open' | 'blocked'>;

export function key(from: string, { to, address, port }: Target): string {
  const host = address.includes(':') ? `[${address}]` : address;
  return `${from} → ${to} at ${host}:${port}`;
}

/**
 * Every way that can lead to each running container: its own addresses of both families, its published ports at every
 * gateway and host address, and, in host mode, its ports at all of those.
 */
export function everyTarget(fixture: Fixture): Target[] {
  // Asked of the containers: a network that was given a subnet alone does not tell its gateway.
  const gateways = fixture.containers.flatMap(({ attachments }) =>
    Object.values(attachments).map(({ Gateway }) => Gateway),
  );
  const hostAddresses = [ADDRESSES.host, ...new Set(gateways.filter((gateway) => gateway !== ''))];
  return fixture.containers
    .filter(({ running }) => running)
    .flatMap((container) => targetsOf(container, fixture, hostAddresses));
}

function targetsOf(container: FixtureContainer, fixture: Fixture, hostAddresses: readonly string[]): Target[] {
  const { name, networks, listens, published } = container;
  const at = (addresses: readonly string[], ports: readonly number[]): Target[] =>
    addresses.flatMap((address) => ports.map((port) => ({ to: name, address, port })));
  if (networks[0] === 'host') return at(hostAddresses, listens);
  const owner = networks[0]?.startsWith('container:')
    ? fixture.container(networks[0].slice('container:'.length))
    : container;
  const own = Object.values(owner.attachments).flatMap(({ IPAddress, GlobalIPv6Address }) =>
    [IPAddress, GlobalIPv6Address].filter((address) => address !== ''),
  );
  return [...at(own, listens), ...published.flatMap(({ hostPort }) => at(hostAddresses, [hostPort]))];
}

/**
 * Tries every target from every running container's network namespace (its own left out), all at once.  What did not
 * answer is tried once more on its own: the fixture's listeners have short queues, and a full queue is no block.
 */
export async function measureAll(fixture: Fixture, engine: RunningEngine, targets: readonly Target[]): Promise<Table> {
  const table = new Map<string, 'open' | 'blocked'>();
  const sources = fixture.containers.filter(({ running }) => running).map(({ name }) => name);
  const round = (pick: (from: string, target: Target) => boolean): Promise<unknown> =>
    Promise.all(
      sources.map(async (from) => {
        const picked = targets.filter((target) => target.to !== from && pick(from, target));
        const answered = await probeFrom(fixture, engine, from, picked);
        picked.forEach((target, index) => table.set(key(from, target), answered.has(index) ? 'open' : 'blocked'));
      }),
    );
  await round(() => true);
  await round((from, target) => table.get(key(from, target)) === 'blocked');
  return table;
}

/** Indexes of the targets that answered one prober in the namespace of `from`. */
async function probeFrom(
  fixture: Fixture,
  engine: RunningEngine,
  from: string,
  targets: readonly Target[],
): Promise<ReadonlySet<number>> {
  const { State } = await fixture.docker.inspectContainer(from);
  const input = targets.map(({ address, port }, index) => `${index} ${address} ${port}\n`).join('');
  const argv = ['nsenter', '-t', String(State.Pid), '-n', 'perl', PROBER];
  const { code, stdout, stderr } = await engine.exec(argv, { input });
  if (code !== 0) throw new Error(`Measuring from ${from} failed: ${stderr}`);
  return new Set(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  );
}

/** For each of a few targets, whether a word sent by a command inside the container `from` comes back (`docker exec`). */
export async function measure(
  fixture: Fixture,
  from: string,
  targets: readonly Pick<Target, 'address' | 'port'>[],
): Promise<boolean[]> {
  const one = 'try() { [ "$(echo "word $1" | timeout 5 nc -w 2 "$2" "$3" 2>/dev/null)" = "word $1" ] && echo "$1"; }';
  const tries = targets.map(({ address, port }, index) => `try ${index} ${address} ${port} &`);
  const { stdout, stderr } = await fixture.docker.exec(from, ['sh', '-c', [one, ...tries, 'wait'].join('\n')]);
  if (stderr !== '') throw new Error(`Measuring from ${from} failed: ${stderr}`);
  const answered = new Set(
    stdout
      .split('\n')
      .filter((line) => line !== '')
      .map(Number),
  );
  return targets.map((_, index) => answered.has(index));
}

/** Rows of `after` that differ from `before`, as readable lines; empty when the tables are equal. */
export function difference(before: Table, after: Table): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((row) => before.get(row) !== after.get(row))
    .map((row) => `${row}: ${before.get(row) ?? 'absent'} → ${after.get(row) ?? 'absent'}`)
    .sort();
}
