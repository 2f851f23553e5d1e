import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureCompose } from '../engines/compose.ts';
import { ENGINE_VERSIONS } from '../engines/versions.ts';
import type { Comparison } from './compare.ts';
import { createEvidence, renewed } from './evidence.ts';
import { filesOf, outcomeText } from './compose/report.ts';
import { runCompose } from './compose/run.ts';
import { batchesFor, skippedFor } from './fixtures/index.ts';
import { generateWorlds } from './generate.ts';
import { kernelFeatures } from './kernel.ts';
import { openLab, type Lab } from './lab.ts';
import type { WorldPlan } from './plan.ts';
import { shrink } from './shrink.ts';

const USAGE = `Compares what Bulkhead predicts with the wire, on private engines. Needs Debian and root.

  npm run -s truth -- [--engine VERSION[,VERSION …]] [--topologies N] [--seed N] [--fixtures] [--compose FILE …]
                      [--no-proxy] [--evidence FILE]
  npm run -s truth -- --renew FILE

  --engine      ${ENGINE_VERSIONS.map(({ version }) => version).join(', ')}; default: all
  --topologies  how many generated worlds per engine (default 20, or 0 with --fixtures or --compose)
  --seed        where they begin (default: from the clock); the same seed gives the same worlds
  --fixtures    the hand-picked worlds
  --evidence    write what each rule rests on into this file (docs/RULES.md)
  --renew       no run: the counts in that file stay, sentences, versions and sources are written anew
  --compose     a compose file as somebody wrote it, brought up with listeners in place of its programs; a.yml+b.yml is one
                project of two files; may be given several times
  --no-proxy    engines run with --userland-proxy=false
`;

interface Sum {
  worlds: number;
  refused: number;
  probes: number;
  open: number;
  disagreements: number;
  unknown: number;
  names: number;
  namesKnown: number;
  data: number;
  dataPassed: number;
  inside: number;
  insideUnknown: number;
  outside: number;
  outsideUnknown: number;
}

const FOUND = join(import.meta.dirname, 'found');

/** Runs one command line; returns the exit code (0 no disagreement, 1 some, 2 usage). */
export async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      engine: { type: 'string' },
      topologies: { type: 'string' },
      seed: { type: 'string' },
      fixtures: { type: 'boolean', default: false },
      evidence: { type: 'string' },
      renew: { type: 'string' },
      compose: { type: 'string', multiple: true, default: [] },
      'no-proxy': { type: 'boolean', default: false },
    },
  });
  if (values.renew !== undefined) {
    await writeFile(values.renew, renewed(await readFile(values.renew, 'utf8')));
    return 0;
  }
  const versions = values.engine?.split(',') ?? ENGINE_VERSIONS.map(({ version }) => version);
  const count = Number(values.topologies ?? (values.fixtures || values.compose.length > 0 ? 0 : 20));
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!Number.isInteger(count) || !Number.isInteger(seed) || count < 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const daemonArgs = values['no-proxy'] ? ['--userland-proxy=false'] : [];
  let failed = false;
  for (const version of versions) {
    const sums: Sum[] = [];
    if (values.fixtures) {
      const features = await kernelFeatures();
      for (const batch of batchesFor(version, features)) {
        sums.push(await inLab(version, batch.daemonArgs, (lab) => runFixtures(lab, batch.worlds)));
      }
      for (const line of skippedFor(version, features)) process.stderr.write(`  skipped: ${line}\n`);
    }
    if (values.compose.length > 0) {
      const sum = await inLab(version, daemonArgs, (lab) => runProjects(lab, values.compose));
      // A world that was thought up may be impossible; a file that somebody wrote must come up.
      failed ||= sum.refused > 0;
      sums.push(sum);
    }
    if (count > 0) sums.push(await inLab(version, daemonArgs, (lab) => runGenerated(lab, version, seed, count)));
    const sum = sums.reduce(add, nothing());
    process.stdout.write(`${version}: ${sentence(sum)}${count > 0 ? ` Seed ${String(seed)}.` : ''}\n`);
    failed ||= sum.disagreements > 0;
  }
  if (values.evidence !== undefined) await writeFile(values.evidence, evidence.text());
  return failed ? 1 : 0;
}

const evidence = createEvidence();

async function inLab(version: string, daemonArgs: readonly string[], work: (lab: Lab) => Promise<Sum>): Promise<Sum> {
  const lab = await openLab({ version, name: `truth-${version}-${String(process.pid)}`, options: { daemonArgs } });
  try {
    return await work(lab);
  } finally {
    await lab.close();
  }
}

