/** What a benchmark measures, and how it is printed. */

/** One thing measured beside something plain. */
export interface Row {
  readonly name: string;
  readonly measured: Sample;
  /** What it is compared with. */
  readonly baseline: Sample & { readonly name: string };
  /** `measured` to `baseline`, by their medians. */
  readonly ratio: number;
  readonly limits: readonly Limit[];
}

/** Milliseconds. */
export interface Sample {
  readonly median: number;
  readonly best: number;
  readonly runs: number;
}

/** What must not be passed. */
export interface Limit {
  readonly what: 'ms' | 'ratio';
  readonly atMost: number;
  readonly holds: boolean;
}

/** @param limits per kind, what must not be passed; none: the row only tells. */
export function rowOf(options: {
  readonly name: string;
  readonly measured: readonly number[];
  readonly baseline: readonly number[];
  readonly baselineName: string;
  readonly limits?: Partial<Record<Limit['what'], number>>;
}): Row {
  const measured = sampleOf(options.measured);
  const baseline = { ...sampleOf(options.baseline), name: options.baselineName };
  const ratio = measured.median / baseline.median;
  const values = { ms: measured.median, ratio };
  const limits = (['ms', 'ratio'] as const).flatMap((what): Limit[] => {
    const atMost = options.limits?.[what];
    return atMost === undefined ? [] : [{ what, atMost, holds: values[what] <= atMost }];
  });
  return { name: options.name, measured, baseline, ratio, limits };
}

function sampleOf(times: readonly number[]): Sample {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1] ?? NaN, best: sorted[0] ?? NaN, runs: sorted.length };
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Milliseconds of processor time that `work` takes, all threads together: what others do on the machine is left out. */
export function worked(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Both in turn, so that whatever else the machine does meets both; the first `warmUps` rounds are not counted. */
export async function inTurn(
  rounds: number,
  warmUps: number,
  measured: (round: number) => number | Promise<number>,
  baseline: (round: number) => number | Promise<number>,
): Promise<{ readonly measured: readonly number[]; readonly baseline: readonly number[] }> {
  const times = { measured: [] as number[], baseline: [] as number[] };
  for (let round = 0; round < warmUps + rounds; round += 1) {
    const [one, other] = [await measured(round), await baseline(round)];
    if (round < warmUps) continue;
    times.measured.push(one);
    times.baseline.push(other);
  }
  return times;
}

export function tableOf(rows: readonly Row[]): string {
  const head = ['', 'median', 'best', 'runs', 'beside it', 'median', 'best', 'ratio', 'limit'];
  const body = rows.map(({ name, measured, baseline, ratio, limits }) => [
    name,
    milliseconds(measured.median),
    milliseconds(measured.best),
    String(measured.runs),
    baseline.name,
    milliseconds(baseline.median),
    milliseconds(baseline.best),
    `${ratio.toPrecision(3)}×`,
    limits.map(limitText).join(', ') || '–',
  ]);
  const widths = head.map((title, at) =>
    Math.max(...[title, ...body.map((line) => line[at] ?? '')].map((t) => t.length)),
  );
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        at === 0 || at === 4 || at === 8 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [head, ...body].map(lineOf).join('\n');
}

function milliseconds(time: number): string {
  return `${time < 100 ? time.toFixed(2) : time.toFixed(0)} ms`;
}

function limitText({ what, atMost, holds }: Limit): string {
  return `${holds ? 'within' : 'PAST'} ${atMost}${what === 'ms' ? ' ms' : '×'}`;
}
