/**
 * The diagram: what a picture of one engine shows, before anything has a place.
 *
 * Networks are compartments.  Who is in a compartment may talk to whoever else is, and nothing is drawn for that; lines
 * are drawn for what a compartment does not say: doors to the outside, pairs that are cut, what passes beside the network.
 * A compartment in which most pairs are cut on the wire is drawn shut, with lines for those that are still open.
 *
 * Keys are made of names, never of ids, so that the same topology gives the same bytes.  Names are hostile text.
 */
import type { Layer, Verdict } from '../reachability/model.ts';

export type NodeKind = 'container' | 'service' | 'host' | 'lan' | 'internet' | 'volume' | 'project' | 'network';

/** One published port: `address:hostPort` outside leads to `port` inside. */
export interface Door {
  /** `''` for every address. */
  readonly address: string;
  readonly hostPort: number;
  readonly port: number;
  readonly protocol: string;
}

export type Mark = 'engine' | 'isolated' | 'offline';

/** How something stands against an earlier export.  Absent where a diagram is compared with none. */
export type Difference = 'same' | 'came' | 'went' | 'changed';

export interface DiagramNode {
  /** `container:web`, `service:web`, `host`, `volume:data`, `project:shop`: unique and the same next time. */
  readonly key: string;
  /** The engine's id of an endpoint, `''` for what is none: for the page, never exported. */
  readonly id: string;
  readonly kind: NodeKind;
  readonly name: string;
  readonly project: string;
  readonly service: string;
  readonly image: string;
  /** `running`, `exited`, `2/3`…; `''` for what has none. */
  readonly state: string;
  /** What is not up takes no part in the network and is drawn pale. */
  readonly up: boolean;
  /** Keys of the compartments it is in, sorted; none for what is outside all. */
  readonly networks: readonly string[];
  readonly doors: readonly Door[];
  /** `engine`: rules the engine and can undo every block.  `isolated`: nothing in or out, on the wire, of whoever is shown or not.  `offline`: nothing to and from outside. */
  readonly marks: readonly Mark[];
  /** Of a collapsed one: how many endpoints it stands for. */
  readonly holds?: number;
  /** Where a diagram is about the reach of one: hops from it, `Infinity` where it does not get to.  Absent: it is about all. */
  readonly hops?: number;
  /** Of one that is not the same its sign stands before the name. */
  readonly difference?: Difference;
  /** What is different about it, one thing each. */
  readonly changes?: readonly string[];
}

export interface Compartment {
  /** The network's name, or a name of ours for host mode and no network. */
  readonly key: string;
  readonly name: string;
  readonly kind: 'network' | 'host' | 'none';
  readonly driver: string;
  readonly subnets: readonly string[];
  readonly internal: boolean;
  /** Most pairs inside are cut on the wire, of whoever is shown or not: lines show those that are open, and those that should not be. */
  readonly shut: boolean;
  readonly project: string;
  readonly difference?: Difference;
}

/** How a cut stands: on the wire by rule, by the engine itself, or only wanted. */
export type Cut = 'held' | 'engine' | 'wanted';

/** How many ways from one to the other there are where at least one of both is folded, and how many of them are cut. */
export interface CutPart {
  readonly of: number;
  /** Everything of them, on the wire. */
  readonly cut: number;
  /** Some ports of them, on the wire. */
  readonly some: number;
  /** Only wanted. */
  readonly wanted: number;
}

export interface DiagramEdge {
  /** Unique and the same next time. */
  readonly key: string;
  readonly kind: Layer;
  /** `door`, `cut`, `open`, `part` (cut of some in what is folded), `volume`, `bind`, `link`, `docker-sock`, `ipc`, `pid`, `stack`, `capability`… */
  readonly what: string;
  /** Node keys; the arrow points at `to`. */
  readonly from: string;
  readonly to: string;
  /** It holds in both directions. */
  readonly both: boolean;
  /** Absent: it is open. */
  readonly cut?: Cut;
  /** A volume's name, an alias, ports…; `''` when there is nothing to say. */
  readonly label: string;
  /** Of a `part`: what its label says, for who says it in other words. */
  readonly part?: CutPart;
  /** Of one that is not the same its sign stands before the label. */
  readonly difference?: Difference;
}

export interface DiagramEngine {
  readonly name: string;
  readonly version: string;
  readonly kind: string;
}

/** The network verdicts of one endpoint towards the others shown, by key, in the order of the nodes. */
export interface DiagramRow {
  readonly from: string;
  readonly verdicts: readonly Verdict[];
}

export interface Diagram {
  readonly engine: DiagramEngine;
  /** What it is limited to, in words for people; `''`: everything. */
  readonly scope: string;
  readonly nodes: readonly DiagramNode[];
  readonly compartments: readonly Compartment[];
  readonly edges: readonly DiagramEdge[];
  /** How many lines of cuts are left out, because there are too many to see anything; absent: none. */
  readonly omitted?: number;
  /** Endpoints of the matrix in the scope, in its order: keys into `rows` and, where drawn, into `nodes`. */
  readonly endpoints: readonly DiagramNode[];
  readonly rows: readonly DiagramRow[];
  /** Ids of all that rule the engine, in the scope or not: for the page, never exported. */
  readonly masters: readonly string[];
  /** Whose reach it is about, by name; absent: nobody's. */
  readonly focus?: string;
  /** Of one that is compared: what changed, in sum and line by line. */
  readonly compared?: { readonly summary: string; readonly lines: readonly string[] };
}

export type Differing = Exclude<Difference, 'same'>;

export function differs<Of extends { readonly difference?: Difference }>(
  one: Of,
): one is Of & { readonly difference: Differing } {
  return one.difference !== undefined && one.difference !== 'same';
}

/** The signs of what came, went and changed: colour alone tells nobody. */
export const SIGNS: Readonly<Record<Difference, string>> = { same: '', came: '+', went: '−', changed: '~' };

/** What to show; all that is given must hold. */
export interface DiagramScope {
  readonly project?: string;
  /** A network's name. */
  readonly network?: string;
  /** Part of a name, a service or an image; or endpoints by id. */
  readonly filter?: string;
  readonly ids?: readonly string[];
}

/** `8080 → 80`, `127.0.0.1:53 → 53/udp`: how a door is written everywhere. */
export function doorText({ address, hostPort, port, protocol }: Door): string {
  const outside = address === '' ? String(hostPort) : `${address.includes(':') ? `[${address}]` : address}:${hostPort}`;
  return `${outside} → ${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

/** Orders keys the same on every machine: by code unit, not by language. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `3 hops away`; `''` where a diagram is about nobody's reach, or does not get there. */
export function hopsText({ hops = Infinity }: Pick<DiagramNode, 'hops'>): string {
  if (hops === Infinity) return '';
  return hops === 0 ? 'begins here' : `${hops} ${hops === 1 ? 'hop' : 'hops'} away`;
}

export function isZoneKind(kind: NodeKind): kind is 'host' | 'lan' | 'internet' {
  return kind === 'host' || kind === 'lan' || kind === 'internet';
}
