/** Which pairs a verification is about. */
import { BulkheadError } from '../../shared/errors.ts';
import {
  isContainer,
  isService,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type Endpoint,
  type Topology,
} from '../../shared/topology/model.ts';
import { resolveEndpoint } from './names.ts';

export interface Pair {
  readonly from: string;
  readonly to: string;
}

/** What of an endpoint can be probed: itself, or the tasks that a Swarm service has on this node. */
function membersOf(endpoint: Endpoint, all: readonly ContainerEndpoint[]): readonly Endpoint[] {
  if (isService(endpoint)) return all.filter(({ labels }) => labels[SWARM_SERVICE_ID_LABEL] === endpoint.id);
  return isContainer(endpoint) || endpoint.kind === 'host' ? [endpoint] : [];
}

/** Every ordered pair inside `scope`: of containers, where it names nothing else. @throws BulkheadError `BAD_INPUT`. */
export function pairsOf(topology: Topology, scope: { readonly from?: string; readonly to?: string }): Pair[] {
  const all = topology.endpoints.filter(isContainer);
  const side = (text: string | undefined): readonly Endpoint[] => {
    if (text === undefined) return all;
    const named = resolveEndpoint.all(text, topology).flatMap((endpoint) => membersOf(endpoint, all));
    if (named.length > 0) return named;
    throw new BulkheadError({
      code: 'BAD_INPUT',
      message: `"${text}" names nothing that can be probed from this machine: lan, internet and tasks elsewhere cannot.`,
      hint: 'Name containers, a project/service, a service with tasks here, or host.',
    });
  };
  const sources = side(scope.from);
  const targets = side(scope.to);
  return sources.flatMap((from) =>
    targets.filter((to) => to.id !== from.id).map((to) => ({ from: from.id, to: to.id })),
  );
}
