/** Ways to Swarm services: by their own address, and by the routing mesh. */
import { addressOf, familyOf, isLoopback, type Net } from '../network.ts';
import { flowOf, fromInside, interfaceOf, type Judged, legsTowards, type Pair, type Route } from './courses.ts';
import { filterInside } from './foreign.ts';
import { chained, type Ends, forwarded, inBridge, inside, type Segment, sent } from './segments.ts';
import { one, zoneAddresses } from './zones.ts';

/**
 * To a service's own address: the load balancer of the overlay, which no filter of the machine sees, picks a task. From
 * which address it then speaks is the kernel's choice, and which task it picks is nobody's: each is a course.
 */
export function toVirtual(pair: Pair, { via, address }: Judged): Route | null {
  const { from, to, scene, foreign } = pair;
  if (!via || address === '') return null;
  const family = familyOf(address);
  const mine = from.legs.find(({ net }) => net === via);
  const source = one(mine && addressOf(mine, family));
  const tasks = scene.services.of(to)?.local ?? [];
  return (service) => {
    const leaving = fromInside(pair, flowOf(family, service, source, one(address)));
    const arriving = tasks.map((task): Segment => {
      const own = task.legs.find(({ net }) => net === via);
      const flow = flowOf(family, service, null, one(own && addressOf(own, family)));
      return inside(filterInside(foreign, task), 'to', flow, null);
    });
    return arriving.length === 0 ? [chained([leaving])] : arriving.map((segment) => chained([leaving, segment]));
  };
}

/**
 * To a port of the routing mesh: the machine redirects it to the mesh's own stack behind the bridge of the overlays.
 * The address of that stack is not told.
 */
export function meshed(pair: Pair, { address }: Judged): Route | null {
  const { foreign, from, scene } = pair;
  if (address === '') return null;
  const family = familyOf(address);
  const bridge = [...scene.parts.nets.values()].find(({ isGatewayBridge }: Net) => isGatewayBridge);
  const behind = bridge ? interfaceOf(scene, bridge) : null;
  return (service) => {
    const asked = (source: Ends['source']): Ends =>
      flowOf(family, { ...service, served: service.asked }, source, one(address)).ends;
    if (from.kind === 'host') {
      const source = isLoopback(address) ? null : one(address);
      return [
        chained([sent(foreign.host, { ...flowOf(family, service, source, null), asked: asked(source) }, behind)]),
      ];
    }
    if (from.kind === 'lan') {
      const source = zoneAddresses(scene, 'lan', family);
      const flow = { ...flowOf(family, service, source, null), asked: asked(source) };
      return [chained([forwarded(foreign.host, flow, foreign.outside, behind)])];
    }
    return legsTowards(pair, address).map((leg) => {
      const source = one(addressOf(leg, family));
      const plain = { ...flowOf(family, service, source, null), ends: asked(source) };
      const flow = { ...flowOf(family, service, source, null), asked: asked(source) };
      return chained([
        fromInside(pair, plain),
        inBridge(foreign.host, 'up', plain),
        forwarded(foreign.host, flow, interfaceOf(scene, leg.net), behind),
      ]);
    });
  };
}
