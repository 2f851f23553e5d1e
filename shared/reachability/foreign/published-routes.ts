/** Ways to published ports: by docker-proxy, or redirected. */
import { redirection } from '../judge-bridges.ts';
import { addressOf, type Family, familyOf, isLoopback } from '../network.ts';
import {
  interfaceOf,
  across,
  askedFlow,
  downTo,
  flowOf,
  fromInside,
  gatewayAddresses,
  type Judged,
  legsTowards,
  type Pair,
  type Route,
  type Service,
  servingLegs,
  toInside,
  withoutAsked,
} from './courses.ts';
import { chained, type Flow, forwarded, inBridge, received, type Segment, sent } from './segments.ts';
import { one, zoneAddresses } from './zones.ts';

/** docker-proxy takes the connection on the machine and opens one of its own to the container. */
export function proxied(pair: Pair, { address }: Judged): Route {
  const { foreign } = pair;
  const family = familyOf(address);
  return (service) =>
    legsTowards(pair, address).flatMap((leg) => {
      const first = askedFlow(family, service, one(addressOf(leg, family)), one(address));
      const arriving = [
        fromInside(pair, first),
        inBridge(foreign.host, 'up', first),
        received(foreign.host, first, interfaceOf(pair.scene, leg.net)),
      ];
      return behindProxy(pair, family, service).map((leaving) => chained([...arriving, ...leaving]));
    });
}

/** From docker-proxy on: over IPv6 only where it was asked over IPv6 and the container has an address. */
export function behindProxy(pair: Pair, asked: Family, service: Service): readonly (readonly Segment[])[] {
  const six = asked === 6 ? servingLegs(pair.to, 6) : [];
  const family: Family = six.length > 0 ? 6 : 4;
  return servingLegs(pair.to, family).map((leg) =>
    downTo(pair, leg.net, flowOf(family, service, gatewayAddresses(leg.net, family), one(addressOf(leg, family)))),
  );
}

/** The port is redirected to the container's own address. */
export function redirected(pair: Pair, { address }: Judged): Route {
  const family = familyOf(address);
  return (service) =>
    legsTowards(pair, address).flatMap((leg) =>
      servingLegs(pair.to, family).map(({ net, v4, v6 }) => {
        const source = one(addressOf(leg, family));
        const asked = askedFlow(family, service, source, one(address)).ends;
        return across(pair, leg, net, { ...flowOf(family, service, source, one(family === 4 ? v4 : v6)), asked });
      }),
    );
}

/** From the machine to a published port: docker-proxy at loopback, redirected elsewhere. */
export function locallyPublished(pair: Pair, { address }: Judged): Route {
  const { foreign, scene, to } = pair;
  const family = familyOf(address);
  const loopback = isLoopback(address);
  const proxy = scene.traits.userlandProxy && (loopback || redirection(scene.traits, to, family) !== 'redirected');
  return (service) => {
    if (proxy) {
      const first = askedFlow(family, service, one(address), one(address));
      const spot = [sent(foreign.host, first, ['lo']), received(foreign.host, first, ['lo'])];
      return behindProxy(pair, family, service).map((leaving) => chained([...spot, ...leaving]));
    }
    return servingLegs(to, family).map(({ net, v4, v6 }) => {
      // To an address of its own, the machine speaks from that address; to a loopback one it is hidden.
      const source = loopback ? gatewayAddresses(net, family) : one(address);
      const asked = askedFlow(family, service, one(address), one(address)).ends;
      return chained(downTo(pair, net, { ...flowOf(family, service, source, one(family === 4 ? v4 : v6)), asked }));
    });
  };
}

/** From outside to a published port: redirected where the container has an address of that family, else docker-proxy. */
export function publishedOutside(pair: Pair, { address }: Judged): Route {
  const { foreign, from, to } = pair;
  const family = familyOf(address);
  const source = zoneAddresses(pair.scene, from.kind, family);
  const destination = address === '0.0.0.0' || address === '::' ? null : one(address);
  return (service) => {
    const asked = askedFlow(family, service, source, destination);
    if (redirection(pair.scene.traits, to, family) !== 'redirected') {
      const arriving = received(foreign.host, asked, foreign.outside);
      return behindProxy(pair, family, service).map((leaving) => chained([arriving, ...leaving]));
    }
    return servingLegs(to, family).map(({ net, v4, v6 }) => {
      const flow: Flow = { ...flowOf(family, service, source, one(family === 4 ? v4 : v6)), asked: asked.ends };
      const plain = withoutAsked(flow);
      return chained([
        forwarded(foreign.host, flow, foreign.outside, interfaceOf(pair.scene, net)),
        inBridge(foreign.host, 'down', plain),
        toInside(pair, plain),
      ]);
    });
  };
}
