import { describe, expect, test } from 'vitest';
import { createDemoDriver } from '../engine/demo/index.ts';
import { networkRows, unusedNetworks } from './network-rows.ts';
import { unusedVolumes, volumeRows } from './volume-rows.ts';

describe('networks and volumes out of a topology', () => {
  test('a network tells who is on it, under which names', async () => {
    const driver = await createDemoDriver();
    const [row] = networkRows(driver.topology()).filter(({ name }) => name === 'shop_data');
    expect(row).toMatchObject({ internal: true, icc: true, builtin: false, project: 'shop' });
    expect(row?.members.find(({ name }) => name === 'shop-db-1')).toMatchObject({
      kind: 'container',
      ipv4: '172.20.0.4',
      aliases: ['db'],
    });
    await driver.close();
  });

  test('only networks without anybody may be pruned, and never the engine’s own', async () => {
    const driver = await createDemoDriver();
    expect(unusedNetworks(driver.topology()).items).toEqual([]);
    const id = await driver.manage.networks.create({
      name: 'idle',
      driver: 'bridge',
      subnets: [],
      internal: false,
      attachable: false,
      ipv6: false,
      icc: false,
      options: {},
      labels: {},
    });
    expect(unusedNetworks(driver.topology()).items).toEqual([{ id, name: 'idle', size: null }]);
    await driver.manage.networks.connect({ network: id, container: 'shop-web-1', aliases: [] });
    expect(unusedNetworks(driver.topology()).items).toEqual([]);
    expect(networkRows(driver.topology()).find(({ name }) => name === 'idle')).toMatchObject({ icc: false });
    await driver.close();
  });

  test('a volume tells who has it, and may be pruned when nobody does', async () => {
    const driver = await createDemoDriver();
    const topology = driver.topology();
    const [row] = volumeRows(topology).filter(({ name }) => name === 'shop_uploads');
    expect(row?.users.map(({ name, writable }) => [name, writable])).toEqual([
      ['shop-api-1', true],
      ['shop-worker-1', false],
    ]);
    const usage = await driver.manage.volumes.usage();
    expect(unusedVolumes(topology, usage, false).items).toEqual([]);
    const all = unusedVolumes(topology, usage, true);
    expect(all.items.map(({ name }) => name)).toEqual(['shop_old-uploads']);
    expect(all.bytes).toBeGreaterThan(0);
    await driver.close();
  });
});
