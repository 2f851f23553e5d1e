/** `npm run leaktest`: nothing gets through that should not, whatever happens meanwhile. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { startEngine } from '../engines/engine.ts';
import { ENGINE_VERSIONS } from '../engines/versions.ts';
import { AppProcess } from './app-process.ts';
import { PLACES, POLICIES, type Arrival, type Place, type Posture } from './arrivals.ts';
import { controlled, Ledger } from './control.ts';
import { FIREWALLD_BACKENDS } from './firewalld.ts';
import { drawn, type App } from './perturb.ts';
import { inCalm, moments, packets, reactions, say, type Span } from './report.ts';
import { World } from './world.ts';

const USAGE = `Floods a guarded network from everywhere while everything is perturbed, and counts what arrived and should not have.

  npm run -s leaktest -- [--engine VERSION] [--perturbations N] [--minutes N] [--seed N] [--posture guarded|open]
                         [--no-proxy] [--iptables legacy] [--bridge-nf-call 0|1] [--firewalld nftables|iptables|none]

  --engine          ${ENGINE_VERSIONS.map(({ version }) => version).join(', ')}; default 28.5
  --perturbations   how many (default 100)
  --minutes         no further perturbation after so many (default: no end)
  --seed            the same seed draws the same ones (default: from the clock)
  --posture         guarded: the network is, and one port of one pair is allowed; open: one pair is denied
  --no-proxy        the engine runs with --userland-proxy=false
  --iptables        legacy: the engine finds these; Debian's own (nft) unless told
  --bridge-nf-call  whether packets of one bridge pass the machine's firewall (default: what the engine's version does)
  --firewalld       how the firewalld beside the engine filters (default nftables), or none
`;

/** Small, seeded: the same run twice (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Asked {
  readonly engine: string;
  readonly count: number;
  /** Infinity: no end. */
  readonly minutes: number;
  readonly seed: number;
  readonly posture: Posture;
  readonly proxy: boolean;
  readonly iptables: 'legacy' | null;
  readonly bridgeNetfilter: boolean | null;
  readonly firewalld: (typeof FIREWALLD_BACKENDS)[number] | null;
}

/** Null: not understood. */
function asked(argv: readonly string[]): Asked | null {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      engine: { type: 'string', default: '28.5' },
      perturbations: { type: 'string', default: '100' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      posture: { type: 'string', default: 'guarded' },
      'no-proxy': { type: 'boolean', default: false },
      iptables: { type: 'string' },
      'bridge-nf-call': { type: 'string' },
      firewalld: { type: 'string', default: 'nftables' },
    },
  });
  const count = Number(values.perturbations);
  const minutes = Number(values.minutes ?? Infinity);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const { posture, iptables = null, engine } = values;
  const netfilter = values['bridge-nf-call'];
  const firewalld = FIREWALLD_BACKENDS.find((backend) => backend === values.firewalld) ?? null;
  if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) return null;
  if (!(minutes > 0)) return null;
  if (posture !== 'guarded' && posture !== 'open') return null;
  if (iptables !== null && iptables !== 'legacy') return null;
  if (netfilter !== undefined && netfilter !== '0' && netfilter !== '1') return null;
  if (firewalld === null && values.firewalld !== 'none') return null;
  const bridgeNetfilter = netfilter === undefined ? null : netfilter === '1';
  return { engine, count, minutes, seed, posture, proxy: !values['no-proxy'], iptables, bridgeNetfilter, firewalld };
}

