/** The whole matrix at once. */
import type { Topology } from '../topology/model.ts';
import { denialIndexOf } from './denials.ts';
import { judgeNetwork, judgeStacks } from './judge.ts';
import { FLAG_DENIED, FLAG_HELD, FLAG_SIDE_LAYER, VERDICTS, type Denial, type Matrix, type Verdict } from './model.ts';
import { sceneOf, type Leg, type Scene, type Stack } from './scene.ts';
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

function judgeAll(scene: Scene): Uint8Array {
  const { parties } = scene;
  const size = parties.length;
  const verdicts = new Uint8Array(size * size);
  const senders = parties.map(({ stack }) => stack);
  const { classOf, count } = classify(scene);
  // Strangers (no network in common) differ only by class: one judgement serves them all.
  const strangers = new Uint8Array(count * count).fill(NOT_JUDGED);
  const tally = new Tally();
  for (let i = 0; i < size; i += 1) {
    const from = parties[i];
    const fromStack = senders[i];
    if (!from || !fromStack) continue;
    const fromClass = classOf[fromStack.index] ?? -1;
    for (let j = 0; j < size; j += 1) {
      const to = parties[j];
      const toStack = senders[j];
      if (!to || !toStack) continue;
      const toClass = classOf[toStack.index] ?? -1;
      const usual = from.activity === 'live' && to.activity === 'live' && fromStack !== toStack;
      let code: number;
      if (usual && fromClass >= 0 && toClass >= 0 && !acquainted(fromStack, toStack)) {
        const at = fromClass * count + toClass;
        code = strangers[at] ?? NOT_JUDGED;
        if (code === NOT_JUDGED) {
          tally.clear();
          judgeStacks(scene, fromStack, toStack, tally);
          strangers[at] = code = CODE[tally.verdict()];
        }
      } else {
        tally.clear();
        judgeNetwork(scene, from, to, tally);
        code = CODE[tally.verdict()];
      }
      verdicts[i * size + j] = code;
    }
  }
  return verdicts;
}

function acquainted(a: Stack, b: Stack): boolean {
  for (let word = 0; word < a.nets.length; word += 1)
    if (((a.nets[word] ?? 0) & (b.nets[word] ?? 0)) !== 0) return true;
  return false;
}

/**
 * Groups stacks that every rule for strangers treats alike.  -1: judged pair by pair, because a published port is
 * bound to one address, or who joined whom counts.
 */
function classify({ stacks }: Scene): { readonly classOf: Int32Array; readonly count: number } {
  const classOf = new Int32Array(stacks.length).fill(-1);
  const known = new Map<string, number>();
  for (const stack of stacks) {
    if (stack.kind === 'stranded' || stack.bindings.some(({ reach }) => reach === 'one')) continue;
    const key = classKey(stack);
    let number = known.get(key);
    if (number === undefined) known.set(key, (number = known.size));
    classOf[stack.index] = number;
  }
  return { classOf, count: known.size };
}

function classKey({ kind, legs, bindings, v6Served, exit4, exit6 }: Stack): string {
  const traits = [...new Set(legs.map(legKey))].sort();
  const published = [...new Set(bindings.map(({ reach, family }) => `${reach}${String(family)}`))].sort();
  const exits = [exit4, exit6].map((exit) => exit.kind);
  return [kind, v6Served, ...exits, ...published, '|', ...traits].join(' ');
}

function legKey({ net, v4, v6 }: Leg): string {
  const { kind, internal, masquerade, odd4, odd6, trustsOutside, gateways4, gateways6 } = net;
  const facts = [internal, masquerade, odd4, odd6, trustsOutside, v4 !== null, v6 !== null];
  return [kind, ...facts.map(Number), Math.sign(gateways4.length), Math.sign(gateways6.length)].join('');
}

/** R901, R902: a held denial closes its pair and whoever shares the stacks of the two. */
function applyDenials(scene: Scene, denials: readonly Denial[], verdicts: Uint8Array, flags: Uint8Array): void {
  if (denials.length === 0) return;
  const index = denialIndexOf(scene, denials);
  const size = scene.parties.length;
  const members = scene.stacks.map((stack) => scene.parties.filter((party) => party.stack === stack));
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
