/** Two containers, each with a stack of its own: shared networks, foreign networks, published ports (SPEC R1xx, R2xx). */
import type { Exit } from './exits.ts';
import { addressOf, gatewaysOf, modeOf, type Family, type Leg, type Net, type Traits } from './network.ts';
import { judgePodmanForeign, judgePodmanPublished } from './judge-podman.ts';
import type { RuleId } from './reasons.ts';
import { judgeFromLan, judgeLanShared, judgeLanToMachine, judgeToLanAddress } from './judge-lan-drivers.ts';
import { judgeForeignOverlay, judgeOverlay } from './judge-swarm.ts';
import { machineAddresses } from './machine-addresses.ts';
import { linkBetween, type Binding, type Scene, type Stack } from './scene.ts';
import { DATAGRAMS, ICMP, type Sink, type WayPort } from './sink.ts';

export function judgeBridges(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  for (const leg of to.legs) {
    const mine = shares(from, leg.net) ? from.legs.find(({ net }) => net === leg.net) : undefined;
    if (mine) judgeShared(scene, from, to, mine, leg, sink);
    if (sink.settled) return;
  }
  const { podman } = scene.traits;
  if (podman && scene.traits.rootless) {
    sink.way('unknown', 'R810', 'bridge', null, '', null);
    return;
  }
  for (const leg of to.legs) {
    if (shares(from, leg.net)) continue;
    if (podman && leg.net.kind === 'bridge') judgePodmanForeign(from, leg, sink);
    else judgeForeign(scene, from, to, leg, sink);
  }
  // What the sender has beyond bridges may lead anywhere.
  for (const { net } of from.legs) if (net.kind === 'opaque' && !shares(to, net)) opaque(net, sink);
  if (podman) judgePodmanPublished(scene, from, to, sink);
  else if (scene.traits.rootless) judgeRootlessPublished(from, to, sink);
  else judgePublished(scene, from, to, sink);
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
  if (net.kind === 'lan') {
    judgeLanShared(mine, theirs, sink);
    return;
  }
  if (net.kind !== 'bridge') {
    judgeOverlay(from, theirs, sink);
    return;
  }
  const kind = bridgeKind(net);
  let common = false;
  for (const family of FAMILIES) {
    const address = addressOf(theirs, family);
    if (address === null || addressOf(mine, family) === null) continue;
    common = true;
    if (!net.icc) judgeWithoutIcc(scene, from, to, net, family, address, sink);
    else if (family === 6 && insideIpv6(scene.traits, net) !== 'open') {
      const verdict = insideIpv6(scene.traits, net);
      sink.way(verdict, verdict === 'blocked' ? 'R109' : 'R108', kind, net, address, null);
    } else sink.way('open', net.internal ? 'R103' : net.isDefault ? 'R102' : 'R101', kind, net, address, null);
  }
  if (!common) sink.way('blocked', 'R107', kind, net, theirs.v4 ?? theirs.v6 ?? '', null);
}

/**
 * R108, R109: what becomes of IPv6 between two on this network.  An old engine's firewall for internal networks also drops
 * the neighbour discovery without which there is no IPv6, where packets inside bridges pass it.
 */
export function insideIpv6(
  { major, podman, filtersIpv6, bridgeUnfiltered }: Traits,
  net: Net,
): 'open' | 'blocked' | 'unknown' {
  if (!net.internal || podman || major >= 26 || filtersIpv6 === false || bridgeUnfiltered) return 'open';
  return major === 20 && filtersIpv6 === true ? 'blocked' : 'unknown';
}

/** R104–R106, R115, R116.  A link opens the ports its target exposes, over IPv4, on the default bridge only. */
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
  const { bridgeUnfiltered, filtersIpv6 } = scene.traits;
  if (family === 6 && filtersIpv6 !== true) {
    if (filtersIpv6 === false) sink.way('open', 'R115', kind, net, address, null);
    else sink.way('unknown', 'R116', kind, net, address, null);
    return;
  }
  if (bridgeUnfiltered) {
    sink.way('unknown', 'R106', kind, net, address, null);
    return;
  }
  // On a routed network the engine lets ICMP in before anything else.
  if (modeOf(net, family) === 'routed') sink.way('open', 'R226', kind, net, address, [ICMP]);
  const exposed = to.owner?.exposedPorts ?? [];
  if (net.isDefault && family === 4 && exposed.length > 0 && linkBetween(from.owner, to.owner)) {
    sink.way('open', 'R105', 'link', net, address, exposed);
  } else sink.way('blocked', 'R104', kind, net, address, null);
}

