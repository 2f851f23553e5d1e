import { useEffect, useState } from 'react';
import { useClient } from '../../lib/client-context.tsx';
import { follow } from '../../lib/streams.ts';

/** Pairs that are being refused now: `from to` (ids) to packets a second. */
export type Hits = ReadonlyMap<string, number>;

const NONE: Hits = new Map();

export function hitKey(from: string, to: string): string {
  return `${from} ${to}`;
}

/** Follows them while the page is seen: counting costs the engine a little, and nobody looks at a hidden page. */
export function useHits(): Hits {
  const client = useClient();
  const [hits, setHits] = useState(NONE);
  useEffect(() => {
    let stop: () => void = () => undefined;
    const start = (): void => {
      stop();
      stop = () => undefined;
      if (document.hidden) return;
      stop = follow({
        open: (signal) => client.traffic.hits(undefined, { signal }),
        onValue: (found) =>
          setHits((before) =>
            found.length === 0 && before.size === 0
              ? before
              : new Map(found.map(({ from, to, packetsPerSecond }) => [hitKey(from, to), packetsPerSecond])),
          ),
        onDown: () => setHits(NONE),
      });
    };
    start();
    document.addEventListener('visibilitychange', start);
    return () => {
      document.removeEventListener('visibilitychange', start);
      stop();
    };
  }, [client]);
  return hits;
}
