/** What a container was given beyond an ordinary one, and how that was written. */
import { hasCapability } from '../reachability/capabilities.ts';
import { holdsSocket } from '../reachability/engine-socket.ts';
import type { ContainerEndpoint } from '../topology/model.ts';
import type { Power } from './model.ts';

export function hasPower(container: ContainerEndpoint, power: Power): boolean {
  switch (power) {
    case 'engine-socket':
      return socketsOf(container).length > 0;
    case 'privileged':
      return container.privileged;
    case 'host-processes':
      return container.pidMode === 'host';
    case 'host-network':
      return container.networkMode.kind === 'host';
    case 'net-admin':
      // Privileges hold every capability: it cannot be taken alone.
      return !container.privileged && hasCapability(container, 'NET_ADMIN');
  }
}

/** As it is asked for on a command line, which is the same in every language; of a mount the path. */
export function writtenAs(container: ContainerEndpoint, power: Power): string {
  switch (power) {
    case 'engine-socket':
      return socketsOf(container)
        .map(({ source }) => source)
        .join(', ');
    case 'privileged':
      return '--privileged';
    case 'host-processes':
      return '--pid host';
    case 'host-network':
      return '--network host';
    case 'net-admin':
      return `--cap-add ${capabilityAsked(container)}`;
  }
}

/** The same in a Compose file: what somebody would look for there. */
export function writtenInCompose(container: ContainerEndpoint, power: Power): string {
  switch (power) {
    case 'engine-socket':
      return socketsOf(container)
        .map(({ source, destination }) => `${source}:${destination}`)
        .join(', ');
    case 'privileged':
      return 'privileged: true';
    case 'host-processes':
      return 'pid: host';
    case 'host-network':
      return 'network_mode: host';
    case 'net-admin':
      return `cap_add: ${capabilityAsked(container)}`;
  }
}

/** Mounts of an engine's socket, or of a folder that holds it. */
export function socketsOf({ mounts }: ContainerEndpoint): ContainerEndpoint['mounts'] {
  return mounts.filter(({ type, source }) => type === 'bind' && holdsSocket(source));
}

function capabilityAsked({ capAdd }: ContainerEndpoint): string {
  return capAdd.includes('ALL') ? 'ALL' : 'NET_ADMIN';
}
