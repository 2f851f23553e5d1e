import { describe, expect, test } from 'vitest';
import { pairsOf } from '../../lib/pairs.ts';
import { EMPTY_NETWORK, specOf, type NetworkForm } from './create-form.ts';

const PLAIN = {
  name: 'n',
  driver: 'bridge',
  subnets: [],
  internal: false,
  attachable: false,
  ipv6: false,
  options: {},
  labels: {},
};

describe('a network as it is asked for', () => {
  test.each<[string, Partial<NetworkForm>, object]>([
    ['nothing but a name', {}, {}],
    ['members kept apart', { icc: false }, { icc: false }],
    [
      'a subnet with all',
      { subnet: ' 10.5.0.0/24 ', gateway: '10.5.0.1', range: '10.5.0.128/25' },
      { subnets: [{ subnet: '10.5.0.0/24', gateway: '10.5.0.1', range: '10.5.0.128/25' }] },
    ],
    ['an IPv6 subnet without IPv6', { subnet6: 'fd05::/64' }, {}],
    [
      'both families',
      { ipv6: true, subnet: '10.5.0.0/24', subnet6: 'fd05::/64' },
      { ipv6: true, subnets: [{ subnet: '10.5.0.0/24' }, { subnet: 'fd05::/64' }] },
    ],
    ['a parent of a bridge', { parent: 'eth0' }, {}],
    [
      'a parent of a macvlan',
      { driver: 'macvlan', parent: 'eth0', icc: false },
      { driver: 'macvlan', options: { parent: 'eth0' } },
    ],
    ['options and labels', { options: 'a=1\nb=2', labels: 'c=d' }, { options: { a: '1', b: '2' }, labels: { c: 'd' } }],
    ['attachable, which only an overlay can be', { attachable: true }, {}],
  ])('%s', (_, form, expected) => {
    expect(specOf({ ...EMPTY_NETWORK, name: 'n', ...form }, pairsOf)).toEqual({ ...PLAIN, ...expected });
  });
});
