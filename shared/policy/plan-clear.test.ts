import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy } from './model.ts';
import { obstacle } from './obstacle-texts.ts';
import { planClear } from './plan-clear.ts';
import { attach, container, network, topologyOf } from './test-topology.ts';

const topology = topologyOf(
  [
    container('web', { attachments: [attach('net', '172.18.0.2')] }),
    container('db', { attachments: [attach('net', '172.18.0.3')] }),
    container('off', { attachments: [attach('net', null)], state: 'exited' }),
  ],
  [network('net', {})],
);
const policy: Policy = {
  ...EMPTY_POLICY,
  guarded: ['network:gone'],
  rules: [
    { from: 'web', to: 'db', action: 'deny' },
    { from: 'off', to: 'db', action: 'deny' },
  ],
};
const nothing = { told: [], notes: [] };
const of = (given: Policy, isPaused: boolean, back: Parameters<typeof planClear>[2]['back'] = nothing) => {
  const plan = planClear(given, topology, { isPaused, back });
  return {
    ...plan,
    steps: plan.steps.map(({ kind, params }) => [kind, ...Object.values(params)].join(' ')),
    obstacles: plan.obstacles.map(({ rule, params }) => [rule, ...Object.values(params)].join(' ')),
  };
};

describe('clearing an engine', () => {
  it('empties the policy, and says which pairs are open then', () => {
    expect(of(policy, false)).toMatchObject({
      action: 'clear',
      possible: true,
      policy: EMPTY_POLICY,
      steps: ['policy-empty 3', 'clear-engine'],
      obstacles: ['P5 1 web → db'],
    });
  });

  it('ends a pause, in which all is open already', () => {
    expect(of(policy, true)).toMatchObject({ steps: ['pause-end', 'policy-empty 3', 'clear-engine'], obstacles: [] });
  });

  it('looks for what is left even where nothing is wanted', () => {
    expect(of(EMPTY_POLICY, false)).toMatchObject({ steps: ['clear-engine'], obstacles: [], possible: true });
  });

  it('gives back first, and tells what cannot be', () => {
    const params = { network: 'net-apart' };
    const told = [{ kind: 'network-remove', params, text: '' }] as const;
    expect(of(EMPTY_POLICY, false, { told, notes: [obstacle('T21', { name: 'db' })] })).toMatchObject({
      steps: ['network-remove net-apart', 'clear-engine'],
      obstacles: ['T21 db'],
    });
  });
});
