/**
 * Ways that begin or end on a macvlan or ipvlan network (SPEC R120–R139, R528–R534).  Such a network goes past the
 * machine's bridges and firewall: its containers are neighbours of the machine on the network around it, and all that
 * is between them and others is that network's own switch and router.
 */
import type { Exit } from './exits.ts';
import {
  addressOf,
  machineOn,
  modeOf,
  type Family,
  type LanTraits,
  type Leg,
  type Net,
  type Traits,
} from './network.ts';
import type { RuleId } from './reasons.ts';
import type { Binding, Stack } from './scene.ts';
import type { Sink } from './sink.ts';
import { contains } from './subnet.ts';

const FAMILIES: readonly Family[] = [4, 6];

type Say = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId, net?: Net) => void;

/** Whether R120 holds there. */
export function openInside({ lan }: Net): boolean {
  return lan?.inside === 'together' || lan?.inside === 'routed';
}

/** R120–R122, R107: both on one such network. */
export function judgeLanShared(mine: Leg, theirs: Leg, sink: Sink): void {
  const { net } = theirs;
  let common = false;
  for (const family of FAMILIES) {
    const address = addressOf(theirs, family);
    if (address === null || addressOf(mine, family) === null) continue;
    common = true;
    const inside = net.lan?.inside;
    if (inside === 'apart') sink.way('blocked', 'R121', net.driver, net, address, null);
    else if (inside === 'outside') sink.way('unknown', 'R122', net.driver, net, address, null);
    else sink.way('open', 'R120', net.driver, net, address, null);
  }
  if (!common) sink.way('blocked', 'R107', net.driver, net, theirs.v4 ?? theirs.v6 ?? '', null);
}

/** R123–R126: to an address on a macvlan or ipvlan network the sender is not on. */
export function judgeToLanAddress(from: Stack, exit: Exit, leg: Leg, family: Family, sink: Sink): void {
  const { net } = leg;
  const address = addressOf(leg, family) ?? '';
  const say: Say = (verdict, rule, via = net) => sink.way(verdict, rule, net.driver, via, address, null);
  const { lan } = net;
  if (!lan) return;
  const parents = from.legs.some((other) => other.net.lan?.parent === lan.parent && lan.parent !== '');
  if (exit.kind === 'none' || exit.kind === 'internal') say('blocked', 'R111');
  else if (exit.kind === 'inhibited') say('blocked', 'R225', exit.net ?? net);
  else if (exit.kind === 'unsure') say('unknown', exit.rule ?? 'R805', exit.net ?? net);
  else if (lan.inside === 'routed' && parents) say('open', 'R123');
  else if (net.internal) say('blocked', 'R126');
  else if (exit.kind === 'lan') say('unknown', 'R124');
  else if (machineOn(lan, family) === 'parent') say('blocked', 'R125');
  else say('unknown', 'R124');
}

/** R127, R128: from a macvlan or ipvlan network to an address on a bridge. */
export function judgeFromLan(traits: Traits, to: Stack, leg: Leg, family: Family, sink: Sink): void {
  const { net } = leg;
  const address = addressOf(leg, family) ?? '';
  const unfiltered = family === 6 && traits.filtersIpv6 !== true;
  const mode = modeOf(net, family);
  const published = to.bindings.some((binding) => binding.family === family) || to.routed.length > 0;
  // Since 28 the engine drops what is addressed to a container and did not come through the machine's own ports.
  const shut = net.internal || (traits.major >= 28 ? mode === 'nat' && !net.trustsOutside : !published);
  if (shut && !unfiltered) sink.way('blocked', 'R128', 'bridge', net, address, null);
  else sink.way('unknown', 'R127', 'bridge', net, address, null);
}

/** The leg on whose subnet that address of the machine is: there the packet goes, past every gateway. */
export function lanLegTo(from: Stack, family: Family, address: string): Leg | undefined {
  return from.legs.find(
    (leg) => addressOf(leg, family) !== null && leg.net.lan?.subnets.some((subnet) => contains(subnet, address)),
  );
}

