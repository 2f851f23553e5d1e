import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';
import { ALL_PORTS, formatPorts, parsePorts } from '../ports.ts';
import { causeText, decide, deniedPairs } from './resolve.ts';
import { formatSelector, parseSelector, resolveSelector, selectorFor } from './selector.ts';
import { attach, container, network, service, topologyOf } from './test-topology.ts';

const shop = (service: string, replica = 1): ReturnType<typeof container> =>
  container(`shop-${service}-${replica}`, { project: 'shop', service });

const net = (name: string, more: Partial<ReturnType<typeof network>> = {}): ReturnType<typeof network> => ({
  ...network(`id-${name}`),
  name,
  ...more,
});

const topology = topologyOf(
  [
    shop('web', 1),
    shop('web', 2),
    shop('db'),
    container('legacy'),
    container('sidecar', { networkMode: { kind: 'container', containerId: 'id-legacy' } }),
  ],
  [],
);

const policyOf = (...rules: readonly [from: string, to: string, action: PolicyRule['action']][]): Policy => ({
  ...EMPTY_POLICY,
  rules: rules.map(([from, to, action]) => ({ from, to, action })),
});

const pairsOf = (policy: Policy): readonly string[] =>
  deniedPairs(policy, topology).map(({ from, to }) => `${from.replace(/^id-/, '')} > ${to.replace(/^id-/, '')}`);

describe('parseSelector', () => {
  it.each([
    ['shop/web', { kind: 'service', project: 'shop', service: 'web' }],
    ['legacy', { kind: 'container', name: 'legacy' }],
    ['container:legacy', { kind: 'container', name: 'legacy' }],
    ['container:host', { kind: 'container', name: 'host' }],
    ['container:a/b', { kind: 'container', name: 'a/b' }],
    ['service:shop_web', { kind: 'swarm-service', name: 'shop_web' }],
    ['host', { kind: 'zone', zone: 'host' }],
    ['lan', { kind: 'zone', zone: 'lan' }],
    ['internet', { kind: 'zone', zone: 'internet' }],
    ['all', { kind: 'all' }],
    ['container:all', { kind: 'container', name: 'all' }],
    ['project:shop', { kind: 'project', project: 'shop' }],
    ['network:shop_back', { kind: 'network', network: 'shop_back' }],
    ['label:tier', { kind: 'label', key: 'tier', value: null }],
    ['label:tier=', { kind: 'label', key: 'tier', value: '' }],
    ['label:a.b/c=d=e', { kind: 'label', key: 'a.b/c', value: 'd=e' }],
  ] as const)('reads %s and writes it back to the same selector (P1)', (text, selector) => {
    expect(parseSelector(text)).toEqual(selector);
    expect(parseSelector(formatSelector(selector))).toEqual(selector);
  });

  it.each([
    '',
    '   ',
    'container:',
    'service:',
    'a/b/c',
    '/web',
    'shop/',
    'network:',
    'project:',
    'label:',
    'label:=x',
    'x'.repeat(513),
  ])('refuses %j with what to do (P2)', (text) => {
    expect(() => parseSelector(text)).toThrowError(
      expect.objectContaining({ code: 'BAD_INPUT', hint: expect.stringMatching(/\w/) }),
    );
  });
});

describe('selectorFor', () => {
  it.each([
    [shop('web', 1), 'shop/web'],
    [container('legacy'), 'container:legacy'],
    [container('host'), 'container:host'],
    [container('odd', { project: 'container:legacy', service: 'x' }), 'container:odd'],
    [container('odd', { project: 'a/b', service: 'x' }), 'container:odd'],
    [container(' spaced '), 'container: spaced '],
    [service('shop_web', { project: 'shop', service: 'web' }), 'service:shop_web'],
    [service('other'), 'service:other'],
  ])('names $name so that it is found again (P3)', (endpoint, text) => {
    const around = topologyOf([endpoint, container('other')], []);
    expect(selectorFor(endpoint, around)).toBe(text);
    expect(resolveSelector(parseSelector(text), around)).toEqual([endpoint]);
  });
});

