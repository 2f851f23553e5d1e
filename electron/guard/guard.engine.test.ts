/** The guard on a real engine: `BULKHEAD_TEST_ENGINE=unix://…`. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Docker } from '../../e2e/fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../../e2e/fixture/image.ts';
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { isContainer, isUp, type ContainerEndpoint, type Topology } from '../../shared/topology/model.ts';
import { createDockerDriver } from '../engine/docker/index.ts';
import type { EngineDriver, Place } from '../engine/driver.ts';
import { createSignal } from '../lib/signal.ts';
import { openDockerWire } from './helper/index.ts';
import { createGuard, verifyPairs, type Guard } from './index.ts';

const engine = process.env['BULKHEAD_TEST_ENGINE'] ?? '';
const docker = new Docker(engine.replace('unix://', ''));
const NETWORKS = ['h4-front', 'h4-back'];
const GUESTS = [
  { name: 'h4-web', networks: ['h4-front', 'h4-back'] },
  { name: 'h4-db', networks: ['h4-back'], published: 18094 },
  { name: 'h4-far', networks: ['h4-front'] },
] as const;
const RULE = { from: 'h4-web', to: 'h4-db', action: 'deny' } as const;

const describeOnEngine = engine === '' ? describe.skip : describe;

describeOnEngine('the guard on a real engine (needs BULKHEAD_TEST_ENGINE)', () => {
  let driver: EngineDriver;
  let guard: Guard;
  const policy = createSignal<Policy>(EMPTY_POLICY);
  const setRules = (...rules: Policy['rules']): void => policy.set({ ...EMPTY_POLICY, rules });

  const ours = (topology: Topology): ContainerEndpoint[] =>
    topology.endpoints.filter(isContainer).filter(({ name }) => name.startsWith('h4-'));
  const find = (name: string): ContainerEndpoint => {
    const found = ours(driver.topology()).find((endpoint) => endpoint.name === name);
    if (!found) throw new Error(`${name} is not there`);
    return found;
  };
  const verifyAll = async (): Promise<{
    readonly odd: readonly ProbeView[];
    readonly blocked: readonly string[];
    agree: number;
  }> => {
    const all = ours(driver.topology());
    const probes: ProbeView[] = [];
    const pairs = all.flatMap((from) => all.filter((to) => to !== from).map((to) => ({ from: from.id, to: to.id })));
    const { agree } = await verifyPairs({
      driver,
      denials: () => guard.denials(),
      pairs,
      onProbe: (view) => probes.push(view),
    });
    const blocked = probes.filter(({ measured }) => measured === 'blocked').map(({ from, to }) => `${from}>${to}`);
    return {
      odd: probes.filter(({ predicted, measured }) => predicted !== measured),
      blocked: [...new Set(blocked)].sort(),
      agree,
    };
  };
  const reaches = async (from: string, to: string): Promise<boolean> => {
    const common = new Set(find(from).attachments.map(({ networkId }) => networkId));
    const address = find(to).attachments.find(({ networkId }) => common.has(networkId))?.ipv4 ?? '';
    return (await docker.exec(from, ['sh', '-c', `echo hi | nc -w 1 ${address} 80 | grep hi`])).code === 0;
  };
  const held = (): Promise<void> =>
    vi.waitFor(() => expect(guard.state()).toMatchObject({ phase: 'holding', held: 1 }), { timeout: 15_000 });
  const behind = async (
    work: (places: readonly Place[], wire: Awaited<ReturnType<typeof openDockerWire>>) => Promise<void>,
  ): Promise<void> => {
    const other = await createDockerDriver({ address: engine, openWire: openDockerWire });
    const places = [
      ...ours(other.topology())
        .filter(isUp)
        .map(({ id, pid }) => ({ place: id, pid })),
      { place: 'host', pid: 0 },
    ];
    await work(places, await other.openWire({}));
    await other.close();
  };

  beforeAll(async () => {
    await importTestImage(docker);
    for (const { name } of GUESTS) await docker.removeContainer(name);
    for (const name of NETWORKS) await docker.removeNetwork(name).then(() => docker.createNetwork(name));
    for (const guest of GUESTS) {
      const [first, ...more] = guest.networks;
      const bindings = 'published' in guest ? { '80/tcp': [{ HostPort: String(guest.published) }] } : {};
      const id = await docker.createContainer(guest.name, {
        Image: TEST_IMAGE,
        Cmd: ['nc', '-ll', '-p', '80', '-e', 'cat'],
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { NetworkMode: first, PortBindings: bindings },
      });
      for (const network of more) await docker.connect(network, id);
      await docker.startContainer(id);
    }
    driver = await createDockerDriver({ address: engine, openWire: openDockerWire });
    guard = createGuard({ driver, policy, lookEveryMs: 300 });
  });

  afterAll(async () => {
    await guard.close();
    await driver.close();
    for (const { name } of GUESTS) await docker.removeContainer(name);
    for (const name of NETWORKS) await docker.removeNetwork(name);
  });

  it('predicts what it measures before any rule', async () => {
    const { odd, agree } = await verifyAll();
    expect(odd).toEqual([]);
    expect(agree).toBeGreaterThan(6);
    expect(await reaches('h4-web', 'h4-db')).toBe(true);
    expect(await reaches('h4-db', 'h4-web')).toBe(true);
  });

  it('blocks one pair with its side doors, and nothing else', async () => {
    const before = await verifyAll();
    setRules(RULE);
    await guard.ensure();
    expect(guard.denials().map(({ state }) => state)).toEqual(['held']);
    expect(await reaches('h4-web', 'h4-db')).toBe(false);
    expect(await reaches('h4-db', 'h4-web')).toBe(true);
    const after = await verifyAll();
    expect(after.odd).toEqual([]);
    expect(after.blocked).toEqual([...new Set([...before.blocked, 'h4-web>h4-db'])].sort());
  });

  it.each(['h4-db', 'h4-web'])('blocks again after %s was restarted', async (name) => {
    const { pid } = find(name);
    await docker.restartContainer(name);
    await vi.waitFor(() => expect(find(name)).toMatchObject({ state: 'running' }), { timeout: 10_000 });
    await vi.waitFor(() => expect(find(name).pid).not.toBe(pid), { timeout: 10_000 });
    await held();
    expect(await reaches('h4-web', 'h4-db')).toBe(false);
    expect(await reaches('h4-far', 'h4-web')).toBe(true);
  });

  it('repairs what somebody else removed', async () => {
    await behind(async (places, wire) => {
      await wire.load([], [], places);
      await vi.waitFor(async () => expect(await wire.read(places)).toHaveLength(3), { timeout: 10_000 });
    });
    expect(await reaches('h4-web', 'h4-db')).toBe(false);
  });

  it('lets it pass again when the rule goes, and leaves nothing when cleared', async () => {
    setRules();
    await guard.ensure();
    expect(await reaches('h4-web', 'h4-db')).toBe(true);
    setRules(RULE);
    await guard.ensure();
    setRules();
    await guard.clear();
    await behind(async (places, wire) => expect(await wire.read(places)).toEqual([]));
    await driver.clear();
    const labelled = (await docker.listContainers()).filter(({ Labels }) => 'dev.bulkhead' in Labels);
    expect(labelled).toEqual([]);
    expect((await verifyAll()).odd).toEqual([]);
  });
});