async function runFixtures(
  lab: Lab,
  worlds: readonly { readonly name: string; readonly plan: WorldPlan }[],
): Promise<Sum> {
  let sum = nothing();
  for (const { name, plan } of worlds) {
    const result = await lab.run(plan);
    report(name, result);
    evidence.add(lab.engine.version, result);
    sum = add(sum, sumOf(result));
  }
  return sum;
}

async function runProjects(lab: Lab, projects: readonly string[]): Promise<Sum> {
  const compose = await ensureCompose();
  let sum = nothing();
  for (const project of projects) {
    const outcome = await runCompose(lab, compose, filesOf(project));
    if (outcome.kind === 'compared') {
      report(project, outcome.comparison);
      evidence.add(lab.engine.version, outcome.comparison);
    }
    for (const line of outcomeText(project, outcome)) process.stderr.write(`${line}\n`);
    sum = add(sum, outcome.kind === 'compared' ? sumOf(outcome.comparison) : { ...nothing(), worlds: 1, refused: 1 });
  }
  return sum;
}

async function runGenerated(lab: Lab, version: string, seed: number, count: number): Promise<Sum> {
  const worlds = generateWorlds({ seed, count, major: Number.parseInt(version, 10) });
  let sum = nothing();
  for (const [index, plan] of worlds.entries()) {
    const result = await lab.run(plan).catch((thrown: unknown) => refusal(thrown));
    if (typeof result === 'string') {
      process.stderr.write(`  world ${String(index)}: the engine refused it: ${result}\n`);
      sum = add(sum, { ...nothing(), worlds: 1, refused: 1 });
      continue;
    }
    report(`world ${String(index)}`, result);
    evidence.add(version, result);
    sum = add(sum, sumOf(result));
    if (result.disagreements.length > 0) await keep(lab, plan, `${version}-${String(seed)}-${String(index)}`);
  }
  return sum;
}

/** Shrinks a failing world and saves it where the fixtures are read from. */
async function keep(lab: Lab, plan: WorldPlan, name: string): Promise<void> {
  const small = await shrink(plan, async (candidate) => {
    const result = await lab.run(candidate).catch((thrown: unknown) => refusal(thrown));
    return typeof result !== 'string' && result.disagreements.length > 0;
  });
  await mkdir(FOUND, { recursive: true });
  const file = join(FOUND, `${name}.json`);
  await writeFile(file, `${JSON.stringify(small, null, 2)}\n`);
  process.stderr.write(`  saved as ${file}\n`);
}

/** What the engine said against a world. @throws what is no such answer. */
function refusal(thrown: unknown): string {
  if (thrown instanceof Error && thrown.name === 'DockerError') return thrown.message;
  throw thrown;
}

function report(name: string, { probes, disagreements }: Comparison): void {
  process.stderr.write(`  ${name}: ${String(probes)} probes, ${String(disagreements.length)} disagreements\n`);
  for (const line of disagreements.slice(0, 12)) process.stderr.write(`    ${line}\n`);
  if (disagreements.length > 12) process.stderr.write(`    … and ${String(disagreements.length - 12)} more\n`);
}

function sumOf({ probes, open, disagreements, unknown, cells, names, data }: Comparison): Sum {
  const beside = {
    names: names?.compared ?? 0,
    namesKnown: names?.known ?? 0,
    data: data?.compared ?? 0,
    dataPassed: data?.passed ?? 0,
  };
  return { worlds: 1, refused: 0, probes, open, disagreements: disagreements.length, unknown, ...beside, ...cells };
}

function nothing(): Sum {
  const cells = { inside: 0, insideUnknown: 0, outside: 0, outsideUnknown: 0 };
  const beside = { names: 0, namesKnown: 0, data: 0, dataPassed: 0 };
  return { worlds: 0, refused: 0, probes: 0, open: 0, disagreements: 0, unknown: 0, ...beside, ...cells };
}

function add(a: Sum, b: Sum): Sum {
  const keys = Object.keys(a) as (keyof Sum)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Sum;
}

function sentence(sum: Sum): string {
  const share = (part: number, all: number): string =>
    `${String(part)} of ${String(all)} (${((100 * part) / (all || 1)).toFixed(2)} %)`;
  return [
    `${String(sum.worlds)} worlds (${String(sum.refused)} refused by the engine), ${String(sum.probes)} probes, `,
    `${String(sum.open)} of them open, ${String(sum.names)} names (from × to × name), ${String(sum.namesKnown)} of them known, `,
    `${String(sum.data)} pairs’ files, ${String(sum.dataPassed)} of them read, ${String(sum.disagreements)} disagreements; ${String(sum.unknown)} ways not claimed; unknown: `,
    `${share(sum.insideUnknown, sum.inside)} cells among containers and the machine, `,
    `${share(sum.outsideUnknown, sum.outside)} with the outside.`,
  ].join('');
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
// The rig holds namespaces open; a finished run must not wait for them.
process.exit();
