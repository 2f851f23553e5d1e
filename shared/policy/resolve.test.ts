import { describe, expect, it } from 'vitest';
import { EMPTY_POLICY, type Policy, type PolicyRule } from './model.ts';
import { deniedPairs } from './resolve.ts';
import { formatSelector, parseSelector, resolveSelector, selectorFor } from './selector.ts';
import { container, service, topologyOf } from './test-topology.ts';

const shop = (service: string, replica = 1): ReturnType<typeof container> =>
  container(`shop-${service}-${replica}`, { project: 'shop', service });

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
    'network:edge',
    'project:shop',
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
