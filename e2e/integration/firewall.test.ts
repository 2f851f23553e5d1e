/** Firewalls of other software: what the product makes of their rules, compared with the wire, every pair and every way. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VERSIONS } from './world.ts';
import type { Comparison } from '../truth/compare.ts';
import { CASES, WORLD } from '../truth/firewall-cases.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { realise } from '../truth/realise.ts';

describe.each(VERSIONS)('on engine %s', (version) => {
  let lab: Lab;
  let before: Comparison;
  let names: string;

  beforeAll(async () => {
    lab = await openLab({ version, name: `firewall-${version}` });
    await realise(lab.docker, WORLD);
    names = await variables(lab);
    // A connection that one case let through must not be "established" in the next.
    await onMachine(
      lab,
      // Of `db` as well: it has cases of its own, and its source ports may come round.
      `${names}
short='for name in udp_timeout udp_timeout_stream icmp_timeout; do echo 1 > /proc/sys/net/netfilter/nf_conntrack_$name; done'
sh -ec "$short"; nsenter -t $DB -n sh -ec "$short"`,
    );
    // Addresses that are still being checked are not counted: every table shall have the same rows.
    await onMachine(
      lab,
      'n=0; while ip -6 address show tentative | grep -q inet6; do n=$((n+1)); [ $n -lt 200 ]; busybox usleep 50000; done',
    );
    before = await lab.compare();
  });
  afterAll(() => lab.close());

  it('agrees before there is any rule', () => {
    expect(before.disagreements).toEqual([]);
    expect(before.open).toBeGreaterThan(50);
    expect([...before.rules].filter((rule) => /^R82[0-478]/.test(rule))).toEqual([]);
  });

  it.each(CASES.filter(({ versions }) => versions?.includes(version) ?? true))(
    'agrees where $says',
    async ({ put, remove, rules }) => {
      await onMachine(lab, `${names}\n${put}`);
      try {
        const during = await lab.compare({ networkOnly: true });
        expect(during.disagreements).toEqual([]);
        expect([...during.rules]).toEqual(expect.arrayContaining([...rules]));
        if (rules.some((rule) => /R82[03]/.test(rule))) expect(during.open).toBeLessThan(before.open);
        if (rules.includes('R821')) expect(during.open).toBeGreaterThan(before.open);
      } finally {
        await onMachine(lab, `${names}\n${remove}`);
      }
    },
  );

  it('is as before when all is gone', async () => {
    const after = await lab.compare({ networkOnly: true });
    expect(after.disagreements).toEqual([]);
    expect(after.open).toBe(before.open);
  });
});

/** What the cases call the containers, as shell assignments. */
async function variables({ docker }: Lab): Promise<string> {
  const lines = ['web', 'api', 'db'].map(async (name) => {
    const { State, NetworkSettings } = await docker.inspectContainer(name);
    const networks = Object.entries(NetworkSettings.Networks).sort(([a], [b]) => (a < b ? 1 : -1));
    const address = networks.map(([, { IPAddress }]) => IPAddress).find((one) => one !== '') ?? '';
    return `${name.toUpperCase()}=${State.Pid} ${name.toUpperCase()}4=${address}`;
  });
  return (await Promise.all(lines)).join(' ');
}

/** Runs a script where the engine runs; throws with what it complained about. */
async function onMachine({ engine }: Lab, script: string): Promise<void> {
  const { code, stderr } = await engine.exec(['sh', '-ec', script]);
  if (code !== 0) throw new Error(stderr);
}
