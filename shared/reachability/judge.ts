/**
 * The network layer of one ordered pair, rule by rule of SPEC.md.
 *
 * `evaluate` and `explain` both come through here, with different sinks: that is why they cannot disagree.
 */
import { throughTwoRoutes } from './astray.ts';
import { foreignOf } from './foreign/foreign.ts';
import { throughFirewalls } from './foreign/through-firewalls.ts';
import { throughTwins } from './given-twice.ts';
import { judgeBridges } from './judge-bridges.ts';
import { judgeFromMachine, judgeFromOutside, judgeToMachine, judgeToOutside } from './judge-machine.ts';
import { judgeMesh, judgeServices } from './judge-swarm.ts';
import type { Party, Scene, Stack } from './scene.ts';
import type { Sink } from './sink.ts';

/** Puts every network way `from` → `to` into the sink, as it is without any rule of the user's. */
export function judgeNetwork(scene: Scene, from: Party, to: Party, sink: Sink): void {
  if (judgePresence(from, to, sink)) return;
  if (from.stack === to.stack) judgeSameStack(from, to, sink);
  else judgeStacks(scene, from.stack, to.stack, sink);
}

/** R001–R005: who is not there takes no part.  True when that settles the pair. */
export function judgePresence(from: Party, to: Party, sink: Sink): boolean {
  if (from.activity === 'live' && to.activity === 'live') return false;
  if (from.activity === 'stopped') sink.way('blocked', 'R002', 'state', null, '', null);
  else if (from.activity === 'paused') sink.way('blocked', 'R004', 'state', null, '', null);
  else if (to.activity === 'stopped') sink.way('blocked', 'R003', 'state', null, '', null);
  else sink.way('blocked', 'R005', 'state', null, '', null);
  return true;
}

/** R001, R303, R401: one stack.  Zones outside are many machines, not one (R515). */
export function judgeSameStack(from: Party, to: Party, sink: Sink): void {
  const { kind } = from.stack;
  if (kind === 'lan' || kind === 'internet') sink.way('unknown', 'R515', 'outside', null, '', null);
  else if (from === to) sink.way('open', 'R001', 'same', null, '127.0.0.1', null);
  else if (kind === 'host') sink.way('open', 'R303', 'host-mode', null, '127.0.0.1', null);
  else sink.way('open', 'R401', 'shared-stack', null, '127.0.0.1', null);
}

/** Two different stacks, both live.  Depends on nothing but the stacks. */
export function judgeStacks(scene: Scene, from: Stack, to: Stack, outer: Sink): void {
  if (judgeLoneStacks(from, to, outer)) return;
  if (from.kind === 'service' || to.kind === 'service') {
    judgeServices(scene, from, to, outer, { judgePlain: judgeTask, filtered });
    return;
  }
  const sink = filtered(scene, from, to, outer);
  judgeOwnStacks(scene, from, to, sink);
  judgeMesh(scene, from, to, sink);
}

/** Each sender and each target has packet filters of its own on its ways, also where it is one task of several. */
function filtered(scene: Scene, from: Stack, to: Stack, outer: Sink): Sink {
  const foreign = foreignOf(scene);
  const astray = from.astray ?? to.astray;
  const known = throughTwins(scene.twice, from, outer);
  const sink = astray ? throughTwoRoutes(astray, known) : known;
  return foreign ? throughFirewalls({ foreign, scene, from, to, outer: sink }) : sink;
}

/** As one pair of many behind a service: what the routing mesh adds is judged once for all of them. */
function judgeTask(scene: Scene, from: Stack, to: Stack, outer: Sink): void {
  if (from === to) outer.way('open', from.kind === 'host' ? 'R303' : 'R001', 'same', null, '127.0.0.1', null);
  else if (!judgeLoneStacks(from, to, outer)) judgeOwnStacks(scene, from, to, filtered(scene, from, to, outer));
}

/** Two stacks of which neither stands for others. */
function judgeOwnStacks(scene: Scene, from: Stack, to: Stack, sink: Sink): void {
  const outsideFrom = from.kind === 'lan' || from.kind === 'internet';
  const outsideTo = to.kind === 'lan' || to.kind === 'internet';
  if (outsideFrom && outsideTo) sink.way('unknown', 'R515', 'outside', null, '', null);
  else if (from.kind === 'machine' || to.kind === 'machine') judgeRootlessMachine(outsideFrom || outsideTo, sink);
  else if (outsideTo) judgeToOutside(scene, from, to.kind === 'lan' ? 'lan' : 'internet', sink);
  else if (outsideFrom) judgeFromOutside(scene, from, to, sink);
  else if (from.kind === 'host') judgeFromMachine(scene, from, to, sink);
  else if (to.kind === 'host') judgeToMachine(scene, from, to, sink);
  else judgeBridges(scene, from, to, sink);
}

/** R006–R009, R402–R405: stacks that lead nowhere, or are not known.  True when that settles the pair. */
function judgeLoneStacks(from: Stack, to: Stack, sink: Sink): boolean {
  if (from.kind === 'stranded' && to.kind === 'stranded' && from.owner === to.owner) {
    sink.way('unknown', 'R405', 'shared-stack', null, '127.0.0.1', null);
  } else if (from.kind === 'none') sink.way('blocked', 'R006', 'none', null, '', null);
  else if (to.kind === 'none') sink.way('blocked', 'R007', 'none', null, '', null);
  else if (from.kind === 'bare') sink.way('blocked', 'R008', 'none', null, '', null);
  else if (to.kind === 'bare') sink.way('blocked', 'R009', 'none', null, '', null);
  else if (from.kind === 'stranded') sink.way('blocked', 'R402', 'shared-stack', null, '', null);
  else if (to.kind === 'stranded') sink.way('blocked', 'R403', 'shared-stack', null, '', null);
  else if (from.kind === 'missing' || to.kind === 'missing') {
    sink.way('unknown', 'R404', 'shared-stack', null, '', null);
  } else return false;
  return true;
}

/** R811, R515: a rootless engine's bridges are not on the machine's own stack. */
function judgeRootlessMachine(outside: boolean, sink: Sink): void {
  sink.way('unknown', outside ? 'R515' : 'R811', outside ? 'outside' : 'gateway', null, '', null);
}
