/** The whole matrix at once. */
import type { Topology } from '../topology/model.ts';
import { denialIndexOf } from './denials.ts';
import { judgeNetwork, judgeStacks } from './judge.ts';
import { insideIpv6 } from './judge-bridges.ts';
import { openInside } from './judge-lan-drivers.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Denial, type Matrix, type Verdict } from './model.ts';
import type { Exit } from './exits.ts';
import type { Leg, Net } from './network.ts';
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
  const size = scene.parties.length;
  const verdicts = judgeAll(scene);
  const flags = new Uint8Array(size * size);
  eachSidePair(scene, (from, to) => {
    flags[from * size + to] = FLAG_SIDE_LAYER;
  });
  applyDenials(scene, denials, verdicts, flags);
  return { size, ids: scene.parties.map(({ endpoint }) => endpoint.id), verdicts, flags };
}

/**
 * Judges every pair, most of them by a shortcut that `judgeNetwork` would confirm (evaluate.test.ts compares all three):
 * two on a network that keeps nobody apart are open, and strangers of the same two classes have the same verdict.
 */
function judgeAll(scene: Scene): Uint8Array {
  const { parties, stacks } = scene;
  const size = parties.length;
  const verdicts = new Uint8Array(size * size);
  const stackOf = Int32Array.from(parties, ({ stack }) => stack.index);
  const absent = Uint8Array.from(parties, ({ activity }) => Number(activity !== 'live'));
  const { classOf, count } = classify(scene);
  const { words, meet, open } = networkBits(scene);
  const strangers = new Uint8Array(count * count).fill(NOT_JUDGED);
  const tally = new Tally();
  const judge = (i: number, j: number): number => {
    const [from, to] = [parties[i], parties[j]];
    if (!from || !to) return CODE.unknown;
    tally.clear();
    judgeNetwork(scene, from, to, tally);
    return CODE[tally.verdict()];
  };
  const judgeStrangers = (a: number, b: number): number => {
    const [from, to] = [stacks[a], stacks[b]];
    if (!from || !to) return CODE.unknown;
    tally.clear();
    judgeStacks(scene, from, to, tally);
    return CODE[tally.verdict()];
  };
  for (let i = 0; i < size; i += 1) {
    const a = stackOf[i] ?? 0;
    const classA = classOf[a] ?? -1;
    for (let j = 0; j < size; j += 1) {
      const b = stackOf[j] ?? 0;
      let code = NOT_JUDGED;
      if (absent[i] === 0 && absent[j] === 0 && a !== b) {
        if (common(open, a, b, words * 2)) code = CODE.open;
        else if (!common(meet, a, b, words)) {
          const classB = classOf[b] ?? -1;
          if (classA >= 0 && classB >= 0) {
            const at = classA * count + classB;
            code = strangers[at] ?? NOT_JUDGED;
            if (code === NOT_JUDGED) strangers[at] = code = judgeStrangers(a, b);
          }
        }
      }
      verdicts[i * size + j] = code === NOT_JUDGED ? judge(i, j) : code;
    }
  }
  return verdicts;
}

/** Whether rows `a` and `b` of a bit table have a bit in common. */
function common(bits: Uint32Array, a: number, b: number, width: number): boolean {
  for (let word = 0; word < width; word += 1) {
    if (((bits[a * width + word] ?? 0) & (bits[b * width + word] ?? 0)) !== 0) return true;
  }
  return false;
}

/** Per stack: `meet`, the networks it is on; `open`, twice as wide, those where it has an address and R101–R103 hold. */
function networkBits({ stacks, traits }: Scene): {
  readonly words: number;
  readonly meet: Uint32Array;
  readonly open: Uint32Array;
} {
  const words = stacks[0]?.nets.length ?? 0;
  const meet = new Uint32Array(stacks.length * words);
  const open = new Uint32Array(stacks.length * words * 2);
  for (const { index, nets, legs } of stacks) {
    meet.set(nets, index * words);
    for (const { net, v4, v6 } of legs) {
      if (net.kind === 'lan' ? !openInside(net) : net.kind !== 'bridge' || !net.icc) continue;
      const at = index * words * 2 + (net.index >>> 5);
      const bit = 1 << (net.index & 31);
      if (v4 !== null) open[at] = (open[at] ?? 0) | bit;
      if (v6 !== null && insideIpv6(traits, net) === 'open') open[at + words] = (open[at + words] ?? 0) | bit;
    }
  }
  return { words, meet, open };
}

/**
 * Groups stacks that every rule for strangers treats alike.  -1: judged pair by pair, because a published port is
 * bound to one gateway, or who joined whom counts.
 */
function classify({ stacks, gateways }: Scene): { readonly classOf: Int32Array; readonly count: number } {
  const classOf = new Int32Array(stacks.length).fill(-1);
  const known = new Map<string, number>();
  for (const stack of stacks) {
    if (stack.kind === 'stranded' || stack.bindings.some(({ address }) => gateways.has(address))) continue;
    const key = classKey(stack);
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = known.size));
    classOf[stack.index] = number;
  }
  return { classOf, count: known.size };
}

function classKey({ kind, legs, bindings, routed, serve4, serve6, exit4, exit6 }: Stack): string {
  const traits = [...new Set(legs.map(legKey))].sort();
  const published = [...new Set(bindings.map(({ reach, family }) => `${reach}${String(family)}`))].sort();
  const open = [4, 6].map((family) => Number(routed.some((port) => port.family === family)));
  const ways = [serve4, serve6].map((net) => (net ? netKey(net) : '-'));
  return [kind, ...ways, exitKey(exit4), exitKey(exit6), ...open, ...published, '|', ...traits].join(' ');
}

function exitKey({ kind, net, rule }: Exit): string {
  return `${kind}${rule ?? ''}${net ? netKey(net) : ''}`;
}

function legKey({ net, v4, v6 }: Leg): string {
  return [netKey(net), Number(v4 !== null), Number(v6 !== null)].join('');
}

function netKey(net: Net): string {
  const { kind, internal, masquerade, mode4, mode6, trustsOutside, gateways4, gateways6 } = net;
  // Of macvlan and ipvlan, parent and subnet count, which are each network's own.
  if (kind === 'lan') return `lan${String(net.index)}`;
  const facts = [internal, masquerade, trustsOutside].map(Number).join('');
  return [kind, facts, mode4, mode6, Math.sign(gateways4.length), Math.sign(gateways6.length)].join('.');
}

/** R901, R902: a held denial closes its pair and whoever shares the stacks of the two. */
function applyDenials(scene: Scene, denials: readonly Denial[], verdicts: Uint8Array, flags: Uint8Array): void {
  if (denials.length === 0) return;
  const index = denialIndexOf(scene, denials);
  const size = scene.parties.length;
  const members = scene.stacks.map((): Party[] => []);
  for (const party of scene.parties) members[party.stack.index]?.push(party);
  const raise = (at: number, bits: number): void => {
    flags[at] = (flags[at] ?? 0) | bits;
  };
  for (const denial of denials) {
    const from = scene.party(denial.from);
    const to = scene.party(denial.to);
    if (!from || !to) continue;
    raise(from.index * size + to.index, FLAG_DENIED);
    if (denial.state !== 'held' || !index.held(from, to)) continue;
    for (const one of members[from.stack.index] ?? []) {
      for (const other of members[to.stack.index] ?? []) {
        if (!index.held(one, other)) continue;
        const at = one.index * size + other.index;
        verdicts[at] = CODE.blocked;
        raise(at, FLAG_DENIED | FLAG_HELD);
      }
    }
  }
}
