/**
 * Predicted against measured on a Swarm of two nodes: every ordered pair that the manager's engine sees, at every address
 * there is, TCP, UDP and ping, and every name.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { explain, REASONS } from '../../shared/reachability/index.ts';
import { isService, runningTasks, type Topology } from '../../shared/topology/model.ts';
import { startSwarm, type RunningSwarm } from '../engines/swarm.ts';
import { UNTOUCHED } from '../truth/untouched.ts';
import { allNames, comparePairs, lookUpAll, measureSwarm, type Comparison, type Measured } from './swarm/compare.ts';
import { buildSwarmFixture, plannedFor, type SwarmFixture } from './swarm/fixture.ts';
import { until } from './world.ts';

/** The other versions of the rig are measured by hand: `BULKHEAD_TEST_VERSIONS='20.10 26.1 28.5'`. */
const VERSIONS = process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/).filter((version) => version !== '') ?? ['28.5'];

describe.each(VERSIONS)('on a Swarm of engines %s', (version) => {
  let swarm: RunningSwarm | undefined;
  let configDir: string;
  let session: Session;
  let fixture: SwarmFixture;
  let topology: Topology;
  let measured: Measured;
  let compared: Comparison;

  beforeAll(async () => {
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-config-'));
    swarm = await startSwarm({ version, name: `truth-swarm-${version}`, nodes: 2 });
    const store = createPolicyStore({ configDir });
    // Before there is anything, so that all of it comes by events.
    session = await openSession({ driver: await openDriver(swarm.manager.url), store, follow: true });
    fixture = await buildSwarmFixture(swarm);
    await until(session, 'every service is settled', () =>
      settled(session.topology(), Object.keys(plannedFor(version).services).length),
    );
    await session.driver.openWire({});
    topology = session.topology();
    measured = await measureSwarm(fixture, topology);
    compared = comparePairs(fixture, topology, measured);
  }, 180_000);
  afterAll(async () => {
    await session.close();
    await swarm?.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  it('has followed the Swarm by events alone to what a fresh listing tells', async () => {
    const before = session.topology();
    await session.driver.refresh();
    expect(withoutLatePools(session.topology())).toEqual(withoutLatePools(before));
  });

  it('predicts every way of every pair as it is', () => {
    const { pairs, ways, open, unknown, wrong } = compared;
    process.stdout.write(
      `engine ${version}: ${pairs} pairs, ${ways} ways compared, ${open} of them open, ${unknown} unknown, ${wrong.length} wrong\n`,
    );
    expect(wrong).toEqual([]);
    expect(pairs).toBeGreaterThan(800);
    expect(open).toBeGreaterThan(500);
    expect(ways - open).toBeGreaterThan(5000);
  });

  it('touches every rule of Swarm that the kernel and a manager can show', () => {
    const touched = new Set(
      topology.endpoints.flatMap((from) =>
        topology.endpoints.flatMap((to) => explain(topology, [], from.id, to.id).reasons.map(({ rule }) => rule)),
      ),
    );
    const rules = Object.keys(REASONS).filter((rule) => rule >= 'R840' && rule <= 'R869');
    // What the list of excuses sends nowhere, and what it makes depend on IPVS; with that, the rules of its lack are out.
    const excused = (isMeant: (reason: string) => boolean): string[] =>
      rules.filter((rule) => rule in UNTOUCHED && isMeant(UNTOUCHED[rule] ?? ''));
    const without = topology.engine.ipvs === true ? ['R846', 'R853'] : excused((reason) => reason.includes('IPVS'));
    const never = [...without, ...excused((reason) => !reason.includes('swarm.test.ts'))];
    expect(without).toHaveLength(2);
    expect(rules.filter((rule) => !touched.has(rule))).toEqual(never.sort());
  });

  it('predicts every name as it is', async () => {
    const wrong: string[] = [];
    let resolved = 0;
    const askers = fixture.speakers.filter(({ node, name }) => node === 1 && name !== 'h1' && name !== 'n1');
    const answers = await Promise.all(askers.map((source) => lookUpAll(fixture, source)));
    for (const [index, source] of askers.entries()) {
      const from = topology.endpoints.find(({ name }) => name === source.name)?.id ?? '';
      const told = topology.endpoints.flatMap(({ id }) =>
        explain(topology, [], from, id).channels.flatMap(({ layer, names }) => (layer === 'name' ? (names ?? []) : [])),
      );
      const found = answers[index] ?? new Set();
      for (const name of allNames(fixture)) {
        // A container knows its own name from its hosts file, and the DNS of the default bridge is no concern of ours.
        if (name === source.name) continue;
        if (found.has(name)) resolved += 1;
        if (found.has(name) !== told.includes(name)) {
          wrong.push(`${source.name} looks up ${name}: predicted ${told.includes(name)}, found ${found.has(name)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(resolved).toBeGreaterThan(50);
  });
});

/** Each node gives an overlay an IPv6 pool of its own when its first container joins, and tells so by no event. */
function withoutLatePools(topology: Topology): Topology {
  const networks = topology.networks.map((one) => (one.driver === 'overlay' ? { ...one, subnets: [] } : one));
  return { ...topology, networks };
}

function settled({ endpoints }: Topology, count: number): boolean {
  const services = endpoints.filter(isService);
  return services.length === count && services.every((service) => runningTasks(service).length === service.desired);
}
