/** Swarm: overlay networks, services and the routing mesh (SPEC R840–R865). */
import { areAnsweredElsewhere, isGivenTwice } from './given-twice.ts';
import { addressesOf, addressOf, familyOf, gatewaysOf, type Family, type Leg, type Net } from './network.ts';
import type { RuleId } from './reasons.ts';
import { hiderFrom, type Scene, type Stack } from './scene.ts';
import type { OverlayAddress, Service } from './services.ts';
import type { Sink } from './sink.ts';

const FAMILIES: readonly Family[] = [4, 6];

/** What `judge.ts` hands in, since it in turn calls this file. */
export interface Plain {
  /** Judges two stacks of which neither is a service, packet filters included. */
  readonly judgePlain: (scene: Scene, from: Stack, to: Stack, sink: Sink) => void;
  /** The sink for ways between these two, behind the packet filters on them. */
  readonly filtered: (scene: Scene, from: Stack, to: Stack, sink: Sink) => Sink;
}

/** R840, R841, R843, R107: both on one overlay, at an address of B's. */
export function judgeOverlay(from: Stack, leg: Leg, sink: Sink): void {
  const { net } = leg;
  const mine = from.legs.filter((other) => other.net === net);
  let common = false;
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null || !mine.some((other) => addressOf(other, family) !== null)) continue;
    common = true;
    if (net.kind === 'ingress') sink.way('blocked', 'R843', 'ingress', net, address, null);
    else sink.way('open', net.internal ? 'R841' : 'R840', 'overlay', net, address, null);
  }
  if (!common) sink.way('blocked', 'R107', net.kind, net, leg.v4 ?? leg.v6 ?? '', null);
}

/** R842, R843: an address on an overlay that the sender is not on; the machine is on none. */
export function judgeForeignOverlay({ net, v4, v6 }: Leg, sink: Sink): void {
  for (const address of [v4, v6]) {
    if (address !== null) sink.way('blocked', net.kind === 'ingress' ? 'R843' : 'R842', net.kind, net, address, null);
  }
}

/** Two live stacks of which one at least is a service's (R844–R859). */
export function judgeServices(scene: Scene, from: Stack, to: Stack, into: Sink, plain: Plain): void {
  const source = scene.services.of(from);
  const target = scene.services.of(to);
  const sink = new Counted(into);
  if (source?.running === 0) sink.way('blocked', 'R856', 'state', null, '', null);
  else if (target?.running === 0) judgeIdle(scene, from, target, sink);
  else if (!source) toTarget(scene, from, to, target, sink, plain);
  else {
    // A task among others is not its service: what the others do to it counts, and itself only where it is all there is.
    const itself = source.running === 1 || to.kind === 'host';
    const senders = source.alike.flatMap((group) => group.find((one) => itself || one !== to) ?? []);
    for (const task of senders) {
      toTarget(scene, task, to, target, sink, plain);
      if (sink.settled) return;
    }
    // Tasks are alike: those on this node stand for all.  Where there is none, only what all nodes share is known.
    if (senders.length === 0) fromAfar(scene, source, to, target, sink);
    else if (target === undefined) fromSiblings(scene, source, to, sink);
  }
  // Tasks that run, and of which no address is told yet.
  if (!sink.any) sink.way('unknown', 'R858', 'elsewhere', null, '', null);
}

/** Tells whether anything was said at all. */
class Counted implements Sink {
  any = false;
  readonly #into: Sink;

  constructor(into: Sink) {
    this.#into = into;
  }

  get settled(): boolean {
    return this.#into.settled;
  }

  way(...said: Parameters<Sink['way']>): void {
    this.any = true;
    this.#into.way(...said);
  }
}

function toTarget(scene: Scene, from: Stack, to: Stack, target: Service | undefined, outer: Sink, plain: Plain): void {
  const sink = plain.filtered(scene, from, to, outer);
  if (target) judgeToService(scene, from, target, { sink, outer }, plain);
  else {
    plain.judgePlain(scene, from, to, outer);
    judgeMesh(scene, from, to, sink);
  }
}

