/** In the open posture: which of what came through a start explains, and how long the guard took to react to it.  Pure. */
import type { Arrival } from './arrivals.ts';

/** When (Unix time, seconds) somebody was started or began to get a new way, and who; null: something of the guard was taken away. */
export interface Cause {
  readonly at: number;
  readonly who: string | null;
}

/** From when to when (Unix time, seconds) no app ran: nobody could react. */
export interface Away {
  readonly from: number;
  readonly to: number;
}

/** How long a cause explains what comes through once there is somebody to react (seconds). */
const REACTION_LIMIT = 10;

export interface Reactions {
  /** From a cause to the last packet that came through before the reaction (ms), shortest first; one for each that let any through. */
  readonly spans: readonly number[];
  /** The same from the moment when an app was started again, for what had happened while none ran. */
  readonly spansAfterAway: readonly number[];
  /** What no cause explains. */
  readonly unexplained: readonly Arrival[];
}

export function reactionsTo(causes: readonly Cause[], away: readonly Away[], bad: readonly Arrival[]): Reactions {
  const sorted = [...causes].sort((a, b) => a.at - b.at);
  const back = new Map(
    sorted.map((cause) => [cause, away.find(({ from, to }) => cause.at >= from && cause.at < to)?.to]),
  );
  /** Since when somebody could react. */
  const sinceOf = (cause: Cause): number => back.get(cause) ?? cause.at;
  const last = new Map<Cause, number>();
  const unexplained: Arrival[] = [];
  for (const one of bad) {
    const cause = sorted.findLast(
      ({ at, who }) => at <= one.at && (who === null || who === one.from || who === one.to),
    );
    if (!cause || one.at - sinceOf(cause) > REACTION_LIMIT) unexplained.push(one);
    // While no app runs there is no reaction to wait for.
    else if (one.at >= sinceOf(cause)) last.set(cause, Math.max(last.get(cause) ?? 0, one.at - sinceOf(cause)));
  }
  const spans = (isAway: boolean): number[] =>
    [...last]
      .filter(([cause]) => (back.get(cause) !== undefined) === isAway)
      .map(([, span]) => 1000 * span)
      .sort((a, b) => a - b);
  return { spans: spans(false), spansAfterAway: spans(true), unexplained };
}