/**
 * R130–R132: to one of the machine's own addresses, straight from such a network or through its router.  True when that
 * settles the way.
 */
export function judgeLanToMachine(from: Stack, exit: Exit, family: Family, address: string, say: Say): boolean {
  const leg = lanLegTo(from, family, address);
  if (leg?.net.lan) {
    if (machineOn(leg.net.lan, family) === 'parent') say('blocked', 'R130', leg.net);
    else say('unknown', 'R131', leg.net);
    return true;
  }
  if (exit.kind !== 'lan') return false;
  say('unknown', 'R132', exit.net ?? undefined);
  return true;
}

/** R133–R135: from the machine to a container there. */
export function judgeMachineToLan(leg: Leg, sink: Sink): void {
  const { net } = leg;
  const { lan } = net;
  if (!lan) return;
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null) continue;
    const machine = machineOn(lan, family);
    if (machine === 'parent') sink.way('blocked', 'R133', net.driver, net, address, null);
    else if (machine === 'none' && net.internal) sink.way('blocked', 'R126', net.driver, net, address, null);
    else sink.way('unknown', 'R134', net.driver, net, address, null);
  }
}

/**
 * R136: whether what `to` answers to a caller outside its bridge may take the way of a macvlan or ipvlan network that it
 * is on too.  `address`: one the caller may use itself.
 */
export function answersAside(to: Stack, { family }: Pick<Binding, 'family'>, address: string | null): Net | null {
  const leg = to.legs.find(
    ({ net, ...rest }) =>
      net.lan !== null &&
      addressOf({ net, ...rest }, family) !== null &&
      (address === null || net.lan.subnets.some((subnet) => contains(subnet, address))),
  );
  return leg?.net ?? null;
}

/**
 * Whether the network outside is surely the one that the subnet means: the machine is on it too, by the same interface.
 * With a subnet of its own nobody outside need know of it.
 */
function atHome(lan: LanTraits, family: Family): boolean {
  return lan.inside !== 'routed' && machineOn(lan, family) === 'parent';
}

/** R528–R531: from outside to a container there. */
export function judgeOutsideToLan(
  kind: 'lan' | 'internet',
  leg: Leg,
  { exit4, exit6 }: Pick<Stack, 'exit4' | 'exit6'>,
  sink: Sink,
): void {
  const { net } = leg;
  const { lan } = net;
  if (!lan) return;
  for (const family of FAMILIES) {
    const address = addressOf(leg, family);
    if (address === null) continue;
    const say: Say = (verdict, rule) => sink.way(verdict, rule, net.driver, net, address, null);
    if (lan.parent === '' || (net.internal && kind === 'internet')) say('blocked', 'R531');
    else if (net.internal) say('unknown', 'R529');
    else if (kind !== 'lan' || !atHome(lan, family)) say('unknown', 'R530');
    // What it answers to those beyond its own subnet leaves by another network, if it leaves at all.
    else if ((family === 4 ? exit4 : exit6).net === net) say('open', 'R528');
    else say('unknown', 'R529');
  }
}

/** R529, R531–R533: from a container there to the outside. */
export function judgeLanToOutside(
  kind: 'lan' | 'internet',
  { net }: Leg,
  { exit4, exit6 }: Pick<Stack, 'exit4' | 'exit6'>,
  sink: Sink,
): void {
  const { lan } = net;
  if (!lan) return;
  const way = (verdict: 'open' | 'blocked' | 'unknown', rule: RuleId): void =>
    sink.way(verdict, rule, 'egress', net, '', null);
  const home = (exit4.net === net && atHome(lan, 4)) || (exit6.net === net && atHome(lan, 6));
  if (lan.parent === '' || (net.internal && kind === 'internet')) way('blocked', 'R531');
  else if (net.internal) way('unknown', 'R529');
  else if (home) way('open', 'R532');
  else if (exit4.net === net || exit6.net === net) way('unknown', 'R533');
  else if (kind === 'lan') way('unknown', 'R529');
}
