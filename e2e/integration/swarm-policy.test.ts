/**
 * Blocking Swarm services on a Swarm of two nodes: the complete table before and after, by the product's own hands.  Where
 * the kernel has no IPVS, `swarm/balancer.ts` stands in for it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { isService, runningTasks, type Topology } from '../../shared/topology/model.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { startSwarm, type RunningSwarm } from '../engines/swarm.ts';
import { balance } from './swarm/balancer.ts';
import { comparePairs, measureSwarm, type Measured } from './swarm/compare.ts';
import { buildSwarmFixture, plannedFor, PORTS, type SwarmFixture } from './swarm/fixture.ts';
import { probeFrom } from './swarm/measure.ts';
import { until } from './world.ts';

const VERSIONS = process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/).filter((version) => version !== '') ?? ['28.5'];

/** About pairs of their own, so that one table shows them all. */
const BLOCKS: readonly { readonly from: string; readonly to: string; readonly ports?: string[] }[] = [
  { from: 'container:m1', to: 'service:shop_web' },
  { from: 'container:b1', to: 'service:shop_web', ports: ['tcp/80'] },
  { from: 'container:mix', to: 'service:shop_api', ports: ['tcp'] },
  { from: 'container:u1', to: 'service:faraway' },
  { from: 'service:shop_web', to: 'container:both' },
  { from: 'lan', to: 'service:door' },
  { from: 'host', to: 'service:faraway' },
];

describe.each(VERSIONS)('on a Swarm of engines %s', (version) => {
  let swarm: RunningSwarm | undefined;
  let configDir: string;
  let session: Session;
  let fixture: SwarmFixture;
  let before: Measured;

  /** With the stand-in it is as if the kernel had it. */
  const topology = (): Topology => {
    const now = session.topology();
    return { ...now, engine: { ...now.engine, ipvs: true } };
  };

  beforeAll(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-config-'));
    swarm = await startSwarm({ version, name: `policy-swarm-${version}`, nodes: 2 });
    const store = createPolicyStore({ configDir });
    session = await openSession({ driver: await openDriver(swarm.manager.url), store, follow: true });
    fixture = await buildSwarmFixture(swarm);
    // Its own address on the uplink is a public one: the network outside is to call as the local network.
    const asLan = ['ip', 'route', 'replace', '198.51.100.0/24', 'dev', 'uplink', 'src', ADDRESSES.lan];
    expect(await swarm.manager.exec(asLan, { place: 'outside' })).toMatchObject({ code: 0 });
    const count = Object.keys(plannedFor(version).services).length;
    await until(session, 'every service is settled', () => {
      const services = session.topology().endpoints.filter(isService);
      return services.length === count && services.every((one) => runningTasks(one).length === one.desired);
    });
    await session.driver.openWire({});
    if (session.topology().engine.ipvs !== true) await balance(swarm.nodes, session.topology());
    before = await measureSwarm(fixture, topology());
  }, 240_000);
  afterAll(async () => {
    await session.close();
    await swarm?.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  it('predicts every way before there is any policy', () => {
    expect(comparePairs(fixture, topology(), before).wrong).toEqual([]);
  });

  it('stops exactly what is denied, by every way, and predicts each as it is', { timeout: 240_000 }, async () => {
    const fromAfar = async (): Promise<readonly (readonly string[])[]> => {
      const target = fixture.speakers.find(({ name }) => name === 'both');
      const probes = (target?.addresses ?? [])
        .filter((address) => address.startsWith('10.210.1.'))
        .flatMap((address) => PORTS.map((port) => ({ protocol: 'tcp' as const, address, port })));
      const [, other] = fixture.swarm.nodes;
      const tasks = fixture.speakers.filter(({ node, service }) => node === 2 && service === 'shop_web');
      if (!other || probes.length === 0 || tasks.length === 0) throw new Error('Nobody to ask from.');
      const heard = await Promise.all(
        tasks.map(({ pid }) => probeFrom(other, ['nsenter', '-t', String(pid), '-n', '--'], probes)),
      );
      return heard.flat();
    };
    const isBoth = (names: readonly string[]): boolean => names.includes('both');
    expect((await fromAfar()).every(isBoth), 'the positive control: tasks on the other node reach it before').toBe(
      true,
    );

    for (const block of BLOCKS) {
      const plan = await session.plan({ action: 'block', ...block });
      expect(plan.obstacles.filter(({ severity }) => severity === 'stop')).toEqual([]);
      expect(await session.apply({ action: 'block', ...block }, {})).toMatchObject({
        disagree: 0,
        errors: 0,
      });
    }
    const denials = session.denials();
    expect(denials.filter(({ state }) => state !== 'held')).toEqual([]);

    const now = topology();
    const after = await measureSwarm(fixture, now);
    expect(comparePairs(fixture, now, after, denials).wrong).toEqual([]);
    expect((await fromAfar()).some(isBoth)).toBe(false);

    const name = new Map(now.endpoints.map((one) => [one.id, one.name]));
    const denied = new Set(denials.map(({ from, to }) => `${name.get(from) ?? ''} ${name.get(to) ?? ''}`));
    const partOf = new Map(fixture.speakers.map((one) => [one.name, one.service]));
    const lost = new Set<string>();
    const odd: string[] = [];
    for (const [source, sets] of before.answers) {
      // In host mode one is the machine.
      const caller = source === 'h1' ? 'host' : source;
      for (const [index, was] of sets.entries()) {
        const is = after.answers.get(source)?.[index] ?? new Set();
        const probe = Object.values(before.probes[index] ?? {}).join(' ');
        if (was.size === 0 && is.size > 0) odd.push(`${source} ${probe}: open only since`);
        if (was.size === 0 || is.size > 0) continue;
        // Whose address answered a ping is known by the table compared above.
        const intended = [...was].some(
          (who) => who === '*' || denied.has(`${caller} ${who}`) || denied.has(`${caller} ${partOf.get(who) ?? ''}`),
        );
        if (!intended) odd.push(`${source} ${probe}: was answered by ${[...was].join(', ')}`);
        for (const who of was) lost.add(`${source} ${partOf.get(who) ?? ''}`);
      }
    }
    expect(odd).toEqual([]);
    expect([...lost]).toEqual(
      expect.arrayContaining(['m1 shop_web', 'b1 shop_web', 'u1 faraway', 'mix shop_api', 'lan door', 'host faraway']),
    );
  });

  it('is as before when all is gone', { timeout: 240_000 }, async () => {
    await session.clear();
    const after = await measureSwarm(fixture, topology());
    expect(comparePairs(fixture, topology(), after).wrong).toEqual([]);
  });
});