describe('deniedPairs', () => {
  it.each<[string, Policy, readonly string[]]>([
    ['nothing is denied without rules', policyOf(), []],
    [
      'a service rule covers every replica',
      policyOf(['shop/web', 'shop/db', 'deny']),
      ['shop-web-1 > shop-db-1', 'shop-web-2 > shop-db-1'],
    ],
    [
      'never an endpoint with itself',
      policyOf(['shop/web', 'shop/web', 'deny']),
      ['shop-web-1 > shop-web-2', 'shop-web-2 > shop-web-1'],
    ],
    [
      'the most specific selector wins, wherever it stands (P6)',
      policyOf(['container:shop-web-1', 'shop/db', 'allow'], ['shop/web', 'shop/db', 'deny']),
      ['shop-web-2 > shop-db-1'],
    ],
    [
      'deny beats allow between equals, wherever it stands (P7)',
      policyOf(['shop/web', 'shop/db', 'deny'], ['shop/web', 'shop/db', 'allow']),
      ['shop-web-1 > shop-db-1', 'shop-web-2 > shop-db-1'],
    ],
    [
      'equal ranks on different sides are equals',
      policyOf(['shop/web', 'container:shop-db-1', 'allow'], ['container:shop-web-1', 'shop/db', 'deny']),
      ['shop-web-1 > shop-db-1'],
    ],
    [
      'zones are endpoints like others',
      policyOf(['container:shop-db-1', 'internet', 'deny']),
      ['shop-db-1 > internet'],
    ],
    [
      'a shared stack is denied as a whole, even against an allow (P8)',
      policyOf(['shop/db', 'sidecar', 'deny'], ['shop/db', 'legacy', 'allow']),
      ['shop-db-1 > sidecar', 'shop-db-1 > legacy'],
    ],
    ['inside one stack only the named pair is denied', policyOf(['legacy', 'sidecar', 'deny']), ['legacy > sidecar']],
    ['names nobody has deny nothing', policyOf(['gone', 'shop/db', 'deny']), []],
  ])('%s', (_, policy, expected) => {
    expect(pairsOf(policy)).toEqual(expected);
  });
});

describe('selectors of groups', () => {
  const around = topologyOf(
    [
      container('web', { project: 'shop', attachments: [attach('id-front', '172.18.0.2')], labels: { tier: 'edge' } }),
      container('db', { project: 'shop', attachments: [attach('id-back', '172.19.0.2')], labels: { tier: '' } }),
      container('lone', { attachments: [attach('id-front', '172.18.0.3')] }),
      service('shop_api'),
      container('shop_api.1.x', { labels: { 'com.docker.swarm.service.id': 'id-shop_api' } }),
    ],
    [net('front'), net('back')],
  );

  it.each([
    ['all', ['web', 'db', 'lone', 'shop_api.1.x']],
    ['project:shop', ['web', 'db']],
    ['network:front', ['web', 'lone']],
    ['network:nowhere', []],
    ['label:tier', ['web', 'db']],
    ['label:tier=edge', ['web']],
    ['label:tier=', ['db']],
    ['label:toString', []],
    ['service:shop_api', ['shop_api', 'shop_api.1.x']],
  ])('%s names %j', (text, names) => {
    const found = resolveSelector(parseSelector(text), around).map(({ name }) => name);
    expect(found.toSorted()).toEqual(names.toSorted());
  });
});