/** One stack to a service with running tasks: at its own addresses, at its tasks', at its published ports. */
function judgeToService(
  scene: Scene,
  from: Stack,
  target: Service,
  { sink, outer }: { readonly sink: Sink; readonly outer: Sink },
  { judgePlain }: Plain,
): void {
  const outside = from.kind === 'lan' || from.kind === 'internet';
  if (!outside) for (const virtual of target.virtual) judgeVirtual(scene, from, target, virtual, sink);
  // A task is not its service while there are others.
  const itself = from.kind === 'host' || target.running === 1;
  const local = itself ? target.local : target.local.filter((task) => task !== from);
  for (const task of local) {
    if (sink.settled) return;
    judgePlain(scene, from, task, outer);
  }
  const missed = new Set<Net>();
  for (const { net, address } of outside ? [] : target.remote) {
    if (isOn(from, net)) {
      const sure = !net.encrypted;
      sink.way(sure ? 'open' : 'unknown', sure ? 'R850' : 'R848', 'overlay', net, address, null);
    } else if (local.length === 0 && target.virtual.length === 0 && !missed.has(net)) {
      missed.add(net);
      sink.way('blocked', 'R842', 'overlay', net, address, null);
    }
  }
  if (target.away.length > 0) judgeOtherNodes(scene, from, 'published', target.hosted, sink);
  meshWays(scene, from, target, sink);
  if (local.length === 0) judgeElsewhere(scene, target, outside, sink);
}

/** R844–R846, R848, R842: the service's own address on one overlay. */
function judgeVirtual(
  { traits }: Scene,
  from: Stack,
  target: Service,
  { net, address }: OverlayAddress,
  sink: Sink,
): void {
  const way = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId): void =>
    sink.way(verdict, rule, 'vip', net, address, null);
  if (!isOn(from, net)) way('blocked', 'R842');
  else if (!traits.ipvs) way('blocked', 'R846');
  else if (net.encrypted && target.local.length === 0) way('unknown', 'R848');
  else way('open', 'R844');
}

/** R845, R852, R857: a service without a running task: its addresses are there, and nobody behind them. */
function judgeIdle(scene: Scene, from: Stack, target: Service, sink: Sink): void {
  for (const { net, address } of target.virtual) {
    if (isOn(from, net)) sink.way('blocked', 'R845', 'vip', net, address, null);
  }
  const ports = target.ingress;
  for (const address of ports.length > 0 ? meshAddresses(scene, from).keys() : []) {
    sink.way('blocked', 'R852', 'ingress', null, address, ports);
  }
  sink.way('blocked', 'R857', 'state', null, '', null);
}

/** R858, R863: what the service offers only where its tasks are, and all of them are elsewhere. */
function judgeElsewhere({ traits }: Scene, target: Service, outside: boolean, sink: Sink): void {
  const rule = outside && traits.nodeAddresses.length > 0 ? 'R863' : 'R858';
  if (target.hosted.length > 0) sink.way('unknown', rule, 'published', null, '', target.hosted);
  // On no overlay and without the mesh: on the bridges or the stack of another machine.
  if (target.nets.length === 0 && target.ingress.length === 0) {
    sink.way('unknown', 'R858', 'elsewhere', null, '', null);
  } else if (outside && target.ingress.length + target.hosted.length === 0) {
    sink.way('blocked', 'R514', 'published', null, '', null);
  }
}

/** R855, R859: a service with tasks on other nodes only, towards whoever is on an overlay with them, and everybody else. */
function fromAfar(scene: Scene, source: Service, to: Stack, target: Service | undefined, sink: Sink): void {
  if (target) {
    for (const { net, address } of target.virtual) {
      if (source.nets.includes(net)) {
        const doubt = doubtFromAfar(scene, source, net, address);
        const known = scene.traits.ipvs && !net.encrypted;
        if (doubt) sink.way('unknown', doubt, 'vip', net, address, null);
        else sink.way(known ? 'open' : 'unknown', known ? 'R844' : 'R859', 'vip', net, address, null);
      }
    }
    for (const task of target.local) fromSiblings(scene, source, task, sink);
  } else fromSiblings(scene, source, to, sink);
  sink.way('unknown', 'R859', 'elsewhere', null, '', null);
}

/** R855: tasks on other nodes reach a container here at its address on an overlay they share. */
function fromSiblings(scene: Scene, source: Service, to: Stack, sink: Sink): void {
  for (const { net, v4, v6 } of to.legs) {
    if (net.kind !== 'overlay' || !source.remote.some((one) => one.net === net)) continue;
    for (const address of [v4, v6]) {
      if (address === null) continue;
      const doubt = doubtFromAfar(scene, source, net, address) ?? (net.encrypted ? 'R848' : null);
      sink.way(doubt ? 'unknown' : 'open', doubt ?? 'R855', 'overlay', net, address, null);
    }
  }
}

