/**
 * A diagram and its matrix as data, to be kept, compared and read by other programs.
 *
 * Its shape is docs/schemas/export.v1.json.  Everything is named by key, nothing by id, and all is sorted, so that two
 * exports differ where the engines do.
 */
import type { Verdict } from '../reachability/model.ts';
import { byText, doorText, type Diagram, type DiagramEdge, type DiagramNode } from './model.ts';

export const EXPORT_VERSION = 1;

export function toJson(diagram: Diagram): string {
  const { engine, scope, compartments, edges, endpoints, nodes } = diagram;
  const answer = {
    version: EXPORT_VERSION,
    engine,
    scope,
    endpoints: endpoints.map(endpointJson),
    volumes: nodes.filter(({ kind }) => kind === 'volume').map(({ key, name }) => ({ key, name })),
    networks: compartments.map((one) => ({
      ...one,
      members: endpoints
        .filter(({ networks }) => networks.includes(one.key))
        .map(({ key }) => key)
        .toSorted(byText),
    })),
    edges: edges.map(edgeJson),
    ...(diagram.omitted === undefined ? {} : { omitted: diagram.omitted }),
    reach: diagram.rows.map(({ from, verdicts }) => ({ from, ...byVerdict(diagram, from, verdicts) })),
  };
  return `${JSON.stringify(answer, null, 2)}\n`;
}

function endpointJson({
  key,
  kind,
  name,
  project,
  service,
  image,
  state,
  networks,
  doors,
  marks,
}: DiagramNode): object {
  return { key, kind, name, project, service, image, state, networks, published: doors.map(doorText), marks };
}

function edgeJson({ kind, what, from, to, both, cut, label }: DiagramEdge): object {
  return { layer: kind, what, from, to, both, ...(cut === undefined ? {} : { cut }), label };
}

function byVerdict(diagram: Diagram, from: string, verdicts: readonly Verdict[]): Record<Verdict, string[]> {
  const lists: Record<Verdict, string[]> = { open: [], partial: [], blocked: [], unknown: [] };
  diagram.endpoints.forEach(({ key }, index) => {
    if (key !== from) lists[verdicts[index] ?? 'unknown'].push(key);
  });
  return lists;
}
