/** A diagram in which projects or networks are folded to one node each. */
import { byText, type Diagram, type DiagramEdge, type DiagramNode } from './model.ts';

export interface Folded {
  readonly projects: ReadonlySet<string>;
  /** Keys of compartments: who is in this one alone is folded. */
  readonly networks: ReadonlySet<string>;
}

type Drawn = Pick<Diagram, 'nodes' | 'compartments' | 'edges'>;

export function collapse<Of extends Drawn>(diagram: Of, folded: Folded): Of {
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
  const edges = new Map<string, DiagramEdge>();
  for (const edge of diagram.edges) {
    const [from, to] = [target.get(edge.from) ?? edge.from, target.get(edge.to) ?? edge.to];
    if (from === to) continue;
    const isChanged = from !== edge.from || to !== edge.to;
    const key = isChanged ? `${edge.kind} ${edge.what} ${edge.cut ?? ''} ${from} → ${to}` : edge.key;
    // Several lines became one: what each said is said of none.
    edges.set(key, isChanged && edges.has(key) ? { ...edge, key, from, to, label: '' } : { ...edge, key, from, to });
  }
  return {
    ...diagram,
    nodes: kept,
    compartments: diagram.compartments.filter(({ key }) => used.has(key)),
    edges: [...edges.values()].toSorted((a, b) => byText(a.key, b.key)),
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
