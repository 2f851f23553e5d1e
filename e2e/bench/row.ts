/** What a benchmark measures, and how it is printed. */

/** One thing measured, mostly beside something plain. */
export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly measured: Sample;
  /** What it is compared with. */
  readonly baseline: (Sample & { readonly name: string }) | null;
  /** `measured` to `baseline`, by their medians. */
  readonly ratio: number | null;
  readonly limits: readonly Limit[];
}

export type Unit = 'ms' | 'Gbit/s' | '%' | 'MB' | 'rows';

/** In the row's unit. */
export interface Sample {
  readonly median: number;
  /** The least; of a throughput the most. */
  readonly best: number;
  /** What 99 of 100 keep within; of fewer runs the worst. */
  readonly p99: number;
  readonly runs: number;
}

/** What must not be passed. */
export interface Limit {
  /** `behind`: by how much the median is more than that of what it is compared with. */
  readonly what: 'median' | 'p99' | 'ratio' | 'behind';
  readonly atMost?: number;
  readonly atLeast?: number;
  readonly holds: boolean;
}

interface RowOptions {
  readonly name: string;
  /** Milliseconds unless told. */
  readonly unit?: Unit;
  readonly measured: readonly number[];
  readonly baseline?: readonly number[];
  readonly baselineName?: string;
  /** Per kind, what must not be passed; none: the row only tells. */
  readonly limits?: Partial<Record<Limit['what'], { readonly atMost: number } | { readonly atLeast: number }>>;
}

export function rowOf({ name, unit = 'ms', limits = {}, ...options }: RowOptions): Row {
  const measured = sampleOf(options.measured, unit);
  const baseline = options.baseline && {
    ...sampleOf(options.baseline, unit),
    name: options.baselineName ?? '',
  };
  const ratio = baseline && baseline.median > 0 ? measured.median / baseline.median : null;
  const behind = baseline ? measured.median - baseline.median : NaN;
  const values = { median: measured.median, p99: measured.p99, ratio: ratio ?? NaN, behind };
  const judged = (['median', 'p99', 'ratio', 'behind'] as const).flatMap((what): Limit[] => {
    const bound = limits[what];
    if (bound === undefined) return [];
    // What was not measured is within nothing.
    const holds = 'atMost' in bound ? values[what] <= bound.atMost : values[what] >= bound.atLeast;
    return [{ what, ...bound, holds }];
  });
  return { name, unit, measured, baseline: baseline ?? null, ratio, limits: judged };
}

function sampleOf(values: readonly number[], unit: Unit): Sample {
  const more = unit === 'Gbit/s';
  const sorted = values.toSorted((a, b) => (more ? b - a : a - b));
  const at = (place: number): number => sorted[place] ?? NaN;
  return {
    median: at(sorted.length >> 1),
    best: at(0),
    p99: at(Math.ceil(sorted.length * 0.99) - 1),
    runs: sorted.length,
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
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
  const head = ['', 'median', 'p99', 'best', 'runs', 'beside it', 'median', 'best', 'ratio', 'limit'];
  const body = rows.map(({ name, unit, measured, baseline, ratio, limits }) => [
    name,
    valueText(measured.median, unit),
    valueText(measured.p99, unit),
    valueText(measured.best, unit),
    String(measured.runs),
    baseline?.name ?? '–',
    baseline ? valueText(baseline.median, unit) : '–',
    baseline ? valueText(baseline.best, unit) : '–',
    ratio === null ? '–' : `${ratio.toPrecision(3)}×`,
    limits.map((limit) => limitText(limit, unit)).join(', ') || '–',
  ]);
  const widths = head.map((title, at) =>
    Math.max(...[title, ...body.map((line) => line[at] ?? '')].map((t) => t.length)),
  );
  const texts: readonly string[] = ['', 'beside it', 'limit'];
  const lineOf = (cells: readonly string[]): string =>
    cells
      .map((cell, at) =>
        texts.includes(head[at] ?? '') ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [head, ...body].map(lineOf).join('\n');
}

function valueText(value: number, unit: Unit): string {
  return `${value < 100 ? value.toFixed(2) : value.toFixed(0)} ${unit}`;
}

function limitText({ what, atMost, atLeast, holds }: Limit, unit: Unit): string {
  const bound = atMost ?? atLeast ?? NaN;
  const side = atMost === undefined ? 'at least ' : '';
  return `${what} ${holds ? 'within' : 'PAST'} ${side}${what === 'ratio' ? `${bound}×` : `${bound} ${unit}`}`;
}
