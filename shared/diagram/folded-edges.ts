/**
 * Lines of a diagram in which some nodes are folded: several become one, which says only what all of them say.
 *
 * A cut of one member is none of the whole: it stays a cut where every member that has the way is cut, and is else a line
 * that counts them.
 */
import { byText, type Cut, type CutPart, type DiagramEdge, type DiagramNode } from './model.ts';

interface Input {
  readonly nodes: readonly DiagramNode[];
  readonly edges: readonly DiagramEdge[];
  /** By key of a node that is folded: the key of what it is folded into. */
  readonly target: ReadonlyMap<string, string>;
  readonly passes: (from: string, to: string) => boolean;
}

/** All lines of one kind between two ends of which one or both are folded, in one direction. */
interface Way {
  readonly from: string;
  readonly to: string;
  readonly edges: DiagramEdge[];
}

/** What a line says, without its ends. */
type Said = Pick<DiagramEdge, 'kind' | 'what' | 'cut' | 'label' | 'part'>;

export function foldedEdges({ nodes, edges, target, passes }: Input): readonly DiagramEdge[] {
  const endOf = (key: string): string => target.get(key) ?? key;
  const members = new Map<string, DiagramNode[]>();
  for (const node of nodes) {
    const known = members.get(endOf(node.key));
    if (known) known.push(node);
    else members.set(endOf(node.key), [node]);
  }
  const kept: DiagramEdge[] = [];
  const ways = new Map<string, Way>();
  const put = (edge: DiagramEdge, from: string, to: string): void => {
    const key = wayKey(edge, endOf(from), endOf(to));
    const known = ways.get(key);
    // Each is kept in its own direction: two cuts of one pair are two.
    const one = { ...edge, from, to };
    if (known) known.edges.push(one);
    else ways.set(key, { from: endOf(from), to: endOf(to), edges: [one] });
  };
  for (const edge of edges) {
    const [from, to] = [endOf(edge.from), endOf(edge.to)];
    if (from === to) continue;
    if (from === edge.from && to === edge.to) kept.push(edge);
    else {
      put(edge, edge.from, edge.to);
      if (edge.both) put(edge, edge.to, edge.from);
    }
  }
  const said = new Map<string, Said>();
  for (const [key, { from, to, edges: joined }] of ways) {
    const open = (): number => waysOpen(members.get(from) ?? [], members.get(to) ?? [], joined, passes);
    said.set(key, joined[0]?.cut === undefined ? joinedLine(joined) : joinedCut(joined, open()));
  }
  const done = new Set<string>();
  for (const [key, { from, to, edges: joined }] of ways) {
    const [first] = joined;
    const one = said.get(key);
    if (!first || !one || done.has(key)) continue;
    const back = wayKey(first, to, from);
    const other = said.get(back);
    const both = other !== undefined && (one.cut === undefined && one.part === undefined ? true : isSame(one, other));
    if (both) done.add(back);
    const label = both && one.label !== other.label ? '' : one.label;
    const edge = { ...one, label, from, to, both };
    kept.push({ ...edge, key: `${one.kind} ${one.what} ${one.cut ?? ''} ${from} ${both ? '↔' : '→'} ${to}` });
  }
  return kept.toSorted((a, b) => byText(a.key, b.key));
}

function wayKey({ kind, what }: DiagramEdge, from: string, to: string): string {
  return JSON.stringify([kind, what, from, to]);
}

function isSame(one: Said, other: Said): boolean {
  const sayingOf = ({ what, cut, label }: Said): string => JSON.stringify([what, cut, label]);
  return sayingOf(one) === sayingOf(other);
}

/** What each said is said of none, where it is not the same. */
function joinedLine(edges: readonly DiagramEdge[]): Said {
  const labels = new Set(edges.map(({ label }) => label));
  const { kind = 'network', what = '' } = edges[0] ?? {};
  return { kind, what, label: labels.size === 1 ? ([...labels][0] ?? '') : '' };
}

/** @param open how many pairs have no line that cuts them and let something pass */
function joinedCut(edges: readonly DiagramEdge[], open: number): Said {
  const wanted = edges.filter(({ cut }) => cut === 'wanted').length;
  const labels = new Set(edges.map(({ label }) => label));
  const isOne = labels.size === 1 && (wanted === 0 || wanted === edges.length);
  if (open === 0 && isOne) {
    const cuts = new Set(edges.map(({ cut }) => cut));
    const cut: Cut = wanted > 0 ? 'wanted' : cuts.size === 1 && cuts.has('engine') ? 'engine' : 'held';
    return { kind: 'network', what: 'cut', cut, label: [...labels][0] ?? '' };
  }
  const onWire = edges.filter(({ cut }) => cut !== 'wanted');
  const cut = onWire.filter(({ label }) => label === '').length;
  const part = { of: edges.length + open, cut, some: onWire.length - cut, wanted };
  return { kind: 'network', what: 'part', label: partText(part, ENGLISH_PARTS), part };
}

function waysOpen(
  from: readonly DiagramNode[],
  to: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
  passes: Input['passes'],
): number {
  const cut = new Set(edges.map((edge) => JSON.stringify([edge.from, edge.to])));
  const open = from.map(
    (one) => to.filter((other) => !cut.has(JSON.stringify([one.key, other.key])) && passes(one.id, other.id)).length,
  );
  return open.reduce((sum, count) => sum + count, 0);
}

export interface PartWords {
  /** Of what is told first. */
  readonly first: (kind: 'cut' | 'some' | 'wanted', count: number, of: number) => string;
  /** Of what is told after it. */
  readonly next: (kind: 'some' | 'wanted', count: number) => string;
  readonly comma: string;
}

const ENGLISH_PARTS: PartWords = {
  first: (kind, count, of) => `${count} of ${of} ${{ cut: 'cut', some: 'cut in part', wanted: 'not yet cut' }[kind]}`,
  next: (kind, count) => `${count} ${kind === 'some' ? 'in part' : 'not yet'}`,
  comma: ', ',
};

/** `1 of 3 cut`, `2 of 5 cut, 1 in part, 1 not yet`. */
export function partText({ of, cut, some, wanted }: CutPart, { first, next, comma }: PartWords): string {
  const told: string[] = cut > 0 ? [first('cut', cut, of)] : [];
  if (some > 0) told.push(told.length === 0 ? first('some', some, of) : next('some', some));
  if (wanted > 0) told.push(told.length === 0 ? first('wanted', wanted, of) : next('wanted', wanted));
  return told.join(comma);
}
