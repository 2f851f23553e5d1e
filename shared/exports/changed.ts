/** What changed between two exports: all that a picture of both compares, as data. */
import type { Compartment } from '../diagram/model.ts';
import type { Verdict } from '../reachability/model.ts';
import { isZoneKey, matchEdges, sayTheSame } from './matched-edges.ts';
import { pairOf, type Recorded, type RecordedEdge, type RecordedNode } from './recorded.ts';

export interface Changed<T> {
  readonly before: T;
  readonly after: T;
}

interface Moves {
  readonly came: readonly string[];
  readonly went: readonly string[];
}

/** `shut`: most pairs inside are cut. */
export type NetworkFacts = Pick<Compartment, 'driver' | 'subnets' | 'internal' | 'shut'>;

/** The shape of docs/schemas/changes.v1.json (`changes-schema.ts`). */
export interface Changes {
  /** Places outside are always there: whether an export tells of them is no change. */
  readonly endpoints: Moves & {
    readonly state: readonly ({ readonly key: string } & Changed<string>)[];
    readonly image: readonly ({ readonly key: string } & Changed<string>)[];
    /** As doors are written: `8080 → 80`. */
    readonly published: readonly ({ readonly key: string } & Moves)[];
    readonly marks: readonly ({ readonly key: string } & Moves)[];
  };
  /** Empty where one of the two tells of no networks. */
  readonly networks: Moves & {
    /** Of networks that both know all; of the others, and of host mode and no network, those that both know. */
    readonly members: readonly ({ readonly key: string } & Moves)[];
    readonly facts: readonly ({ readonly key: string } & Changed<NetworkFacts>)[];
  };
  /**
   * Lines of what passes beside the network, and those of the network of which nothing else here tells: a cut of other ports,
   * or one that is wanted and not in force.  Empty where one of the two tells of no lines.
   */
  readonly edges: {
    readonly came: readonly RecordedEdge[];
    readonly went: readonly RecordedEdge[];
    readonly changed: readonly Changed<RecordedEdge>[];
  };
  /** Pairs of endpoints that both know. */
  readonly pairs: readonly ({ readonly from: string; readonly to: string } & Changed<Verdict>)[];
}

export function changesBetween(before: Recorded, after: Recorded): Changes {
  const stayed = [...after.endpoints.keys()].filter((key) => before.endpoints.has(key)).sort();
  const pairs = stayed.flatMap((from) =>
    stayed.flatMap((to): Changes['pairs'] => {
      const [was, is] = [before.verdicts.get(pairOf(from, to)), after.verdicts.get(pairOf(from, to))];
      return was === undefined || is === undefined || was === is ? [] : [{ from, to, before: was, after: is }];
    }),
  );
  const nodes = nodesOfBoth(before, after);
  const networks = networkChanges(before, after, nodes);
  return {
    endpoints: {
      ...movesBetween(insideOf(before), insideOf(after)),
      state: stayed.flatMap((key) => {
        const [was, is] = [before.endpoints.get(key)?.state ?? '', after.endpoints.get(key)?.state ?? ''];
        return was === is ? [] : [{ key, before: was, after: is }];
      }),
      image: nodes.flatMap(({ key, was, is }) =>
        was.image === is.image ? [] : [{ key, before: was.image, after: is.image }],
      ),
      published: nodes.flatMap(({ key, was, is }) => moved(key, was.published, is.published)),
      marks: nodes.flatMap(({ key, was, is }) => moved(key, was.marks, is.marks)),
    },
    networks,
    edges: edgeChanges(before, after, nodes, networks),
    pairs,
  };
}

function insideOf({ endpoints }: Recorded): readonly string[] {
  return [...endpoints.keys()].filter((key) => !isZoneKey(key));
}

interface OfBoth {
  readonly key: string;
  readonly was: RecordedNode;
  readonly is: RecordedNode;
}

/** Endpoints of which both tell more than their state, by key. */
function nodesOfBoth(before: Recorded, after: Recorded): readonly OfBoth[] {
  const old = new Map(before.drawn?.nodes.map((node) => [node.key, node]));
  const both = (after.drawn?.nodes ?? []).flatMap((is): OfBoth[] => {
    const was = old.get(is.key);
    return was ? [{ key: is.key, was, is }] : [];
  });
  return both.toSorted((a, b) => byText(a.key, b.key));
}

