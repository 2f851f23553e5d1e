/** The whole matrix at once. */
import { ALL_PORTS, isEveryPort, NO_PORTS, unionOf, type PortSet } from '../ports.ts';
import type { Topology } from '../topology/model.ts';
import { inseparable } from './cannot-split.ts';
import { classify } from './classes.ts';
import { deniedPorts } from './denials.ts';
import { isProxied, NarrowedTally, type Stops } from './denied-ports.ts';
import { mayFilterInside } from './foreign/class-key.ts';
import { foreignOf } from './foreign/foreign.ts';
import { isGivenTwice } from './given-twice.ts';
import { judgeNetwork } from './judge.ts';
import { openInside } from './judge-lan-drivers.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Denial, type Matrix, type Verdict } from './model.ts';
import type { Leg, Net } from './network.ts';
import type { RuleId } from './reasons.ts';
import { sceneOf, type Party, type Scene, type Stack } from './scene.ts';
import { eachSidePair } from './side-layers.ts';
import { Tally } from './sink.ts';

const CODE: Readonly<Record<Verdict, number>> = {
  open: VERDICTS.indexOf('open'),
  partial: VERDICTS.indexOf('partial'),
  blocked: VERDICTS.indexOf('blocked'),
  unknown: VERDICTS.indexOf('unknown'),
};
const NOT_JUDGED = 0xff;

/**
 * The verdict of every ordered pair, rows and columns in the topology's order.  Pure and total: any topology of the
 * type has an answer, the same each time, and each cell equals `explain`'s.
 */
export function evaluate(topology: Topology, denials: readonly Denial[]): Matrix {
  const scene = sceneOf(topology);
  return withDenials(scene, endsOf(scene, denials), { verdicts: judgeAll(scene), beside: besideIn(scene) });
}

/** What is true of every pair without the user's denials. */
export interface Undenied {
  readonly verdicts: Uint8Array;
  /** The cells where something passes beside the network, some more than once: `from * size + to`. */
  readonly beside: readonly number[];
}

/** Every cell where something passes beside the network. */
export function besideIn(scene: Scene): readonly number[] {
  const size = scene.parties.length;
  const cells: number[] = [];
  eachSidePair(scene, (from, to) => cells.push(from * size + to));
  return cells;
}

/**
 * Judges every pair, most of them by a shortcut that `judgeNetwork` would confirm (invariants.test.ts compares all
 * three): two on a network that keeps nobody apart are open, strangers of the same two classes have the same verdict,
 * and so have all who are not there.  Denials are left out.
 */
export function judgeAll(scene: Scene): Uint8Array {
  const { parties } = scene;
  const size = parties.length;
  const verdicts = new Uint8Array(size * size);
  const { cell, strangers, count, classOf } = judgeOf(scene);
  const isOpenAt = openness(scene);
  const { sharers, members } = neighboursIn(scene, isOpenAt);
  for (let i = 0; i < size; i += 1) {
    const row = i * size;
    const base = (classOf[i] ?? LONE) * count;
    // As if all were strangers first: one look into a table each, but for what is not known yet.
    for (let j = 0; j < size; j += 1) {
      const code = strangers[base + (classOf[j] ?? LONE)] ?? NOT_JUDGED;
      verdicts[row + j] = code === NOT_JUDGED ? cell(i, j) : code;
    }
    const party = parties[i];
    if (party?.activity !== 'live') continue;
    for (const j of sharers[party.stack.index] ?? []) verdicts[row + j] = cell(i, j);
    for (const leg of party.stack.legs) {
      const there = members[leg.net.index];
      for (const j of there?.rest ?? []) verdicts[row + j] = cell(i, j);
      if (!isOpenAt(party.stack, leg)) for (const j of there?.open ?? []) verdicts[row + j] = cell(i, j);
    }
    for (const leg of party.stack.legs) {
      if (isOpenAt(party.stack, leg)) for (const j of members[leg.net.index]?.open ?? []) verdicts[row + j] = CODE.open;
    }
  }
  return verdicts;
}

