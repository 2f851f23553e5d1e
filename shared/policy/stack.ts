/** Which network stack each container has: its own, the machine's, another container's, or none at all. */
import { isContainer, type ContainerEndpoint, type Topology } from '../topology/model.ts';

export type Stack =
  /** `owner` is the container whose namespace it is; several containers may share it. */
  | { readonly kind: 'own'; readonly owner: ContainerEndpoint }
  | { readonly kind: 'host' }
  /** It would share the stack of a container that is no longer there. */
  | { readonly kind: 'gone' };

/** A topology prepared for look-ups by id. */
export interface Index {
  readonly topology: Topology;
  container(id: string): ContainerEndpoint | undefined;
  stackOf(container: ContainerEndpoint): Stack;
  /** Every container in the same namespace as `container`, itself included, in the topology's order. */
  membersOf(container: ContainerEndpoint): readonly ContainerEndpoint[];
}

export function indexTopology(topology: Topology): Index {
  const containers = topology.endpoints.filter(isContainer);
  const byId = new Map(containers.map((container) => [container.id, container]));
  const stackOf = (container: ContainerEndpoint): Stack => {
    let current: ContainerEndpoint | undefined = container;
    // A chain longer than there are containers is a loop.
    for (let step = 0; current && step <= byId.size; step += 1) {
      const mode: ContainerEndpoint['networkMode'] = current.networkMode;
      if (mode.kind === 'host') return { kind: 'host' };
      if (mode.kind !== 'container') return { kind: 'own', owner: current };
      current = byId.get(mode.containerId);
    }
    return { kind: 'gone' };
  };
  const members = new Map<string, ContainerEndpoint[]>();
  for (const container of containers) {
    const stack = stackOf(container);
    if (stack.kind !== 'own') continue;
    members.set(stack.owner.id, [...(members.get(stack.owner.id) ?? []), container]);
  }
  return {
    topology,
    container: (id) => byId.get(id),
    stackOf,
    membersOf: (container) => {
      const stack = stackOf(container);
      return stack.kind === 'own' ? (members.get(stack.owner.id) ?? [container]) : [container];
    },
  };
}

/** Whether both have the very same network stack. */
export function shareStack(a: Stack, b: Stack): boolean {
  if (a.kind === 'own' && b.kind === 'own') return a.owner.id === b.owner.id;
  return a.kind === 'host' && b.kind === 'host';
}