function networkChanges(before: Recorded, after: Recorded, nodes: readonly OfBoth[]): Changes['networks'] {
  const [old, now] = [before.networks, after.networks];
  if (!old || !now) return { came: [], went: [], members: [], facts: [] };
  const members = [...now].flatMap(([key, is]) => {
    const was = old.get(key);
    return was ? moved(key, was, is) : [];
  });
  const others = new Map<string, { came: string[]; went: string[] }>();
  for (const { key: member, was, is } of nodes) {
    const moves = movesBetween(was.networks, is.networks);
    for (const which of ['came', 'went'] as const) {
      for (const key of moves[which]) {
        if (old.has(key) && now.has(key)) continue;
        const one = others.get(key) ?? { came: [], went: [] };
        one[which].push(member);
        others.set(key, one);
      }
    }
  }
  const compartments = new Map(before.drawn?.compartments.map((one) => [one.key, one]));
  const facts = (after.drawn?.compartments ?? []).flatMap((one) => {
    const [was, is] = [compartments.get(one.key), factsOf(one)];
    if (!was || JSON.stringify(factsOf(was)) === JSON.stringify(is)) return [];
    return [{ key: one.key, before: factsOf(was), after: is }];
  });
  return {
    ...movesBetween([...old.keys()], [...now.keys()]),
    members: [...members, ...[...others].map(([key, moves]) => ({ key, ...moves }))].toSorted((a, b) =>
      byText(a.key, b.key),
    ),
    facts: facts.toSorted((a, b) => byText(a.key, b.key)),
  };
}

/** What is told of a network, and compared. */
export function factsOf({ driver, subnets, internal, shut }: Compartment): NetworkFacts {
  return { driver, subnets, internal, shut };
}

function edgeChanges(
  before: Recorded,
  after: Recorded,
  nodes: readonly OfBoth[],
  { facts }: Changes['networks'],
): Changes['edges'] {
  if (!before.drawn || !after.drawn) return { came: [], went: [], changed: [] };
  const known = new Map(nodes.map((one) => [one.key, one]));
  const turned = new Set(facts.map(({ key }) => key));
  const differs = ({ was, is }: OfBoth): boolean =>
    was.up !== is.up ||
    [moved('', was.marks, is.marks), moved('', was.networks, is.networks)].some(({ length }) => length > 0);
  const isOther = (from: string, to: string): boolean =>
    before.verdicts.get(pairOf(from, to)) !== after.verdicts.get(pairOf(from, to));
  /** A line of the network follows from what is told of its ends, of their network or of the pair; doors from ports. */
  const isTold = ({ kind, what, from, to }: RecordedEdge): boolean => {
    if (kind !== 'network') return false;
    const [one, other] = [known.get(from), known.get(to)];
    if (what === 'door' || !one || !other || differs(one) || differs(other)) return true;
    if (isOther(from, to) || isOther(to, from)) return true;
    return one.is.networks.some((key) => turned.has(key) && other.is.networks.includes(key));
  };
  const { stayed, came, went } = matchEdges(before, after, after.drawn.edges);
  const told = (edges: readonly RecordedEdge[]): readonly RecordedEdge[] =>
    edges.filter((edge) => !isTold(edge)).toSorted(byEnds);
  return {
    came: told(came),
    went: told(went),
    changed: stayed
      .filter(({ was, edge }) => !sayTheSame(was, edge) && !isTold(edge))
      .map(({ was, edge }) => ({ before: was, after: edge }))
      .toSorted((a, b) => byEnds(a.after, b.after)),
  };
}

function byEnds(a: RecordedEdge, b: RecordedEdge): number {
  const said = ({ kind, what, from, to, label }: RecordedEdge): string => JSON.stringify([from, to, kind, what, label]);
  return byText(said(a), said(b));
}

function moved(key: string, before: readonly string[], after: readonly string[]): readonly ({ key: string } & Moves)[] {
  const moves = movesBetween(before, after);
  return moves.came.length + moves.went.length > 0 ? [{ key, ...moves }] : [];
}

function movesBetween(before: readonly string[], after: readonly string[]): Moves {
  const [old, now] = [new Set(before), new Set(after)];
  return { came: after.filter((one) => !old.has(one)).sort(), went: before.filter((one) => !now.has(one)).sort() };
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function isUnchanged({ endpoints, networks, edges, pairs }: Changes): boolean {
  const { came, went, state, image, published, marks } = endpoints;
  const lists: readonly (readonly unknown[])[] = [
    ...[came, went, state, image, published, marks],
    ...[networks.came, networks.went, networks.members, networks.facts],
    ...[edges.came, edges.went, edges.changed, pairs],
  ];
  return lists.every(({ length }) => length === 0);
}
