/** Ways that begin or end at the machine itself, or beyond it (SPEC R202, R3xx, R5xx). */
import {
  bridgeKind,
  exitOf,
  FAMILIES,
  judgeRootlessPublished,
  keepsAnswersOut,
  opaque,
  redirection,
  servedBy,
} from './judge-bridges.ts';
import {
  addressesOf,
  addressOf,
  familyOf,
  gatewaysOf,
  isLoopback,
  modeOf,
  type Family,
  type Leg,
  type Net,
} from './network.ts';
import { bindsBoth } from './judge-podman.ts';
import type { RuleId } from './reasons.ts';
import {
  answersAside,
  judgeLanToMachine,
  judgeLanToOutside,
  judgeMachineToLan,
  judgeOutsideToLan,
} from './judge-lan-drivers.ts';
import { judgeForeignOverlay } from './judge-swarm.ts';
import { machineAddresses } from './machine-addresses.ts';
import { hiderFrom, type Binding, type Scene, type Stack } from './scene.ts';
import { DATAGRAMS, ICMP, type Sink } from './sink.ts';

/** R301/R501 and R202: from the machine or a container in host mode. */
export function judgeFromMachine(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  if (scene.traits.podman && scene.traits.rootless) {
    sink.way('unknown', 'R810', 'host-mode', null, '', null);
    return;
  }
  for (const leg of to.legs) {
    if (leg.net.kind === 'opaque') {
      opaque(leg.net, sink);
      continue;
    }
    if (leg.net.kind === 'overlay' || leg.net.kind === 'ingress') {
      judgeForeignOverlay(leg, sink);
      continue;
    }
    judgeMachineToLan(leg, sink);
    for (const family of leg.net.kind === 'lan' ? [] : FAMILIES) {
      const address = addressOf(leg, family);
      if (address === null) continue;
      const mode = modeOf(leg.net, family);
      if (mode === 'unsure') sink.way('unknown', 'R805', bridgeKind(leg.net), leg.net, address, null);
      else if (mode === 'isolated' || mode === 'inhibited') {
        sink.way('blocked', 'R320', 'host-mode', leg.net, address, null);
      } else sink.way('open', 'R301', 'host-mode', leg.net, address, null);
    }
    if (sink.settled) return;
  }
  if (to.serve4 || to.serve6) {
    for (const binding of to.bindings) judgeLocalBinding(scene, from, to, binding, sink);
    if (scene.traits.rootless) judgeRootlessPublished(from, to, sink);
  }
}

/** Whether anything takes connections to a published port in that family: docker-proxy, or a redirection. */
function served({ traits }: Scene, to: Stack, family: Family): 'yes' | 'no' | 'unknown' {
  const redirected = redirection(traits, to, family);
  if (traits.userlandProxy || redirected === 'redirected') return 'yes';
  return redirected === 'not' ? 'no' : 'unknown';
}

/** The gateway mode of the network that serves published ports of that family (docker-proxy turns IPv6 into IPv4). */
function servedMode(to: Stack, family: Family): ReturnType<typeof modeOf> {
  const own = servedBy(to, family);
  if (own) return modeOf(own, family);
  return to.serve4 ? modeOf(to.serve4, 4) : 'nat';
}

function isDatagram({ protocol }: { readonly protocol: string }): boolean {
  return protocol === 'udp';
}