/** Who may be no stranger to whom, among those who are there, by party index: by stack, and by network. */
function neighboursIn(
  { parties, stacks, services }: Scene,
  isOpenAt: Openness,
): {
  readonly sharers: readonly (readonly number[])[];
  /** `open`: those whom R101–R103 and R120 let talk to each other over IPv4. */
  readonly members: readonly ({ readonly open: readonly number[]; readonly rest: readonly number[] } | undefined)[];
} {
  const sharers = stacks.map((): number[] => []);
  const members: { readonly open: number[]; readonly rest: number[] }[] = [];
  for (const { activity, index, stack } of parties) {
    if (activity !== 'live') continue;
    sharers[stack.index]?.push(index);
    for (const leg of stack.legs) {
      if (keepsStrangers(leg.net)) continue;
      const there = (members[leg.net.index] ??= { open: [], rest: [] });
      (isOpenAt(stack, leg) ? there.open : there.rest).push(index);
    }
  }
  // A service and its tasks here are one to each other in part, whatever their networks.
  for (const { party, service } of services.all) {
    for (const { index } of service.local) {
      for (const task of sharers[index] ?? []) sharers[party.stack.index]?.push(task);
      sharers[index]?.push(party.index);
    }
  }
  return { sharers, members };
}

/** Whether a stack can talk over IPv4, on that leg, to every other of whom the same is true. */
type Openness = (stack: Stack, leg: Leg) => boolean;

function openness(scene: Scene): Openness {
  const foreign = foreignOf(scene);
  return (stack, { net, v4 }) =>
    v4 !== null &&
    (net.kind === 'lan' ? openInside(net) : net.kind === 'overlay' || (net.kind === 'bridge' && net.icc)) &&
    !isGivenTwice(scene.twice, net, v4) &&
    (foreign === null || !mayFilterInside(foreign, stack));
}

/**
 * Networks on which half an engine may be, each apart from all others whoever they are: the bridge behind overlay
 * networks and the routing mesh's own.  Who has nothing else in common is judged by class (`netKey` tells them apart).
 */
function keepsStrangers({ kind, isGatewayBridge, icc }: Net): boolean {
  return kind === 'ingress' || (isGatewayBridge && !icc);
}

interface Judge {
  /** The code of a pair's verdict, by index of the two parties. */
  cell(from: number, to: number): number;
  /** By class of the one times `count` plus that of the other: the code strangers have, as far as learnt yet. */
  readonly strangers: Uint8Array;
  readonly count: number;
  /** Per party; `LONE` is judged pair by pair. */
  readonly classOf: Uint16Array;
}

const LONE = 0;
const ABSENT = { paused: 1, stopped: 2 } as const;
const FIRST_CLASS = 3;

/** Judges single pairs, and learns from one for the next. */
export function judgeOf(scene: Scene): Judge {
  const { parties } = scene;
  const { classOf: classes, count: known } = classify(scene);
  const count = FIRST_CLASS + known;
  const classOf = Uint16Array.from(parties, ({ activity, stack }) => {
    if (activity !== 'live') return ABSENT[activity];
    const own = classes[stack.index] ?? -1;
    return own < 0 ? LONE : FIRST_CLASS + own;
  });
  const strangers = new Uint8Array(count * count).fill(NOT_JUDGED);
  const { services } = scene;
  const crowds = crowdsIn(scene);
  const tally = new Tally();
  const isAbsent = (one: number): boolean => one === ABSENT.paused || one === ABSENT.stopped;
  /** Where the verdict of this pair's classes is kept; -1 when only the pair itself decides. */
  const shelf = (i: number, j: number, from: Party, to: Party): number => {
    const [a, b] = [classOf[i] ?? LONE, classOf[j] ?? LONE];
    const own =
      a === LONE ||
      b === LONE ||
      from.stack === to.stack ||
      meet(from.stack, to.stack, crowds) ||
      services.among(from.stack, to.stack);
    return own && !isAbsent(a) && !isAbsent(b) ? -1 : a * count + b;
  };
  const cell = (i: number, j: number): number => {
    const [from, to] = [parties[i], parties[j]];
    if (!from || !to) return CODE.unknown;
    const at = shelf(i, j, from, to);
    const learnt = strangers[at] ?? NOT_JUDGED;
    if (learnt !== NOT_JUDGED) return learnt;
    tally.clear();
    judgeNetwork(scene, from, to, tally);
    const code = CODE[tally.verdict()];
    if (at >= 0) strangers[at] = code;
    return code;
  };
  return { cell, strangers, count, classOf };
}

