/** A diagram in which projects or networks are folded to one node each. */
import { foldedEdges } from './folded-edges.ts';
import { byText, type Diagram, type DiagramNode } from './model.ts';

export interface Folded {
  readonly projects: ReadonlySet<string>;
  /** Keys of compartments: who is in this one alone is folded. */
  readonly networks: ReadonlySet<string>;
}

type Drawn = Pick<Diagram, 'nodes' | 'compartments' | 'edges'>;

/** @param passes whether the network lets something pass from one endpoint to another, by id */
export function collapse<Of extends Drawn>(
  diagram: Of,
  folded: Folded,
  passes: (from: string, to: string) => boolean,
): Of {
  if (folded.projects.size === 0 && folded.networks.size === 0) return diagram;
  const target = new Map<string, string>();
  const members = new Map<string, DiagramNode[]>();
  for (const node of diagram.nodes) {
    const key = foldOf(node, folded);
    if (key === null) continue;
    target.set(node.key, key);
    const known = members.get(key);
    if (known) known.push(node);
    else members.set(key, [node]);
  }
  const kept: DiagramNode[] = [];
  const seen = new Set<string>();
  for (const node of diagram.nodes) {
    const key = target.get(node.key);
    if (key === undefined) kept.push(node);
    else if (!seen.has(key)) {
      seen.add(key);
      kept.push(foldedNode(key, members.get(key) ?? []));
    }
  }
  const used = new Set(kept.flatMap(({ networks }) => networks));
  return {
    ...diagram,
    nodes: kept,
    compartments: diagram.compartments.filter(({ key }) => used.has(key)),
    edges: foldedEdges({ ...diagram, target, passes }),
  };
}

/** Key of what a node is folded into; null where it stays by itself. */
export function foldOf(
  { kind, project, networks }: Pick<DiagramNode, 'kind' | 'project' | 'networks'>,
  folded: Folded,
): string | null {
  if (kind !== 'container' && kind !== 'service') return null;
  if (project !== '' && folded.projects.has(project)) return `project:${project}`;
  const [only] = networks;
  return only !== undefined && networks.length === 1 && folded.networks.has(only) ? `network:${only}` : null;
}

function foldedNode(key: string, members: readonly DiagramNode[]): DiagramNode {
  const kind = key.startsWith('project:') ? 'project' : 'network';
  return {
    key,
    id: '',
    kind,
    name: key.slice(kind.length + 1).trim(),
    project: kind === 'project' ? key.slice('project:'.length) : '',
    service: '',
    image: '',
    state: '',
    up: members.some(({ up }) => up),
    networks: [...new Set(members.flatMap(({ networks }) => networks))].toSorted(byText),
    doors: members.flatMap(({ doors }) => doors),
    marks: members.some(({ marks }) => marks.includes('engine')) ? ['engine'] : [],
    holds: members.length,
    // As near as the nearest of them.
    ...(members.some(({ hops }) => hops !== undefined)
      ? { hops: Math.min(...members.map(({ hops = Infinity }) => hops)) }
      : {}),
  };
}
