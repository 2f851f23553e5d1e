import { describe, expect, it } from 'vitest';
import { withoutGateways, type NetworkLine } from './own-addresses.ts';

const front = (subnet: string, more: Partial<NetworkLine> = {}): NetworkLine => ({
  Id: '0123456789abcdef',
  Driver: 'bridge',
  IPAM: { Config: [{ Subnet: subnet }] },
  ...more,
});
const INHIBITED = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
const NAMED = { 'com.docker.network.bridge.name': 'front0' };

describe('the machine’s own addresses', () => {
  it.each([
    ['leave out the machine’s end of a bridge', [front('10.0.1.0/24')], {}, ['192.168.1.5', 'fd00::5']],
    ['leave out that of IPv6', [front('fd00::/64')], {}, ['192.168.1.5', '10.0.1.1']],
    ['hold those in a macvlan network’s subnet', [front('10.0.1.0/24', { Driver: 'macvlan' })], {}, 'all'],
    ['hold one that the engine did not give', [front('10.0.1.0/24', { Options: INHIBITED })], {}, 'all'],
    [
      'hold one over which a bridge’s subnet lies',
      [front('192.168.0.0/16')],
      { eth0: ['192.168.1.5'], 'br-0123456789ab': ['10.0.1.1'] },
      'all',
    ],
    [
      'tell a bridge by the name it was given',
      [front('10.0.0.0/8', { Options: NAMED })],
      { front0: ['10.0.1.1'], eth0: ['192.168.1.5'] },
      ['192.168.1.5', 'fd00::5'],
    ],
    ['survive a subnet that is none', [front('nonsense')], {}, 'all'],
  ] as const)('%s', (_says, networks, interfaces, left) => {
    const all = ['192.168.1.5', '10.0.1.1', 'fd00::5'];
    expect(withoutGateways(networks, all, interfaces)).toEqual(left === 'all' ? all : left);
  });
});
