/** Two containers, each with a stack of its own: shared networks, foreign networks, published ports (SPEC R1xx, R2xx). */
import { gatewaysOf, isOdd, type Family, type Net, type Traits } from './network.ts';
import { addressOf, farAddresses, linkBetween, type Binding, type Leg, type Scene, type Stack } from './scene.ts';
import type { Sink } from './sink.ts';

export function judgeBridges(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  for (const leg of to.legs) {
    const mine = shares(from, leg.net) ? from.legs.find(({ net }) => net === leg.net) : undefined;
    if (mine) judgeShared(scene, from, to, mine, leg, sink);
    if (sink.settled) return;
  }
  if (scene.traits.podman) {
    sink.way('unknown', 'R810', 'bridge', null, '', null);
    return;
  }
  for (const leg of to.legs) if (!shares(from, leg.net)) judgeForeign(scene, from, leg, sink);
  // What the sender has beyond bridges may lead anywhere.
  for (const { net } of from.legs) if (net.kind === 'opaque' && !shares(to, net)) opaque(net, sink);
  judgePublished(scene, from, to, sink);
}

/** Whether the stack is on that network. */
export function shares(stack: Stack, net: Net): boolean {
  return ((stack.nets[net.index >>> 5] ?? 0) & (1 << (net.index & 31))) !== 0;
}

/** R801–R804: a network this version does not judge. */
export function opaque(net: Net, sink: Sink): void {
  sink.way('unknown', net.rule, net.driver === '' ? 'network' : net.driver, net, '', null);
}

/** The names channels have for a bridge. */
export function bridgeKind(net: Net): string {
  return net.isDefault ? 'default-bridge' : 'bridge';
}

/** R101–R108: both on one network. */
function judgeShared(scene: Scene, from: Stack, to: Stack, mine: Leg, theirs: Leg, sink: Sink): void {
  const { net } = theirs;
  if (net.kind === 'opaque') {
    opaque(net, sink);
    return;
  }
  const kind = bridgeKind(net);
  let common = false;
  for (const family of FAMILIES) {
    const address = addressOf(theirs, family);
    if (address === null || addressOf(mine, family) === null) continue;
    common = true;
    if (!net.icc) judgeWithoutIcc(scene, from, to, net, family, address, sink);
    else if (family === 6 && !keepsIpv6(scene.traits, net)) {
      sink.way('unknown', 'R108', kind, net, address, null);
    } else sink.way('open', net.internal ? 'R103' : net.isDefault ? 'R102' : 'R101', kind, net, address, null);
  }
  if (!common) sink.way('blocked', 'R107', kind, net, theirs.v4 ?? theirs.v6 ?? '', null);
}

/** R108: whether IPv6 surely passes between two on this network. */
export function keepsIpv6({ major }: Traits, net: Net): boolean {
  return !net.internal || major >= 26;
}

/** R104–R106.  A link opens the ports its target exposes, over IPv4, on the default bridge only. */
function judgeWithoutIcc(
  scene: Scene,
  from: Stack,
  to: Stack,
  net: Net,
  family: Family,
  address: string,
  sink: Sink,
): void {
  const kind = bridgeKind(net);
  if (scene.traits.bridgeUnfiltered) {
    sink.way('unknown', 'R106', kind, net, address, null);
    return;
  }
  const exposed = to.owner?.exposedPorts ?? [];
  if (net.isDefault && family === 4 && exposed.length > 0 && linkBetween(from.owner, to.owner)) {
    sink.way('open', 'R105', 'link', net, address, exposed);
  } else sink.way('blocked', 'R104', kind, net, address, null);
}

/** R110–R113: an address on a network the sender is not on. */
function judgeForeign(scene: Scene, from: Stack, leg: Leg, sink: Sink): void {
  const { net } = leg;
  if (net.kind === 'opaque') {
    opaque(net, sink);
    return;
  }
  const kind = bridgeKind(net);
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null) continue;
    const exit = family === 4 ? from.exit4 : from.exit6;
    if (exit.kind === 'none' || exit.kind === 'internal') sink.way('blocked', 'R111', kind, net, address, null);
    else if (isOdd(net, family)) sink.way('unknown', 'R805', kind, net, address, null);
    else if (exit.kind === 'unsure' && exit.rule) sink.way('unknown', exit.rule, kind, exit.net, address, null);
    else if (family === 6 && !scene.traits.filtersIpv6) sink.way('unknown', 'R113', kind, net, address, null);
    else sink.way('blocked', net.internal ? 'R112' : 'R110', kind, net, address, null);
  }
}

