/**
 * Two exports as one diagram: what is there now and what is not any more, each with how it differs.
 *
 * Colour is for differences alone in it, and each has a sign too: `+`, `−`, `~` before names and labels.
 */
import {
  byText,
  doorText,
  isZoneKind,
  SIGNS,
  type Compartment,
  type Diagram,
  type DiagramEdge,
  type DiagramNode,
  type Difference,
} from '../diagram/model.ts';
import { toJson } from '../diagram/json.ts';
import { plain } from '../policy/selector.ts';
import { changesBetween, factsOf, type Changes } from './changed.ts';
import { changesText } from './changes-text.ts';
import { matchEdges, sayTheSame, wordsOf } from './matched-edges.ts';
import { readRecorded } from './read-recorded.ts';
import { bareNode, type Recorded, type RecordedNode } from './recorded.ts';

/** More lines for pairs than this would hide the picture they are part of; the text has them all. */
const MOST_PAIRS = 60;

/** What changed from an export to a diagram of now. */
export function changesSince(before: Recorded, now: Diagram): Changes {
  return changesBetween(before, recordedOf(now));
}

function recordedOf(now: Diagram): Recorded {
  return readRecorded('export', toJson(now));
}

/** The diagram of both. */
export function comparedDiagram(before: Recorded, now: Diagram): Diagram {
  const after = recordedOf(now);
  const changes = changesBetween(before, after);
  const nodes = nodesOf(before, now);
  const compartments = compartmentsOf(before, now);
  const lines = linesOf(before, after, now);
  const pairs = pairLines(changes, nodes, compartments, lines);
  const edges = [...lines, ...pairs.shown].toSorted((a, b) => byText(a.key, b.key));
  return {
    ...now,
    nodes: withEnds(nodes, edges, before, now),
    compartments,
    edges,
    compared: {
      summary: summaryOf([...nodes, ...compartments, ...lines], changes, pairs.omitted),
      lines: changesText(changes).split('\n').slice(0, -1),
    },
  };
}

/** What is good to know before changes are believed, for people: a sentence where the two are not of the same. */
export function comparisonNotes(before: Recorded, now: Diagram): readonly string[] {
  const scope = before.drawn ? scopeNote(before.drawn.scope, now.scope) : untoldNote(now.scope);
  const notes = [engineNote(before.engine, now.engine.name), scope];
  return notes.flatMap((note) => (note === null ? [] : [note.message]));
}

/** In the shape of what goes wrong, so that the page has it in its languages. */
interface Note {
  readonly message: string;
  readonly hint: '';
}

/** Exports that tell of no engine say nothing. */
function engineNote(was: string, is: string): Note | null {
  if (was === '' || was === is) return null;
  return {
    message: `The kept export is of the engine “${plain(was)}”, this one of “${plain(is)}”: what differs may never have changed.`,
    hint: '',
  };
}

/** What only one of them is about looks as if it had come or gone. */
function scopeNote(was: string, is: string): Note | null {
  if (was === is) return null;
  const [before, after] = [plain(was), plain(is)];
  if (was === '') {
    return {
      message: `The kept export is of everything, this one of ${after}: what only one of them has shows as added or removed.`,
      hint: '',
    };
  }
  if (is === '') {
    return {
      message: `The kept export is of ${before}, this one of everything: what only one of them has shows as added or removed.`,
      hint: '',
    };
  }
  return {
    message: `The kept export is of ${before}, this one of ${after}: what only one of them has shows as added or removed.`,
    hint: '',
  };
}

/** A matrix that was kept may be of a project as well, and does not say so. */
function untoldNote(is: string): Note | null {
  if (is === '') return null;
  return {
    message: `The kept matrix does not say what it is of, this export is of ${plain(is)}: what only one of them has shows as added or removed.`,
    hint: '',
  };
}

function signed(difference: Difference, text: string): string {
  return [SIGNS[difference], text].filter((part) => part !== '').join(' ');
}

