/** From a topology and its matrix to a diagram. */
import type { Cell, Denial, Matrix, Verdict } from '../reachability/model.ts';
import { FLAG_SIDE_LAYER, VERDICTS } from '../reachability/model.ts';
import type { Endpoint, Topology } from '../topology/model.ts';
import { isService, isUp, isZone, runningTasks } from '../topology/model.ts';
import { placesOf } from './compartments.ts';
import { networkEdges, type Pairs } from './network-edges.ts';
import { mastersOf, sideEdges } from './side-edges.ts';
import {
  byText,
  isZoneKind,
  type Diagram,
  type DiagramNode,
  type DiagramScope,
  type Door,
  type Mark,
} from './model.ts';
import { inScope, keysOf, scopeText } from './scope.ts';

export interface DiagramInput {
  readonly topology: Topology;
  readonly matrix: Matrix;
  readonly denials: readonly Denial[];
  /** Every channel of one pair; asked for few pairs only. */
  readonly explain: (from: string, to: string) => Cell;
  readonly scope?: DiagramScope;
}

export function buildDiagram({ topology, matrix, denials, explain, scope = {} }: DiagramInput): Diagram {
  const keys = keysOf(topology.endpoints);
  const shown = inScope(topology, scope);
  const places = placesOf(topology, shown);
  const pairs = pairsOf(matrix, denials, explain);
  const keyOf = (id: string): string => keys.get(id) ?? id;
  const everywhere = placesOf(topology, topology.endpoints);
  const everybody = topology.endpoints.map((endpoint) =>
    nodeOf(endpoint, keyOf(endpoint.id), everywhere.of.get(endpoint.id) ?? []),
  );
  const shownIds = new Set(shown.map(({ id }) => id));
  const plain = everybody.filter(({ id }) => shownIds.has(id));
  const network = networkEdges({ nodes: plain, everybody, compartments: places.compartments, pairs });
  const side = sideEdges({ topology, nodes: plain, pairs });
  const marks = (node: DiagramNode): readonly Mark[] => [
    ...(side.masters.has(node.key) ? (['engine'] as const) : []),
    ...(network.isolated.has(node.key) ? (['isolated'] as const) : []),
    ...(network.offline.has(node.key) ? (['offline'] as const) : []),
  ];
  const endpoints = plain.map((node) => ({ ...node, marks: marks(node) }));
  const edges = [...network.edges, ...side.edges].toSorted((a, b) => byText(a.key, b.key));
  const touched = new Set(edges.flatMap(({ from, to }) => [from, to]));
  return {
    engine: { name: topology.engine.name, version: topology.engine.version, kind: topology.engine.kind },
    scope: scopeText(scope),
    // A zone that nothing leads to or from says nothing.
    nodes: [...endpoints.filter(({ kind, key }) => !isZoneKind(kind) || touched.has(key)), ...side.volumes],
    compartments: places.compartments.map((one) => (network.shut.has(one.key) ? { ...one, shut: true } : one)),
    edges,
    ...(network.omitted === 0 ? {} : { omitted: network.omitted }),
    endpoints,
    rows: shown.map((from) => ({
      from: keyOf(from.id),
      verdicts: shown.map((to) => pairs.verdict(from.id, to.id)),
    })),
    masters: mastersOf(topology, pairs),
  };
}

function nodeOf(endpoint: Endpoint, key: string, networks: readonly string[]): DiagramNode {
  const { id, kind, name } = endpoint;
  const node = { key, id, kind, name, networks, marks: [] };
  if (isZone(endpoint)) {
    return { ...node, project: '', service: '', image: '', state: '', up: true, doors: [] };
  }
  const { project, service } = endpoint;
  if (isService(endpoint)) {
    const running = runningTasks(endpoint).length;
    const doors = endpoint.publishedPorts.map(({ hostPort, port, protocol }) => ({
      address: '',
      hostPort,
      port,
      protocol,
    }));
    const state = `${running}/${endpoint.desired}`;
    return { ...node, project, service, image: '', state, up: running > 0, doors: distinctDoors(doors) };
  }
  const { image, state, publishedPorts } = endpoint;
  const doors = publishedPorts.map(({ address, hostPort, port, protocol }) => ({
    address: isAny(address) ? '' : address,
    hostPort,
    port,
    protocol,
  }));
  return { ...node, project, service, image, state, up: isUp(endpoint), doors: distinctDoors(doors) };
}

function isAny(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::';
}

function distinctDoors(doors: readonly Door[]): readonly Door[] {
  const found = new Map(doors.map((door) => [JSON.stringify(door), door]));
  return [...found.values()].toSorted(
    (a, b) => a.hostPort - b.hostPort || byText(a.protocol, b.protocol) || byText(a.address, b.address),
  );
}

function pairsOf(matrix: Matrix, denials: readonly Denial[], explain: (from: string, to: string) => Cell): Pairs {
  const index = new Map(matrix.ids.map((id, at) => [id, at]));
  const denied = new Map<string, Denial>();
  for (const denial of denials) denied.set(`${denial.from}\n${denial.to}`, denial);
  const at = (from: string, to: string): number => {
    const [row, column] = [index.get(from), index.get(to)];
    return row === undefined || column === undefined ? -1 : row * matrix.size + column;
  };
  return {
    verdict: (from, to): Verdict => VERDICTS[matrix.verdicts[at(from, to)] ?? 3] ?? 'unknown',
    hasSide: (from, to) => ((matrix.flags[at(from, to)] ?? 0) & FLAG_SIDE_LAYER) !== 0,
    denial: (from, to) => denied.get(`${from}\n${to}`) ?? null,
    denials,
    explain,
  };
}
