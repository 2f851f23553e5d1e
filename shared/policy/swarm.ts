/** Ways to a Swarm task that hide who asks: no rule about addresses can close them. */
import { ipv4Text, ipv6Text } from './address.ts';
import {
  isContainer,
  isService,
  runningTasks,
  SWARM_SERVICE_ID_LABEL,
  type ContainerEndpoint,
  type ServiceEndpoint,
  type Topology,
} from '../topology/model.ts';

/**
 * The service whose virtual address or routing mesh leads from `from` to its task `to`: behind both a load balancer of the
 * engine's own sends on under its own address.  Null where neither does.
 */
export function hiddenWay(topology: Topology, from: ContainerEndpoint, to: ContainerEndpoint): string | null {
  const id = to.labels[SWARM_SERVICE_ID_LABEL];
  if (id === undefined) return null;
  const service = topology.endpoints.filter(isService).find((one) => one.id === id);
  // Only managers know: elsewhere every task may have either.
  if (!service) return to.service;
  return isMeshed(service) || meets(service, from) ? service.name : null;
}

function isMeshed({ publishedPorts }: ServiceEndpoint): boolean {
  return publishedPorts.some(({ mode }) => mode === 'ingress');
}

function meets({ virtualAddresses }: ServiceEndpoint, { attachments }: ContainerEndpoint): boolean {
  return virtualAddresses.some(({ networkId }) => attachments.some((one) => one.networkId === networkId));
}

/**
 * Addresses behind which a service is called: its virtual ones, and those of its tasks on other nodes.  Tasks on this node
 * are containers of their own.
 */
export function serviceAddresses(
  service: ServiceEndpoint,
  { endpoints }: Topology,
): { readonly ipv4: readonly string[]; readonly ipv6: readonly string[] } {
  const here = new Set(endpoints.filter(isContainer).map(({ id }) => id));
  const all = [
    ...service.virtualAddresses,
    ...runningTasks(service)
      .filter(({ containerId }) => !here.has(containerId))
      .flatMap(({ addresses }) => addresses),
  ].map(({ address }) => address);
  return {
    ipv4: all.flatMap((address) => ipv4Text(address) ?? []),
    ipv6: all.flatMap((address) => ipv6Text(address) ?? []),
  };
}
