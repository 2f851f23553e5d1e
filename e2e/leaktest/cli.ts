/** `npm run leaktest`: nothing gets through that should not, whatever happens meanwhile. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import type { GuardState } from '../../shared/contract/schemas.ts';
import { startEngine } from '../engines/engine.ts';
import { ENGINE_VERSIONS } from '../engines/versions.ts';
import type { Causes } from './causes.ts';
import { drawn, type App } from './perturb.ts';
import { World, type Arrival } from './world.ts';

const USAGE = `Floods a guarded network from everywhere while everything is perturbed, and counts what arrived and should not have.

  npm run -s leaktest -- [--engine VERSION] [--perturbations N] [--seed N] [--posture guarded|open] [--no-proxy]

  --engine         ${ENGINE_VERSIONS.map(({ version }) => version).join(', ')}; default 28.5
  --perturbations  how many (default 100)
  --seed           the same seed draws the same ones (default: from the clock)
  --posture        guarded: the network is, and one port of one pair is allowed; open: one pair is denied
  --no-proxy       the engine runs with --userland-proxy=false
`;

const POLICIES = {
  guarded: `version: 1
guarded: [network:vault]
rules:
  - { from: container:web, to: container:db, ports: [tcp/5432], action: allow }
`,
  open: `version: 1
rules:
  - { from: container:intruder, to: container:db, action: deny }
`,
} as const;
type Posture = keyof typeof POLICIES;

/** What the policy lets through, by every way that leads there. */
function isAllowed(posture: Posture, { from, to, way }: Arrival): boolean {
  if (posture === 'open') return !(from === 'intruder' && to === 'db');
  return from === 'web' && to === 'db' && /^tcp[46]\/(?:5432|15432)$/.test(way);
}

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

type Told = GuardState & { readonly settled?: string };

/** The app as a process of its own; what it says of its guard can be waited for. */
class AppProcess implements App {
  readonly #argv: readonly string[];
  #child: ChildProcess | null = null;
  #state: Told | null = null;
  #asked = 0;
  #settled = '';
  #heard: (() => void) | null = null;