/** R202, R209, R212: a published port seen from the machine: at its loopback, its gateways and its other addresses. */
function judgeLocalBinding(
  scene: Scene,
  from: Stack,
  to: Stack,
  { family, reach, address, ports }: Binding,
  sink: Sink,
): void {
  const mode = servedMode(to, family);
  const net = servedBy(to, family) ?? to.serve4;
  const taken = served(scene, to, family);
  if (scene.traits.rootless && reach !== 'loopback') {
    // Of the engine's own network only loopback leads there; `judgeRootlessPublished` says the rest.
    if (taken === 'yes') sink.way('open', 'R202', 'published', null, family === 4 ? '127.0.0.1' : '::1', ports);
    return;
  }
  const at = (one: string, far = false): void => {
    // docker-proxy calls from the bridge; the redirection keeps the address that was called as the caller's own.
    const aside = isLoopback(one) ? null : answersAside(to, { family }, one);
    if (aside) sink.way('unknown', 'R136', 'published', aside, one, ports, far);
    else if (mode === 'unsure') sink.way('unknown', 'R805', 'published', net, one, ports, far);
    else if (mode === 'inhibited') sink.way('blocked', 'R224', 'published', net, one, ports, far);
    else if (scene.traits.podman && reach === 'any' && !bindsBoth(to)) {
      sink.way('unknown', 'R873', 'published', null, one, ports, far);
    } else if (scene.traits.podman && (taken === 'no' || one === '::1')) {
      sink.way('blocked', 'R872', 'published', null, one, ports, far);
    } else if (taken === 'no') sink.way('blocked', 'R212', 'published', null, one, ports, far);
    else if (one === '::1' && !scene.traits.userlandProxy) {
      // Redirected from there, a datagram arrives; no answer comes back, and so no connection is made.
      const [datagrams, others] = [ports.filter(isDatagram), ports.filter((port) => !isDatagram(port))];
      if (others.length > 0) sink.way('blocked', 'R212', 'published', null, one, others, far);
      if (datagrams.length > 0) {
        sink.way(
          taken === 'yes' ? 'open' : 'unknown',
          taken === 'yes' ? 'R202' : 'R209',
          'published',
          null,
          one,
          datagrams,
          far,
        );
      }
    } else if (taken === 'unknown') sink.way('unknown', 'R209', 'published', null, one, ports, far);
    else sink.way('open', 'R202', 'published', null, one, ports, far);
  };
  if (reach !== 'any') {
    at(address);
    return;
  }
  at(family === 4 ? '127.0.0.1' : '::1');
  for (const { net } of to.legs) for (const gateway of gatewaysOf(net, family)) at(gateway);
  for (const { address: one, far } of machineAddresses(scene, family, from, to)) at(one, far);
}

/** R302/R502, R304: towards the machine or a container in host mode, at its gateways and other addresses. */
export function judgeToMachine(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  if (scene.traits.podman && scene.traits.rootless) {
    sink.way('unknown', 'R810', 'gateway', null, '', null);
    return;
  }
  for (const leg of from.legs) {
    const { net } = leg;
    if (net.kind === 'opaque') {
      opaque(net, sink);
      continue;
    }
    for (const family of FAMILIES) {
      if (addressOf(leg, family) === null) continue;
      const mode = modeOf(net, family);
      for (const gateway of gatewaysOf(net, family)) {
        if (mode === 'unsure') sink.way('unknown', 'R805', 'gateway', net, gateway, null);
        else sink.way('open', 'R302', 'gateway', net, gateway, null);
      }
      if (mode === 'isolated' || mode === 'inhibited') sink.way('blocked', 'R321', 'gateway', net, '', null);
    }
    if (net.kind === 'overlay' || net.kind === 'ingress') sink.way('blocked', 'R321', 'gateway', net, '', null);
    if (sink.settled) return;
  }
  judgeToHostAddresses(scene, from, to, sink);
  if (!from.legs.some((leg) => tellsOfGateway(scene, from, to, leg))) {
    sink.way('unknown', 'R305', 'gateway', null, '', null);
  }
}

/** Whether something is known of the machine's addresses that are reached by that leg, be it that it has none there. */
function tellsOfGateway(scene: Scene, from: Stack, to: Stack, leg: Leg): boolean {
  const { net, v4, v6 } = leg;
  if (net.kind === 'lan') {
    return FAMILIES.some(
      (family) => addressOf(leg, family) !== null && machineAddresses(scene, family, from, to).length > 0,
    );
  }
  if (net.kind !== 'bridge' || net.gateways4.length + net.gateways6.length > 0) return true;
  const none = (family: Family): boolean => ['isolated', 'inhibited'].includes(modeOf(net, family));
  return (v4 === null || none(4)) && (v6 === null || none(6));
}

/** R302, R304: the machine's addresses that are no gateway of ours. */
function judgeToHostAddresses(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  for (const family of FAMILIES) {
    const exit = exitOf(from, family);
    if (exit.kind === 'none' && !from.legs.some((leg) => addressOf(leg, family) !== null)) continue;
    for (const { address, far } of machineAddresses(scene, family, from, to)) {
      const say = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId, net: Net | null = null): void =>
        sink.way(verdict, rule, 'gateway', net, address, null, far);
      if (judgeLanToMachine(from, exit, family, address, say)) continue;
      if (exit.kind === 'none') say('blocked', 'R304');
      else if (exit.kind === 'inhibited') say('blocked', 'R225', exit.net);
      else if (exit.kind === 'unsure') say('unknown', exit.rule ?? 'R805', exit.net);
      else say('open', 'R302');
    }
  }
}