function nodesOf(before: Recorded, now: Diagram): readonly DiagramNode[] {
  const old = oldNodes(before);
  const stay = now.nodes.map((node) => comparedNode(old.get(node.key), node, before));
  const here = new Set([...now.nodes, ...now.endpoints].map(({ key }) => key));
  const gone = [...old.values()]
    .filter(({ key, kind }) => !here.has(key) && !isZoneKind(kind))
    .toSorted((a, b) => byText(a.key, b.key))
    .map((node): DiagramNode => ({ ...restored(node), difference: 'went', name: signed('went', node.name) }));
  return [...stay, ...gone];
}

function oldNodes({ drawn, endpoints }: Recorded): ReadonlyMap<string, RecordedNode> {
  const nodes = drawn?.nodes ?? [...endpoints].map(([key, endpoint]) => bareNode(key, endpoint));
  return new Map(nodes.map((node) => [node.key, node]));
}

/** What is written of doors is not read back: they are told as changes of those that stayed. */
function restored({ published: _, ...node }: RecordedNode): DiagramNode {
  return { ...node, id: '', doors: [] };
}

function comparedNode(old: RecordedNode | undefined, node: DiagramNode, before: Recorded): DiagramNode {
  if (isZoneKind(node.kind)) return { ...node, difference: 'same' };
  if (!old) return { ...node, difference: 'came', name: signed('came', node.name) };
  const changes = changesOf(old, node, before);
  const difference = changes.length > 0 ? 'changed' : 'same';
  return {
    ...node,
    difference,
    name: signed(difference, node.name),
    ...(changes.length > 0 ? { changes } : {}),
  };
}

function changesOf(old: RecordedNode, node: DiagramNode, before: Recorded): readonly string[] {
  const from = (was: string, is: string): string[] => (was === is ? [] : [`${was || '–'} → ${is || '–'}`]);
  // Of exports that tell of pairs alone, only that and the state is known.
  if (!before.drawn) return from(old.state, node.state);
  return [
    ...from(old.state, node.state),
    ...from(old.image, node.image),
    ...moves(old.networks, node.networks),
    ...moves(old.published, node.doors.map(doorText)),
    ...moves(old.marks, node.marks),
  ];
}

function moves(was: readonly string[], is: readonly string[]): readonly string[] {
  return [
    ...was.filter((one) => !is.includes(one)).map((one) => signed('went', one.trim())),
    ...is.filter((one) => !was.includes(one)).map((one) => signed('came', one.trim())),
  ];
}

function compartmentsOf({ drawn }: Recorded, now: Diagram): readonly Compartment[] {
  if (!drawn) return now.compartments.map((one) => ({ ...one, difference: 'same' }));
  const old = new Map(drawn.compartments.map((one) => [one.key, one]));
  const here = new Set(now.compartments.map(({ key }) => key));
  const compared = (one: Compartment, difference: Difference): Compartment => ({
    ...one,
    difference,
    name: signed(difference, one.name),
  });
  return [
    ...now.compartments.map((one) => {
      const was = old.get(one.key);
      return compared(
        one,
        !was ? 'came' : JSON.stringify(factsOf(was)) === JSON.stringify(factsOf(one)) ? 'same' : 'changed',
      );
    }),
    ...drawn.compartments.filter(({ key }) => !here.has(key)).map((one) => compared(one, 'went')),
  ].toSorted((a, b) => byText(a.key, b.key));
}

function linesOf(before: Recorded, after: Recorded, now: Diagram): readonly DiagramEdge[] {
  if (!before.drawn) return now.edges.map((edge) => ({ ...edge, difference: 'same' }));
  const { stayed, came, went } = matchEdges(before, after, now.edges);
  return [
    ...stayed.map(({ was, edge }): DiagramEdge => {
      if (sayTheSame(was, edge)) return { ...edge, difference: 'same' };
      const label = signed('changed', `${wordsOf(was, edge)} → ${wordsOf(edge, was)}`);
      return { ...edge, difference: 'changed', label };
    }),
    ...came.map((edge): DiagramEdge => ({ ...edge, difference: 'came', label: signed('came', edge.label) })),
    ...went.map((edge, index): DiagramEdge => ({
      ...edge,
      key: `gone ${edge.kind} ${edge.what} ${edge.from} → ${edge.to} ${String(index)}`,
      difference: 'went',
      label: signed('went', edge.label),
    })),
  ];
}