/** R110–R114, R117, R220–R222: an address on a network the sender is not on. */
function judgeForeign(scene: Scene, from: Stack, to: Stack, leg: Leg, sink: Sink): void {
  const { net } = leg;
  if (net.kind === 'opaque') {
    opaque(net, sink);
    return;
  }
  if (net.kind === 'overlay' || net.kind === 'ingress') {
    judgeForeignOverlay(leg, sink);
    return;
  }
  const { filtersIpv6 } = scene.traits;
  const kind = bridgeKind(net);
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null) continue;
    const exit = exitOf(from, family);
    if (net.kind === 'lan') {
      judgeToLanAddress(from, exit, leg, family, sink);
      continue;
    }
    if (exit.kind === 'lan') {
      judgeFromLan(scene.traits, to, leg, family, sink);
      continue;
    }
    const mode = modeOf(net, family);
    const way = (verdict: 'open' | 'blocked' | 'unknown', rule: Parameters<Sink['way']>[1], via = net): void =>
      sink.way(verdict, rule, kind, via, address, null);
    const unfiltered = family === 6 && filtersIpv6 === false;
    if (exit.kind === 'none' || (exit.kind === 'internal' && (family === 4 || filtersIpv6 === true))) {
      way('blocked', 'R111');
    } else if (exit.kind === 'inhibited') way('blocked', 'R225', exit.net ?? net);
    else if (mode === 'unsure') way('unknown', 'R805');
    else if (exit.kind === 'unsure' && exit.rule) way('unknown', exit.rule, exit.net ?? net);
    else if (family === 6 && filtersIpv6 === null) way('unknown', 'R113');
    // Nothing keeps a packet out; but from an internal network alone there may be no route for the answer.
    else if (unfiltered && exitOf(to, 6).kind !== 'none') way('open', 'R114');
    else if (unfiltered) {
      sink.way('open', 'R117', kind, net, address, [DATAGRAMS]);
      way('blocked', 'R112');
    } else if (mode === 'routed') judgeRouted(to, leg, family, exit, sink);
    else way('blocked', net.internal ? 'R112' : 'R110');
  }
}

/**
 * R220–R222, R226, R227: a routed network opens ICMP, and what is published on it, to other networks at the container's own
 * address.  Where B is on the network A's packets come from, its answers go there and no firewall sees them.
 */
function judgeRouted(to: Stack, { net, ...leg }: Leg, family: Family, exit: Exit, sink: Sink): void {
  const address = addressOf({ net, ...leg }, family) ?? '';
  const ports = to.routed.filter((port) => port.family === family);
  const lost = keepsAnswersOut(exit, family) && !(exit.net && shares(to, exit.net));
  const way = (verdict: 'open' | 'blocked', rule: RuleId, open: readonly WayPort[] | null): void =>
    sink.way(verdict, rule, bridgeKind(net), net, address, open);
  if (!lost) way('open', 'R226', [ICMP]);
  if (ports.length === 0 || servedBy(to, family) !== net) way('blocked', 'R221', null);
  else if (lost) {
    const datagrams = ports.filter(({ protocol }) => protocol === 'udp');
    const rest = ports.filter(({ protocol }) => protocol !== 'udp');
    if (datagrams.length > 0) way('open', 'R227', datagrams);
    if (rest.length > 0) way('blocked', 'R222', rest);
  } else way('open', 'R220', ports);
}

/** Whether the engine drops what comes back to a sender whose address it does not hide (from 28 on). */
export function keepsAnswersOut({ kind, net }: Exit, family: Family): boolean {
  return kind === 'unmasked' && net !== null && modeOf(net, family) === 'nat';
}

export function exitOf(stack: Stack, family: Family): Exit {
  return family === 4 ? stack.exit4 : stack.exit6;
}

/** The bridge to which published ports of that family lead. */
export function servedBy(stack: Stack, family: Family): Net | null {
  return family === 4 ? stack.serve4 : stack.serve6;
}

/** R201–R210: the side door through the machine. */
function judgePublished(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  // On internal networks only, the engine publishes nothing whatever it was asked.
  if (!to.serve4 && !to.serve6) return;
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
      for (const { address: one, far } of machineAddresses(scene, family, from, to)) {
        judgePublishedAt(scene, from, to, binding, one, null, null, sink, far);
      }
    }
  }
}

/**
 * R812, R813: a rootless engine opens published ports on the machine around it; in its own network docker-proxy listens at
 * loopback alone.  Who has a way out may come back by that machine's addresses, of which nothing is known here.
 */
