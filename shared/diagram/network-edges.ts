/** Lines of the network layer: doors to the outside, pairs that are cut, and pairs open in a compartment that is shut. */
import { formatPorts } from '../ports.ts';
import type { Cell, Denial, Verdict } from '../reachability/model.ts';
import { byText, isZoneKind, type Compartment, type Cut, type DiagramEdge, type DiagramNode } from './model.ts';

/** What is known of ordered pairs, by endpoint id. */
export interface Pairs {
  readonly verdict: (from: string, to: string) => Verdict;
  readonly hasSide: (from: string, to: string) => boolean;
  readonly denial: (from: string, to: string) => Denial | null;
  readonly denials: readonly Denial[];
  readonly explain: (from: string, to: string) => Cell;
}

/** What a line says, without its ends. */
type Said = Omit<DiagramEdge, 'from' | 'to' | 'key' | 'both'>;

interface Input {
  /** Those in the scope. */
  readonly nodes: readonly DiagramNode[];
  /** All of the topology: who is isolated is so towards everybody, shown or not. */
  readonly everybody: readonly DiagramNode[];
  readonly compartments: readonly Compartment[];
  readonly pairs: Pairs;
}

export interface NetworkEdges {
  readonly edges: readonly DiagramEdge[];
  readonly shut: ReadonlySet<string>;
  readonly isolated: ReadonlySet<string>;
  readonly offline: ReadonlySet<string>;
  /** Lines of cuts that are left out. */
  readonly omitted: number;
}

/** More lines than this of cuts between compartments, and in those that are to be shut, would hide the picture they are part of. */
export const MOST_CUTS_BETWEEN = 60;

export function networkEdges(input: Input): NetworkEdges {
  const { nodes, everybody, compartments, pairs } = input;
  const isolated = isolatedIn(input);
  const isFree = ({ key, kind }: DiagramNode): boolean => !isolated.has(key) && !isZoneKind(kind);
  const free = nodes.filter(isFree);
  const zones = nodes.filter(({ kind }) => isZoneKind(kind));
  const offline = new Set(free.filter((node) => isOffline(node, zones, pairs)).map(({ key }) => key));
  const shut = new Set<string>();
  const drawn = new Set<string>();
  const order = new Map(nodes.map(({ key }, index) => [key, index]));
  const found: DiagramEdge[] = [];
  const crowded: DiagramEdge[] = [];
  const one = (from: DiagramNode, to: DiagramNode, edge: Said, list: DiagramEdge[] = found): void => {
    const pair = `${from.key} ${to.key} ${edge.what}`;
    if (drawn.has(pair)) return;
    drawn.add(pair);
    list.push({ ...edge, from: from.key, to: to.key, both: false, key: `${edge.what} ${from.key} → ${to.key}` });
  };
  for (const { key } of compartments) {
    const isMember = ({ up, networks }: DiagramNode): boolean => up && networks.includes(key);
    const members = free.filter(isMember);
    const all = pairsOf(members);
    // A network is shut or not, whoever of it is shown.
    const whole = pairsOf(everybody.filter((node) => isFree(node) && isMember(node)));
    if (isMost(whole.filter(({ from, to }) => isClosed(pairs, from, to)).length, whole.length)) {
      shut.add(key);
      for (const { from, to } of all) {
        if (!isOpen(pairs.verdict(from.id, to.id))) continue;
        if (isWanted(pairs, from, to)) one(from, to, cutOf(pairs, from, to));
        else one(from, to, { kind: 'network', what: 'open', label: openPorts(pairs.explain(from.id, to.id)) });
      }
    } else {
      const cuts = all.filter(({ from, to }) => isCut(pairs, from, to));
      // A network that is to be shut and is not yet has as many lines as pairs.
      const list = isMost(cuts.length, all.length) ? crowded : found;
      for (const { from, to } of cuts) one(from, to, cutOf(pairs, from, to), list);
    }
  }
  for (const { from, to } of betweenCompartments(free, zones, pairs, offline)) {
    one(from, to, cutOf(pairs, from, to), crowded);
  }
  const inRoom = inTurn(merged(crowded, order));
  for (const node of free) {
    const zone = node.up && node.doors.length > 0 ? doorZone(node, zones, pairs) : null;
    if (zone) one(zone, node, { kind: 'network', what: 'door', label: '' });
  }
  return {
    edges: [...merged(found, order), ...inRoom.slice(0, MOST_CUTS_BETWEEN)],
    shut,
    isolated,
    offline,
    omitted: Math.max(0, inRoom.length - MOST_CUTS_BETWEEN),
  };
}

