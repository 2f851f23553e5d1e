/** Podman, predicted against measured, and what the product does on it; Docker's drivers are among the fixtures that run on every version. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BULKHEAD_LABEL } from '../../shared/topology/model.ts';
import { PODMAN } from '../engines/versions.ts';
import { PODMAN_WORLD } from '../truth/fixtures/drivers.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { attempted, isWithinOneStack, POLICY_CASES, POLICY_WORLD, type Attempted } from '../truth/policy-cases.ts';
import { realise, type Realised } from '../truth/realise.ts';
import { familyOf, type Row } from '../truth/rows.ts';
import { measureTable, unintended, type Table } from '../truth/table.ts';
import { restarted, waysBetween } from './ways.ts';

/** Of `policy-cases.ts`, each kind of rule once: every case would take five minutes. */
const CASES = [
  'a whole pair whose target shares its stack',
  'one port, direct and published',
  'from the machine',
  'quick isolation',
  'a guarded network with one port allowed',
].map((wanted) => {
  const found = POLICY_CASES.find(({ says }) => says === wanted);
  if (!found) throw new Error(`No case says "${wanted}".`);
  return found;
});

describe('on Podman', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ version: PODMAN.version, name: 'podman-truth' });
  });
  afterAll(() => lab.close());

  it('every pair and way is as predicted, and every rule of its own takes part', async () => {
    const { disagreements, open, agree, probes, rules } = await lab.run(PODMAN_WORLD);
    expect(disagreements).toEqual([]);
    expect(open).toBeGreaterThan(100);
    expect(agree).toBe(probes);
    expect(['R870', 'R871', 'R872', 'R873', 'R874'].filter((rule) => !rules.has(rule))).toEqual([]);
  });

  describe('with policies', () => {
    let world: Realised;
    let clean: Trace;
    let before: Table;
    beforeAll(async () => {
      world = await realise(lab.docker, POLICY_WORLD);
      // A flow that one table let through must not be "established" in the next.
      const short = 'for name in udp_timeout udp_timeout_stream icmp_timeout; do echo 1 > nf_conntrack_$name; done';
      const { code, stderr } = await lab.engine.exec(['sh', '-ec', `cd /proc/sys/net/netfilter; ${short}`]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      await lab.session.driver.refresh();
      clean = await traceOf(lab, { ours: false });
      before = await measure(() => true);
    });
    afterAll(() => world.remove());

    const measure = async (mayBeOpen: (text: string) => boolean): Promise<Table> =>
      new Map([...(await measureTable(lab.engine, lab.docker, mayBeOpen))].filter(([, { row }]) => !isFickle(row)));
    const measureAs = (isStopped: (row: Row) => boolean): Promise<Table> =>
      measure((text) => {
        const was = before.get(text);
        return was?.answer === 'open' && !isStopped(was.row);
      });

    it.each(CASES)('stops exactly what it is about: $says', async ({ changes, stops, rules }) => {
      const isStopped = (row: Row): boolean => !isWithinOneStack(row) && stops(inPodman(row));
      const control = [...before.values()].filter(({ row, answer }) => answer === 'open' && isStopped(row));
      expect(control.length, 'the positive control: what is to be stopped is open before').toBeGreaterThan(0);
      for (const change of changes) {
        expect(await lab.session.apply(change, {})).toMatchObject({ disagree: 0, errors: 0 });
      }
      expect(unintended(before, await measureAs(isStopped), isStopped)).toEqual([]);
      const compared = await lab.compare();
      expect(compared.disagreements).toEqual([]);
      // There is no docker-proxy.
      expect([...compared.rules]).toEqual(expect.arrayContaining(rules.filter((rule) => rule !== 'R920')));
      await lab.session.clear();
    });

    it('leaves no rule and no object when it is cleared', async () => {
      const { session } = lab;
      await session.apply({ action: 'guard', name: 'network:back' }, {});
      await session.apply({ action: 'isolate', name: 'mail' }, {});
      await session.apply({ action: 'block', from: 'web', to: 'api', ports: ['udp/53'] }, {});
      const during = await traceOf(lab);
      expect(during.rules['host']).toContain('table bridge bulkhead');
      expect(during.objects.filter((one) => one.includes('bulkhead-keeper'))).toHaveLength(1);
      await session.apply({ action: 'clear' }, {});
      expect(await traceOf(lab)).toEqual(clean);
      expect(unintended(before, await measureAs(() => false), () => false)).toEqual([]);
    });

    it('holds one direction over a restart, also an isolation, until it is released', async () => {
      const { session } = lab;
      const ways = async (): Promise<readonly string[]> => waysBetween(lab, 'api', 'db');
      expect(await ways()).toEqual(['open', 'open']);
      await session.apply({ action: 'block', from: 'api', to: 'db' }, {});
      await restarted(lab, 'db');
      expect(await ways()).toEqual(['blocked', 'open']);
      await session.apply({ action: 'isolate', name: 'db' }, {});
      await restarted(lab, 'db');
      expect(await ways()).toEqual(['blocked', 'blocked']);
      await session.apply({ action: 'release', name: 'db' }, {});
      expect(await ways()).toEqual(['blocked', 'open']);
      await session.apply({ action: 'allow', from: 'api', to: 'db' }, {});
      expect(await ways()).toEqual(['open', 'open']);
    });
  });
});

