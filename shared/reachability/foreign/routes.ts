/**
 * The way packets go for one way of a pair: which filters see them, with which addresses.
 *
 * Several courses are given where the engine does not tell which is taken.
 */
import { exitOf, FAMILIES, redirection, shares } from '../judge-bridges.ts';
import { addressOf, type Family, familyOf, type Net } from '../network.ts';
import type { RuleId } from '../reasons.ts';
import {
  interfaceOf,
  across,
  type Course,
  downTo,
  exitLegs,
  flowOf,
  fromInside,
  gatewayAddresses,
  type Judged,
  legsTowards,
  machineAddresses,
  type Pair,
  type Route,
  type Service,
  toInside,
} from './courses.ts';
import { isBridged } from './foreign.ts';
import { meshed, toVirtual } from './swarm-routes.ts';
import { locallyPublished, proxied, publishedOutside, redirected } from './published-routes.ts';
import { chained, forwarded, inBridge, received, sent } from './segments.ts';
import { one, zoneAddresses } from './zones.ts';

export function routeOf(pair: Pair, way: Judged): Route | null {
  const { scene, to } = pair;
  switch (way.rule) {
    case 'R101':
    case 'R102':
    case 'R103':
    case 'R104':
    case 'R105':
    case 'R106':
    case 'R108':
    case 'R110':
    case 'R112':
    case 'R113':
    case 'R114':
    case 'R115':
    case 'R220':
    case 'R221':
    case 'R226':
      return direct(pair, way);
    case 'R120':
    case 'R123':
    case 'R528':
    case 'R532':
      return besideMachine(pair, way);
    case 'R201':
    case 'R208': {
      const isRedirected = redirection(scene.traits, to, familyOf(way.address)) === 'redirected';
      return way.rule === 'R201' && scene.traits.major >= 29 && isRedirected
        ? redirected(pair, way)
        : proxied(pair, way);
    }
    case 'R205':
    case 'R206':
    case 'R211':
    case 'R223':
      return redirected(pair, way);
    case 'R202':
      return locallyPublished(pair, way);
    case 'R840':
    case 'R841':
    case 'R850':
      return besideMachine(pair, way);
    case 'R844':
      return toVirtual(pair, way);
    case 'R851':
      return meshed(pair, way);
    case 'R301':
      return (service) => fromMachine(pair, way, service);
    case 'R302':
      return toMachine(pair, way);
    case 'R504':
    case 'R506':
    case 'R520':
    case 'R525':
      return outward(pair, way);
    case 'R507':
      return (service) => [machineOutward(pair, way.family ?? 4, service)];
    case 'R510':
    case 'R512':
      return publishedOutside(pair, way);
    case 'R523':
    case 'R524':
    case 'R526':
    case 'R527':
      return fromOutside(pair, way);
    case 'R825':
    case 'R826':
      return (service) => {
        const family = familyOf(way.address);
        const flow = flowOf(family, service, zoneAddresses(scene, pair.from.kind, family), one(way.address));
        return [chained([received(pair.foreign.host, flow, pair.foreign.outside)])];
      };
    default:
      return null;
  }
}

/** To the address of B's own: inside one bridge, or from one to another. */
function direct(pair: Pair, { via, address }: Judged): Route | null {
  const { foreign, from } = pair;
  if (!via || address === '') return null;
  const family = familyOf(address);
  if (!shares(from, via)) {
    return (service) =>
      exitLegs(pair, family).map((leg) =>
        across(pair, leg, via, flowOf(family, service, one(addressOf(leg, family)), one(address))),
      );
  }
  const mine = from.legs.find(({ net }) => net === via);
  return (service) => {
    const flow = flowOf(family, service, one(mine && addressOf(mine, family)), one(address));
    const inHost = isBridged(foreign, family)
      ? [forwarded(foreign.host, flow, interfaceOf(pair.scene, via), interfaceOf(pair.scene, via))]
      : [];
    return [
      chained([fromInside(pair, flow), inBridge(foreign.host, 'through', flow), ...inHost, toInside(pair, flow)]),
    ];
  };
}

