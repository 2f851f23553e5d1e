/**
 * The fewest groups such that two things are in one group exactly where they may meet.
 *
 * That is the least edge clique cover of a graph, which is NP-hard; here with one thing more, because groups are of two
 * kinds: an outward group leads out, so it may hold only those who may go out, and everybody who may must be in one.
 * Groups may be taken from the largest possible ones, so this is a set cover by maximal cliques.  It is solved exactly
 * by branch and bound within a budget of steps, which some twenty services stay well within; beyond that the best found
 * by then is given, which a greedy choice bounds.
 */

export interface Meeting {
  /** How many there are; they are named by number from 0 on. */
  readonly size: number;
  /** Whether the two may meet; symmetric. */
  readonly mayMeet: (one: number, other: number) => boolean;
  readonly mayGoOut: (one: number) => boolean;
  /** Pairs that meet elsewhere already need no group. */
  readonly meetElsewhere?: (one: number, other: number) => boolean;
  /** Who needs no group to go out. */
  readonly outElsewhere?: (one: number) => boolean;
}

export interface Group {
  /** Ascending. */
  readonly members: readonly number[];
  readonly outward: boolean;
}

export interface Cover {
  readonly groups: readonly Group[];
  /** Whether it is known that there is no cover with fewer groups. */
  readonly fewest: boolean;
}

const STEPS = 50_000;
/** More largest cliques than these are not listed: a graph may have exponentially many. */
const CLIQUES = 2_000;

interface Candidate extends Group {
  /** What it covers: keys of pairs, of going out, of being somewhere. */
  readonly covers: readonly string[];
}

export function cover(meeting: Meeting): Cover {
  const needs = needsOf(meeting);
  const { candidates, complete } = candidatesOf(meeting, needs);
  const { chosen, finished } = cheapest(needs, candidates);
  return { groups: trimmed(chosen, needs), fewest: complete && finished };
}

const pairNeed = (one: number, other: number): string =>
  `${String(Math.min(one, other))} ${String(Math.max(one, other))}`;
const outNeed = (one: number): string => `out ${String(one)}`;
/** Who meets nobody and may not go out must be on some network all the same. */
const placeNeed = (one: number): string => `at ${String(one)}`;

function needsOf({ size, mayMeet, mayGoOut, meetElsewhere, outElsewhere }: Meeting): ReadonlySet<string> {
  const needs = new Set<string>();
  for (let one = 0; one < size; one += 1) {
    let placed = false;
    for (let other = 0; other < size; other += 1) {
      if (other === one || !mayMeet(one, other)) continue;
      placed = true;
      if (!meetElsewhere?.(one, other)) needs.add(pairNeed(one, other));
    }
    if (mayGoOut(one)) {
      if (!outElsewhere?.(one)) needs.add(outNeed(one));
    } else if (!placed && !outElsewhere?.(one)) needs.add(placeNeed(one));
  }
  return needs;
}

function candidatesOf(
  { size, mayMeet, mayGoOut }: Meeting,
  needs: ReadonlySet<string>,
): { readonly candidates: readonly Candidate[]; readonly complete: boolean } {
  const everybody = Array.from({ length: size }, (_, at) => at);
  const outgoing = everybody.filter(mayGoOut);
  const outward = largestCliques(outgoing, mayMeet);
  const inward = largestCliques(everybody, mayMeet);
  const groups: Group[] = [
    ...outward.cliques.map((members) => ({ members, outward: true })),
    // Of those who all may go out, the outward one is as good.
    ...inward.cliques.filter((one) => !one.every(mayGoOut)).map((members) => ({ members, outward: false })),
  ];
  const candidates = groups
    .map((group) => ({ ...group, covers: coveredBy(group, needs) }))
    .filter(({ covers }) => covers.length > 0);
  return { candidates, complete: outward.complete && inward.complete };
}

function coveredBy({ members, outward }: Group, needs: ReadonlySet<string>): readonly string[] {
  const all = members.flatMap((one, at) => [
    ...members.slice(at + 1).map((other) => pairNeed(one, other)),
    placeNeed(one),
    ...(outward ? [outNeed(one)] : []),
  ]);
  return all.filter((need) => needs.has(need));
}

