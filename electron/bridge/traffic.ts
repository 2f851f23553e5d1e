import type { TrafficHits, TrafficView } from '../../shared/contract/schemas.ts';
import type { Core } from '../app/core.ts';
import { procedures } from './contract.ts';
import { latest } from './stream.ts';

export const trafficRouter = (core: Core) => ({
  pair: procedures.traffic.pair.handler(({ input: { from, to }, signal }) =>
    latest<TrafficView>(
      signal,
      () => null,
      (listener) => core.traffic.onPair(from, to, listener),
    ),
  ),
  hits: procedures.traffic.hits.handler(({ signal }) =>
    latest<TrafficHits>(
      signal,
      () => null,
      (listener) => core.traffic.onHits(listener),
    ),
  ),
});
