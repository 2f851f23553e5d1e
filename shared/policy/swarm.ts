/** Ways to a Swarm task that hide who asks: no rule about addresses can close them. */
import {
  isService,
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
