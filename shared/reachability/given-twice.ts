/**
 * Addresses on overlay networks that two have (SPEC R864, R865).  Of an overlay the Swarm's managers give the addresses;
 * some engines that waited for one in vain take one of their own choice at the container's next start (measured on 20.10
 * and 26.1), and know nothing of services' own addresses nor of other nodes.
 */
import { isContainer, SWARM_SERVICE_ID_LABEL } from '../topology/model.ts';
import type { Net, Traits } from './network.ts';
import type { Party, Stack } from './scene.ts';
import type { OverlayAddress, Service, Services } from './services.ts';
import type { Sink, Way } from './sink.ts';

/** By network and address, as `keyOf` writes them; empty but for that fault. */
export type GivenTwice = ReadonlySet<string>;

function keyOf({ index }: Net, address: string): string {
  return `${String(index)} ${address}`;
}

/** Who claims an address besides the containers here: services whose tasks run. */
export function givenTwice(parties: readonly Party[], { all }: Services, { ipvs }: Traits): GivenTwice {
  const claims = new Map<string, Service>();
  for (const { service } of all) {
    // Without IPVS no node answers at a service's own address.
    const virtual = ipvs && service.running > 0 ? service.virtual : [];
    for (const { net, address } of [...virtual, ...service.remote]) claims.set(keyOf(net, address), service);
  }
  const twice = new Set<string>();
  if (claims.size === 0) return twice;
  for (const { endpoint, stack, activity } of parties) {
    if (!isContainer(endpoint) || activity !== 'live') continue;
    for (const { net, v4, v6 } of stack.legs) {
      for (const address of [v4, v6]) {
        const key = address === null ? '' : keyOf(net, address);
        const claimant = claims.get(key);
        // A task whose container is not told yet seems to be elsewhere.
        if (claimant && endpoint.labels[SWARM_SERVICE_ID_LABEL] !== claimant.endpoint.id) twice.add(key);
      }
    }
  }
  return twice;
}

export function isGivenTwice(twice: GivenTwice, net: Net, address: string | null): boolean {
  return twice.size > 0 && address !== null && twice.has(keyOf(net, address));
}

/** Whether somebody else may get what is sent back to that stack on that network. */
function isAnsweredElsewhere(twice: GivenTwice, { legs }: Stack, net: Net): boolean {
  return legs.some((leg) => leg.net === net && [leg.v4, leg.v6].some((one) => isGivenTwice(twice, net, one)));
}

/** The same of the tasks of a service that are on other nodes: there, one that is all right does for all. */
export function areAnsweredElsewhere(twice: GivenTwice, remote: readonly OverlayAddress[], net: Net): boolean {
  return twice.size > 0 && remote.every((one) => one.net !== net || isGivenTwice(twice, net, one.address));
}

/** The sink with what leads to or from an address of two in doubt. */
export function throughTwins(twice: GivenTwice, from: Stack, outer: Sink): Sink {
  if (twice.size === 0) return outer;
  return {
    get settled() {
      return outer.settled;
    },
    way(verdict, rule, kind, via, address, ports: Way['ports'], far, extras): void {
      const isOverlay = verdict === 'open' && via?.kind === 'overlay';
      if (isOverlay && isGivenTwice(twice, via, address)) {
        outer.way('unknown', 'R864', kind, via, address, ports, far, extras);
      } else if (isOverlay && isAnsweredElsewhere(twice, from, via)) {
        outer.way('unknown', 'R865', kind, via, address, ports, far, extras);
      } else outer.way(verdict, rule, kind, via, address, ports, far, extras);
    },
  };
}