/** What there is of rules, counters aside, and of objects. */
interface Trace {
  /** By whose namespace it is. */
  readonly rules: Readonly<Record<string, string>>;
  readonly objects: readonly string[];
}

/** Of the lab's own wire (a helper, its image) nothing is told before the product was at work. */
async function traceOf({ engine, docker }: Lab, { ours = true } = {}): Promise<Trace> {
  const isTold = (labels: Readonly<Record<string, string>> | null): boolean =>
    ours || !(BULKHEAD_LABEL in (labels ?? {}));
  const containers = (await docker.listContainers()).filter(({ Labels }) => isTold(Labels));
  const rules: Record<string, string> = {};
  const read = async (whose: string, enter: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await engine.exec([...enter, 'nft', '-s', 'list', 'ruleset']);
    if (code !== 0) throw new Error(`The rules of ${whose} cannot be read: ${stderr}`);
    rules[whose] = stdout;
  };
  await read('host', []);
  for (const { Names, Id, Labels } of containers) {
    const { State } = await docker.inspectContainer(Id);
    if (!(BULKHEAD_LABEL in Labels)) await read(Names[0] ?? '', ['nsenter', '-t', String(State.Pid), '-n']);
  }
  const images = (await docker.listImages()).filter(({ Labels }) => isTold(Labels));
  return {
    rules,
    objects: [
      ...containers.map(({ Names, State }) => `container ${Names.join(' ')} ${State}`),
      ...(await docker.listNetworks()).map(({ Name }) => `network ${Name}`),
      ...images.map(({ Id }) => `image ${Id}`),
    ].sort(),
  };
}

const isNear = (one: string, other: string): boolean =>
  familyOf(one) === 4 && one.replace(/\.\d+$/, '') === other.replace(/\.\d+$/, '');

/** Who is on two networks has two ways out, of equal rank: the kernel takes now the one, now the other (SPEC R870). */
function isFickle({ from, address }: Row): boolean {
  return from.name === 'api' && familyOf(address) === 4 && !from.stack.addresses.some((own) => isNear(own, address));
}

/** A published port is redirected, and who comes that way or from another network does so as the machine. */
function inPodman(row: Row): Attempted {
  const { from, to, address } = row;
  const isDirect = from.kind === 'container' && to.stack.addresses.includes(address);
  const isMasked = isDirect && familyOf(address) === 4 && !from.stack.addresses.some((own) => isNear(own, address));
  const plain = attempted(row, { proxy: true });
  return { ...plain, isProxied: plain.isProxied || isMasked };
}
