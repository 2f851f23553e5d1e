import { expect, it } from 'vitest';
import { contains } from './subnet.ts';

it.each([
  ['10.0.1.0/24', '10.0.1.255', true],
  ['10.0.1.0/24', '10.0.2.1', false],
  ['10.0.1.128/25', '10.0.1.127', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['fd00:1::/64', 'fd00:1::ffff:1', true],
  ['fd00:1::/64', 'fd00:1:0:1::1', false],
  ['FD00:1::/64', 'fd00:1:0:0::7', true],
  ['::/0', '10.0.1.1', false],
  ['10.0.1.0/24', 'fd00::1', false],
  ['10.0.1.0/33', '10.0.1.1', false],
  ['10.0.1.0', '10.0.1.0', false],
  ['10.0.1.0/24', '10.0.1', false],
  ['nonsense/8', 'nonsense', false],
  ['', '', false],
  ['1::2::3/8', '1::2', false],
])('%s contains %s: %s', (subnet, address, inside) => {
  expect(contains(subnet, address)).toBe(inside);
});
