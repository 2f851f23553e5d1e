/**
 * Policies on the wire: of the complete table, every pair and every way, exactly the rows change that a policy is about, and
 * what the product says of each row then is what is measured.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { attempted, isWithinOneStack, POLICY_CASES, POLICY_WORLD } from '../truth/policy-cases.ts';
import { realise } from '../truth/realise.ts';
import type { Row } from '../truth/rows.ts';
import { measureTable, unintended, type Table } from '../truth/table.ts';
import { VARIANTS } from './variants.ts';

describe.each(VARIANTS)('on engine $version $says', ({ version, key, proxy, options }) => {
  let lab: Lab;
  let before: Table;

  beforeAll(async () => {
    lab = await openLab({
      version,
      name: `policy-${version}-${key}`,
      options: options(version),
    });
    await realise(lab.docker, POLICY_WORLD);
    // A flow that one table let through must not be "established" in the next; addresses must be ready to be used.
    const { code, stderr } = await lab.engine.exec([
      'sh',
      '-ec',
      `for name in udp_timeout udp_timeout_stream icmp_timeout; do echo 1 > /proc/sys/net/netfilter/nf_conntrack_$name; done
n=0; while ip -6 address show tentative | grep -q inet6; do n=$((n+1)); [ $n -lt 200 ]; busybox usleep 50000; done`,
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    await lab.session.driver.refresh();
    before = await measureTable(lab.engine, lab.docker, () => true);
  });
  afterAll(() => lab.close());
  afterEach(() => lab.session.clear());

  it('finds both open and shut ways, so that neither answer is free', () => {
    const answers = [...before.values()].map(({ answer }) => answer);
    expect(answers.filter((answer) => answer === 'open').length).toBeGreaterThan(100);
    expect(answers.filter((answer) => answer === 'blocked').length).toBeGreaterThan(100);
  });

  it.each(POLICY_CASES)('stops exactly what it is about: $says', async ({ changes, stops, rules }) => {
    const isStopped = (row: Row): boolean => !isWithinOneStack(row) && stops(attempted(row, { proxy }));
    const control = [...before.values()].filter(({ row, answer }) => answer === 'open' && isStopped(row));
    // Without docker-proxy some ways are no ways: then nothing may change.
    if (proxy) expect(control.length, 'the positive control: what is to be stopped is open before').toBeGreaterThan(0);

    for (const change of changes) {
      const odd: ProbeView[] = [];
      const onProbe = (probe: ProbeView): void => void (probe.measured === probe.predicted || odd.push(probe));
      const tally = await lab.session.apply(change, { onProbe });
      expect(odd).toEqual([]);
      expect(tally).toMatchObject({ disagree: 0, errors: 0 });
    }
    const expectedOpen = (text: string): boolean => {
      const was = before.get(text);
      return was?.answer === 'open' && !isStopped(was.row);
    };
    const after = await measureTable(lab.engine, lab.docker, expectedOpen);
    expect(unintended(before, after, isStopped)).toEqual([]);
    const compared = await lab.compare({ networkOnly: true });
    expect(compared.disagreements).toEqual([]);
    const proxied = rules.filter((rule) => proxy || rule !== 'R920');
    if (control.length > 0) expect([...compared.rules]).toEqual(expect.arrayContaining(proxied));
  });

  it('is as before when all is gone', async () => {
    const after = await measureTable(lab.engine, lab.docker, (text) => before.get(text)?.answer === 'open');
    expect(unintended(before, after, () => false)).toEqual([]);
  });
});
