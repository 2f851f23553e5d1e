/** The steps of a plan: what runs, in which order. Rules L1, L4 of SPEC.md. */
import { isUp, type Topology } from '../topology/model.ts';
import { compile } from './compile.ts';
import type { Plan, PlanStep, Policy, PolicyRule, Ruleset } from './model.ts';
import { decide } from './resolve.ts';
import { plain } from './selector.ts';
import type { Index } from './stack.ts';

export type Pair = Plan['pairs'][number];

/** What the line about the policy file says. */
export type Line =
  | { readonly from: string; readonly to: string; readonly action: PolicyRule['action']; readonly ports: string }
  | { readonly name: string; readonly action: Plan['action'] };

interface Change {
  readonly policy: Policy;
  readonly after: Policy;
  readonly topology: Topology;
  readonly index: Index;
  readonly line: Line;
  readonly live: readonly Pair[];
  readonly closable: readonly Pair[];
  /** Unless told, as the line's action says. */
  readonly closes?: boolean;
}

export function stepsOf(change: Change): readonly PlanStep[] {
  const { policy, after, topology, index, live } = change;
  const before = compile(decide(policy, topology), topology);
  const wanted = compile(decide(after, topology), topology);
  const { load, remove } = difference(before, wanted);
  const name = (place: string): string => (place === 'host' ? 'host' : plain(index.container(place)?.name ?? place));
  const steps: PlanStep[] = [fileStep(change)];
  const changes = load.length + remove.length > 0;
  if (changes) steps.push({ kind: 'helper', text: 'Reach the engine’s network through the helper.', params: {} });
  for (const place of load) {
    steps.push({ kind: 'load-table', text: `Load the rules of ${name(place)}.`, params: { place, name: name(place) } });
  }
  for (const place of remove) {
    steps.push({
      kind: 'remove-table',
      text: `Remove the rules of ${name(place)}.`,
      params: { place, name: name(place) },
    });
  }
  if ((change.closes ?? isClosing(change.line)) && changes && live.length > 0) {
    steps.push({ kind: 'sever', text: 'End the connections that are open this way.', params: {} });
  }
  if (live.length > 0) {
    const pairs = String(live.length);
    steps.push({ kind: 'verify', text: `Probe the wire (ordered pairs: ${pairs}).`, params: { pairs } });
  }
  return steps;
}

function isClosing({ action }: Line): boolean {
  return action === 'deny' || action === 'isolate' || action === 'guard';
}

function fileStep({ index, line, live, closable }: Change): PlanStep {
  const params: Record<string, string> = { ...line };
  if (line.action === 'apply') return { kind: 'policy-file', text: `Save ${line.name} as the policy file.`, params };
  const said = 'from' in line ? `${line.from} → ${line.to}${line.ports === '' ? '' : ` ${line.ports}`}` : line.name;
  const text = `Save in the policy file: ${said}, ${line.action}.`;
  const waiting = new Set(
    closable
      .filter((pair) => !live.includes(pair))
      .flatMap(({ from, to }) => [from, to])
      .filter((id) => !isLive(index, id))
      .map((id) => plain(index.container(id)?.name ?? id)),
  );
  if (!isClosing(line) || waiting.size === 0) return { kind: 'policy-file', text, params };
  const names = [...waiting].join(', ');
  return {
    kind: 'policy-file',
    text: `${text} Takes effect for ${names} at the next start.`,
    params: { ...params, waiting: names },
  };
}

/** Places whose table changes, and places that lose theirs. */
function difference(
  before: Ruleset,
  after: Ruleset,
): { readonly load: readonly string[]; readonly remove: readonly string[] } {
  const old = new Map(before.tables.map(({ place, script }) => [place, script]));
  const load = after.tables.filter(({ place, script }) => old.get(place) !== script).map(({ place }) => place);
  const kept = new Set(after.tables.map(({ place }) => place));
  return { load, remove: [...old.keys()].filter((place) => !kept.has(place)) };
}

/** Zones are always there; of services that run somewhere, nothing can be probed. */
export function isLive(index: Index, id: string): boolean {
  const container = index.container(id);
  if (!container) return index.topology.endpoints.some((one) => one.id === id);
  return isUp(container);
}
