/** Predicted against measured, for everything that runs on an engine now. */
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { evaluate } from '../../shared/reachability/index.ts';
import { VERDICTS, type Denial, type Verdict } from '../../shared/reachability/model.ts';
import type { Topology } from '../../shared/topology/model.ts';
import type { RunningEngine } from '../engines/engine.ts';
import { PODMAN } from '../engines/versions.ts';
import type { Docker } from '../fixture/docker.ts';
import { takeCensus, type Census } from './census.ts';
import { claimOf, compareData, type DataCompared } from './data.ts';
import { askNames, type NamesCompared } from './names.ts';
import { createPredictor, type Predicted, type Predictor } from './predict.ts';
import { betweenStarts } from './restarting.ts';
import { rowsOf, rowText, type Row } from './rows.ts';
import { attemptOf, isExpected } from './table.ts';
import { tryAll } from './wire.ts';

export interface Comparison {
  /** Rows that were tried. */
  readonly probes: number;
  readonly agree: number;
  /** Rows for which the product claims to know nothing. */
  readonly unknown: number;
  /** One line each: what was predicted, what was measured, by which rules. */
  readonly disagreements: readonly string[];
  /** Cells among containers and the machine, those with the outside, and how many of each are `unknown`. */
  readonly cells: Readonly<Record<'inside' | 'insideUnknown' | 'outside' | 'outsideUnknown', number>>;
  /** Per rule, how many rows it rightly decided. */
  readonly evidence: ReadonlyMap<string, number>;
  /** Rows that got through: without any, nothing was proved. */
  readonly open: number;
  readonly rules: ReadonlySet<string>;
  /** Who knows whom by name, and what passes by shared files; `null` where they were left out. */
  readonly names: Omit<NamesCompared, 'disagreements' | 'agreed'> | null;
  readonly data: Omit<DataCompared, 'disagreements' | 'evidence'> | null;
}

export interface CompareOptions {
  /** Asks for the present denials, after the driver has listed everything anew. */
  readonly denials?: () => readonly Denial[];
  /** Without names and files, which no policy and no firewall changes. */
  readonly networkOnly?: boolean;
}

/** First quickly; what is not as predicted is tried again with more patience: a busy machine is no wall. */
const PATIENCE_MS = [1_100, 2_500, 4_000] as const;

export async function compare(
  engine: RunningEngine,
  docker: Docker,
  driver: EngineDriver,
  { denials = () => [], networkOnly = false }: CompareOptions = {},
): Promise<Comparison> {
  const topology = await driver.refresh();
  const census = await takeCensus(engine, docker);
  const predictor = createPredictor(topology, denials(), [...census.machineAddresses, ...census.hostModeAddresses]);
  const rows = rowsOf(census).map((row) => ({ row, ...predictor.row(row) }));
  const known = rows.filter(({ predicted }) => predicted !== 'unknown');
  const evidence = new Map<string, number>();
  const answers = await measure(engine, census, known);
  const lines = known.flatMap(({ row, predicted, rules: behind }): string[] => {
    const measured = answered(row, known, answers);
    if (measured === predicted) {
      for (const rule of new Set(behind)) evidence.set(rule, (evidence.get(rule) ?? 0) + 1);
      return [];
    }
    const cell = predictor.cell(row.from.name, row.to.name);
    const rules = [...new Set(cell.channels.filter(({ layer }) => layer === 'network').flatMap((one) => one.rules))];
    const got = answers.get(row);
    const who = got !== null && got !== undefined && measured === 'blocked' ? ` (${got} answered)` : '';
    return [`${rowText(row)}: predicted ${predicted}, measured ${measured}${who} [${rules.join(' ')}]`];
  });
  // Those who do not run have cells as well, though nothing can be tried there.
  for (const from of topology.endpoints) for (const to of topology.endpoints) predictor.cell(from.name, to.name);
  const matrix = evaluate(topology, denials());
  const verdict = (from: number, to: number): Verdict =>
    VERDICTS[matrix.verdicts[from * matrix.size + to] ?? 3] ?? 'unknown';
  const cells = { inside: 0, insideUnknown: 0, outside: 0, outsideUnknown: 0 };
  topology.endpoints.forEach((from, i) =>
    topology.endpoints.forEach((to, j) => {
      const where = [from, to].some(({ kind }) => kind === 'lan' || kind === 'internet') ? 'outside' : 'inside';
      cells[where] += 1;
      if (verdict(i, j) === 'unknown') cells[`${where}Unknown`] += 1;
    }),
  );
  const beside = networkOnly ? null : await compareBeside(engine, docker, census, topology, predictor);
  for (const rule of beside?.evidence ?? []) evidence.set(rule, (evidence.get(rule) ?? 0) + 1);
  const pairs = pairLines(known, answers, (from, to) => predictor.cell(from, to).verdict);
  return {
    probes: known.length,
    agree: known.length - lines.length,
    unknown: rows.length - known.length,
    disagreements: [...lines, ...pairs, ...(beside?.disagreements ?? [])],
    cells,
    evidence,
    open: known.filter(({ row }) => isExpected(row, answers.get(row))).length,
    rules: predictor.rules,
    names: beside?.names ?? null,
    data: beside?.data ?? null,
  };
}