/** R504–R507: out of the machine. */
export function judgeToOutside(scene: Scene, from: Stack, kind: 'lan' | 'internet', sink: Sink): void {
  const hider = (family: Family): Net | null => (kind === 'lan' ? hiderFrom(scene, from, family) : null);
  if (from.kind === 'host') {
    const net = hider(4) ?? hider(6);
    sink.way(net ? 'unknown' : 'open', net ? 'R535' : 'R507', 'egress', net, '', null);
    return;
  }
  if (scene.traits.podman && scene.traits.rootless) {
    sink.way('unknown', 'R810', 'egress', null, '', null);
    return;
  }
  for (const leg of from.legs) {
    if (leg.net.kind === 'lan') judgeLanToOutside(kind, leg, from, sink);
    else if (leg.net.kind === 'opaque') opaque(leg.net, sink);
    else if (leg.net.internal) sink.way('blocked', 'R505', 'egress', leg.net, '', null);
  }
  for (const family of FAMILIES) {
    const exit = exitOf(from, family);
    const { net } = exit;
    if (exit.rule === 'R847') sink.way('unknown', 'R847', 'egress', net, '', null);
    if (net?.kind !== 'bridge') continue;
    const hidden = hider(family);
    const leaky = family === 6 && scene.traits.filtersIpv6 !== true;
    if (leaky && exit.kind !== 'unsure') sink.way('unknown', 'R525', 'egress', net, '', null);
    else if (exit.kind === 'regular' && hidden) sink.way('unknown', 'R535', 'egress', hidden, '', null);
    else if (exit.kind === 'regular') sink.way('open', 'R504', 'egress', net, '', null);
    else if (exit.kind === 'routed') sink.way('unknown', 'R520', 'egress', net, '', null);
    else if (exit.kind === 'inhibited') sink.way('blocked', 'R522', 'egress', net, '', null);
    else if (exit.kind === 'unsure') sink.way('unknown', exit.rule ?? 'R805', 'egress', net, '', null);
    else if (exit.kind === 'unmasked') {
      const dropped = scene.traits.major >= 28 && keepsAnswersOut(exit, family) && !net.trustsOutside;
      if (dropped && hidden) sink.way('unknown', 'R535', 'egress', hidden, '', [DATAGRAMS]);
      else if (dropped) sink.way('open', 'R534', 'egress', net, '', [DATAGRAMS]);
      sink.way(dropped ? 'blocked' : 'unknown', dropped ? 'R521' : 'R506', 'egress', net, '', null);
    }
  }
}

/** R511, R825, R826: the machine's own services, seen from outside.  With its firewall read, that is what decides. */
function judgeServicesOfMachine(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const { topology, traits } = scene;
  if (traits.rootless && !traits.podman) {
    sink.way('unknown', 'R811', 'host-mode', null, '', null);
    return;
  }
  const addresses = [...traits.hostAddresses4, ...traits.hostAddresses6];
  if (!topology.engine.firewall || traits.podman || addresses.length === 0) {
    sink.way('unknown', 'R511', 'host-mode', null, '', null);
    return;
  }
  for (const address of addresses) {
    const hidden = hiderFrom(scene, to, familyOf(address));
    if (from.kind === 'lan' && hidden) sink.way('unknown', 'R536', 'host-mode', hidden, address, null);
    else if (from.kind === 'lan') sink.way('open', 'R825', 'host-mode', null, address, null);
    else sink.way('unknown', 'R826', 'host-mode', null, address, null);
  }
}