/**
 * Lines in the order in which they are drawn while there is room: by key, but no end's second before everybody's first,
 * so that who is cut off does not look open for being late in the alphabet.
 */
function inTurn(edges: readonly DiagramEdge[]): readonly DiagramEdge[] {
  const seen = new Map<string, number>();
  const times = (key: string): number => seen.get(key) ?? 0;
  const turns = edges
    .toSorted((a, b) => byText(a.key, b.key))
    .map((edge) => {
      const turn = Math.min(times(edge.from), times(edge.to));
      for (const key of [edge.from, edge.to]) seen.set(key, times(key) + 1);
      return { edge, turn };
    });
  return turns.toSorted((a, b) => a.turn - b.turn).map(({ edge }) => edge);
}

interface Pair {
  readonly from: DiagramNode;
  readonly to: DiagramNode;
}

function pairsOf(members: readonly DiagramNode[]): readonly Pair[] {
  return members.flatMap((from) => members.filter((to) => to !== from).map((to) => ({ from, to })));
}

/** More than half of the pairs; of two nodes alone nothing is most. */
function isMost(count: number, all: number): boolean {
  return all > 2 && count * 2 > all;
}

function isOpen(verdict: Verdict): boolean {
  return verdict === 'open' || verdict === 'partial';
}

/** Nothing passes of what the compartment would let pass, or the user wants less than all of it to. */
function isCut(pairs: Pairs, from: DiagramNode, to: DiagramNode): boolean {
  return pairs.verdict(from.id, to.id) === 'blocked' || pairs.denial(from.id, to.id) !== null;
}

/** Nothing passes, or a denial that is held leaves a few ports only. */
function isClosed(pairs: Pairs, from: DiagramNode, to: DiagramNode): boolean {
  if (pairs.verdict(from.id, to.id) === 'blocked') return true;
  const denial = pairs.denial(from.id, to.id);
  return denial !== null && denial.state === 'held' && (denial.ports === undefined || denial.ports.other);
}

function isWanted(pairs: Pairs, from: DiagramNode, to: DiagramNode): boolean {
  const denial = pairs.denial(from.id, to.id);
  return denial !== null && denial.state !== 'held';
}

function cutOf(pairs: Pairs, from: DiagramNode, to: DiagramNode): Said {
  const denial = pairs.denial(from.id, to.id);
  const cut: Cut = denial === null ? 'engine' : denial.state === 'held' ? 'held' : 'wanted';
  const ports = denial?.ports ? (formatPorts(denial.ports) ?? []) : [];
  return { kind: 'network', what: 'cut', cut, label: shortList(ports) };
}

/** `tcp/80, tcp/443, +3` */
export function shortList(texts: readonly string[]): string {
  return texts.length > 3 ? `${texts.slice(0, 2).join(', ')}, +${texts.length - 2}` : texts.join(', ');
}

function openPorts({ channels }: Cell): string {
  const open = channels.filter(({ layer, verdict }) => layer === 'network' && verdict === 'open');
  if (open.some(({ ports }) => ports === undefined)) return '';
  return shortList([...new Set(open.flatMap(({ ports }) => ports ?? []))].toSorted(byText));
}

/** On the wire, and all of it. */
function isWhole(denial: Denial | null): boolean {
  return denial !== null && denial.state === 'held' && denial.ports === undefined;
}

