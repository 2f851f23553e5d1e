import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy, type PolicyChange, type PolicyRule } from './model.ts';
import { some } from '../testing/cases.ts';
import { ALL_PORTS, NO_PORTS, parsePorts, type PortSet } from '../ports.ts';
import { planChange } from './plan.ts';
import { deniedOf, deniedPairs } from './resolve.ts';
import { attach, container, network, published, topologyOf } from './test-topology.ts';

const web = (replica: number): ReturnType<typeof container> =>
  container(`web-${replica}`, {
    project: 'shop',
    service: 'web',
    attachments: [attach('net', `172.18.0.${10 + replica}`)],
  });
const db = container('db', {
  project: 'shop',
  service: 'db',
  attachments: [attach('net', '172.18.0.3')],
  publishedPorts: [published('0.0.0.0:5432', 5432)],
});
const topology = topologyOf(
  [
    web(1),
    web(2),
    db,
    container('app', { attachments: [attach('net', '172.18.0.4')] }),
    container('sidecar', { networkMode: { kind: 'container', containerId: 'id-app' } }),
    container('agent', { networkMode: { kind: 'host' } }),
    container('off', { state: 'exited', attachments: [attach('net', null)] }),
  ],
  [network('net')],
);

const policyOf = (...rules: readonly string[]): Policy => ({
  ...EMPTY_POLICY,
  rules: rules.map((line) => {
    const [from = '', to = '', action = '', ...ports] = line.split(' ');
    return { from, to, action: action as PolicyRule['action'], ...(ports.length > 0 ? { ports } : {}) };
  }),
});
const linesOf = (policy: Policy): readonly string[] =>
  policy.rules.map(({ from, to, action }) => `${from} ${to} ${action}`);
const isDenied = (policy: Policy, from: string, to: string): boolean =>
  deniedPairs(policy, topology).some((pair) => pair.from === from && pair.to === to);

