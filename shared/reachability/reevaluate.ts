/** The matrix after a change, from the one before: what one endpoint touches is one row and one column. */
import type { Topology } from '../topology/model.ts';
import { besideIn, endsOf, judgeAll, judgeOf, withDenials, type Ends, type Undenied } from './evaluate.ts';
import type { Denial, Matrix } from './model.ts';
import { sceneAfter, sceneOf, type Party, type Scene, type Stack } from './scene.ts';

/** A matrix with what the next one can be made from. */
export interface Evaluation {
  readonly matrix: Matrix;
  readonly scene: Scene;
  readonly undenied: Undenied;
  readonly ends: Ends;
  /** How many rows and columns were judged for it; `size` of the matrix: all. */
  readonly judged: number;
}

/** Past this part of the rows, judging everything is quicker. */
const WORTHWHILE = 1 / 4;

/**
 * The matrix of a topology, equal to `evaluate`'s in every byte.
 *
 * What may be taken from `previous` is told by identity: endpoints, networks and engine facts that are the same objects
 * as in its topology have not changed.  Anything but endpoints that is another object makes it judge everything anew.
 */
export function reevaluate(previous: Evaluation | null, topology: Topology, denials: readonly Denial[]): Evaluation {
  if (previous?.scene.topology === topology) {
    const { scene, undenied } = previous;
    return answer({ scene, undenied, ends: endsOf(scene, denials, previous.ends), judged: 0 });
  }
  const scene = previous && sceneAfter(previous.scene, topology);
  const moved = scene && movesOf(previous.scene, scene);
  // An address that two have, or have no longer, is about others than those who changed.
  if (!moved || !isSameSet(previous.scene.twice, scene.twice)) return answer(judgedAfresh(sceneOf(topology), denials));
  if (moved.stale.length > moved.origin.length * WORTHWHILE) return answer(judgedAfresh(scene, denials));
  const verdicts = movedCells(previous.undenied.verdicts, previous.scene.parties.length, moved.origin);
  judgeAgain(scene, moved.stale, verdicts);
  return answer({
    scene,
    undenied: { verdicts, beside: besideIn(scene) },
    ends: endsOf(scene, denials, haveSameIds(previous.scene, scene) ? previous.ends : null),
    judged: moved.stale.length,
  });
}

function answer(parts: Omit<Evaluation, 'matrix'>): Evaluation {
  return { ...parts, matrix: withDenials(parts.scene, parts.ends, parts.undenied) };
}

function judgedAfresh(scene: Scene, denials: readonly Denial[]): Omit<Evaluation, 'matrix'> {
  const undenied = { verdicts: judgeAll(scene), beside: besideIn(scene) };
  return { scene, undenied, ends: endsOf(scene, denials), judged: scene.parties.length };
}

function haveSameIds({ parties: before }: Scene, { parties: after }: Scene): boolean {
  return before.length === after.length && before.every(({ endpoint }, at) => endpoint.id === after[at]?.endpoint.id);
}

interface Moves {
  /** For each party of the new scene: its index in the old one; -1 when it was not there or is not as it was. */
  readonly origin: Int32Array;
  /** Those with -1. */
  readonly stale: readonly number[];
}

/**
 * Whether a party that is the same endpoint is as it was.  Zones depend on nothing but the ground, containers besides on
 * their stack and, as tasks, on what their service publishes; a service on the stacks of its tasks.
 */
function isAsItWas(before: Scene, was: Party, after: Scene, now: Party): boolean {
  if (now.stack.kind !== 'service') {
    const same = before.services.behind(was.stack)?.endpoint === after.services.behind(now.stack)?.endpoint;
    return same && was.stack.content === now.stack.content;
  }
  const [old, here] = [before.services.of(was.stack), after.services.of(now.stack)];
  if (!old || !here || old.endpoint !== here.endpoint) return false;
  const sameTasks = isSameList(old.away, here.away);
  return sameTasks && isSameList(contentsOf(old.local), contentsOf(here.local));
}

function contentsOf(stacks: readonly Stack[]): readonly Stack['content'][] {
  return stacks.map(({ content }) => content);
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

function isSameSet(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}

function movesOf(before: Scene, after: Scene): Moves {
  // Most parties are the very same object; the others are looked for by their endpoint.
  const left = new Map<Party['endpoint'], Party>();
  for (const party of before.parties) if (after.parties[party.index] !== party) left.set(party.endpoint, party);
  const origin = new Int32Array(after.parties.length);
  const stale: number[] = [];
  for (const party of after.parties) {
    const was = before.parties[party.index] === party ? party : left.get(party.endpoint);
    // Each old row serves one new one: an endpoint that is listed twice is judged twice.
    left.delete(party.endpoint);
    const place = was && isAsItWas(before, was, after, party) ? was.index : -1;
    origin[party.index] = place;
    if (place < 0) stale.push(party.index);
  }
  return { origin, stale };
}

/** The cells of parties that are as they were, in their new places; the others' are any. */
function movedCells(old: Uint8Array, oldSize: number, origin: Int32Array): Uint8Array {
  const size = origin.length;
  if (size === oldSize && origin.every((from, to) => from < 0 || from === to)) return old.slice();
  const runs = runsOf(origin);
  const cells = new Uint8Array(size * size);
  for (let i = 0; i < size; i += 1) {
    const row = origin[i] ?? -1;
    if (row < 0) continue;
    for (const { to, from, length } of runs) {
      const start = row * oldSize + from;
      cells.set(old.subarray(start, start + length), i * size + to);
    }
  }
  return cells;
}

/** Neighbours that stayed neighbours, to be moved together. */
function runsOf(
  origin: Int32Array,
): readonly { readonly to: number; readonly from: number; readonly length: number }[] {
  const runs: { to: number; from: number; length: number }[] = [];
  origin.forEach((from, to) => {
    if (from < 0) return;
    const last = runs.at(-1);
    if (last && last.to + last.length === to && last.from + last.length === from) last.length += 1;
    else runs.push({ to, from, length: 1 });
  });
  return runs;
}

/** Judges the rows and columns of `stale`. */
function judgeAgain(scene: Scene, stale: readonly number[], verdicts: Uint8Array): void {
  if (stale.length === 0) return;
  const size = scene.parties.length;
  const { cell } = judgeOf(scene);
  for (const one of stale) {
    for (let other = 0; other < size; other += 1) {
      verdicts[one * size + other] = cell(one, other);
      verdicts[other * size + one] = cell(other, one);
    }
  }
}