export function judgeRootlessPublished(from: Stack, to: Stack, sink: Sink): void {
  if (!to.serve4 && !to.serve6) return;
  const leaves = from.kind === 'host' || FAMILIES.some((family) => isWayOut(exitOf(from, family)));
  for (const { family, address, reach, ports } of to.bindings) {
    if (reach === 'loopback') {
      if (from.kind !== 'host') sink.way('blocked', 'R203', 'published', null, address, ports);
      continue;
    }
    const gateways = [...from.legs, ...to.legs].flatMap(({ net }) => gatewaysOf(net, family));
    for (const one of new Set(reach === 'any' ? gateways : [])) {
      sink.way('blocked', 'R812', 'published', null, one, ports);
    }
    if (leaves) sink.way('unknown', 'R813', 'published', null, '', ports);
  }
}

function isWayOut({ kind }: Exit): boolean {
  return kind !== 'none' && kind !== 'internal';
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
  const way = (verdict: 'open' | 'blocked' | 'unknown', rule: Parameters<Sink['way']>[1], net = via): void =>
    sink.way(verdict, rule, 'published', net, address, ports, far);
  const direct = near !== null && addressOf(near, family) !== null;
  const exit = exitOf(from, family);
  if (
    !direct &&
    judgeLanToMachine(from, exit, family, address, (verdict, rule, net) => way(verdict, rule, net ?? null))
  ) {
    return;
  }
  if (!direct && exit.kind === 'none') {
    // Without an address of that family there is nothing to say; with one, it is the missing route that keeps it in.
    if (from.legs.some((leg) => addressOf(leg, family) !== null)) way('blocked', 'R204');
    return;
  }
  const served = servedBy(to, family) ?? to.serve4;
  const servedMode = served ? modeOf(served, served === servedBy(to, family) ? family : 4) : 'nat';
  const entry = direct ? near.net : exit.net;
  if (servedMode === 'unsure') way('unknown', 'R805', served);
  else if (servedMode === 'inhibited') way('blocked', 'R224', served);
  else if (direct ? modeOf(near.net, family) === 'unsure' : exit.kind === 'unsure') {
    way('unknown', direct ? 'R805' : (exit.rule ?? 'R805'), entry);
  } else if (!direct && exit.kind === 'inhibited') way('blocked', 'R225', entry);
  else if (direct ? near.net.internal : exit.kind === 'internal') judgeFromInternal(scene, to, family, way);
  else if (entry?.masquerade === false) {
    judgeUnmasked(scene, to, family, entry, way);
  } else if (scene.traits.userlandProxy) way('open', 'R201');
  else judgeUnproxied(scene, to, family, entry, way);
}

type Redirection = 'redirected' | 'not' | 'unknown';

/** Whether packets to a port published in that family are sent on to the container before anything else sees them. */
export function redirection({ filtersIpv6 }: Traits, to: Stack, family: Family): Redirection {
  if (servedBy(to, family) === null || (family === 6 && filtersIpv6 === false)) return 'not';
  return family === 6 && filtersIpv6 === null ? 'unknown' : 'redirected';
}

type Published = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId) => void;

/** R205, R207, R208, R212: what comes from an internal network is redirected, and dropped between networks. */
function judgeFromInternal({ traits }: Scene, to: Stack, family: Family, way: Published): void {
  const redirected = redirection(traits, to, family);
  if (redirected === 'redirected') way('blocked', 'R205');
  else if (!traits.userlandProxy) way('blocked', 'R206');
  else if (redirected === 'unknown') way('unknown', 'R207');
  else way('open', 'R208');
}

/** R210, R223: as from an internal network, but for ports that are served on that very network. */
function judgeUnmasked(scene: Scene, to: Stack, family: Family, entry: Net | null, way: Published): void {
  const { traits } = scene;
  const redirected = redirection(traits, to, family);
  if (traits.major >= 29 || traits.major === 0) way('unknown', 'R210');
  else if (redirected === 'redirected' && entry !== servedBy(to, family)) way('blocked', 'R223');
  else if (!traits.userlandProxy) judgeUnproxied(scene, to, family, entry, way);
  else if (redirected === 'unknown' && entry !== servedBy(to, family)) way('unknown', 'R207');
  else way('open', 'R201');
}

/**
 * R206, R209, R211: without docker-proxy only the redirection is left.  Up to 28 it does not cross networks, but turns
 * around on the one that serves the port; from 29 on it crosses them.
 */
function judgeUnproxied({ traits }: Scene, to: Stack, family: Family, entry: Net | null, way: Published): void {
  const redirected = redirection(traits, to, family);
  const serving = servedBy(to, family);
  if (redirected === 'not') way('blocked', 'R206');
  else if (redirected === 'unknown') way('unknown', 'R209');
  else if (traits.major >= 29) way('open', 'R201');
  else if (entry !== serving || serving?.icc === false) way('blocked', 'R206');
  else way('open', 'R211');
}

export const FAMILIES: readonly Family[] = [4, 6];