interface Beside {
  readonly names: NamesCompared | null;
  readonly data: DataCompared;
  readonly disagreements: readonly string[];
  readonly evidence: readonly string[];
}

/** Names that others than the engine hold: its DNS says nothing of them. */
const ELSEWHERE: ReadonlySet<string> = new Set(['R607', 'R608']);

/** What passes beside the network: names and files. */
async function compareBeside(
  engine: RunningEngine,
  docker: Docker,
  census: Census,
  topology: Topology,
  predictor: Predictor,
): Promise<Beside> {
  const restarting = census.members.filter(({ info }) => info.State.Restarting).map(({ info }) => info.Id);
  // Podman's names are served by a program that the rig has not.
  const names =
    engine.version === PODMAN.version
      ? null
      : await betweenStarts(docker, restarting, () => askNames(engine, census, topology));
  const data = await compareData(engine, census, (from, to) => claimOf(predictor.cell(from, to)));
  const nameRules = (names?.agreed ?? []).flatMap(({ from, to }) => [
    ...new Set(
      predictor
        .cell(from, to)
        .channels.filter(({ layer }) => layer === 'name')
        .flatMap(({ rules }) => rules.filter((rule) => !ELSEWHERE.has(rule))),
    ),
  ]);
  return {
    names,
    data,
    disagreements: [...(names?.disagreements ?? []), ...data.disagreements],
    evidence: [...data.evidence, ...nameRules],
  };
}

interface Expected {
  readonly row: Row;
  readonly predicted: Predicted;
}

/** The answer to each row; those that are not as predicted are asked up to three times. */
async function measure(
  engine: RunningEngine,
  census: Census,
  rows: readonly Expected[],
): Promise<ReadonlyMap<Row, string | null>> {
  const stacks = new Map(census.stacks.map(({ id, path }) => [id, path]));
  const listeners = census.stacks.flatMap(({ id, listens }) => listens.map((one) => ({ stack: id, ...one })));
  const answers = new Map<Row, string | null>();
  let left = rows;
  for (const patienceMs of PATIENCE_MS) {
    const attempts = left.map(({ row }) => attemptOf(row));
    const given = await tryAll(engine, stacks, listeners, attempts, patienceMs);
    left.forEach(({ row }, index) => answers.set(row, given[index] ?? null));
    left = rows.filter(({ row, predicted }) => predicted === 'open' && answered(row, rows, answers) === 'blocked');
    if (left.length === 0) break;
  }
  return answers;
}

function answered(row: Row, rows: readonly Expected[], answers: ReadonlyMap<Row, string | null>): 'open' | 'blocked' {
  if (row.either === null) return isExpected(row, answers.get(row)) ? 'open' : 'blocked';
  const group = rows.filter((other) => other.row.either === row.either);
  return group.some((other) => isExpected(other.row, answers.get(other.row))) ? 'open' : 'blocked';
}

/** A cell must be open or partial where any row of its pair got through, whichever way the product thought of. */
function pairLines(
  rows: readonly Expected[],
  answers: ReadonlyMap<Row, string | null>,
  verdict: (from: string, to: string) => Verdict,
): readonly string[] {
  const reached = new Map<string, { from: string; to: string; any: boolean; all: boolean }>();
  for (const { row } of rows) {
    const key = `${row.from.name}\n${row.to.name}`;
    const entry = reached.get(key) ?? { from: row.from.name, to: row.to.name, any: false, all: true };
    const got = isExpected(row, answers.get(row));
    reached.set(key, { ...entry, any: entry.any || got, all: entry.all && got });
  }
  return [...reached.values()].flatMap(({ from, to, any }) => {
    const said = verdict(from, to);
    const right = said === 'unknown' || (said === 'open' || said === 'partial') === any;
    return right ? [] : [`${from} → ${to}: the cell says ${said}, reached ${String(any)}`];
  });
}
