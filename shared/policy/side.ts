/** One side of what is denied: a network namespace that exists now, with all that tells its packets from others'. */
import { isContainer, isUp, type ContainerEndpoint, type Topology } from '../topology/model.ts';
import { ipv4Text, ipv6Text, linkLocalOf, macText } from './address.ts';
import type { Index } from './stack.ts';

export interface Side {
  readonly owner: ContainerEndpoint;
  /** Everybody in that namespace. */
  readonly members: readonly ContainerEndpoint[];
  readonly ipv4: readonly string[];
  readonly ipv6: readonly string[];
  /** Hardware addresses that are its own and nobody else's, by network, with the link-local address made of each. */
  readonly hardware: readonly { readonly networkId: string; readonly mac: string; readonly link: string }[];
  readonly macs: readonly string[];
}

/** The container whose namespace the endpoint lives in, when that namespace exists now and is not the host's. */
export function liveOwner(index: Index, id: string): ContainerEndpoint | null {
  const container = index.container(id);
  if (!container || !isUp(container)) return null;
  const stack = index.stackOf(container);
  return stack.kind === 'own' && isUp(stack.owner) ? stack.owner : null;
}

/** How many attachments carry each hardware address: one that several carry tells nobody apart. */
export function countMacs({ endpoints }: Topology): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { attachments } of endpoints.filter(isContainer)) {
    for (const { mac } of attachments) {
      const text = mac === null ? null : macText(mac);
      if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  }
  return counts;
}

/** Only on bridges is the sender's hardware address the container's own (ipvlan and routers show another's). */
export function sideOf(
  owner: ContainerEndpoint,
  members: readonly ContainerEndpoint[],
  drivers: ReadonlyMap<string, string>,
  macOwners: ReadonlyMap<string, number>,
): Side {
  const hardware = owner.attachments.flatMap(({ networkId, mac }) => {
    const text = mac === null || drivers.get(networkId) !== 'bridge' ? null : macText(mac);
    return text !== null && macOwners.get(text) === 1 ? [{ networkId, mac: text, link: linkLocalOf(text) ?? '' }] : [];
  });
  return {
    owner,
    members,
    ipv4: owner.attachments.flatMap(({ ipv4 }) => (ipv4 === null ? [] : (ipv4Text(ipv4) ?? []))),
    ipv6: owner.attachments.flatMap(({ ipv6 }) => (ipv6 === null ? [] : (ipv6Text(ipv6) ?? []))),
    hardware,
    macs: hardware.map(({ mac }) => mac),
  };
}