/** Whether two stacks have a network in common, `crowds` left out. */
function meet({ nets: a }: Stack, { nets: b }: Stack, crowds: Uint32Array): boolean {
  for (let word = 0; word < a.length; word += 1) {
    if (((a[word] ?? 0) & (b[word] ?? 0) & ~(crowds[word] ?? 0)) !== 0) return true;
  }
  return false;
}

/** One bit per network that keeps strangers. */
function crowdsIn({ stacks, parts }: Scene): Uint32Array {
  const bits = new Uint32Array(stacks[0]?.nets.length ?? 0);
  for (const net of parts.nets.values()) {
    const word = net.index >>> 5;
    if (keepsStrangers(net)) bits[word] = (bits[word] ?? 0) | (1 << (net.index & 31));
  }
  return bits;
}

/** Where denials begin and end. */
export interface Ends {
  readonly denials: readonly Denial[];
  /** Two per denial: the index of its first and of its second party; -1 for one that is not there. */
  readonly places: Int32Array;
}

/** @param known the ends of an earlier list among parties with the same ids in the same order: finding them takes time. */
export function endsOf(scene: Scene, denials: readonly Denial[], known: Ends | null = null): Ends {
  const places = new Int32Array(denials.length * 2);
  let at = 0;
  for (const { from, to } of denials) {
    const old = known?.denials[at / 2];
    const same = old !== undefined && old.from === from && old.to === to;
    places[at] = same ? (known?.places[at] ?? -1) : (scene.party(from)?.index ?? -1);
    places[at + 1] = same ? (known?.places[at + 1] ?? -1) : (scene.party(to)?.index ?? -1);
    at += 2;
  }
  // A list of its own: the caller's may grow.
  return { denials: denials.slice(), places };
}

/**
 * The matrix with the user's denials (a held one closes its pair, or some ports of it, and whoever shares the stacks of
 * the two) and the marks of what passes beside the network.  `verdicts` are those without denials, and stay as they are.
 */
export function withDenials(scene: Scene, ends: Ends, undenied: Undenied): Matrix {
  const { parties } = scene;
  const size = parties.length;
  const verdicts = undenied.verdicts.slice();
  const flags = new Uint8Array(size * size);
  for (const cell of undenied.beside) flags[cell] = FLAG_SIDE_LAYER;
  if (ends.denials.length > 0) applyDenials(scene, ends, verdicts, flags);
  return { size, ids: parties.map(({ endpoint }) => endpoint.id), verdicts, flags };
}