/** Neighbours on the network around the machine: none of its filters sees them. */
function besideMachine(pair: Pair, { via, address, family: asked }: Judged): Route | null {
  const { from, scene, to } = pair;
  const family = asked ?? familyOf(address);
  const mine = from.legs.find(({ net }) => net === via);
  const source = mine
    ? one(addressOf(mine, family))
    : from.legs.length > 0
      ? null
      : zoneAddresses(scene, from.kind, family);
  const destination = address === '' ? zoneAddresses(scene, to.kind, family) : one(address);
  return (service) => {
    const flow = flowOf(family, service, source, destination);
    return [chained([fromInside(pair, flow), toInside(pair, flow)])];
  };
}

function fromMachine(pair: Pair, { via, address }: Judged, service: Service): readonly Course[] {
  if (!via) return [];
  const family = familyOf(address);
  return [chained(downTo(pair, via, flowOf(family, service, gatewayAddresses(via, family), one(address))))];
}

function toMachine(pair: Pair, { address }: Judged): Route {
  const { host } = pair.foreign;
  const family = familyOf(address);
  return (service) =>
    legsTowards(pair, address).map((leg) => {
      const flow = flowOf(family, service, one(addressOf(leg, family)), one(address));
      return chained([
        fromInside(pair, flow),
        inBridge(host, 'up', flow),
        received(host, flow, interfaceOf(pair.scene, leg.net)),
      ]);
    });
}

const OUTWARD: ReadonlySet<RuleId> = new Set<RuleId>(['R504', 'R506', 'R507', 'R520', 'R525', 'R532']);

export function isOutward(rule: RuleId): boolean {
  return OUTWARD.has(rule);
}

/** Ways out name no address; each is for one family, but for those of the machine itself, which are for both. */
export function outwardFamilies({ scene, from }: Pair, rule: RuleId, via: Net | null): readonly Family[] {
  if (rule === 'R507') return FAMILIES;
  if (rule === 'R532') {
    const leg = from.legs.find(({ net }) => net === via);
    return FAMILIES.filter((family) => leg && addressOf(leg, family) !== null);
  }
  return FAMILIES.filter((family) => {
    const { kind, net } = exitOf(from, family);
    if (net === null || net !== via) return false;
    if (family === 6 && scene.traits.filtersIpv6 !== true) return rule === 'R525' && kind !== 'unsure';
    return rule === { regular: 'R504', routed: 'R520', unmasked: 'R506' }[kind as string];
  });
}

function outward(pair: Pair, { rule, via, family = 4 }: Judged): Route | null {
  const { foreign, from, to } = pair;
  const leg = from.legs.find(({ net }) => net === via);
  if (!leg || addressOf(leg, family) === null) return null;
  return (service) => {
    const flow = flowOf(family, service, one(addressOf(leg, family)), zoneAddresses(pair.scene, to.kind, family));
    const hidden = rule === 'R504' ? { hiddenBehind: machineAddresses(pair.scene, family) } : {};
    return [
      chained([
        fromInside(pair, flow),
        inBridge(foreign.host, 'up', flow),
        forwarded(foreign.host, { ...flow, ...hidden }, interfaceOf(pair.scene, leg.net), foreign.outside),
      ]),
    ];
  };
}

function machineOutward(pair: Pair, family: Family, service: Service): Course {
  const { foreign, scene, to } = pair;
  const flow = flowOf(family, service, machineAddresses(scene, family), zoneAddresses(pair.scene, to.kind, family));
  return chained([sent(foreign.host, flow, foreign.outside)]);
}

/** From outside to a container's own address, for whoever has a route there. */
function fromOutside(pair: Pair, { via, address }: Judged): Route | null {
  const { foreign, from, scene } = pair;
  if (!via || address === '') return null;
  const family = familyOf(address);
  return (service) => {
    const flow = flowOf(family, service, zoneAddresses(scene, from.kind, family), one(address));
    return [
      chained([
        forwarded(foreign.host, flow, foreign.outside, interfaceOf(pair.scene, via)),
        inBridge(foreign.host, 'down', flow),
        toInside(pair, flow),
      ]),
    ];
  };
}
