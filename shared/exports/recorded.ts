/** Exports as they were kept, to be compared: what is known of them (`read-recorded.ts` reads them back). */
import type { Compartment, DiagramEdge, DiagramNode } from '../diagram/model.ts';
import type { Verdict } from '../reachability/model.ts';

export interface RecordedEndpoint {
  readonly kind: string;
  readonly state: string;
  readonly image: string;
}

/** Everything by key: `container:web`, `host`. */
export interface Recorded {
  /** The engine's name; `''` where the export tells of none. */
  readonly engine: string;
  readonly endpoints: ReadonlyMap<string, RecordedEndpoint>;
  /** Keys of members by the network's name; `null` where the export tells of none. */
  readonly networks: ReadonlyMap<string, readonly string[]> | null;
  /** Keyed by `from` and `to`, as `pairOf` joins them. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What a picture of it shows; `null` where the export tells of pairs alone. */
  readonly drawn: RecordedDrawing | null;
}

export interface RecordedDrawing {
  /** In words for people; `''`: everything. */
  readonly scope: string;
  readonly nodes: readonly RecordedNode[];
  readonly compartments: readonly Compartment[];
  readonly edges: readonly RecordedEdge[];
  /** How many lines of cuts are left out of `edges`. */
  readonly omitted: number;
}

/** Doors as they are written. */
export type RecordedNode = Omit<DiagramNode, 'id' | 'doors' | 'difference' | 'changes'> & {
  readonly published: readonly string[];
};
export type RecordedEdge = Omit<DiagramEdge, 'key' | 'difference'>;

/** JSON keeps any two pairs of texts apart, whatever they hold. */
export function pairOf(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

export const NODE_KINDS = ['container', 'service', 'host', 'lan', 'internet'] as const;
export const NO_FACTS = {
  project: '',
  service: '',
  image: '',
  state: '',
  networks: [],
  published: [],
  marks: [],
} as const;

/** `container:web` is called web, `container:web#2` too. */
export function nameIn(key: string): string {
  return key.slice(key.indexOf(':') + 1).replace(/#\d+$/, '');
}

/** As the model has it: what is paused still holds its place; of a service one task must run. */
export function isUpIn(kind: string, state: string): boolean {
  if (kind === 'container') return state === 'running' || state === 'paused';
  return kind !== 'service' || !state.startsWith('0/');
}

/** One of which no more than that is known. */
export function bareNode(key: string, { kind, state, image }: RecordedEndpoint): RecordedNode {
  const known = NODE_KINDS.find((one) => one === kind) ?? 'container';
  return { ...NO_FACTS, key, kind: known, name: nameIn(key), state, image, up: isUpIn(kind, state) };
}
