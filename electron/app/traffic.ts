/** Reads the counts of our tables for as long as somebody looks at them, and no more often than costs little. */
import type { TrafficHits, TrafficView } from '../../shared/contract/schemas.ts';
import type { Core, Unsubscribe } from './core.ts';
import type { Session } from './session.ts';

const PAIR_EVERY_MS = 2_000;
const HITS_EVERY_MS = 5_000;
const HITS_LATEST_MS = 60_000;
/** Reading all tables may take up this part of the time. */
const HITS_SHARE = 1 / 50;
/** So many pairs are marked; of more, the busiest. */
const MOST_HITS = 2_000;

/** @param session the one that is open now, if any. */
export function createTrafficWatch(session: () => Session | null): Core['traffic'] {
  const listeners = new Set<(hits: TrafficHits) => void>();
  let stopHits: Unsubscribe = () => undefined;

  const tellHits = async (): Promise<number> => {
    const now = session();
    const start = performance.now();
    await now?.count(null);
    const hits = now && now === session() ? hitsOf(now) : [];
    for (const listener of [...listeners]) listener(hits);
    return Math.min(HITS_LATEST_MS, Math.max(HITS_EVERY_MS, (performance.now() - start) / HITS_SHARE));
  };

  return {
    onPair: (from, to, listener) =>
      repeat(async (isOver) => {
        const now = session();
        await now?.count([from, to]);
        if (!isOver() && now === session()) listener(now ? trafficOf(now, from, to) : null);
        return PAIR_EVERY_MS;
      }),
    onHits: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) stopHits = repeat(tellHits);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stopHits();
      };
    },
  };
}

/** What the contract says of one pair, as it was counted last. */
export function trafficOf(session: Session, from: string, to: string): TrafficView {
  const traffic = session.traffic(from, to);
  return traffic && { refused: { ...traffic.refused }, passed: { ...traffic.passed }, since: traffic.since };
}

function hitsOf(session: Session): TrafficHits {
  return session
    .hits()
    .map(({ from, to, refused }) => ({ from, to, packetsPerSecond: refused.packetsPerSecond }))
    .sort((one, other) => other.packetsPerSecond - one.packetsPerSecond)
    .slice(0, MOST_HITS);
}

/** Does the work at once and then again, each time after what the last one said (ms). */
function repeat(work: (isOver: () => boolean) => Promise<number>): Unsubscribe {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async (): Promise<void> => {
    const wait = await work(() => over);
    if (over) return;
    timer = setTimeout(() => void run(), wait);
    timer.unref();
  };
  void run();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}
