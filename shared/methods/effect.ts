/** What a change of the topology does to the matrix, told by judging it before and after. */
import { evaluate, explain } from '../reachability/index.ts';
import { VERDICTS, type Denial, type Verdict } from '../reachability/model.ts';
import { isContainer, type Topology } from '../topology/model.ts';
import type { CellChange, Effect, LostNames, OpenWay } from './model.ts';

/** From open to shut; what is not known counts as open, since it may be. */
const OPENNESS: Readonly<Record<Verdict, number>> = { blocked: 0, partial: 1, unknown: 2, open: 3 };

export interface EffectQuestion {
  readonly before: Topology;
  /** The same endpoints, in the same order. */
  readonly after: Topology;
  readonly denials: readonly Denial[];
  /** Ordered pairs that are to be apart. */
  readonly wanted: readonly { readonly from: string; readonly to: string }[];
  /** Endpoints whose networks or links change: only they can lose names. */
  readonly touched: ReadonlySet<string>;
}

export function effectOf({ before, after, denials, wanted, touched }: EffectQuestion): Effect {
  const asked = new Set(wanted.map(({ from, to }) => `${from} ${to}`));
  const [was, is] = [evaluate(before, denials), evaluate(after, denials)];
  const closes: CellChange[] = [];
  const breaks: CellChange[] = [];
  const opens: CellChange[] = [];
  for (const [row, from] of was.ids.entries()) {
    for (const [column, to] of was.ids.entries()) {
      const at = row * was.size + column;
      const [old, now] = [VERDICTS[was.verdicts[at] ?? 3] ?? 'unknown', VERDICTS[is.verdicts[at] ?? 3] ?? 'unknown'];
      if (old === now) continue;
      const change: CellChange = { from, to, before: old, after: now };
      if (OPENNESS[now] > OPENNESS[old]) opens.push(change);
      else (asked.has(`${from} ${to}`) ? closes : breaks).push(change);
    }
  }
  return {
    closes,
    stays: waysLeft(after, denials, wanted, madeUpIn(before, after)),
    breaks,
    opens,
    names: namesLost(before, after, denials, touched),
  };
}

/** Addresses of networks that are not there yet: which they will be, nobody knows. */
function madeUpIn(before: Topology, after: Topology): ReadonlySet<string> {
  const old = new Set(before.networks.map(({ id }) => id));
  const drafts = after.networks.filter(({ id }) => !old.has(id));
  const ids = new Set(drafts.map(({ id }) => id));
  return new Set([
    ...drafts.flatMap(({ subnets }) => subnets.map(({ gateway }) => gateway)),
    ...after.endpoints
      .filter(isContainer)
      .flatMap(({ attachments }) => attachments.filter(({ networkId }) => ids.has(networkId)))
      .flatMap(({ ipv4, ipv6 }) => [ipv4 ?? '', ipv6 ?? '']),
  ]);
}

function waysLeft(
  after: Topology,
  denials: readonly Denial[],
  wanted: EffectQuestion['wanted'],
  madeUp: ReadonlySet<string>,
): readonly OpenWay[] {
  return wanted.flatMap(({ from, to }) =>
    explain(after, denials, from, to).channels.flatMap(({ layer, kind, via, address, ports, verdict }): OpenWay[] =>
      layer === 'network' && verdict !== 'blocked'
        ? [{ from, to, layer, kind, via, address: madeUp.has(address) ? '' : address, ports: ports ?? null }]
        : [],
    ),
  );
}

function namesLost(
  before: Topology,
  after: Topology,
  denials: readonly Denial[],
  touched: ReadonlySet<string>,
): readonly LostNames[] {
  const ids = before.endpoints.flatMap(({ id, kind }) => (kind === 'container' ? [id] : []));
  const told = (topology: Topology, from: string, to: string): ReadonlySet<string> =>
    new Set(
      explain(topology, denials, from, to).channels.flatMap(({ layer, names }) =>
        layer === 'name' ? (names ?? []) : [],
      ),
    );
  return ids.flatMap((from) =>
    ids.flatMap((to): LostNames[] => {
      if (from === to || !(touched.has(from) || touched.has(to))) return [];
      const now = told(after, from, to);
      const names = [...told(before, from, to)].filter((name) => !now.has(name));
      return names.length > 0 ? [{ from, to, names }] : [];
    }),
  );
}
