/**
 * The way out of a container that is on several networks, and the network through which its published ports are served.
 *
 * Measured on 20.10, 26.1 and 28.5, with networks joined in any order, before the start and after: never an internal
 * network while there is another; then the highest gateway priority (from 28 on); then networks with both families;
 * then the smallest name, byte by byte; the bridge of those on overlay networks last.  A family that network lacks takes the first of those that have it.
 */
import { addressOf, modeOf, type Family, type Leg, type Net } from './network.ts';
import type { RuleId } from './reasons.ts';

/**
 * Where packets go that none of a stack's own networks takes.
 *
 * `regular`: out through a bridge that hides container addresses.  `unmasked`: through one that keeps them
 * (masquerading off).  `routed`: through a routed network, which keeps them too.  `inhibited`: to a gateway that the
 * machine is not (inhibit_ipv4).  `lan`: straight onto the network around the machine (macvlan, ipvlan).  `internal`: into an internal bridge (old engines).  `none`: no route.  `unsure`: `rule`
 * and `net` say why.
 */
export interface Exit {
  readonly kind: 'regular' | 'unmasked' | 'routed' | 'inhibited' | 'lan' | 'internal' | 'none' | 'unsure';
  readonly net: Net | null;
  readonly rule: RuleId | null;
}

export const NO_EXIT: Exit = { kind: 'none', net: null, rule: null };

export function exitsOf(legs: readonly Leg[], internalRoutes: boolean): { readonly exit4: Exit; readonly exit6: Exit } {
  return { exit4: exitOf(legs, 4, internalRoutes), exit6: exitOf(legs, 6, internalRoutes) };
}

/** The bridge published ports of that family lead to; null when there is none. */
export function servingNet(legs: readonly Leg[], family: Family): Net | null {
  const leg = gatewayLeg(legs, family, false);
  return leg?.net.kind === 'bridge' ? leg.net : null;
}

function exitOf(legs: readonly Leg[], family: Family, internalRoutes: boolean): Exit {
  const opaque = legs.find(({ net }) => net.kind === 'opaque');
  if (opaque) return { kind: 'unsure', net: opaque.net, rule: opaque.net.rule };
  const outward = gatewayLeg(legs, family, false)?.net;
  // Both families leave by one network (m 20.10): who has a way out over IPv4 has none over IPv6 through an internal one.
  const elsewhere = family === 6 ? gatewayLeg(legs, 4, false)?.net : undefined;
  const leadsInside = internalRoutes && (!elsewhere || isHungOn(elsewhere, legs));
  const inward = leadsInside ? gatewayLeg(legs, family, true)?.net : undefined;
  // The gateway bridge comes last of all, behind an internal bridge of an engine that gives those a route (m 20.10).
  if (outward && isHungOn(outward, legs) && inward?.kind === 'bridge') {
    return inside(inward, family);
  }
  if (outward) return through(outward, family);
  // An overlay leads nowhere itself: the engine hangs its containers on a bridge besides, and that one must be known.
  const overlay = family === 4 ? legs.find(({ net, v4 }) => isOverlay(net) && !net.internal && v4 !== null) : undefined;
  if (overlay) return { kind: 'unsure', net: overlay.net, rule: 'R847' };
  return inward?.kind === 'bridge' ? inside(inward, family) : NO_EXIT;
}

/** Old engines tell containers a gateway of an internal bridge too, be it one that the machine is not (m 20.10). */
function inside(net: Net, family: Family): Exit {
  const { kind, rule } = through(net, family);
  return kind === 'inhibited' || kind === 'unsure' ? { kind, net, rule } : { kind: 'internal', net, rule: null };
}

function through(net: Net, family: Family): Exit {
  if (net.kind === 'lan') return { kind: 'lan', net, rule: null };
  const mode = modeOf(net, family);
  if (mode === 'unsure') return { kind: 'unsure', net, rule: 'R805' };
  if (mode === 'routed' || mode === 'inhibited') return { kind: mode, net, rule: null };
  return { kind: net.masquerade ? 'regular' : 'unmasked', net, rule: null };
}

function gatewayLeg(legs: readonly Leg[], family: Family, internal: boolean): Leg | undefined {
  let best: Leg | undefined;
  for (const leg of legs) {
    if (leg.net.internal !== internal || isOverlay(leg.net) || addressOf(leg, family) === null) continue;
    if (!best || goesBefore(leg, best)) best = leg;
  }
  return best;
}

/**
 * Whether the engine hung the stack on its gateway bridge: for its overlays, and while no other bridge leads out.
 * Whoever joined that bridge like any other is on a bridge like any other (m 20.10: out by it, past an internal one).
 */
function isHungOn(net: Net, legs: readonly Leg[]): boolean {
  return (
    net.isGatewayBridge &&
    legs.some((leg) => isOverlay(leg.net)) &&
    !legs.some((leg) => leg.net !== net && leg.net.kind === 'bridge' && !leg.net.internal)
  );
}

function isOverlay({ kind }: Net): boolean {
  return kind === 'overlay' || kind === 'ingress';
}

function goesBefore(a: Leg, b: Leg): boolean {
  if (a.priority !== b.priority) return a.priority > b.priority;
  const [both, other] = [a, b].map(({ v4, v6 }) => v4 !== null && v6 !== null);
  if (both !== other) return both === true;
  return a.net.name < b.net.name;
}
