/** The demo must be as honest as a real engine: what is predicted is what its wire does, before and after a block. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../../shared/policy/index.ts';
import { ALL_PORTS, minus, parsePorts } from '../../../shared/ports.ts';
import { probeTargets } from '../../../shared/reachability/index.ts';
import type { Denial } from '../../../shared/reachability/model.ts';
import { isContainer, isUp, type ContainerEndpoint, type Topology } from '../../../shared/topology/model.ts';
import type { EngineDriver, Place, Wire } from '../driver.ts';
import { createDemoDriver } from './index.ts';

const place = ({ id, pid }: ContainerEndpoint): Place => ({ place: id, pid });

function running(topology: Topology): ContainerEndpoint[] {
  return topology.endpoints.filter(isContainer).filter(isUp);
}

/** Every way of every ordered pair where prediction and the demo's wire differ, and how many were compared. */
async function compare(
  driver: EngineDriver,
  wire: Wire,
  denials: readonly Denial[],
): Promise<{ compared: number; odd: string[] }> {
  const topology = driver.topology();
  const odd: string[] = [];
  let compared = 0;
  for (const from of running(topology)) {
    for (const to of running(topology)) {
      if (from.id === to.id) continue;
      const targets = probeTargets(topology, denials, from.id, to.id);
      const requests = targets.map(({ address, port, containerPort, protocol }) => ({
        from: place(from),
        to: place(to),
        address,
        port,
        listenPort: containerPort,
        protocol,
      }));
      await wire.probe(requests, (index, { measured }) => {
        const target = targets[index];
        compared += 1;
        if (target && target.predicted !== measured) {
          odd.push(
            `${from.name} → ${to.name} at ${target.address}:${target.port} (${target.way}): predicted ${target.predicted}, measured ${measured}`,
          );
        }
      });
    }
  }
  return { compared, odd };
}

function endpoint(driver: EngineDriver, name: string): ContainerEndpoint {
  const found = running(driver.topology()).find((container) => container.name === name);
  if (!found) throw new Error(`The demo has no running ${name}.`);
  return found;
}

async function block(
  driver: EngineDriver,
  wire: Wire,
  pairs: readonly (readonly [string, string])[],
): Promise<Denial[]> {
  const ordered = pairs.map(([from, to]) => ({ from: endpoint(driver, from).id, to: endpoint(driver, to).id }));
  const answers = await wire.load(
    compile({ pairs: ordered }, driver.topology()).tables,
    running(driver.topology()).map(place),
    [],
  );
  expect(answers.filter(({ error }) => error !== null)).toEqual([]);
  return ordered.map((pair) => ({ ...pair, state: 'held', policy: '' }));
}

describe('the demo engine', () => {
  it('is as predicted for every ordered pair', async () => {
    const driver = await createDemoDriver();
    const { compared, odd } = await compare(driver, await driver.openWire({}), []);
    expect(odd).toEqual([]);
    expect(compared).toBeGreaterThan(90);
  });

  it('is as predicted with blocks: direct, by several networks, by a published port only', async () => {
    const driver = await createDemoDriver();
    const wire = await driver.openWire({});
    const denials = await block(driver, wire, [
      ['shop-web-1', 'shop-db-1'],
      ['shop-api-1', 'shop-db-1'],
      ['legacy-app', 'shop-db-1'],
      ['legacy-db', 'shop-proxy-1'],
    ]);
    const { odd } = await compare(driver, wire, denials);
    expect(odd).toEqual([]);
  });

  it('is as predicted with blocks of some ports, of every protocol, direct and published', async () => {
    const driver = await createDemoDriver();
    const wire = await driver.openWire({});
    const blocks = [
      ['shop-web-1', 'shop-db-1', parsePorts(['tcp/5432', 'udp/53'])],
      ['shop-api-1', 'shop-db-1', minus(ALL_PORTS, parsePorts(['tcp/5432']))],
      ['legacy-app', 'shop-proxy-1', parsePorts(['tcp/80', 'icmp'])],
    ] as const;
    const pairs = blocks.map(([from, to, ports]) => ({
      from: endpoint(driver, from).id,
      to: endpoint(driver, to).id,
      ports,
    }));
    const { tables } = compile({ pairs }, driver.topology());
    const answers = await wire.load(tables, running(driver.topology()).map(place), []);
    expect(answers.filter(({ error }) => error !== null)).toEqual([]);
    const denials = pairs.map((pair): Denial => ({ ...pair, state: 'held', policy: '' }));
    expect((await compare(driver, wire, denials)).odd).toEqual([]);
    // Not told of them, the prediction is wrong, once for each denied port that was open.
    const untold = pairs.map((pair): Denial => ({ ...pair, state: 'held', policy: '', ports: parsePorts(['tcp/1']) }));
    expect((await compare(driver, wire, untold)).odd.length).toBeGreaterThan(0);
  });

  it('shows it when the wire is not as told: a claimed block that was never loaded', async () => {
    const driver = await createDemoDriver();
    const claimed: Denial[] = [
      { from: endpoint(driver, 'shop-web-1').id, to: endpoint(driver, 'shop-db-1').id, state: 'held', policy: '' },
    ];
    const { odd } = await compare(driver, await driver.openWire({}), claimed);
    expect(odd.length).toBeGreaterThan(0);
    expect(odd.every((line) => line.startsWith('shop-web-1 → shop-db-1'))).toBe(true);
  });

  it('loses a table with the container that held it, as a real namespace does', async () => {
    const driver = await createDemoDriver();
    const wire = await driver.openWire({});
    await block(driver, wire, [['shop-web-1', 'shop-db-1']]);
    const places = running(driver.topology()).map(place);
    const db = endpoint(driver, 'shop-db-1');
    expect((await wire.read(places)).map((table) => table.place)).toContain(db.id);
    await driver.manage.containers.restart(db.id);
    expect((await wire.read(places)).map((table) => table.place)).not.toContain(db.id);
    expect(endpoint(driver, 'shop-db-1').pid).not.toBe(db.pid);
  });

  it('tells of every change, and refuses what a real engine refuses', async () => {
    const driver = await createDemoDriver();
    const seen: number[] = [];
    driver.onTopology((topology) => seen.push(running(topology).length));
    const { id } = endpoint(driver, 'shop-web-1');
    await expect(driver.manage.containers.remove(id, { force: false, volumes: false })).rejects.toMatchObject({
      code: 'ENGINE_REFUSED',
    });
    await driver.manage.containers.stop(id);
    await driver.manage.containers.start(id);
    await driver.manage.containers.remove(id, { force: true, volumes: false });
    await expect(driver.manage.containers.start(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const all = running((await createDemoDriver()).topology()).length;
    expect(seen).toEqual([all - 1, all, all - 1]);
  });
});