  constructor(address: string, configDir: string) {
    this.#argv = [join(import.meta.dirname, 'app.ts'), address, configDir];
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#state = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  ensure(): Promise<void> {
    if (this.#child && this.#child.exitCode === null && this.#child.signalCode === null) return Promise.resolve();
    const child = spawn(process.execPath, ['--import', 'tsx', ...this.#argv], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    // Asked of one that is being killed: whoever asks hears no answer, and asks the next.
    child.stdin.on('error', () => undefined);
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      if (this.#child !== child) return;
      this.#state = JSON.parse(line) as Told;
      if (this.#state.settled !== undefined) this.#settled = this.#state.settled;
      this.#heard?.();
    });
    return Promise.resolve();
  }

  /** Until the wire is true for what the engine says from now on. @throws Error after a minute. */
  async settled(): Promise<void> {
    const until = Date.now() + 60_000;
    let asked: ChildProcess | null = null;
    this.#asked += 1;
    const word = String(this.#asked);
    while (this.#settled !== word || this.#state?.phase !== 'holding') {
      if (Date.now() > until) throw new Error(`The guard does not hold: ${JSON.stringify(this.#state)}`);
      await this.ensure();
      if (asked !== this.#child) {
        asked = this.#child;
        asked?.stdin?.write(`${word}\n`);
      }
      const heard = new Promise<void>((resolve) => (this.#heard = resolve));
      await Promise.race([heard, pause(1000)]);
      // It could not then: asked again.
      if (this.#state?.phase === 'failing') asked = null;
    }
  }
}

export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      engine: { type: 'string', default: '28.5' },
      perturbations: { type: 'string', default: '100' },
      seed: { type: 'string' },
      posture: { type: 'string', default: 'guarded' },
      'no-proxy': { type: 'boolean', default: false },
    },
  });
  const count = Number(values.perturbations);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const { posture } = values;
  if (
    !Number.isInteger(count) ||
    count < 1 ||
    !Number.isInteger(seed) ||
    (posture !== 'guarded' && posture !== 'open')
  ) {
    process.stderr.write(USAGE);
    return 2;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-leak-'));
  const configDir = join(folder, 'config');
  const engine = await startEngine({
    version: values.engine,
    name: `leaktest-${String(process.pid)}`,
    daemonArgs: values['no-proxy'] ? ['--userland-proxy=false'] : [],
  });
  const app = new AppProcess(engine.url, configDir);
  let world: World | null = null;
  try {
    world = await World.open(engine, folder);
    const control = await controlled(world, posture);
    say(`control: ${control} ways open before there is a policy, each that is to be shut among them`);

    const file = createPolicyStore({ configDir }).path(engine.url);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, POLICIES[posture]);
    await app.ensure();
    await app.settled();
    // What was under way when the last table was loaded has arrived by now or never will.
    await pause(1000);
    const begin = Date.now() / 1000;

    const random = randomFrom(seed);
    const done = new Map<string, number>();
    const failed = new Map<string, string>();
    const starts: number[] = [];
    const names: string[] = [];
    const calm: Span[] = [];
    for (let at = 1; at <= count; at += 1) {
      const { name, run } = drawn(random);
      starts.push(Date.now() / 1000);
      names.push(name);
      await run(world, app, random).catch((thrown: unknown) => {
        failed.set(name, thrown instanceof Error ? thrown.message : String(thrown));
      });
      await world.mend();
      await app.ensure();
      done.set(name, (done.get(name) ?? 0) + 1);
      if (posture === 'open' && at % CALM_EVERY === 0) calm.push(await calmSpan(app));
      await pause(random() * 300);
      if (at % 50 === 0)
        say(`${String(at)} perturbations, ${String((await leaks(world, posture, begin)).length)} leaks`);
    }
    await app.settled();
    await pause(1000);
    const before = Date.now() / 1000;
    await pause(3000);
    const all = (await world.arrivals()).filter(({ at }) => at > begin);
    const bad = all.filter((one) => !isAllowed(posture, one));
    const good = all.filter((one) => isAllowed(posture, one) && one.from === 'web' && one.to === 'db');
    const goodAtEnd = good.filter(({ at }) => at > before).length;
    for (const [name, times] of [...done].sort()) say(`  ${name}: ${String(times)}`);
    for (const [name, why] of failed) say(`  (${name} failed at least once: ${why})`);
    say(`${String(good.length)} allowed arrivals web → db, ${String(goodAtEnd)} of them after the last perturbation`);
    let unexplained = 0;
    if (posture === 'open') unexplained = reactions(world.causes, bad) + inCalm(bad, calm);
    else for (const line of moments(bad, starts, names).slice(0, 40)) say(`  LEAK ${line}`);
    const late = bad.filter(({ at }) => at > before).length;
    say(
      `engine ${values.engine}, posture ${posture}: ${String(count)} perturbations, ${String(bad.length)} leaked packets. Seed ${String(seed)}.`,
    );
    const failedRun = goodAtEnd === 0 || late > 0 || unexplained > 0 || (posture === 'guarded' && bad.length > 0);
    return failedRun ? 1 : 0;
  } finally {
    await app.kill();
    world?.causes.close();
    await engine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The positive control: before anything is loaded, every kind of way that must be shut later is seen open.
 *
 * @returns how many different ways (who, how, to whom) were.
 */
async function controlled(world: World, posture: Posture): Promise<number> {
  const missing = (arrivals: readonly Arrival[]): readonly string[] => {
    const seen = new Set(arrivals.filter((one) => !isAllowed(posture, one)).map(({ from, way }) => `${from} ${way}`));
    const ways = ['tcp4/5432', 'tcp6/5432', 'udp4/5433', 'udp6/5433', 'icmp4', 'icmp6'].map((way) => `intruder ${way}`);
    const side =
      posture === 'guarded' ? ['spoofer spoof', 'outsider tcp4/15432', 'machine udp4/5433', 'beyond tcp4/15432'] : [];
    return [...ways, ...side].filter((way) => !seen.has(way));
  };
  const until = Date.now() + 60_000;
  for (;;) {
    const arrivals = await world.arrivals();
    const left = missing(arrivals);
    if (left.length === 0) return tally(arrivals).length;
    if (Date.now() > until)
      throw new Error(`Never open, so nothing would be shown by its being shut: ${left.join(', ')}`);
    await pause(500);
  }
}

/** Leaks by the perturbation in or after which they came, with when and with what had been done before. */
function moments(bad: readonly Arrival[], starts: readonly number[], names: readonly string[]): readonly string[] {
  return starts.flatMap((start, at) => {
    const inside = bad.filter((one) => one.at >= start && one.at < (starts[at + 1] ?? Infinity));
    if (inside.length === 0) return [];
    const offsets = inside.map((one) => one.at - start);
    const span = [Math.min(...offsets), Math.max(...offsets)].map((one) => one.toFixed(2)).join('–');
    const ways = tally(inside).map(([line, times]) => `${line} (${String(times)})`);
    return [
      `#${String(at)} ${names.slice(Math.max(0, at - 2), at + 1).join(' | ')}, ${span} s after: ${ways.join('; ')}`,
    ];
  });
}

async function leaks(world: World, posture: Posture, begin: number): Promise<readonly Arrival[]> {
  return (await world.arrivals()).filter((one) => one.at > begin && !isAllowed(posture, one));
}

function tally(arrivals: readonly Arrival[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { from, way, to } of arrivals) {
    const line = `${from} → ${to} ${way}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** In the open posture a container passes until the guard has heard of its start: how long that was. @returns what that does not explain. */
function reactions(causes: Causes, bad: readonly Arrival[]): number {
  const { spans, unexplained } = causes.reactions(bad);
  const quantile = (share: number): string =>
    `${Math.round(spans[Math.min(spans.length - 1, Math.floor(share * spans.length))] ?? 0).toString()} ms`;
  say(
    `${String(spans.length)} of ${String(causes.all.length)} starts and the like let something through before the guard had reacted; ` +
      `from the start to the last packet: p50 ${quantile(0.5)}, p99 ${quantile(0.99)}`,
  );
  for (const [line, times] of tally(unexplained)) say(`  LEAK where nothing had started: ${line} (${String(times)})`);
  return unexplained.length;
}

/** From when to when (Unix time, seconds) the guard said that it holds while nothing was done to the world. */
interface Span {
  readonly from: number;
  readonly to: number;
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

/** Outside the time between a start and the reaction nothing may pass, in the open posture too. @returns how many packets did. */
function inCalm(bad: readonly Arrival[], calm: readonly Span[]): number {
  const late = bad.filter(({ at }) => calm.some(({ from, to }) => at >= from && at <= to));
  const seconds = calm.reduce((sum, { from, to }) => sum + to - from, 0);
  say(`${String(late.length)} packets in ${seconds.toFixed(0)} s in which the guard had reacted to everything`);
  for (const [line, times] of tally(late)) say(`  LEAK while it held: ${line} (${String(times)})`);
  return late.length;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
// The rig holds namespaces open; a finished run must not wait for them.
process.exit();
