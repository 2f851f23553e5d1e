/** What the leak test tells about what arrived. */
import type { Arrival } from './arrivals.ts';
import type { Causes } from './causes.ts';

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

export const packets = (arrivals: readonly Arrival[]): number => arrivals.reduce((sum, { count }) => sum + count, 0);

/** Packets by who, whom, how and where seen, the most first. */
export function tally(arrivals: readonly Arrival[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { from, way, to, place, count } of arrivals) {
    const line = `${from} → ${to} ${way}, ${place}`;
    counts.set(line, (counts.get(line) ?? 0) + count);
  }
  return [...counts].sort((a, b) => b[1] - a[1]);
}

/** Leaks by the perturbation in or after which they came, with when and with what had been done before. */
export function moments(
  bad: readonly Arrival[],
  starts: readonly number[],
  names: readonly string[],
): readonly string[] {
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

/** In the open posture a container passes until the guard has heard of its start: how long that was. @returns how many packets that does not explain. */
export function reactions(
  causes: Causes,
  bad: readonly Arrival[],
  momentsOf: (some: readonly Arrival[]) => readonly string[],
): number {
  const { spans, spansAfterAway, unexplained } = causes.reactions(bad);
  say(
    `${String(spans.length)} of ${String(causes.all.length)} starts and the like let something through before the guard had reacted; ` +
      `from the start to the last packet: ${quantiles(spans)}`,
  );
  if (spansAfterAway.length > 0) {
    say(
      `${String(spansAfterAway.length)} more while no app ran; from when one was started again to the last packet: ${quantiles(spansAfterAway)}`,
    );
  }
  for (const line of momentsOf(unexplained).slice(0, 40)) say(`  LEAK where nothing had started: ${line}`);
  return packets(unexplained);
}

/** Of spans in milliseconds, shortest first. */
function quantiles(spans: readonly number[]): string {
  const at = (share: number): string =>
    `${Math.round(spans[Math.min(spans.length - 1, Math.floor(share * spans.length))] ?? 0).toString()} ms`;
  return `p50 ${at(0.5)}, p99 ${at(0.99)}`;
}

/** From when to when (Unix time, seconds) the guard said that it holds while nothing was done to the world. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Outside the time between a start and the reaction nothing may pass, in the open posture too. @returns how many packets did. */
export function inCalm(bad: readonly Arrival[], calm: readonly Span[]): number {
  const late = bad.filter(({ at }) => calm.some(({ from, to }) => at >= from && at <= to));
  const seconds = calm.reduce((sum, { from, to }) => sum + to - from, 0);
  say(`${String(packets(late))} packets in ${seconds.toFixed(0)} s in which the guard had reacted to everything`);
  for (const [line, times] of tally(late)) say(`  LEAK while it held: ${line} (${String(times)})`);
  return packets(late);
}
