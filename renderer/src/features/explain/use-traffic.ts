import { useEffect, useState } from 'react';
import type { TrafficView } from '../../../../shared/contract/schemas.ts';
import { useClient } from '../../lib/client-context.tsx';
import { follow } from '../../lib/streams.ts';

/** What is counted of a pair, for as long as it is shown; null: nothing of ours counts it, or it is not known yet. */
export function useTraffic(from: string, to: string): TrafficView {
  const client = useClient();
  const [traffic, setTraffic] = useState<TrafficView>(null);
  useEffect(
    () =>
      follow({
        open: (signal) => client.traffic.pair({ from, to }, { signal }),
        onValue: setTraffic,
        onDown: () => setTraffic(null),
      }),
    [client, from, to],
  );
  return traffic;
}
