/** The guard stands aside for a while, and comes back. Rules Z1–Z4 of SPEC.md, ADR 16. */
import type { Topology } from '../topology/model.ts';
import { compile } from './compile.ts';
import type { Obstacle, Plan, PlanStep, Policy } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { heldPairs, pairsTold } from './plan-held.ts';
import { decide } from './resolve.ts';
import { plain } from './selector.ts';
import { indexTopology } from './stack.ts';

export type PauseChange =
  /** `minutes`: how long; absent: until it is resumed. */
  { readonly action: 'pause'; readonly minutes?: number | undefined } | { readonly action: 'resume' };

/** What it would do now; always possible, since it changes nothing of the policy. */
export function planPause(policy: Policy, topology: Topology, change: PauseChange): Plan {
  const index = indexTopology(topology);
  const decided = decide(policy, topology);
  const pairs = heldPairs(decided, index);
  const minutes = change.action === 'pause' && change.minutes !== undefined ? String(change.minutes) : '';
  const obstacles: Obstacle[] =
    change.action === 'resume'
      ? []
      : [
          ...(pairs.length > 0 ? [obstacle('P1', pairsTold(pairs, topology))] : []),
          obstacle('P2', {}),
          ...(minutes === '' ? [] : [obstacle('P4', {})]),
        ];
  return {
    action: change.action,
    from: minutes,
    to: '',
    ports: null,
    pairs: pairs.map(({ from, to }) => ({ from, to })),
    steps: stepsOf(),
    obstacles,
    possible: true,
    policy,
  };

  function stepsOf(): readonly PlanStep[] {
    const { tables } = compile(decided, topology);
    const isPause = change.action === 'pause';
    const first: PlanStep = !isPause
      ? { kind: 'resume', text: 'Hold the policy again.', params: {} }
      : minutes === ''
        ? { kind: 'pause-open', text: 'Stand aside until it is resumed; the policy file stays as it is.', params: {} }
        : {
            kind: 'pause',
            text: `Stand aside for ${minutes} minutes; the policy file stays as it is.`,
            params: { minutes },
          };
    const steps: PlanStep[] = [first];
    if (tables.length > 0) {
      steps.push({ kind: 'helper', text: 'Reach the engine’s network through the helper.', params: {} });
    }
    for (const { place } of tables) {
      const name = place === 'host' ? 'host' : plain(index.container(place)?.name ?? place);
      steps.push(
        isPause
          ? { kind: 'remove-table', text: `Remove the rules of ${name}.`, params: { place, name } }
          : { kind: 'load-table', text: `Load the rules of ${name}.`, params: { place, name } },
      );
    }
    if (tables.some(({ closed }) => closed !== undefined)) {
      steps.push(
        isPause
          ? { kind: 'gate-lift', text: 'Lift port admission of guarded networks, and remove the keeper.', params: {} }
          : {
              kind: 'gate-return',
              text: 'Admit by port to guarded networks again, and put the keeper back.',
              params: {},
            },
      );
    }
    if (pairs.length > 0) {
      if (!isPause) steps.push({ kind: 'sever', text: 'End the connections that are open this way.', params: {} });
      const count = String(pairs.length);
      steps.push({ kind: 'verify', text: `Probe the wire (ordered pairs: ${count}).`, params: { pairs: count } });
    }
    return steps;
  }
}