/** R510–R514: into the machine, by what it publishes. */
export function judgeFromOutside(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const { traits } = scene;
  if (to.kind === 'host') {
    judgeServicesOfMachine(scene, from, to, sink);
    return;
  }
  if (traits.podman && traits.rootless) {
    sink.way('unknown', 'R810', 'published', null, '', null);
    return;
  }
  const kind = from.kind === 'lan' ? 'lan' : 'internet';
  for (const leg of to.legs) {
    if (leg.net.kind === 'lan') judgeOutsideToLan(kind, leg, to, sink);
    else judgeOutsideDirectly(scene, to, leg, sink);
  }
  const at = (address: string, family: Family, reach: Binding['reach'], ports: Binding['ports']): void => {
    const mode = servedMode(to, family);
    const taken = served(scene, to, family);
    const aside = answersAside(to, { family }, null);
    const hidden = hiderFrom(scene, to, family);
    if (aside) sink.way('unknown', 'R136', 'published', aside, address, ports);
    else if (mode === 'unsure') sink.way('unknown', 'R805', 'published', servedBy(to, family), address, ports);
    else if (mode === 'inhibited') sink.way('blocked', 'R224', 'published', to.serve4, address, ports);
    else if (traits.podman && reach === 'any' && !bindsBoth(to)) {
      sink.way('unknown', 'R873', 'published', null, address, ports);
    } else if (taken === 'no') {
      sink.way('blocked', traits.podman ? 'R872' : 'R212', 'published', null, address, ports);
    } else if (taken === 'unknown') sink.way('unknown', 'R209', 'published', null, address, ports);
    else if (hidden && from.kind === 'lan') sink.way('unknown', 'R536', 'published', hidden, address, ports);
    else if (from.kind === 'lan') sink.way('open', 'R510', 'published', null, address, ports);
    else sink.way('unknown', 'R512', 'published', null, address, ports);
  };
  const measured = traits.hostAddresses4.length + traits.hostAddresses6.length > 0;
  const serves = to.serve4 !== null || to.serve6 !== null;
  for (const { family, reach, address, ports } of serves ? to.bindings : []) {
    if (reach === 'loopback') sink.way('blocked', 'R203', 'published', null, address, ports);
    else if (reach === 'one' && scene.gateways.has(address)) {
      sink.way('blocked', 'R513', 'published', null, address, ports);
    } else if (reach === 'one') at(address, family, reach, ports);
    // A rootless engine knows the addresses of its own network, and none of the machine around it.
    else if (traits.rootless) at('', family, reach, ports);
    else if (!measured) at(address, family, reach, ports);
    else for (const one of addressesOf(traits, family)) at(one, family, reach, ports);
  }
  const reachable =
    measured && !traits.rootless ? FAMILIES.filter((family) => addressesOf(traits, family).length > 0) : FAMILIES;
  // The routing mesh, judged apart, may let the outside in.
  if ((scene.services.behind(to)?.ingress.length ?? 0) > 0) return;
  if (!serves || !to.bindings.some(({ reach, family }) => reach !== 'any' || reachable.includes(family))) {
    sink.way('blocked', 'R514', 'published', null, '', null);
  }
}

/** R523, R524, R526, R527, R806: what lets an outsider that has a route in, at the container's own address. */
function judgeOutsideDirectly({ traits }: Scene, to: Stack, leg: Leg, sink: Sink): void {
  const { net } = leg;
  if (net.kind === 'opaque') {
    opaque(net, sink);
    return;
  }
  if (net.kind !== 'bridge') return;
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null) continue;
    if (family === 6 && traits.filtersIpv6 !== true && (!net.internal || traits.internalRoutes)) {
      sink.way('unknown', 'R526', bridgeKind(net), net, address, null);
      continue;
    }
    if (traits.podman && (to.serve4 !== null || to.serve6 !== null)) {
      sink.way('unknown', 'R874', bridgeKind(net), net, address, null);
      continue;
    }
    if (net.internal) continue;
    const mode = modeOf(net, family);
    const serves = servedBy(to, family) === net;
    const routed = to.routed.filter((port) => port.family === family);
    if (mode === 'unsure') sink.way('unknown', 'R805', bridgeKind(net), net, address, null);
    else if (mode === 'unprotected') sink.way('unknown', 'R524', bridgeKind(net), net, address, null);
    else if (mode === 'routed') {
      sink.way('unknown', 'R523', bridgeKind(net), net, address, [...(serves ? routed : []), ICMP]);
    } else if (serves && mode === 'nat' && (net.trustsOutside || traits.major < 28)) {
      const ports = to.bindings.filter((binding) => binding.family === family).flatMap((binding) => binding.ports);
      const inside = ports.map(({ protocol, port }) => ({ protocol, port }));
      const rule = traits.major < 28 ? 'R527' : 'R806';
      if (inside.length > 0) sink.way('unknown', rule, bridgeKind(net), net, address, inside);
    }
  }
}
