import { describe, expect, it } from 'vitest';
import { addressKey, joined, overlap, rangeOf, without } from './address.ts';

it.each([
  ['10.0.0.2', '0a000002'],
  ['255.255.255.255', 'ffffffff'],
  ['fd00::2', 'fd000000000000000000000000000002'],
  ['::', '0'.repeat(32)],
  ['::ffff:10.0.0.2', `${'0'.repeat(20)}ffff0a000002`],
  ['2001:DB8:0:0:0:0:0:1', `20010db8${'0'.repeat(23)}1`],
  ['10.0.0', null],
  ['10.0.0.256', null],
  ['1::2::3', null],
  ['1:2:3:4:5:6:7:8:9', null],
  ['eth0', null],
])('%s is %s', (text, key) => expect(addressKey(text)).toBe(key));

it.each([
  ['10.0.0.0/8', '0a000000', '0affffff'],
  ['10.1.2.3/255.255.255.0', '0a010200', '0a0102ff'],
  ['10.0.0.2-10.0.0.9', '0a000002', '0a000009'],
  ['0.0.0.0/0', '00000000', 'ffffffff'],
  ['192.0.2.1/31', 'c0000200', 'c0000201'],
  ['fd00:1::/61', 'fd000001000000000000000000000000', 'fd00000100000007ffffffffffffffff'],
])('%s reaches from %s to %s', (text, first, last) => expect(rangeOf(text)).toEqual({ first, last }));

it.each(['10.0.0.0/33', '10.0.0.0/255.0.255.0', 'fd00::/129', '10.0.0.1-fd00::1', 'x/8'])('%s is no range', (text) =>
  expect(rangeOf(text)).toBeNull(),
);

const ranges = (...texts: string[]): ReturnType<typeof joined> =>
  joined(texts.map(rangeOf).filter((range) => range !== null));

describe('sets of addresses', () => {
  it('join where they touch, families apart', () => {
    expect(ranges('10.0.0.128/25', '10.0.0.0/25', 'fd00::/16', '10.2.0.0/16', '10.0.0.7')).toEqual([
      rangeOf('10.0.0.0/24'),
      rangeOf('10.2.0.0/16'),
      rangeOf('fd00::/16'),
    ]);
  });

  it.each([
    ['10.0.0.5', ['10.0.0.0/24'], 'inside'],
    ['10.0.0.5', ['10.0.1.0/24', '9.0.0.0/8'], 'apart'],
    ['10.0.0.0/8', ['10.0.1.0/24'], 'partly'],
    ['10.0.0.0/24', ['10.0.0.0/25', '10.0.0.128/25'], 'inside'],
    ['fd00::1', ['0.0.0.0/0'], 'apart'],
    ['10.0.0.5', ['::/0', '10.0.0.4-10.0.0.6', '1.0.0.0/8', '10.0.0.9'], 'inside'],
  ] as const)('%s lies to %j: %s', (one, all, how) => expect(overlap(ranges(one), ranges(...all))).toBe(how));

  it('leave holes', () => {
    expect(without(ranges('10.0.0.0/8', 'fd00::/8'), ranges('10.0.0.0/16', '10.255.255.255', '11.0.0.0/8'))).toEqual(
      ranges('10.1.0.0-10.255.255.254', 'fd00::/8'),
    );
    expect(without(ranges('0.0.0.0/0'), ranges('128.0.0.0/1'))).toEqual(ranges('0.0.0.0/1'));
    expect(without(ranges('10.0.0.0/8'), ranges('0.0.0.0/0'))).toEqual([]);
  });
});