/** R201–R210: the side door through the machine. */
function judgePublished(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const serving = to.legs.find(({ net }) => net.kind === 'bridge' && !net.internal);
  // On internal networks only, the engine publishes nothing whatever it was asked.
  if (!serving) return;
  for (const binding of to.bindings) {
    const { family, address } = binding;
    if (binding.reach === 'loopback') sink.way('blocked', 'R203', 'published', null, address, binding.ports);
    else if (binding.reach === 'one') {
      const near = from.legs.find(({ net }) => gatewaysOf(net, family).includes(address)) ?? null;
      judgePublishedAt(scene, from, to, binding, address, near, near?.net ?? null, sink);
    } else {
      for (const leg of from.legs) {
        for (const gateway of gatewaysOf(leg.net, family)) {
          judgePublishedAt(scene, from, to, binding, gateway, leg, leg.net, sink);
        }
      }
      for (const { net } of to.legs) {
        if (shares(from, net)) continue;
        for (const gateway of gatewaysOf(net, family)) {
          judgePublishedAt(scene, from, to, binding, gateway, null, net, sink);
        }
      }
      for (const one of farAddresses(scene, family, from, to)) {
        judgePublishedAt(scene, from, to, binding, one, null, null, sink, true);
      }
    }
  }
}

/** One address of the machine at which `to` publishes.  `near`: the sender's leg whose gateway it is. */
function judgePublishedAt(
  scene: Scene,
  from: Stack,
  to: Stack,
  { family, ports }: Binding,
  address: string,
  near: Leg | null,
  via: Net | null,
  sink: Sink,
  far = false,
): void {
  const { traits } = scene;
  const way = (verdict: 'open' | 'blocked' | 'unknown', rule: Parameters<Sink['way']>[1], net = via): void =>
    sink.way(verdict, rule, 'published', net, address, ports, far);
  const direct = near !== null && addressOf(near, family) !== null;
  const exit = family === 4 ? from.exit4 : from.exit6;
  if (!direct && exit.kind === 'none') {
    // Without an address of that family there is nothing to say; with one, it is the missing route that keeps it in.
    if (from.legs.some((leg) => addressOf(leg, family) !== null)) way('blocked', 'R204');
    return;
  }
  const oddTo = to.legs.find(({ net }) => isOdd(net, family));
  if (oddTo) way('unknown', 'R805', oddTo.net);
  else if (direct ? isOdd(near.net, family) : exit.kind === 'unsure') {
    way('unknown', direct ? 'R805' : (exit.rule ?? 'R805'), direct ? near.net : exit.net);
  } else if (direct ? near.net.internal : exit.kind === 'internal') {
    if (family === 4 || !traits.userlandProxy || (to.v6Served === 'all' && traits.filtersIpv6)) way('blocked', 'R205');
    else if (to.v6Served === 'none') way('open', 'R208');
    else way('unknown', 'R207');
  } else if (direct ? !near.net.masquerade : exit.kind === 'unmasked') way('unknown', 'R210');
  else if (traits.userlandProxy) way('open', 'R201');
  else judgeUnproxied(scene, from, to, family, direct ? near.net : null, way);
}

/**
 * R206, R209, R211: without docker-proxy only the redirection is left.  Up to 28 it does not cross networks, but turns
 * around on the one network the two share; from 29 on it crosses them.
 */
function judgeUnproxied(
  scene: Scene,
  from: Stack,
  to: Stack,
  family: Family,
  near: Net | null,
  way: (verdict: 'open' | 'blocked' | 'unknown', rule: 'R201' | 'R206' | 'R209' | 'R211') => void,
): void {
  const redirected = family === 4 || (to.v6Served === 'all' && scene.traits.filtersIpv6);
  const outward = (stack: Stack): readonly Leg[] =>
    stack.legs.filter((leg) => leg.net.kind === 'bridge' && !leg.net.internal && addressOf(leg, family) !== null);
  const entries = near ? [near] : outward(from).map(({ net }) => net);
  const serving = outward(to).map(({ net }) => net);
  if (family === 6 && to.v6Served === 'none') way('blocked', 'R206');
  else if (!redirected) way('unknown', 'R209');
  else if (scene.traits.major >= 29) way('open', 'R201');
  else if (!entries.some((net) => serving.includes(net))) way('blocked', 'R206');
  // On several networks: which of them the packet takes, and which one serves the port, the engine does not tell.
  else if (entries.length > 1 || serving.length > 1) way('unknown', 'R209');
  else if (serving[0]?.icc === false) way('blocked', 'R206');
  else way('open', 'R211');
}

export const FAMILIES: readonly Family[] = [4, 6];
