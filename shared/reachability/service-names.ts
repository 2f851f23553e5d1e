/** What can be looked up on overlay networks (SPEC R860, R861): Swarm services.  Containers there are named as on any network (`names.ts`). */
import { isService, type ServiceEndpoint } from '../topology/model.ts';
import type { Net } from './network.ts';
import type { Party } from './scene.ts';
import type { SideWay } from './side-way.ts';

/** Names by which `from` can look up the service `to` on the overlay networks both are on. */
export function serviceNameWays(from: Party, to: Party): readonly SideWay[] {
  const { endpoint } = to;
  if (from.activity !== 'live' || from.stack.kind !== 'bridges' || !isService(endpoint)) return [];
  const nets = new Set(from.stack.legs.flatMap(({ net }) => (net.kind === 'overlay' ? [net] : [])));
  return [...nets].flatMap((net) => serviceNames(endpoint, net));
}

/** R860, R861: the service's name and its own aliases; `tasks.NAME` leads past its address to the tasks. */
function serviceNames(service: ServiceEndpoint, net: Net): readonly SideWay[] {
  const asked = service.networks.find(({ networkId }) => networkId === net.id);
  const virtual = service.virtualAddresses.some(({ networkId }) => networkId === net.id);
  // Without a running task the engine answers nothing, not even where the service has an address of its own.
  const running = service.tasks.some((task) => task.running && task.addresses.some((one) => one.networkId === net.id));
  if (!running) return [];
  const own = [...new Set([service.name, ...(asked?.aliases ?? [])])];
  const tasks = `tasks.${service.name}`;
  const way = (rule: 'R860' | 'R861', names: readonly string[]): SideWay => ({
    layer: 'name',
    kind: 'dns',
    rule,
    via: net.name,
    names,
  });
  return virtual ? [way('R860', own), way('R861', [tasks])] : [way('R861', [...own, tasks])];
}
