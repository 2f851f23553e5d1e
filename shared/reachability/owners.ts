/** Whose network stack a container uses, however long the chain of `container:` modes (SPEC R4xx). */
import { isUp, type ContainerEndpoint } from '../topology/model.ts';

/**
 * Where a chain of `container:` modes ends.  `left`: the first owner on the way whose stack the one before it keeps
 * although it is no longer used.  `missing`: nobody has that id, or the chain runs in a circle, where `id` is the
 * container's own: one of a circle is in no stack that is known.
 */
export type Ownership =
  | { readonly kind: 'owner'; readonly owner: ContainerEndpoint; readonly left: ContainerEndpoint | null }
  | { readonly kind: 'missing'; readonly id: string };

/** Looks up owners; each link of a chain is followed once, however many containers hang on it. */
export function ownersAmong(containers: ReadonlyMap<string, ContainerEndpoint>): (of: ContainerEndpoint) => Ownership {
  const known = new Map<ContainerEndpoint, Ownership>();
  return (container) => {
    if (container.networkMode.kind !== 'container') return { kind: 'owner', owner: container, left: null };
    const chain = new Set<ContainerEndpoint>();
    let at = container;
    let end: Ownership | undefined;
    while (!end) {
      if (at.networkMode.kind !== 'container') end = { kind: 'owner', owner: at, left: null };
      else if (known.has(at)) end = known.get(at);
      else if (chain.has(at)) return loop(chain, known, container);
      else {
        chain.add(at);
        const next = containers.get(at.networkMode.containerId);
        if (next) at = next;
        else end = { kind: 'missing', id: at.networkMode.containerId };
      }
    }
    let next = at;
    for (const member of [...chain].reverse()) {
      // A member of a circle is missing under its own id, and so is whoever hangs on one.
      if (end.kind === 'missing' && end.id === next.id) end = { kind: 'missing', id: member.id };
      else if (end.kind === 'owner') end = hasLeft(next, member) ? { ...end, left: next } : end;
      known.set(member, end);
      next = member;
    }
    return known.get(container) ?? end;
  };
}

function loop(
  chain: ReadonlySet<ContainerEndpoint>,
  known: Map<ContainerEndpoint, Ownership>,
  container: ContainerEndpoint,
): Ownership {
  for (const member of chain) known.set(member, { kind: 'missing', id: member.id });
  return { kind: 'missing', id: container.id };
}

/**
 * Whether `member` joined a stack of `owner` that `owner` no longer uses: it has stopped, or started again later
 * (measured on 20.10.24 and 28.5.2: the member keeps a namespace with nothing but loopback).
 */
function hasLeft(owner: ContainerEndpoint, member: ContainerEndpoint): boolean {
  if (!isUp(member)) return false;
  if (!isUp(owner)) return true;
  return owner.startedAt > member.startedAt && member.startedAt > 0;
}
