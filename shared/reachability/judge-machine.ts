/** Ways that begin or end at the machine itself, or beyond it (SPEC R202, R3xx, R5xx). */
import { bridgeKind, FAMILIES, opaque } from './judge-bridges.ts';
import { addressesOf, gatewaysOf, isOdd, type Family } from './network.ts';
import { addressOf, farAddresses, type Binding, type Scene, type Stack } from './scene.ts';
import type { Sink } from './sink.ts';

/** R301/R501 and R202: from the machine or a container in host mode. */
export function judgeFromMachine(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  if (scene.traits.podman) {
    sink.way('unknown', 'R810', 'host-mode', null, '', null);
    return;
  }
  for (const leg of to.legs) {
    if (leg.net.kind === 'opaque') {
      opaque(leg.net, sink);
      continue;
    }
    for (const family of FAMILIES) {
      const address = addressOf(leg, family);
      if (address === null) continue;
      if (isOdd(leg.net, family)) sink.way('unknown', 'R805', bridgeKind(leg.net), leg.net, address, null);
      else sink.way('open', 'R301', 'host-mode', leg.net, address, null);
    }
    if (sink.settled) return;
  }
  if (to.legs.some(({ net }) => net.kind === 'bridge' && !net.internal)) {
    for (const binding of to.bindings) judgeLocalBinding(scene, from, to, binding, sink);
  }
}

/** Whether anything can take connections to a published port in that family: docker-proxy, or a redirection. */
function served(scene: Scene, to: Stack, family: Family): boolean {
  return scene.traits.userlandProxy || family === 4 || to.v6Served !== 'none';
}

function surelyServed(scene: Scene, to: Stack, family: Family): boolean {
  return scene.traits.userlandProxy || family === 4 || (to.v6Served === 'all' && scene.traits.filtersIpv6);
}

/** R202, R209, R212: a published port seen from the machine: at its loopback, its gateways and its other addresses. */
function judgeLocalBinding(
  scene: Scene,
  from: Stack,
  to: Stack,
  { family, reach, address, ports }: Binding,
  sink: Sink,
): void {
  const odd = to.legs.find(({ net }) => isOdd(net, family));
  const at = (one: string, far = false): void => {
    if (odd) sink.way('unknown', 'R805', 'published', odd.net, one, ports, far);
    else if (!served(scene, to, family) || (one === '::1' && !scene.traits.userlandProxy)) {
      sink.way('blocked', 'R212', 'published', null, one, ports, far);
    } else if (!surelyServed(scene, to, family)) sink.way('unknown', 'R209', 'published', null, one, ports, far);
    else sink.way('open', 'R202', 'published', null, one, ports, far);
  };
  if (reach !== 'any') {
    at(address);
    return;
  }
  at(family === 4 ? '127.0.0.1' : '::1');
  for (const { net } of to.legs) for (const gateway of gatewaysOf(net, family)) at(gateway);
  for (const one of farAddresses(scene, family, from, to)) at(one, true);
}

/** R302/R502, R304: towards the machine or a container in host mode, at its gateways and other addresses. */
export function judgeToMachine(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  if (scene.traits.podman) {
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
      const odd = isOdd(net, family);
      for (const gateway of gatewaysOf(net, family)) {
        sink.way(odd ? 'unknown' : 'open', odd ? 'R805' : 'R302', 'gateway', net, gateway, null);
      }
    }
    if (sink.settled) return;
  }
  judgeToHostAddresses(scene, from, to, sink);
  if (!from.legs.some(({ net }) => net.kind === 'opaque' || net.gateways4.length + net.gateways6.length > 0)) {
    sink.way('unknown', 'R305', 'gateway', null, '', null);
  }
}

/** R302, R304: the machine's addresses that are no gateway of ours. */
function judgeToHostAddresses(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  for (const family of FAMILIES) {
    const exit = family === 4 ? from.exit4 : from.exit6;
    if (exit.kind === 'none' && !from.legs.some((leg) => addressOf(leg, family) !== null)) continue;
    for (const address of farAddresses(scene, family, from, to)) {
      if (exit.kind === 'none') sink.way('blocked', 'R304', 'gateway', null, address, null, true);
      else if (exit.kind === 'unsure')
        sink.way('unknown', exit.rule ?? 'R805', 'gateway', exit.net, address, null, true);
      else sink.way('open', 'R302', 'gateway', null, address, null, true);
    }
  }
}

/** R504–R507: out of the machine. */
export function judgeToOutside(scene: Scene, from: Stack, sink: Sink): void {
  if (from.kind === 'host') {
    sink.way('open', 'R507', 'egress', null, '', null);
    return;
  }
  if (scene.traits.podman) {
    sink.way('unknown', 'R810', 'egress', null, '', null);
    return;
  }
  for (const { net, v4, v6 } of from.legs) {
    if (net.kind === 'opaque') opaque(net, sink);
    else if (net.internal) sink.way('blocked', 'R505', 'egress', net, '', null);
    else if ((v4 !== null && net.odd4) || (v6 !== null && net.odd6)) {
      sink.way('unknown', 'R805', 'egress', net, '', null);
    } else if (net.masquerade) sink.way('open', 'R504', 'egress', net, '', null);
    else sink.way('unknown', 'R506', 'egress', net, '', null);
  }
}

/** R510–R514: into the machine, by what it publishes. */
export function judgeFromOutside(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const { traits } = scene;
  if (to.kind === 'host') {
    sink.way('unknown', 'R511', 'host-mode', null, '', null);
    return;
  }
  if (traits.podman) {
    sink.way('unknown', 'R810', 'published', null, '', null);
    return;
  }
  for (const { net } of to.legs) {
    if (net.kind === 'opaque') opaque(net, sink);
    else if (net.odd4 || net.odd6) sink.way('unknown', 'R805', bridgeKind(net), net, '', null);
    else if (net.trustsOutside) sink.way('unknown', 'R806', bridgeKind(net), net, '', null);
  }
  const at = (address: string, family: Family, ports: Binding['ports']): void => {
    if (!served(scene, to, family)) sink.way('blocked', 'R212', 'published', null, address, ports);
    else if (!surelyServed(scene, to, family)) sink.way('unknown', 'R209', 'published', null, address, ports);
    else if (from.kind === 'lan') sink.way('open', 'R510', 'published', null, address, ports);
    else sink.way('unknown', 'R512', 'published', null, address, ports);
  };
  const measured = traits.hostAddresses4.length + traits.hostAddresses6.length > 0;
  const serves = to.legs.some(({ net }) => net.kind === 'bridge' && !net.internal);
  for (const { family, reach, address, ports } of serves ? to.bindings : []) {
    if (reach === 'loopback') sink.way('blocked', 'R203', 'published', null, address, ports);
    else if (reach === 'one' && scene.gateways.has(address)) {
      sink.way('blocked', 'R513', 'published', null, address, ports);
    } else if (reach === 'one') at(address, family, ports);
    else if (!measured) at(address, family, ports);
    else for (const one of addressesOf(traits, family)) at(one, family, ports);
  }
  const reachable = measured ? FAMILIES.filter((family) => addressesOf(traits, family).length > 0) : FAMILIES;
  if (!serves || !to.bindings.some(({ reach, family }) => reach !== 'any' || reachable.includes(family))) {
    sink.way('blocked', 'R514', 'published', null, '', null);
  }
}