describe('decide', () => {
  const around = topologyOf(
    [
      container('web', { project: 'shop', attachments: [attach('id-front', '172.18.0.2')] }),
      container('db', { project: 'shop', attachments: [attach('id-back', '172.19.0.2')] }),
      container('lone', { attachments: [attach('id-front', '172.18.0.3')] }),
      container('sidecar', { networkMode: { kind: 'container', containerId: 'id-db' } }),
      container('agent', { networkMode: { kind: 'host' } }),
    ],
    [net('front'), net('back', { project: 'shop' }), net('wide', { driver: 'overlay' })],
  );
  const rule = (line: string): PolicyRule => {
    const [from = '', to = '', action = '', ...ports] = line.split(' ');
    return { from, to, action: action as PolicyRule['action'], ...(ports.length > 0 ? { ports } : {}) };
  };
  const denied = (policy: Partial<Policy>): Readonly<Record<string, string>> =>
    Object.fromEntries(
      decide({ ...EMPTY_POLICY, ...policy }, around).pairs.map(({ from, to, ports }) => [
        `${from.replace('id-', '')} > ${to.replace('id-', '')}`,
        formatPorts(ports)?.join(' ') ?? 'all',
      ]),
    );

  it.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    [
      'only those ports',
      ['web db deny tcp/5432 udp/53'],
      { 'web > db': 'tcp/5432 udp/53', 'web > sidecar': 'tcp/5432 udp/53' },
    ],
    [
      'a port that is allowed, out of a pair that is denied (P6)',
      ['web lone deny', 'web lone allow tcp/80'],
      { 'web > lone': 'tcp/1-79 tcp/81-65535 udp icmp other' },
    ],
    [
      'a narrower rule about all ports before a wider one about some',
      ['web lone allow', 'all lone deny tcp/80'],
      { 'db > lone': 'tcp/80', 'sidecar > lone': 'tcp/80', 'agent > lone': 'tcp/80' },
    ],
    [
      'deny beats allow between equals, port by port (P7)',
      ['web lone allow tcp/80-90', 'web lone deny tcp/85-95'],
      { 'web > lone': 'tcp/85-95' },
    ],
    ['groups on both sides', ['network:front host deny icmp'], { 'web > host': 'icmp', 'lone > host': 'icmp' }],
    ['both sides a zone is no pair', ['lan internet deny'], {}],
    [
      'an allow of one of a stack, where nothing denies it (P8)',
      ['web db deny', 'web container:sidecar allow'],
      { 'web > db': 'all', 'web > sidecar': 'all' },
    ],
  ])('denies %s', (_, rules, expected) => {
    expect(denied({ rules: rules.map(rule) })).toEqual(expected);
  });

  it('denies to and from the guarded whatever no rule allows, the unknown included (P9)', () => {
    const policy: Policy = { ...EMPTY_POLICY, guarded: ['network:back'], rules: [rule('web db allow tcp/5432')] };
    const { pairs, closed, guardedNetworks } = decide(policy, around);
    const of = (from: string, to: string): string | undefined => {
      const found = pairs.find((one) => one.from === from && one.to === to);
      return found && `${formatPorts(found.ports)?.join(' ') ?? 'all'} (${causeText(found.cause)})`;
    };
    expect([...closed].sort()).toEqual(['id-db', 'id-sidecar']);
    expect([...guardedNetworks]).toEqual(['id-back']);
    expect(of('id-web', 'id-db')).toBe('tcp/1-5431 tcp/5433-65535 udp icmp other (guarded: network:back)');
    // One stack: what is allowed to one is to the other.
    expect(of('id-web', 'id-sidecar')).toBe(of('id-web', 'id-db'));
    expect(of('id-db', 'id-web')).toBe('all (guarded: network:back)');
    for (const zone of ['host', 'lan', 'internet']) {
      expect([of('id-db', zone), of(zone, 'id-db')]).toEqual(Array(2).fill('all (guarded: network:back)'));
    }
    expect([of('id-db', 'id-sidecar'), of('id-web', 'id-lone')]).toEqual([undefined, undefined]);
  });

  it('guards the networks that a project has made, and its containers wherever they are', () => {
    const { closed, guardedNetworks } = decide({ ...EMPTY_POLICY, guarded: ['project:shop'] }, around);
    expect([[...closed].sort(), [...guardedNetworks]]).toEqual([['id-db', 'id-sidecar', 'id-web'], ['id-back']]);
  });

  it('guards everything that has a stack of its own, and every bridge, under that posture', () => {
    const { closed, guardedNetworks } = decide({ ...EMPTY_POLICY, posture: 'guarded' }, around);
    expect([...closed].sort()).toEqual(['id-db', 'id-lone', 'id-sidecar', 'id-web']);
    expect([...guardedNetworks]).toEqual(['id-front', 'id-back']);
  });

  it('isolates above every rule, and cuts from the internet alone where asked (P10)', () => {
    const isolated = denied({
      isolated: ['lone'],
      offline: ['web'],
      rules: [rule('lone web allow'), rule('web internet allow')],
    });
    const all = ['web', 'db', 'sidecar', 'host', 'lan', 'internet'].flatMap((one) => [
      `lone > ${one}`,
      `${one} > lone`,
    ]);
    expect(isolated).toEqual(
      Object.fromEntries([...all, 'web > internet', 'internet > web'].map((key) => [key, 'all'])),
    );
  });

  it('says of each denial what is behind it', () => {
    const policy: Policy = {
      ...EMPTY_POLICY,
      posture: 'guarded',
      isolated: ['db'],
      rules: [rule('web lone deny tcp/80')],
    };
    const texts = new Set(decide(policy, around).pairs.map(({ cause }) => causeText(cause)));
    expect([...texts].sort()).toEqual(['isolated: db', 'posture: guarded', 'web → lone tcp/80']);
  });

  it('takes ports as they are written anywhere', () => {
    const [pair] = decide({ ...EMPTY_POLICY, rules: [rule('web lone deny tcp/80 icmp')] }, around).pairs;
    expect(pair?.ports).toEqual(parsePorts(['icmp', 'tcp/80']));
    expect(decide({ ...EMPTY_POLICY, rules: [rule('web lone deny')] }, around).pairs[0]?.ports).toEqual(ALL_PORTS);
  });
});