/** Pairs whose verdict changed for no reason that the picture shows already. */
function pairLines(
  changes: Changes,
  nodes: readonly DiagramNode[],
  compartments: readonly Compartment[],
  lines: readonly DiagramEdge[],
): { readonly shown: readonly DiagramEdge[]; readonly omitted: number } {
  const changed = new Set(nodes.filter(({ difference }) => difference !== 'same').map(({ key }) => key));
  const told = new Set(
    lines.filter(({ kind, difference }) => kind === 'network' && difference !== 'same').map(identityOfPair),
  );
  const turned = new Set(compartments.filter(({ difference }) => difference === 'changed').map(({ key }) => key));
  const networks = new Map(nodes.map((node) => [node.key, node.networks]));
  /** In a network that is another now; who is in none is outside, where the network leads. */
  const meets = (one: string, other: string): boolean => {
    const others = networks.get(other) ?? [];
    return (networks.get(one) ?? []).some((key) => turned.has(key) && (others.length === 0 || others.includes(key)));
  };
  const isTold = (from: string, to: string): boolean =>
    changed.has(from) ||
    changed.has(to) ||
    told.has(identityOfPair({ from, to })) ||
    meets(from, to) ||
    meets(to, from);
  const open = changes.pairs.filter(({ from, to }) => !isTold(from, to));
  const there = new Set(open.map((pair) => JSON.stringify(pair)));
  const edges = open.flatMap((pair): DiagramEdge[] => {
    const { from, to, before, after } = pair;
    const both = there.has(JSON.stringify({ from: to, to: from, before, after }));
    if (both && from > to) return [];
    const key = `verdict ${from} ${both ? '↔' : '→'} ${to}`;
    const label = signed('changed', `${before} → ${after}`);
    return [{ key, kind: 'network', what: 'verdict', from, to, both, label, difference: 'changed' }];
  });
  return { shown: edges.slice(0, MOST_PAIRS), omitted: Math.max(0, edges.length - MOST_PAIRS) };
}

function identityOfPair({ from, to }: { readonly from: string; readonly to: string }): string {
  return JSON.stringify([from, to].toSorted(byText));
}

/** A place outside that only a line of one of the two leads to is in the picture as well. */
function withEnds(
  nodes: readonly DiagramNode[],
  edges: readonly DiagramEdge[],
  before: Recorded,
  now: Diagram,
): readonly DiagramNode[] {
  const here = new Set(nodes.map(({ key }) => key));
  const missing = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((key) => !here.has(key));
  const old = oldNodes(before);
  const added = missing.toSorted(byText).map((key): DiagramNode => {
    const found = now.endpoints.find((one) => one.key === key);
    if (found) return { ...found, difference: 'same' };
    const was = old.get(key) ?? bareNode(key, { kind: 'container', state: '', image: '' });
    return { ...restored(was), difference: isZoneKind(was.kind) ? 'same' : 'went' };
  });
  return [...nodes, ...added];
}

function summaryOf(all: readonly { readonly difference?: Difference }[], { pairs }: Changes, omitted: number): string {
  const count = (which: Difference): number => all.filter(({ difference }) => difference === which).length;
  const parts = [
    [count('came'), 'added'],
    [count('went'), 'removed'],
    [count('changed'), 'changed'],
    [pairs.length, pairs.length === 1 ? 'pair with another verdict' : 'pairs with another verdict'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${String(number)} ${word}`);
  const more = omitted === 0 ? [] : [`${String(omitted)} of them not drawn`];
  return said.length === 0 ? 'nothing changed' : [...said, ...more].join(', ');
}
