/**
 * What thousands of denied pairs cost the packets of one that is allowed.  The tables are those that the product makes of
 * a policy under which everybody is denied to everybody but the two; beside them the same pairs as rules of iptables.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { packageDirectory } from '../../electron/lib/package-dir.ts';
import { compile, decide } from '../../shared/policy/index.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { isContainer } from '../../shared/topology/model.ts';
import type { GuardWorld } from './guard-world.ts';
import { rowOf, type Row } from './row.ts';

const ROUNDS = 31;
const WARM_UPS = 1;
const FLOOD_MS = 400;
const RATIO = 0.95;
const FOLDER = '/run/bulkhead-bench';

interface Step {
  /** Lines of shell. */
  readonly load: readonly string[];
  readonly remove: readonly string[];
}

/** To be called when the app has left the engine: it would read all that is loaded here. */
export async function throughputRows(world: GuardWorld): Promise<Row[]> {
  const { from, to } = world.pair;
  const policy: Policy = {
    ...EMPTY_POLICY,
    rules: [
      { from: 'all', to: 'all', action: 'deny' },
      { from: `container:${from.name}`, to: `container:${to.name}`, action: 'allow' },
      { from: `container:${to.name}`, to: `container:${from.name}`, action: 'allow' },
    ],
  };
  const { pairs, tables } = await made(world, policy);
  const run = shellIn(world);
  // Also what stays on one bridge has to pass the machine's own table, the largest of all.
  const bridged = (on: 0 | 1): string =>
    `for one in /proc/sys/net/bridge/bridge-nf-call-ip*tables; do echo ${on} > $one; done`;
  await run([`mkdir -p ${FOLDER}`, bridged(1)]);
  const ours = await prepared(world, tables);
  const linear = await asLinearRules(world, pairs);
  const without: number[] = [];
  const withTables: number[] = [];
  const withRules: number[] = [];
  try {
    for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
      const plain = await flood(world);
      await run(ours.load);
      const guarded = await flood(world);
      await run(ours.remove);
      await run(linear.load);
      const ruled = await flood(world);
      await run(linear.remove);
      if (round < 0) continue;
      without.push(plain);
      withTables.push(guarded);
      withRules.push(ruled);
    }
  } finally {
    await run([bridged(0), `rm -r ${FOLDER}`]);
  }
  const name = `an allowed pair among ${pairs.length} denied ones, on one bridge whose packets pass the machine's table too`;
  const compared = { unit: 'Gbit/s', baseline: without, baselineName: 'the same pair without policy' } as const;
  return [
    rowOf({ name, ...compared, measured: withTables, limits: { ratio: { atLeast: RATIO } } }),
    rowOf({ name: 'the same pairs as linear rules of iptables', ...compared, measured: withRules }),
  ];
}

interface AddressPair {
  readonly from: string;
  readonly to: string;
}

/** What the product wants of this engine under the policy, as it compiles it. */
async function made(
  { engine }: GuardWorld,
  policy: Policy,
): Promise<{ readonly pairs: readonly AddressPair[]; readonly tables: ReadonlyMap<string, string> }> {
  const openWire = (): Promise<never> => Promise.reject(new Error('no wire here'));
  const driver = await createDockerDriver({ address: engine.url, openWire });
  const topology = driver.topology();
  await driver.close();
  const decided = decide(policy, topology);
  const addresses = new Map(
    topology.endpoints.filter(isContainer).map(({ id, attachments }) => [id, attachments[0]?.ipv4 ?? '']),
  );
  const pairs = decided.pairs.flatMap(({ from, to }) => {
    const [a, b] = [addresses.get(from), addresses.get(to)];
    return a && b ? [{ from: a, to: b }] : [];
  });
  const { tables } = compile(decided, topology);
  return { pairs, tables: new Map(tables.map(({ place, script }) => [place, script])) };
}

/** Every table in its place. */
async function prepared(world: GuardWorld, tables: ReadonlyMap<string, string>): Promise<Step> {
  const places = [{ id: 'host', enter: '' }].concat(
    world.containers.map(({ id, pid }) => ({ id, enter: `nsenter -t ${pid} -n ` })),
  );
  const there = places.filter(({ id }) => tables.has(id));
  for (const { id } of there) await write(world, id, tables.get(id) ?? '');
  if (there.length !== places.length) throw new Error(`${there.length} of ${places.length} places have a table.`);
  return {
    load: there.map(({ id, enter }) => `${enter}nft -f ${FOLDER}/${id}`),
    remove: there.map(({ enter }) => `${enter}nft delete table inet bulkhead`),
  };
}

/** One rule for each pair, in a chain of its own that everything forwarded passes first. */
async function asLinearRules(world: GuardWorld, pairs: readonly AddressPair[]): Promise<Step> {
  const rules = pairs.map(({ from, to }) => `-A LINEAR -s ${from} -d ${to} -j DROP`);
  await write(world, 'linear', ['*filter', ':LINEAR - [0:0]', ...rules, 'COMMIT', ''].join('\n'));
  return {
    load: [`iptables-restore --noflush < ${FOLDER}/linear`, 'iptables -I FORWARD -j LINEAR'],
    remove: ['iptables -D FORWARD -j LINEAR', 'iptables -F LINEAR', 'iptables -X LINEAR'],
  };
}

async function write({ engine }: GuardWorld, name: string, text: string): Promise<void> {
  const { code, stderr } = await engine.exec(['sh', '-c', `cat > ${FOLDER}/${name}`], { input: text });
  if (code !== 0) throw new Error(stderr);
}

function shellIn({ engine }: GuardWorld): (lines: readonly string[]) => Promise<void> {
  return async (lines) => {
    const { code, stderr } = await engine.exec(['sh', '-e'], { input: lines.join('\n') });
    if (code !== 0) throw new Error(stderr);
  };
}

/** Gigabits a second from one of the pair to the other. */
async function flood({ engine, pair }: GuardWorld): Promise<number> {
  const program = join(packageDirectory(), 'e2e', 'bench', 'flood.pl');
  const inside = (pid: number): string[] => ['nsenter', '-t', String(pid), '-n', 'perl', program];
  const [file = '', ...args] = [...engine.namespace.enter, ...inside(pair.to.pid), 'sink'];
  const sink = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(sink.stdout)[Symbol.asyncIterator]();
  await lines.next();
  const source = await engine.exec([...inside(pair.from.pid), 'source', pair.to.address, String(FLOOD_MS)]);
  if (source.code !== 0) throw new Error(source.stderr);
  const line = (await lines.next()) as { readonly value?: string };
  const [bytes = NaN, ms = NaN] = (line.value ?? '').split(' ').map(Number);
  return (bytes * 8) / ms / 1e6;
}
