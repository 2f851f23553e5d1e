/**
 * M3: no links.  A link is fixed when a container is made, so the container is made anew without it: same name, settings,
 * volumes, networks and labels.  Closes what only links open: with `icc=false` the exposed ports of the target, elsewhere
 * its names.
 */
import { isContainer, SWARM_SERVICE_ID_LABEL, type Topology } from '../topology/model.ts';
import type { MethodStep } from './model.ts';
import type { Hindrance } from './separate.ts';

export interface Unlinking {
  readonly steps: readonly MethodStep[];
  readonly after: Topology;
  readonly touched: ReadonlySet<string>;
  readonly hindrances: readonly Hindrance[];
}

export function unlink(topology: Topology, from: readonly string[], to: readonly string[]): Unlinking {
  const containers = topology.endpoints.filter(isContainer);
  const targets = containers.filter(({ id }) => to.includes(id));
  const names = new Map(targets.map(({ id, name }) => [name, id]));
  const linked = containers.filter(
    ({ id, links }) => from.includes(id) && links.some((one) => names.has(one.targetName)),
  );
  const nothing = { steps: [], after: topology, touched: new Set<string>() };
  if (linked.length === 0) return { ...nothing, hindrances: [{ rule: 'T6', params: {} }] };
  const tasks = linked.filter(({ labels }) => labels[SWARM_SERVICE_ID_LABEL] !== undefined);
  if (tasks.length > 0) return { ...nothing, hindrances: tasks.map(({ name }) => ({ rule: 'T3', params: { name } })) };
  const touched = new Set(linked.map(({ id }) => id));
  return {
    steps: linked.map(({ id, links }) => ({
      kind: 'unlink',
      container: id,
      targets: [...new Set(links.flatMap(({ targetName }) => names.get(targetName) ?? []))],
    })),
    after: {
      ...topology,
      endpoints: topology.endpoints.map((one) =>
        isContainer(one) && touched.has(one.id)
          ? { ...one, links: one.links.filter(({ targetName }) => !names.has(targetName)) }
          : one,
      ),
    },
    touched,
    hindrances: [],
  };
}
