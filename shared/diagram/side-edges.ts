/** Lines of what passes beside the network: links, shared files, control. */
import type { Layer } from '../reachability/model.ts';
import type { ContainerEndpoint, Topology } from '../topology/model.ts';
import { isContainer } from '../topology/model.ts';
import { byText, isZoneKind, type DiagramEdge, type DiagramNode } from './model.ts';
import type { Pairs } from './network-edges.ts';

export interface SideEdges {
  readonly edges: readonly DiagramEdge[];
  /** Files that more than two share. */
  readonly volumes: readonly DiagramNode[];
  /** Keys of those that rule the engine. */
  readonly masters: ReadonlySet<string>;
}

interface Input {
  readonly topology: Topology;
  readonly nodes: readonly DiagramNode[];
  readonly pairs: Pairs;
}

export function sideEdges({ topology, nodes, pairs }: Input): SideEdges {
  const containers = new Map(topology.endpoints.filter(isContainer).map((one) => [one.id, one]));
  const inside = nodes.filter(({ kind }) => kind === 'container');
  const host = nodes.find(({ kind }) => kind === 'host');
  const edges: DiagramEdge[] = [];
  const masters = new Set<string>();
  const shared = new Map<string, Shared>();
  for (const node of inside) {
    const kinds = host ? controlKinds(pairs, node, host) : [];
    if (host && kinds.length > 0) {
      masters.add(node.key);
      edges.push(edgeOf('control', kinds[0] ?? '', node, host, kinds.join(', ')));
    }
    for (const other of inside) {
      if (other === node || !pairs.hasSide(node.id, other.id)) continue;
      collect(pairs, node, other, shared, edges);
    }
    const container = containers.get(node.id);
    if (container) edges.push(...linksOf(container, node, inside), ...stackOf(container, node, inside));
  }
  const files = filesOf(shared);
  return { edges: mergedBoth([...edges, ...files.edges]), volumes: files.volumes, masters };
}

/** Ids of all containers that rule the engine, whatever is shown. */
export function mastersOf(topology: Topology, pairs: Pairs): readonly string[] {
  const host = topology.endpoints.find(({ kind }) => kind === 'host');
  if (!host) return [];
  return topology.endpoints
    .filter((one) => isContainer(one) && controlKinds(pairs, one, host).length > 0)
    .map(({ id }) => id);
}

/** Ways to rule the machine; sharing its memory alone is not one. */
function controlKinds(pairs: Pairs, node: { readonly id: string }, host: { readonly id: string }): readonly string[] {
  if (!pairs.hasSide(node.id, host.id)) return [];
  const { channels } = pairs.explain(node.id, host.id);
  const kinds = channels.filter(({ layer }) => layer === 'control').map(({ kind, via }) => labelOf(kind, via));
  return [...new Set(kinds)].toSorted(byText);
}

function labelOf(kind: string, via: string): string {
  if (kind === 'docker-sock') return 'docker.sock';
  return kind === 'capability' ? via : kind;
}

interface Shared {
  readonly kind: string;
  readonly via: string;
  readonly writers: Set<DiagramNode>;
  readonly users: Set<DiagramNode>;
}

function collect(
  pairs: Pairs,
  from: DiagramNode,
  to: DiagramNode,
  shared: Map<string, Shared>,
  edges: DiagramEdge[],
): void {
  for (const { layer, kind, via } of pairs.explain(from.id, to.id).channels) {
    if (layer === 'data') {
      const key = `${kind} ${via}`;
      let one = shared.get(key);
      if (!one) shared.set(key, (one = { kind, via, writers: new Set(), users: new Set() }));
      one.writers.add(from);
      one.users.add(from).add(to);
    }
    // What makes it master of all is drawn once, to the machine.
    if (layer === 'control' && (kind === 'ipc' || (kind === 'pid' && via === ''))) {
      edges.push(edgeOf('control', kind, from, to, kind === 'ipc' ? 'shared memory' : 'shared processes'));
    }
  }
}

function filesOf(shared: ReadonlyMap<string, Shared>): Pick<SideEdges, 'edges' | 'volumes'> {
  const edges: DiagramEdge[] = [];
  const volumes: DiagramNode[] = [];
  for (const [key, { kind, via, writers, users }] of [...shared].toSorted(([a], [b]) => byText(a, b))) {
    const everyone = [...users].toSorted((a, b) => byText(a.key, b.key));
    const [one, other] = everyone;
    if (one && other && everyone.length === 2) {
      const [from, to] = writers.has(one) ? [one, other] : [other, one];
      edges.push({ ...edgeOf('data', kind, from, to, via), both: writers.has(to) });
      continue;
    }
    const volume = volumeNode(key, via);
    volumes.push(volume);
    for (const user of everyone) {
      const edge = writers.has(user) ? edgeOf('data', kind, user, volume, '') : edgeOf('data', kind, volume, user, '');
      edges.push({ ...edge, both: writers.has(user) });
    }
  }
  return { edges, volumes };
}

function volumeNode(key: string, via: string): DiagramNode {
  return {
    key: `volume:${key}`,
    id: '',
    kind: 'volume',
    name: via,
    project: '',
    service: '',
    image: '',
    state: '',
    up: true,
    networks: [],
    doors: [],
    marks: [],
  };
}

function linksOf(container: ContainerEndpoint, node: DiagramNode, inside: readonly DiagramNode[]): DiagramEdge[] {
  return container.links.flatMap(({ targetName, alias }) => {
    const target = inside.find(({ name, id }) => name === targetName || (id !== '' && id.startsWith(targetName)));
    return target && target !== node ? [edgeOf('name', 'link', node, target, alias)] : [];
  });
}

function stackOf(container: ContainerEndpoint, node: DiagramNode, inside: readonly DiagramNode[]): DiagramEdge[] {
  const mode = container.networkMode;
  if (mode.kind !== 'container') return [];
  const owner = inside.find(({ id }) => id === mode.containerId);
  return owner ? [{ ...edgeOf('control', 'stack', node, owner, 'same network stack'), both: true }] : [];
}

function edgeOf(kind: Layer, what: string, from: DiagramNode, to: DiagramNode, label: string): DiagramEdge {
  const said = isZoneKind(to.kind) ? '' : ` (${label})`;
  return {
    key: `${kind} ${what} ${from.key} → ${to.key}${said}`,
    kind,
    what,
    from: from.key,
    to: to.key,
    both: false,
    label,
  };
}

function mergedBoth(edges: readonly DiagramEdge[]): readonly DiagramEdge[] {
  const kept = new Map<string, DiagramEdge>();
  for (const edge of edges) {
    const back = JSON.stringify([edge.kind, edge.what, edge.to, edge.from, edge.label]);
    const mine = JSON.stringify([edge.kind, edge.what, edge.from, edge.to, edge.label]);
    const known = kept.get(back);
    if (known) kept.set(back, { ...known, both: true });
    else kept.set(mine, edge);
  }
  return [...kept.values()];
}
