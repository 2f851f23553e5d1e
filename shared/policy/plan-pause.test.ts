import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy } from './model.ts';
import { planPause, type PauseChange } from './plan-pause.ts';
import { attach, container, network, topologyOf } from './test-topology.ts';

const on = (name: string, at: number, given = {}) =>
  container(name, { attachments: [attach('net', `172.18.0.${String(at)}`)], ...given });
const topology = topologyOf([on('web', 2), on('db', 3), on('off', 4, { state: 'exited' })], [network('net')]);
const rules: Policy = {
  ...EMPTY_POLICY,
  rules: [
    { from: 'container:web', to: 'container:db', action: 'deny' },
    { from: 'container:off', to: 'container:db', action: 'deny' },
    // No firewall stands between a container and itself: a pause opens nothing there.
    { from: 'container:web', to: 'container:web', action: 'deny' },
  ],
};
const GUARDED: Policy = { ...EMPTY_POLICY, guarded: ['network:net'] };

describe('a pause', () => {
  it.each<[string, PauseChange, Policy, string[], string[]]>([
    [
      'with an end',
      { action: 'pause', minutes: 30 },
      rules,
      ['pause 30', 'helper', 'remove-table db', 'remove-table host', 'remove-table web', 'verify 1'],
      ['P1 web → db', 'P2', 'P4'],
    ],
    [
      'without one',
      { action: 'pause' },
      rules,
      ['pause-open', 'helper', 'remove-table db', 'remove-table host', 'remove-table web', 'verify 1'],
      ['P1 web → db', 'P2'],
    ],
    ['of a policy that wants nothing', { action: 'pause' }, EMPTY_POLICY, ['pause-open'], ['P2']],
    [
      'that ends',
      { action: 'resume' },
      rules,
      ['resume', 'helper', 'load-table db', 'load-table host', 'load-table web', 'sever', 'verify 1'],
      [],
    ],
  ])('%s: steps, and what it opens', (_, change, policy, steps, obstacles) => {
    const plan = planPause(policy, topology, change);
    const told = plan.steps.map(({ kind, params }) =>
      [kind, params['minutes'] ?? params['name'] ?? params['pairs'] ?? ''].join(' ').trim(),
    );
    const [first, ...rest] = told;
    const tables = rest.filter((step) => /^(load|remove)-table/.test(step)).toSorted();
    expect([
      first,
      ...rest.filter((step) => step === 'helper'),
      ...tables,
      ...rest.filter((step) => !step.includes('table') && step !== 'helper'),
    ]).toEqual(steps);
    expect(plan.obstacles.map(({ rule, params }) => [rule, params['pairs'] ?? ''].join(' ').trim())).toEqual(obstacles);
    expect([plan.possible, plan.policy]).toEqual([true, policy]);
  });

  it.each<[PauseChange, string]>([
    [{ action: 'pause' }, 'gate-lift'],
    [{ action: 'resume' }, 'gate-return'],
  ])('of a guarded network lifts its gate, and the end puts it back (%j)', (change, step) => {
    expect(planPause(GUARDED, topology, change).steps.map(({ kind }) => kind)).toContain(step);
    expect(planPause(rules, topology, change).steps.map(({ kind }) => kind)).not.toContain(step);
  });

  it('names no more pairs than are read, and counts all', () => {
    const many = topologyOf(
      Array.from({ length: 6 }, (_, at) => on(`c${String(at)}`, 2 + at)),
      [network('net')],
    );
    const [told] = planPause(GUARDED, many, { action: 'pause' }).obstacles;
    const count = Number(told?.params['count']);
    expect(count).toBeGreaterThan(12);
    expect(told?.params['pairs']).toMatch(new RegExp(`^c0 → .*, … \\(\\+${String(count - 12)}\\)$`));
  });
});