function applyDenials(scene: Scene, ends: Ends, verdicts: Uint8Array, flags: Uint8Array): void {
  const { parties, stacks } = scene;
  const size = parties.length;
  const members = stacks.map((): Party[] => []);
  for (const party of parties) members[party.stack.index]?.push(party);
  /** What denials of some ports stop between two stacks, by `from * stacks + to`; `null` once that is everything. */
  const narrowed = new Map<number, PortSet | null>();
  /** From what the machine is kept, by the target's stack; `null`: from everything. */
  const machine = new Map<number, PortSet | null>();
  const shut = (from: number, to: number): void => {
    const [ones, others] = [members[from] ?? [], members[to] ?? []];
    for (const one of ones) {
      for (const other of others) {
        const cell = one.index * size + other.index;
        verdicts[cell] = shutCode(scene, one, other);
        flags[cell] = (flags[cell] ?? 0) | FLAG_DENIED | FLAG_HELD;
      }
    }
  };
  let at = 0;
  for (const denial of ends.denials) {
    const from = parties[ends.places[at] ?? -1];
    const to = parties[ends.places[at + 1] ?? -1];
    at += 2;
    if (!from || !to) continue;
    const cell = from.index * size + to.index;
    flags[cell] = (flags[cell] ?? 0) | FLAG_DENIED;
    if (denial.state !== 'held' || inseparable(from, to)) continue;
    const ports = deniedPorts(denial);
    if (from.stack.kind === 'host' && ports !== undefined) {
      const before = machine.get(to.stack.index);
      const union = before && ports ? unionOf(before, ports) : before === null ? null : ports;
      machine.set(to.stack.index, union && isEveryPort(union) ? null : union);
    }
    if (ports === null) {
      // Most are alone in their stacks, and there may be very many.
      if (members[from.stack.index]?.length === 1 && members[to.stack.index]?.length === 1) {
        verdicts[cell] = shutCode(scene, from, to);
        flags[cell] = (flags[cell] ?? 0) | FLAG_DENIED | FLAG_HELD;
      } else shut(from.stack.index, to.stack.index);
    } else if (ports) {
      const key = from.stack.index * stacks.length + to.stack.index;
      const before = narrowed.get(key);
      if (before === null) continue;
      const union = before ? unionOf(before, ports) : ports;
      const isWhole = before !== undefined && isEveryPort(union);
      if (isWhole) shut(from.stack.index, to.stack.index);
      narrowed.set(key, isWhole ? null : union);
    }
  }
  const behindMachine = (to: Party): PortSet | null | undefined => machine.get(to.stack.index);
  for (const [key, ports] of narrowed) {
    if (ports === null) continue;
    for (const one of members[Math.floor(key / stacks.length)] ?? []) {
      for (const other of members[key % stacks.length] ?? []) {
        const cell = one.index * size + other.index;
        const undenied = verdicts[cell] ?? CODE.unknown;
        verdicts[cell] = narrowedCode(scene, one, other, { own: ports, machine: behindMachine(other) }, undenied);
        flags[cell] = (flags[cell] ?? 0) | FLAG_DENIED | FLAG_HELD;
      }
    }
  }
  // Whom the machine may not reach, docker-proxy does not either, whoever calls: only pairs without a direct way mind.
  for (const [index, ports] of machine) {
    for (const to of members[index] ?? []) {
      if (to.stack.bindings.length === 0) continue;
      for (const from of parties) {
        const cell = from.index * size + to.index;
        const undenied = verdicts[cell] ?? CODE.unknown;
        if (undenied === CODE.open || undenied === CODE.blocked || from.stack.kind === 'host') continue;
        const own = narrowed.get(from.stack.index * stacks.length + index);
        if (own === undefined) verdicts[cell] = narrowedCode(scene, from, to, { own, machine: ports }, undenied);
      }
    }
  }
}

/** The verdict where everything is denied: blocked, but for what never passes this machine (R813, R863). */
function shutCode(scene: Scene, from: Party, to: Party): number {
  const isOutside = from.stack.kind === 'lan' || from.stack.kind === 'internet';
  const isAround = scene.traits.rootless && to.stack.bindings.length > 0;
  if (!isAround && (!isOutside || scene.traits.nodeAddresses.length === 0)) return CODE.blocked;
  const tally = new NarrowedTally(ALL_PORTS);
  judgeNetwork(scene, from, to, tally);
  return CODE[tally.verdict()];
}

/** The verdict where denials stop some ports. What is open on all ports, or on none, needs no second look. */
function narrowedCode(scene: Scene, from: Party, to: Party, { own, machine }: Stops, undenied: number): number {
  if (undenied === CODE.blocked) return undenied;
  if (undenied === CODE.open) return own ? CODE.partial : undenied;
  const isBehindProxy = (rule: RuleId, address: string): boolean => isProxied(scene, to.stack, rule, address);
  const tally = new NarrowedTally(own ?? NO_PORTS, from.stack.kind === 'host' ? undefined : machine, isBehindProxy);
  judgeNetwork(scene, from, to, tally);
  return CODE[tally.verdict()];
}