export async function main(argv: readonly string[]): Promise<number> {
  const wanted = asked(argv);
  if (!wanted) {
    process.stderr.write(USAGE);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-leak-'));
  const configDir = join(folder, 'config');
  const engine = await startEngine({
    version: wanted.engine,
    name: `leaktest-${String(process.pid)}`,
    daemonArgs: wanted.proxy ? [] : ['--userland-proxy=false'],
    ...(wanted.iptables && { iptables: wanted.iptables }),
    ...(wanted.bridgeNetfilter !== null && { bridgeNetfilter: wanted.bridgeNetfilter }),
  });
  const app = new AppProcess(engine.url, configDir);
  let world: World | null = null;
  try {
    world = await World.open(engine, folder, wanted.firewalld);
    return await tried(wanted, world, app, createPolicyStore({ configDir }).path(engine.url));
  } finally {
    await app.kill();
    world?.causes.close();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tried(
  { engine, count, minutes, seed, posture, proxy }: Asked,
  world: World,
  app: App,
  file: string,
): Promise<number> {
  const control = await controlled(world, { posture, proxy });
  say(`control: ${String(control)} ways open before there is a policy, each that is to be shut among them`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, POLICIES[posture]);
  await app.ensure();
  await app.settled();
  // What was under way when the last table was loaded has arrived by now or never will.
  await pause(1000);
  const begin = Date.now() / 1000;
  const ledger = new Ledger(world, posture, begin);
  await ledger.read();
  world.arrivals.takeDropped();

  const random = randomFrom(seed);
  const done = new Map<string, number>();
  const failed = new Map<string, string>();
  const starts: number[] = [];
  const names: string[] = [];
  const calm: Span[] = [];
  let told = 0;
  let stuck = 0;
  for (let at = 1; at <= count && Date.now() / 1000 - begin < 60 * minutes; at += 1) {
    const { name, run } = drawn(world, random);
    starts.push(Date.now() / 1000);
    names.push(name);
    await run(world, app, random).catch((thrown: unknown) => {
      failed.set(name, thrown instanceof Error ? thrown.message : String(thrown));
    });
    await world.mend().catch(async (thrown: unknown) => {
      // Of itself an engine may lock up for good (see `reloadFirewalld`): it is ended as its user would end it, and goes on.
      if (!(thrown instanceof Error && /no answer in time/.test(thrown.message))) throw thrown;
      stuck += 1;
      say(`  the engine was stuck in or after "${name}" (${thrown.message}), and was started anew`);
      await world.engine.restart();
      await world.mend();
      await world.services.composeUp();
    });
    await app.ensure();
    done.set(name, (done.get(name) ?? 0) + 1);
    if (posture === 'open' && at % CALM_EVERY === 0) calm.push(await calmSpan(app));
    await pause(random() * 300);
    if (at % 20 === 0) {
      await ledger.read();
      say(
        `${String(at)} perturbations in ${(Date.now() / 1000 - begin).toFixed(0)} s, ${String(packets(ledger.bad()))} leaks`,
      );
      // At once: a long run need not be waited for to look into it.
      if (posture === 'guarded') {
        const lines = moments(ledger.bad(), starts, names).map((line) => `  LEAK ${line}`);
        for (const line of lines.slice(told)) say(line);
        told = lines.length;
      }
    }
  }
  await app.settled();
  await pause(1000);
  const before = Date.now() / 1000;
  await ledger.read();
  const good = ledger.takeWanted();
  await pause(3000);
  await ledger.read();
  const goodAtEnd = ledger.takeWanted();
  const bad = ledger.bad();
  const missed = world.arrivals.takeDropped();
  for (const [name, times] of [...done].sort()) say(`  ${name}: ${String(times)}`);
  for (const [name, why] of failed) say(`  (${name} failed at least once: ${why})`);
  const seen = (counts: ReadonlyMap<Place, number>): string =>
    PLACES.map((place) => `${place} ${String(counts.get(place) ?? 0)}`).join(', ');
  say(`allowed, web → db: ${seen(good)}; after the last perturbation: ${seen(goodAtEnd)}`);
  let unexplained = 0;
  const momentsOf = (some: readonly Arrival[]): readonly string[] => moments(some, starts, names);
  if (posture === 'open') unexplained = reactions(world.causes, bad, momentsOf) + inCalm(bad, calm);
  else for (const line of momentsOf(bad).slice(0, 40)) say(`  LEAK ${line}`);
  const late = bad.filter(({ at }) => at > before).length;
  if (stuck > 0) say(`The engine was stuck ${String(stuck)} times.`);
  if (missed > 0) say(`${String(missed)} packets came too fast to be captured`);
  say(
    `engine ${engine}, posture ${posture}: ${String(starts.length)} perturbations, ${String(packets(bad))} leaked packets. Seed ${String(seed)}.`,
  );
  // Who was started last is captured, too: without the policy everything comes through again.
  await writeFile(file, 'version: 1\n');
  await app.settled('idle');
  say(`control: ${String(await controlled(world, { posture, proxy }))} ways open again without the policy`);
  const silent = PLACES.some((place) => (goodAtEnd.get(place) ?? 0) === 0);
  return silent || late > 0 || unexplained > 0 || (posture === 'guarded' && bad.length > 0) ? 1 : 0;
}

/** After every so many perturbations in the open posture the world is left alone for a moment. */
const CALM_EVERY = 3;
/** Seconds: what was on its way when the last table was loaded has arrived by then; and how long is looked. */
const IN_FLIGHT = 0.2;
const CALM = 0.6;

/** Waits until the guard has reacted to all that was done, and then does nothing for a while. */
async function calmSpan(app: App): Promise<Span> {
  await app.settled();
  const from = Date.now() / 1000 + IN_FLIGHT;
  await pause(1000 * (IN_FLIGHT + CALM));
  return { from, to: Date.now() / 1000 };
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
// The rig holds namespaces open; a finished run must not wait for them.
process.exit();
