/** Networks on a real engine: made as asked, joined at a fixed address under further names, left, removed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createJobs } from '../../electron/app/jobs.ts';
import { networkRows, unusedNetworks } from '../../electron/app/network-rows.ts';
import { startNetworkRemoval } from '../../electron/app/volume-jobs.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import type { CreateNetwork, NetworkRow } from '../../shared/contract/networks.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { failureOf } from './management.ts';

let engine: RunningEngine;
let driver: EngineDriver;
let docker: Docker;

const spec = (name: string, more: Partial<CreateNetwork> = {}): CreateNetwork => ({
  name,
  driver: 'bridge',
  subnets: [],
  internal: false,
  attachable: false,
  ipv6: false,
  options: {},
  labels: {},
  ...more,
});
const row = async (name: string): Promise<NetworkRow | undefined> =>
  networkRows(await driver.refresh()).find((one) => one.name === name);

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSION'] ?? '28.5',
    name: `i5-networks-${process.pid}`,
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  driver = await openDriver(engine.url);
  await docker.runContainer('i5-a', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'] });
  await docker.runContainer('i5-b', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'] });
});
afterAll(async () => {
  await driver.close();
  await engine.stop();
});

describe('networks', () => {
  it('are made as they were asked for', async () => {
    const { networks } = driver.manage;
    await networks.create(
      spec('i5-full', {
        subnets: [{ subnet: '10.55.0.0/24', gateway: '10.55.0.9', range: '10.55.0.128/25' }, { subnet: 'fd55::/64' }],
        internal: true,
        ipv6: true,
        icc: false,
        options: { 'com.docker.network.driver.mtu': '1400' },
        labels: { purpose: 'test' },
      }),
    );
    expect(await row('i5-full')).toMatchObject({
      driver: 'bridge',
      internal: true,
      ipv6: true,
      icc: false,
      builtin: false,
      labels: { purpose: 'test' },
      options: { 'com.docker.network.driver.mtu': '1400' },
      subnets: [
        { subnet: '10.55.0.0/24', gateway: '10.55.0.9', range: '10.55.0.128/25' },
        expect.objectContaining({ subnet: 'fd55::/64' }),
      ],
      members: [],
    });
    expect(await row('bridge')).toMatchObject({ builtin: true, icc: true });
  });

  it.each([
    ['macvlan', '10.56.0.0/24', { parent: 'uplink', macvlan_mode: 'private' }],
    ['ipvlan', '10.57.0.0/24', { parent: 'uplink', ipvlan_mode: 'l3' }],
  ])('of %s are made on the interface and in the mode that were named', async (kind, subnet, options) => {
    await driver.manage.networks.create(spec(`i5-${kind}`, { driver: kind, subnets: [{ subnet }], options }));
    const made = await docker.inspectNetwork(`i5-${kind}`);
    expect(made).toMatchObject({ Driver: kind, Options: options, IPAM: { Config: [{ Subnet: subnet }] } });
    expect(await row(`i5-${kind}`)).toMatchObject({ driver: kind, icc: null, options, members: [] });
    await driver.manage.networks.remove(`i5-${kind}`);
    expect(await row(`i5-${kind}`)).toBeUndefined();
  });

  it('are joined under further names and at a fixed address, and left', async () => {
    const { networks } = driver.manage;
    const id = await networks.create(spec('i5-joined', { subnets: [{ subnet: '10.56.0.0/24' }] }));
    await networks.connect({ network: id, container: 'i5-a', aliases: ['store', 'depot'], ipv4: '10.56.0.77' });
    await networks.connect({ network: id, container: 'i5-b', aliases: [] });
    const joined = await row('i5-joined');
    const member = joined?.members.find(({ name }) => name === 'i5-a');
    expect(member).toMatchObject({ ipv4: '10.56.0.77', state: 'running', kind: 'container' });
    expect(member?.aliases).toEqual(expect.arrayContaining(['store', 'depot']));
    const heard = await docker.exec('i5-b', ['ping', '-c', '1', '-W', '2', 'depot']);
    expect(heard.stdout, 'the name leads there').toContain('10.56.0.77');
    const taken = await failureOf(
      networks.connect({ network: id, container: 'i5-b', aliases: [], ipv4: '10.56.0.77' }),
    );
    expect(taken.code).not.toBe('INTERNAL');
    await networks.disconnect(id, 'i5-a');
    expect((await row('i5-joined'))?.members.map(({ name }) => name)).toEqual(['i5-b']);
  });

  it('that are used stay, and it is said who uses them', async () => {
    const jobs = createJobs({ tellMs: 0 });
    const topology = await driver.refresh();
    const { id = '' } = (await row('i5-joined')) ?? {};
    const job = startNetworkRemoval(jobs, { domain: driver.manage.networks, topology, kind: 'remove' }, [id]);
    const error = await new Promise((resolve) => {
      jobs.onDetail(job, (now) => now.state !== 'running' && resolve(now.error));
    });
    expect(error).toMatchObject({ code: 'ENGINE_REFUSED', hint: expect.stringContaining('i5-b') as string });
    await jobs.close();
  });

  it.each([
    ['a name that is taken', spec('i5-full'), 'another name'],
    ['a subnet that is taken', spec('i5-x', { subnets: [{ subnet: '10.56.0.0/16' }] }), 'another subnet'],
    ['a subnet that is none', spec('i5-x', { subnets: [{ subnet: 'ten' }] }), 'Check the subnet'],
    [
      'a gateway elsewhere',
      spec('i5-x', { subnets: [{ subnet: '10.57.0.0/24', gateway: '10.99.0.1' }] }),
      'Check the subnet',
    ],
  ])('%s is refused with what to do', async (_, wanted, hint) => {
    const error = await failureOf(driver.manage.networks.create(wanted));
    expect(error).toMatchObject({ code: 'BAD_INPUT', hint: expect.stringContaining(hint) as string });
  });

  it('that nobody uses are shown, and then go: those of stopped containers stay', async () => {
    await driver.manage.networks.create(spec('i5-idle'));
    await docker.createContainer('i5-stopped', {
      Image: TEST_IMAGE,
      Cmd: ['true'],
      HostConfig: { NetworkMode: 'i5-idle' },
    });
    const before = unusedNetworks(await driver.refresh()).items.map(({ name }) => name);
    expect(before).toEqual(['i5-full']);
    await docker.removeContainer('i5-stopped');
    const topology = await driver.refresh();
    const preview = unusedNetworks(topology).items;
    expect(preview.map(({ name }) => name).toSorted()).toEqual(['i5-full', 'i5-idle']);
    const jobs = createJobs({ tellMs: 0 });
    const removal = { domain: driver.manage.networks, topology, kind: 'prune' } as const;
    const job = startNetworkRemoval(
      jobs,
      removal,
      preview.map(({ id }) => id),
    );
    const state = await new Promise((resolve) => {
      jobs.onDetail(job, (now) => now.state !== 'running' && resolve(now.state));
    });
    expect(state).toBe('done');
    expect((await docker.listNetworks()).map(({ Name }) => Name).toSorted()).toEqual([
      'bridge',
      'host',
      'i5-joined',
      'none',
    ]);
    await jobs.close();
  });
});
