/** Lines of two exports, put beside each other: which are the same ones, which came, which went. */
import { byText, type DiagramEdge } from '../diagram/model.ts';
import { pairOf, type Recorded, type RecordedEdge } from './recorded.ts';

export interface MatchedEdges<Of> {
  /** In both, whether they say the same or not. */
  readonly stayed: readonly { readonly was: RecordedEdge; readonly edge: Of }[];
  readonly came: readonly Of[];
  readonly went: readonly RecordedEdge[];
}

/**
 * Lines are the same line where they join the same two for the same reason.
 *
 * A cut that one of the two leaves out for being one of too many has neither come nor gone, and neither has what leads to a
 * place outside that one of them does not tell of.
 *
 * @param edges those of `after`, in whatever shape
 */
export function matchEdges<Of extends RecordedEdge>(
  before: Recorded,
  after: Recorded,
  edges: readonly Of[],
): MatchedEdges<Of> {
  const left = new Map<string, RecordedEdge[]>();
  for (const edge of before.drawn?.edges ?? []) {
    const known = left.get(identityOf(edge));
    if (known) known.push(edge);
    else left.set(identityOf(edge), [edge]);
  }
  const hasOmitted = (before.drawn?.omitted ?? 0) + (after.drawn?.omitted ?? 0) > 0;
  const take = (edge: Of): RecordedEdge | undefined => {
    const found = left.get(identityOf(edge)) ?? [];
    const best = found.findIndex((one) => sayingOf(one) === sayingOf(edge));
    if (best >= 0) return found.splice(best, 1)[0];
    // Of two cuts, one for each way, the other one may be what is left out.
    const next = hasOmitted ? found.findIndex((one) => one.both || edge.both || one.from === edge.from) : 0;
    return next < 0 ? undefined : found.splice(next, 1)[0];
  };
  const isThere = (edge: Of): boolean =>
    left.get(identityOf(edge))?.some((one) => sayingOf(one) === sayingOf(edge)) === true;
  // Those that say the same find each other first.
  const order = edges.toSorted((a, b) => Number(isThere(b)) - Number(isThere(a)));
  const stayed: { was: RecordedEdge; edge: Of }[] = [];
  const came: Of[] = [];
  for (const edge of order) {
    const was = take(edge);
    if (was) stayed.push({ was, edge });
    else if (isOmitted(edge, before, after) || isUntold(edge, before)) stayed.push({ was: edge, edge });
    else came.push(edge);
  }
  const gone = [...left.values()].flat();
  return {
    stayed,
    came,
    went: gone.filter((edge) => !isOmitted(edge, after, before) && !isUntold(edge, after)),
  };
}

/** Cuts are left out between compartments alone; of one that is left out, the pair's verdict is what it is in the other. */
function isOmitted({ what, from, to, both }: RecordedEdge, one: Recorded, other: Recorded): boolean {
  if (what !== 'cut' || (one.drawn?.omitted ?? 0) === 0) return false;
  const isSame = (a: string, b: string): boolean => {
    const verdict = one.verdicts.get(pairOf(a, b));
    return verdict !== undefined && verdict === other.verdicts.get(pairOf(a, b));
  };
  const networksOf = (key: string): readonly string[] =>
    one.drawn?.nodes.find((node) => node.key === key)?.networks ?? [];
  const meet = networksOf(from).some((key) => networksOf(to).includes(key));
  return !meet && isSame(from, to) && (!both || isSame(to, from));
}

function isUntold({ from, to }: RecordedEdge, { endpoints }: Recorded): boolean {
  return [from, to].some((key) => isZoneKey(key) && !endpoints.has(key));
}

/** Places outside are called by what they are. */
export function isZoneKey(key: string): boolean {
  return key === 'host' || key === 'lan' || key === 'internet';
}

function identityOf({ kind, what, from, to }: Pick<DiagramEdge, 'kind' | 'what' | 'from' | 'to'>): string {
  // One way or both ways is what it says, not which it is.
  return JSON.stringify([kind, what, ...[from, to].toSorted(byText)]);
}

type Saying = Omit<RecordedEdge, 'kind' | 'what'>;

export function sayTheSame(one: Saying, other: Saying): boolean {
  return sayingOf(one) === sayingOf(other);
}

function sayingOf({ from, to, both, cut, label }: Saying): string {
  return JSON.stringify([both ? '' : `${from} ${to}`, both, cut ?? '', label]);
}

/** What one of two says that the other does not. */
export function wordsOf({ from, to, both, cut, label }: Saying, other: Saying): string {
  const state = cut === undefined ? '' : cut === 'wanted' ? 'not yet cut' : cut === 'engine' ? 'cut by engine' : 'cut';
  const way = both ? 'both ways' : from < to ? 'one way' : 'the other way';
  const parts = [
    cut === other.cut ? '' : state,
    label === other.label ? '' : label === '' ? 'all' : label,
    both === other.both && (both || from === other.from) ? '' : way,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