/** Cliques that are in no larger one (Bron and Kerbosch, with pivot); where there are too many, one grown around each pair. */
function largestCliques(
  among: readonly number[],
  mayMeet: Meeting['mayMeet'],
): { readonly cliques: readonly (readonly number[])[]; readonly complete: boolean } {
  const found: (readonly number[])[] = [];
  const extend = (clique: readonly number[], open: readonly number[], done: readonly number[]): boolean => {
    if (open.length === 0 && done.length === 0) {
      if (clique.length > 0) found.push([...clique].sort((a, b) => a - b));
      return found.length <= CLIQUES;
    }
    const met = (one: number): number => open.filter((other) => other !== one && mayMeet(one, other)).length;
    const pivot = [...open, ...done].reduce((best, one) => (met(one) > met(best) ? one : best));
    let [left, gone] = [open, done];
    for (const one of open.filter((other) => other === pivot || !mayMeet(pivot, other))) {
      const friend = (other: number): boolean => other !== one && mayMeet(one, other);
      if (!extend([...clique, one], left.filter(friend), gone.filter(friend))) return false;
      left = left.filter((other) => other !== one);
      gone = [...gone, one];
    }
    return true;
  };
  if (extend([], among, [])) return { cliques: found, complete: true };
  const grown = among.flatMap((one) =>
    among.filter((other) => other > one && mayMeet(one, other)).map((other) => grow([one, other], among, mayMeet)),
  );
  const alone = among.filter((one) => !among.some((other) => other !== one && mayMeet(one, other))).map((one) => [one]);
  return { cliques: [...grown, ...alone], complete: false };
}

function grow(seed: readonly number[], among: readonly number[], mayMeet: Meeting['mayMeet']): readonly number[] {
  const clique = [...seed];
  for (const one of among) {
    if (!clique.includes(one) && clique.every((other) => mayMeet(one, other))) clique.push(one);
  }
  return clique.sort((a, b) => a - b);
}

function cheapest(
  needs: ReadonlySet<string>,
  candidates: readonly Candidate[],
): { readonly chosen: readonly Candidate[]; readonly finished: boolean } {
  const by = new Map<string, Candidate[]>([...needs].map((need) => [need, []]));
  for (const candidate of candidates) for (const need of candidate.covers) by.get(need)?.push(candidate);
  const most = Math.max(1, ...candidates.map(({ covers }) => covers.length));
  let best = greedy(needs, candidates);
  let steps = 0;
  const search = (chosen: readonly Candidate[], left: ReadonlySet<string>): void => {
    steps += 1;
    if (left.size === 0) {
      if (chosen.length < best.length) best = chosen;
      return;
    }
    if (steps > STEPS || chosen.length + Math.ceil(left.size / most) >= best.length) return;
    // The need with the fewest answers: it must be met by one of them.
    let narrow: readonly Candidate[] | null = null;
    for (const need of left) {
      const answers = by.get(need) ?? [];
      if (narrow === null || answers.length < narrow.length) narrow = answers;
      if (narrow.length <= 1) break;
    }
    const meets = ({ covers }: Candidate): number => covers.filter((need) => left.has(need)).length;
    for (const candidate of [...(narrow ?? [])].sort((a, b) => meets(b) - meets(a))) {
      const rest = new Set(left);
      for (const need of candidate.covers) rest.delete(need);
      search([...chosen, candidate], rest);
    }
  };
  search([], needs);
  return { chosen: best, finished: steps <= STEPS };
}

function greedy(needs: ReadonlySet<string>, candidates: readonly Candidate[]): readonly Candidate[] {
  const left = new Set(needs);
  const chosen: Candidate[] = [];
  while (left.size > 0) {
    const meets = ({ covers }: Candidate): number => covers.filter((need) => left.has(need)).length;
    const next = candidates.reduce((best, one) => (meets(one) > meets(best) ? one : best));
    for (const need of next.covers) left.delete(need);
    chosen.push(next);
  }
  return chosen;
}

/** Nobody is in a group who need not be: what two groups cover, the first leaves to the second. */
function trimmed(chosen: readonly Candidate[], needs: ReadonlySet<string>): readonly Group[] {
  const groups: Group[] = chosen.map(({ members, outward }) => ({ members, outward }));
  const times = new Map<string, number>();
  for (const { covers } of chosen) for (const need of covers) times.set(need, (times.get(need) ?? 0) + 1);
  return groups
    .map((group) => {
      let members = group.members;
      for (const one of group.members) {
        const without = members.filter((other) => other !== one);
        const before = coveredBy({ ...group, members }, needs);
        const after = new Set(coveredBy({ ...group, members: without }, needs));
        const lost = before.filter((need) => !after.has(need));
        if (lost.some((need) => (times.get(need) ?? 0) < 2)) continue;
        for (const need of lost) times.set(need, (times.get(need) ?? 0) - 1);
        members = without;
      }
      return { ...group, members };
    })
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => compareLists(a.members, b.members));
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    if (one !== other) return one - other;
  }
  return a.length - b.length;
}
