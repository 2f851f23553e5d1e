import { describe, expect, it } from 'vitest';
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { parsePorts } from '../../shared/ports.ts';
import type { Denial } from '../../shared/reachability/model.ts';
import { createDemoDriver } from '../engine/demo/index.ts';
import { verifyPairs } from './verify.ts';

const driver = await createDemoDriver();
const id = (name: string): string => driver.topology().endpoints.find((one) => one.name === name)?.id ?? name;
const pair = (from: string, to: string): { from: string; to: string } => ({ from: id(from), to: id(to) });

async function verify(
  pairs: readonly { from: string; to: string }[],
  denials: readonly Denial[] = [],
  atMost?: number,
) {
  const probes: ProbeView[] = [];
  const tally = await verifyPairs({
    driver,
    denials: () => denials,
    pairs,
    ...(atMost === undefined ? {} : { atMost }),
    onProbe: (probe) => probes.push(probe),
  });
  return { tally, probes };
}

describe('a check of pairs', () => {
  it('goes from and to the machine', async () => {
    const { tally, probes } = await verify([pair('shop-web-1', 'host'), pair('host', 'shop-web-1')]);
    expect(tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(tally).not.toHaveProperty('untried');
    expect([...new Set(probes.map(({ from, to }) => `${from} → ${to}`))].sort()).toEqual([
      'host → shop-web-1',
      'shop-web-1 → host',
    ]);
  });

  it('says of which pairs nothing was tried, and why', async () => {
    const pairs = [
      pair('shop-web-1', 'shop-db-1'),
      pair('shop-api-1', 'shop-db-1'),
      pair('shop-web-1', 'internet'),
      pair('lan', 'shop-web-1'),
      pair('shop-web-1', 'nobody'),
    ];
    const { tally, probes } = await verify(pairs, [], 1);
    expect(tally.untried).toEqual({ outside: 2, idle: 1, left: 1 });
    expect(new Set(probes.map(({ from, to }) => `${from} → ${to}`)).size).toBe(1);
  });

  it('names the port of each protocol that a denial is about, and sees that this one is not on the wire', async () => {
    const ports = parsePorts(['tcp/1', 'udp/53', 'icmp']);
    const claimed: Denial = { ...pair('shop-api-1', 'shop-db-1'), state: 'held', policy: '', ports };
    const { tally, probes } = await verify([pair('shop-api-1', 'shop-db-1')], [claimed]);
    const denied = probes.filter(({ predicted }) => predicted === 'blocked').map(({ port }) => port);
    expect(denied).toEqual(expect.arrayContaining(['tcp/1', 'udp/53', 'icmp']));
    expect(tally.disagree).toBeGreaterThan(0);
  });
});
