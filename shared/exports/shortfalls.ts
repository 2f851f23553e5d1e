/** Where networks alone are not what a policy wants. */
import type { Index } from '../policy/stack.ts';
import { isEmpty, minus, type PortSet } from '../ports.ts';
import { isContainer, isZone, type ContainerEndpoint, type Endpoint, type Topology } from '../topology/model.ts';
import { reachesOf, type Reaches } from './reach.ts';
import type { Shortfall } from './separation.ts';

interface Question {
  readonly before: Topology;
  readonly after: Topology;
  readonly movable: readonly ContainerEndpoint[];
  readonly wanted: Reaches;
  readonly index: Index;
}

/** Every pair with a service of the project in which the networks alone are not what the policy wants. */
export function shortfallsOf({ before, after, movable, wanted, index }: Question): readonly Shortfall[] {
  const is = reachesOf(after, []);
  const ids = new Set(movable.map(({ id }) => id));
  const found = new Map<string, Shortfall>();
  for (const from of before.endpoints) {
    for (const to of before.endpoints) {
      if (from === to || (!ids.has(from.id) && !ids.has(to.id))) continue;
      // Members of one stack are one, and say the same.
      if (isContainer(from) && isContainer(to) && index.membersOf(from).includes(to)) continue;
      const [want, have] = [wanted(from.id, to.id), is(from.id, to.id)];
      const sides = { from: titleOf(from, ids), to: titleOf(to, ids) };
      const put = (kind: Shortfall['kind'], ports: PortSet, why: Shortfall['why']): void => {
        if (!isEmpty(ports))
          found.set(JSON.stringify([kind, sides.from, sides.to, why]), { ...sides, kind, ports, why });
      };
      const more = minus(minus(have.open, want.open), want.unknown);
      put('open', more, reasonOf({ from, to, ids, wanted, near: !isEmpty(have.near) }));
      put('shut', minus(minus(want.open, have.open), have.unknown), 'other');
    }
  }
  return [...found.values()];
}

function reasonOf({
  from,
  to,
  ids,
  wanted,
  near,
}: {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly ids: ReadonlySet<string>;
  readonly wanted: Reaches;
  /** Whether it passes on a network that both are on. */
  readonly near: boolean;
}): Shortfall['why'] {
  if (isMachine(from) || isMachine(to)) return 'host';
  if (isZone(from) || isZone(to)) return 'outside';
  if (!near) return 'published';
  if (!ids.has(from.id) || !ids.has(to.id)) return 'foreign';
  if (isContainer(from) && isContainer(to) && from.service === to.service) return 'replicas';
  if (!isEmpty(wanted(from.id, to.id).near)) return 'ports';
  return isEmpty(wanted(to.id, from.id).near) ? 'foreign' : 'direction';
}

function isMachine(endpoint: Endpoint): boolean {
  return endpoint.kind === 'host' || (isContainer(endpoint) && endpoint.networkMode.kind === 'host');
}

function titleOf(endpoint: Endpoint, ids: ReadonlySet<string>): string {
  return isContainer(endpoint) && ids.has(endpoint.id) ? endpoint.service : endpoint.name;
}