/** R864, R865: an address that two have, the one called or those of all the service's tasks on other nodes. */
function doubtFromAfar({ twice }: Scene, { remote }: Service, net: Net, address: string): RuleId | null {
  if (isGivenTwice(twice, net, address)) return 'R864';
  return areAnsweredElsewhere(twice, remote, net) ? 'R865' : null;
}

/** R851–R854, R849, R862, R863: the routing mesh in front of one task; after `judgePlain` of the same two stacks. */
export function judgeMesh(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const service = scene.services.behind(to);
  if (service) meshWays(scene, from, service, sink);
  else if (scene.traits.manager === false && to.legs.some(({ net }) => net.kind === 'ingress')) {
    sink.way('unknown', 'R849', 'ingress', null, '', null);
  }
}

/** R862, R863: at other nodes, which are outside of this machine; which of them has tasks there does not matter. */
function judgeOtherNodes(
  { traits }: Scene,
  from: Stack,
  kind: 'ingress' | 'published',
  ports: Service['hosted'],
  sink: Sink,
): void {
  const outside = from.kind === 'lan' || from.kind === 'internet';
  if (ports.length === 0 || from.kind === 'machine' || (from.kind === 'bridges' && from.exit4.kind === 'none')) return;
  for (const address of traits.nodeAddresses) {
    sink.way('unknown', outside ? 'R863' : 'R862', kind, null, address, ports);
  }
}

function meshWays(scene: Scene, from: Stack, service: Service, sink: Sink): void {
  const ports = service.ingress;
  if (ports.length === 0) return;
  const addresses = meshAddresses(scene, from);
  if (from.kind === 'internet') sink.way('unknown', 'R512', 'ingress', null, '', ports);
  else if (from.kind === 'machine') sink.way('unknown', 'R811', 'ingress', null, '', ports);
  else if (addresses.size === 0 && from.kind === 'lan') sink.way('open', 'R510', 'ingress', null, '', ports);
  else if (addresses.size === 0 && from.exit4.kind === 'none') sink.way('blocked', 'R204', 'ingress', null, '', ports);
  else if (addresses.size === 0) sink.way('unknown', 'R305', 'ingress', null, '', ports);
  if (from.kind === 'machine') return;
  if (service.running > 0) judgeOtherNodes(scene, from, 'ingress', ports, sink);
  if (from.kind === 'internet') return;
  for (const [address, leg] of addresses) {
    const way = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId, net = leg?.net ?? null): void =>
      sink.way(verdict, rule, 'ingress', net, address, ports);
    const family = familyOf(address);
    const exit = family === 4 ? from.exit4 : from.exit6;
    const inside = from.kind === 'bridges';
    if (family === 6) way('blocked', 'R854');
    else if (!scene.traits.ipvs) way('blocked', 'R853');
    else if (from.kind === 'lan' && hiderFrom(scene, from, family)) {
      way('unknown', 'R536', hiderFrom(scene, from, family));
    } else if (!inside || (leg && addressOf(leg, family) !== null)) way('open', 'R851');
    else if (exit.kind === 'none') way('blocked', 'R204');
    else if (exit.kind === 'unsure' && exit.rule) way('unknown', exit.rule, exit.net);
    else way('open', 'R851');
  }
}

/** Addresses of the machine at which the mesh may be called: all it has, with the sender's own leg to each. */
function meshAddresses(scene: Scene, from: Stack): ReadonlyMap<string, Leg | null> {
  const found = new Map<string, Leg | null>();
  for (const family of FAMILIES) {
    if (from.kind === 'host') found.set(family === 4 ? '127.0.0.1' : '::1', null);
    for (const leg of from.legs) for (const gateway of gatewaysOf(leg.net, family)) found.set(gateway, leg);
    if (from.kind === 'bridges' && !from.legs.some((leg) => addressOf(leg, family) !== null)) continue;
    for (const address of addressesOf(scene.traits, family)) found.set(address, null);
  }
  return found;
}

function isOn(stack: Stack, net: Net): boolean {
  return ((stack.nets[net.index >>> 5] ?? 0) & (1 << (net.index & 31))) !== 0;
}
