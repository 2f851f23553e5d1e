/** Where what passes on an engine is not what a policy file says. */
import { isEmpty, minus, unionOf, type PortSet } from '../ports.ts';
import type { Policy } from '../policy/model.ts';
import type { Denial } from '../reachability/model.ts';
import { isZone, type Topology } from '../topology/model.ts';
import { reachesOf, wantedDenials } from './reach.ts';

/** One ordered pair, by ids of endpoints. */
export interface Disagreement {
  readonly from: string;
  readonly to: string;
  /** `open`: passes although the file denies it. `shut`: does not, although nothing in the file denies it. */
  readonly is: 'open' | 'shut';
  readonly ports: PortSet;
  /** The line of the file behind a denial; `''` where there is none. */
  readonly rule: string;
}

/**
 * @param denials as the engine has them now; only what is held counts.
 */
export function disagreements(topology: Topology, file: Policy, denials: readonly Denial[]): readonly Disagreement[] {
  const wanted = wantedDenials(file, topology);
  const lines = new Map(wanted.map(({ from, to, policy }) => [`${from}\n${to}`, policy]));
  const [want, have] = [reachesOf(topology, wanted), reachesOf(topology, denials)];
  return topology.endpoints.flatMap((from) =>
    topology.endpoints.flatMap((to): readonly Disagreement[] => {
      if (from === to || (isZone(from) && isZone(to))) return [];
      const [asked, engine] = [want(from.id, to.id), have(from.id, to.id)];
      const open = minus(unionOf(engine.open, engine.unknown), unionOf(asked.open, asked.unknown));
      const shut = minus(unionOf(asked.open, asked.unknown), unionOf(engine.open, engine.unknown));
      const pair = { from: from.id, to: to.id };
      return [
        ...(isEmpty(open)
          ? []
          : [{ ...pair, is: 'open' as const, ports: open, rule: lines.get(`${from.id}\n${to.id}`) ?? '' }]),
        ...(isEmpty(shut) ? [] : [{ ...pair, is: 'shut' as const, ports: shut, rule: '' }]),
      ];
    }),
  );
}