describe('planChange', () => {
  it('tells every step of a block, with the places it touches', () => {
    const plan = planChange(EMPTY_POLICY, topology, { action: 'block', from: 'shop/web', to: 'db' });
    expect({
      ...plan,
      steps: plan.steps.map(({ kind, params }) => [kind, params.name ?? params.pairs ?? ''].join(' ')),
    }).toEqual({
      action: 'block',
      from: 'shop/web',
      to: 'container:db',
      ports: null,
      pairs: [
        { from: 'id-web-1', to: 'id-db' },
        { from: 'id-web-2', to: 'id-db' },
      ],
      steps: [
        'policy-file ',
        'helper ',
        'load-table host',
        'load-table db',
        'load-table web-1',
        'load-table web-2',
        'sever ',
        'verify 2',
      ],
      obstacles: [],
      possible: true,
      policy: policyOf('shop/web container:db deny'),
    });
  });

  it('removes tables that an allow leaves without rules', () => {
    const plan = planChange(policyOf('shop/web shop/db deny'), topology, {
      action: 'allow',
      from: 'shop/web',
      to: 'shop/db',
    });
    expect(plan.policy.rules).toEqual([]);
    expect(plan.steps.map(({ kind, params }) => `${kind} ${params.name ?? ''}`)).toEqual([
      'policy-file ',
      'helper ',
      'remove-table host',
      'remove-table db',
      'remove-table web-1',
      'remove-table web-2',
      'verify ',
    ]);
  });

  it.each<[string, readonly string[], 'block' | 'allow', string, string, readonly string[]]>([
    [
      'a block lifts the allow of the same pair',
      ['shop/web shop/db allow'],
      'block',
      'shop/web',
      'shop/db',
      ['shop/web shop/db deny'],
    ],
    [
      'a block is not written twice',
      ['container:web-1 container:db deny'],
      'block',
      'web-1',
      'db',
      ['container:web-1 container:db deny'],
    ],
    [
      'a block is written under a wider one',
      ['shop/web shop/db deny'],
      'block',
      'web-1',
      'db',
      ['shop/web shop/db deny', 'container:web-1 container:db deny'],
    ],
    [
      'a block removes narrower allows of its own pairs',
      ['container:web-1 container:db allow'],
      'block',
      'shop/web',
      'shop/db',
      ['shop/web shop/db deny'],
    ],
    ['an allow lifts the denial', ['container:web-1 container:db deny'], 'allow', 'web-1', 'db', []],
    ['an allow without any denial writes nothing', [], 'allow', 'web-1', 'db', []],
    [
      'an allow narrower than the denial is an exception',
      ['shop/web shop/db deny'],
      'allow',
      'web-1',
      'db',
      ['shop/web shop/db deny', 'container:web-1 container:db allow'],
    ],
    [
      'an allow crossed by an equal denial names the containers',
      ['container:web-1 shop/web deny', 'shop/web shop/db deny', 'container:web-1 shop/db deny'],
      'allow',
      'shop/web',
      'db',
      ['container:web-1 shop/web deny'],
    ],
    [
      'an allow lifts the denial of the whole stack',
      ['shop/db container:app deny', 'container:web-1 container:app deny'],
      'allow',
      'shop/db',
      'sidecar',
      ['container:web-1 container:app deny'],
    ],
  ])('%s (L3)', (_, before, action, from, to, after) => {
    expect(linesOf(planChange(policyOf(...before), topology, { action, from, to }).policy)).toEqual(after);
  });

  it('always decides the named pair as asked, whatever the rules before it', () => {
    const sides = ['shop/web', 'container:web-1', 'shop/db', 'container:db', 'container:sidecar'];
    const rules = sides.flatMap((from) =>
      sides.flatMap((to) => (from === to ? [] : [`${from} ${to} allow`, `${from} ${to} deny`])),
    );
    for (const one of some(rules)) {
      for (const other of rules.filter((_, at) => at % 3 === 0)) {
        const before = policyOf(one, other);
        const blocked = planChange(before, topology, { action: 'block', from: 'web-1', to: 'shop/db' });
        const allowed = planChange(before, topology, { action: 'allow', from: 'web-1', to: 'shop/db' });
        expect([isDenied(blocked.policy, 'id-web-1', 'id-db'), isDenied(allowed.policy, 'id-web-1', 'id-db')]).toEqual([
          true,
          false,
        ]);
      }
    }
  });

  it('decides the named ports of the pair as asked, whatever the rules before it', () => {
    const sides = ['shop/web shop/db', 'container:web-1 container:db', 'all all', 'project:shop container:db'];
    const spoken = ['', ' tcp/80', ' tcp/75-85', ' tcp', ' udp/53 icmp'];
    const lines = sides.flatMap((pair) => spoken.flatMap((ports) => [`${pair} allow${ports}`, `${pair} deny${ports}`]));
    const asked = [['tcp/80'], ['tcp/70-90', 'udp'], null];
    for (const one of some(lines)) {
      for (const other of lines.filter((_, at) => at % 7 === 0)) {
        for (const ports of asked) {
          const before = policyOf(one, other);
          const change = { from: 'web-1', to: 'shop/db', ...(ports ? { ports } : {}) };
          const set = ports ? parsePorts(ports) : ALL_PORTS;
          const deniedAfter = (action: 'block' | 'allow'): PortSet => {
            const { policy } = planChange(before, topology, { action, ...change });
            const pair = deniedPairs(policy, topology).find(({ from, to }) => from === 'id-web-1' && to === 'id-db');
            return deniedOf(pair, set);
          };
          expect([deniedAfter('block'), deniedAfter('allow')]).toEqual([set, NO_PORTS]);
        }
      }
    }
  });

  it.each<[string, readonly string[], PolicyChange, readonly string[]]>([
    [
      'an allowed port is an exception to the block, which stays',
      ['shop/web container:db deny'],
      { action: 'allow', from: 'shop/web', to: 'db', ports: ['tcp/5432'] },
      ['shop/web container:db deny', 'shop/web container:db allow tcp/5432'],
    ],
    [
      'what is allowed leaves the list of what is denied between the same two',
      ['container:web-1 container:db deny tcp/80-90'],
      { action: 'allow', from: 'web-1', to: 'db', ports: ['tcp/85'] },
      ['container:web-1 container:db deny tcp/80-84 tcp/86-90'],
    ],
    [
      'a block of the whole takes away exceptions from it',
      ['shop/web container:db deny', 'shop/web container:db allow tcp/5432'],
      { action: 'block', from: 'shop/web', to: 'db' },
      ['shop/web container:db deny'],
    ],
    [
      'a block of a port that is blocked already changes nothing',
      ['shop/web container:db deny tcp'],
      { action: 'block', from: 'shop/web', to: 'db', ports: ['tcp/80'] },
      ['shop/web container:db deny tcp'],
    ],
  ])('%s (L3)', (_, before, change, after) => {
    const { rules } = planChange(policyOf(...before), topology, change).policy;
    expect(rules.map(({ from, to, action, ports }) => [from, to, action, ...(ports ?? [])].join(' '))).toEqual(after);
  });

  it('isolates and releases, once for each name', () => {
    const isolate: PolicyChange = { action: 'isolate', name: 'shop/db' };
    const first = planChange(EMPTY_POLICY, topology, isolate);
    expect(first.policy.isolated).toEqual(['shop/db']);
    expect(planChange(first.policy, topology, isolate).policy).toEqual(first.policy);
    const offline = planChange(first.policy, topology, { ...isolate, only: 'internet' });
    expect([offline.policy.isolated, offline.policy.offline]).toEqual([['shop/db'], ['shop/db']]);
    const { policy } = planChange(offline.policy, topology, { action: 'release', name: 'shop/db', only: 'internet' });
    expect([policy.isolated, policy.offline]).toEqual([['shop/db'], []]);
    expect(planChange(offline.policy, topology, { action: 'release', name: 'shop/db' }).policy).toEqual(EMPTY_POLICY);
  });

  it('tells which pairs an isolation closes, each way', () => {
    const { pairs, possible, from, to } = planChange(EMPTY_POLICY, topology, { action: 'isolate', name: 'db' });
    expect([possible, from, to]).toEqual([true, 'container:db', '']);
    const names = pairs.map((pair) => `${pair.from} > ${pair.to}`);
    expect(names).toContain('id-db > id-web-1');
    expect(names).toContain('id-web-1 > id-db');
    expect(names.some((name) => name.includes('id-off'))).toBe(false);
  });

  it.each<[string, PolicyChange, string]>([
    ['a zone', { action: 'isolate', name: 'lan' }, 'BAD_INPUT'],
    ['nobody', { action: 'isolate', name: 'gone' }, 'NOT_FOUND'],
    ['a container, which has no posture', { action: 'guard', name: 'container:db' }, 'BAD_INPUT'],
    ['a network that is not there', { action: 'guard', name: 'network:gone' }, 'NOT_FOUND'],
    ['ports that are none', { action: 'block', from: 'db', to: 'app', ports: ['tcp/0'] }, 'BAD_INPUT'],
  ])('refuses %s', (_, change, code) => {
    expect(() => planChange(EMPTY_POLICY, topology, change)).toThrowError(expect.objectContaining({ code }));
  });

  it('releases and opens what is not there any more', () => {
    const policy: Policy = { ...EMPTY_POLICY, isolated: ['container:gone'], guarded: ['network:gone'] };
    const released = planChange(policy, topology, { action: 'release', name: 'container:gone' }).policy;
    expect(planChange(released, topology, { action: 'unguard', name: 'network:gone' }).policy).toEqual(EMPTY_POLICY);
  });

  it('guards a network, a project, everything, and opens them again', () => {
    const guarded = ['network:net', 'project:shop', 'posture'].reduce(
      (policy, name) => planChange(policy, topology, { action: 'guard', name }).policy,
      EMPTY_POLICY,
    );
    expect(guarded).toEqual({ ...EMPTY_POLICY, posture: 'guarded', guarded: ['network:net', 'project:shop'] });
    const open = ['posture', 'project:shop', 'network:net'].reduce(
      (policy, name) => planChange(policy, topology, { action: 'unguard', name }).policy,
      guarded,
    );
    expect(open).toEqual(EMPTY_POLICY);
  });

  it('isolates nobody who is in the network of the host', () => {
    const { possible, obstacles, policy } = planChange(EMPTY_POLICY, topology, { action: 'isolate', name: 'agent' });
    expect([possible, obstacles.map(({ rule }) => rule), policy]).toEqual([false, ['S4'], EMPTY_POLICY]);
  });

  it('promises no way to or from the isolated', () => {
    const policy: Policy = { ...EMPTY_POLICY, isolated: ['container:db'] };
    const plan = planChange(policy, topology, { action: 'allow', from: 'web-1', to: 'db' });
    expect([plan.possible, plan.obstacles.map(({ rule }) => rule), plan.policy]).toEqual([false, ['S9'], policy]);
  });

  it('saves a rule for a stopped container and tells that it waits', () => {
    const plan = planChange(EMPTY_POLICY, topology, { action: 'block', from: 'off', to: 'db' });
    expect([plan.possible, plan.pairs, plan.steps.map(({ text }) => text)]).toEqual([
      true,
      [],
      ['Save in the policy file: container:off → container:db, deny. Takes effect for off at the next start.'],
    ]);
  });

  it.each([
    ['a container in the host’s network', 'web-1', 'agent', 'S5'],
    ['one stack', 'app', 'sidecar', 'S3'],
    ['itself', 'db', 'shop/db', 'S2'],
  ])('changes nothing where no firewall can: %s', (_, from, to, rule) => {
    const plan = planChange(EMPTY_POLICY, topology, { action: 'block', from, to });
    expect([plan.possible, plan.obstacles.map((one) => one.rule), plan.steps, plan.policy]).toEqual([
      false,
      [rule],
      [],
      EMPTY_POLICY,
    ]);
  });

  it('includes those that share the stack of a side', () => {
    const plan = planChange(EMPTY_POLICY, topology, { action: 'block', from: 'db', to: 'sidecar' });
    expect(plan.pairs).toEqual([
      { from: 'id-db', to: 'id-sidecar' },
      { from: 'id-db', to: 'id-app' },
    ]);
  });

  it.each([
    ['nobody', 'NOT_FOUND'],
    ['shop/nobody', 'NOT_FOUND'],
    ['network:', 'BAD_INPUT'],
    ['network:gone', 'NOT_FOUND'],
  ])('refuses %s', (from, code) => {
    expect(() => planChange(EMPTY_POLICY, topology, { action: 'block', from, to: 'db' })).toThrowError(
      expect.objectContaining({ code }),
    );
  });

  it('lifts a rule about a container that is gone', () => {
    const plan = planChange(policyOf('gone db deny'), topology, { action: 'allow', from: 'container:gone', to: 'db' });
    expect(plan.policy.rules).toEqual([]);
  });

  it('refuses a name that two containers have', () => {
    const twice = topologyOf([container('x', { id: '1' }), container('x', { id: '2' }), db], [network('net')]);
    expect(() => planChange(EMPTY_POLICY, twice, { action: 'block', from: 'x', to: 'db' })).toThrowError(
      expect.objectContaining({ code: 'AMBIGUOUS' }),
    );
  });
});