/** Cut from everybody both ways, on the wire: one mark says more than a bundle of lines. */
function isolatedIn({ everybody, pairs }: Input): ReadonlySet<string> {
  const outgoing = new Map<string, number>();
  const incoming = new Map<string, number>();
  for (const denial of pairs.denials) {
    if (!isWhole(denial)) continue;
    outgoing.set(denial.from, (outgoing.get(denial.from) ?? 0) + 1);
    incoming.set(denial.to, (incoming.get(denial.to) ?? 0) + 1);
  }
  const isCutFrom = (node: DiagramNode, other: DiagramNode): boolean =>
    [[node.id, other.id] as const, [other.id, node.id] as const].every(
      // Who is in no network of its own can still come by a published port.
      ([from, to]) => isWhole(pairs.denial(from, to)) || (!mayMeet(node, other) && !isOpen(pairs.verdict(from, to))),
    );
  const candidates = everybody.filter(
    ({ id, kind, networks }) =>
      !isZoneKind(kind) && networks.length > 0 && (outgoing.get(id) ?? 0) > 2 && (incoming.get(id) ?? 0) > 2,
  );
  return new Set(
    candidates
      .filter((node) => everybody.every((other) => other.id === node.id || isCutFrom(node, other)))
      .map(({ key }) => key),
  );
}

function mayMeet(one: DiagramNode, other: DiagramNode): boolean {
  return isZoneKind(other.kind) || other.networks.some((key) => one.networks.includes(key));
}

/** Cut from both places outside, both ways. */
function isOffline(node: DiagramNode, zones: readonly DiagramNode[], pairs: Pairs): boolean {
  const outside = zones.filter(({ kind }) => kind !== 'host');
  const isCutFrom = (id: string): boolean => isWhole(pairs.denial(node.id, id)) && isWhole(pairs.denial(id, node.id));
  return outside.length > 0 && outside.every(({ id }) => isCutFrom(id));
}

/** Denied pairs that no compartment has in it: side doors, and the places outside. */
function betweenCompartments(
  free: readonly DiagramNode[],
  zones: readonly DiagramNode[],
  pairs: Pairs,
  offline: ReadonlySet<string>,
): readonly Pair[] {
  const byId = new Map([...free, ...zones].map((node) => [node.id, node]));
  return pairs.denials.flatMap((denial) => {
    const [from, to] = [byId.get(denial.from), byId.get(denial.to)];
    if (!from || !to || !from.up || !to.up) return [];
    if (from.networks.some((key) => to.networks.includes(key))) return [];
    const [inner, zone] = isZoneKind(from.kind) ? [to, from] : [from, to];
    if (isZoneKind(zone.kind) && zone.kind !== 'host' && offline.has(inner.key)) return [];
    return [{ from, to }];
  });
}

/** The farthest place from which its published ports can be reached. */
function doorZone(node: DiagramNode, zones: readonly DiagramNode[], pairs: Pairs): DiagramNode | null {
  const order = ['internet', 'lan', 'host'];
  const reached = zones
    .filter(({ id }) => isOpen(pairs.verdict(id, node.id)))
    .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return reached[0] ?? null;
}

/** Two lines that say the same in both directions become one. */
function merged(edges: readonly DiagramEdge[], order: ReadonlyMap<string, number>): readonly DiagramEdge[] {
  const same = (edge: DiagramEdge, from: string, to: string): string =>
    JSON.stringify([edge.what, edge.cut, edge.label, from, to]);
  const there = new Set(edges.map((edge) => same(edge, edge.from, edge.to)));
  return edges.flatMap((edge) => {
    if (edge.what === 'door' || !there.has(same(edge, edge.to, edge.from))) return [edge];
    if ((order.get(edge.from) ?? 0) > (order.get(edge.to) ?? 0)) return [];
    return [{ ...edge, both: true, key: `${edge.what} ${edge.from} ↔ ${edge.to}` }];
  });
}
