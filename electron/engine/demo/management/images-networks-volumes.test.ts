/** The demo answers as an engine does: what is done shows, and what cannot be done is refused. */
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseReference } from '../../../../shared/images/reference.ts';
import { volumeRows } from '../../../app/volume-rows.ts';
import type { Management } from '../../domains/index.ts';
import type { EngineDriver } from '../../driver.ts';
import { createDemoDriver } from '../index.ts';

const QUIET = { part: () => undefined, line: () => undefined, progress: () => undefined };

let driver: EngineDriver;
let manage: Management;
beforeEach(async () => {
  driver = await createDemoDriver();
  manage = driver.manage;
});
afterEach(() => driver.close());

const reference = (text: string) => {
  const parsed = parseReference(text);
  if (!parsed) throw new Error(text);
  return parsed;
};
const tags = async (): Promise<string[]> => (await manage.images.list()).flatMap((image) => image.tags);

describe('images of the demo', () => {
  test('are pulled layer by layer, and told of', async () => {
    let changes = 0;
    const stop = manage.images.onChange(() => (changes += 1));
    const states = new Map<string, string>();
    const report = { ...QUIET, part: (id: string, { state }: { state?: string }) => state && states.set(id, state) };
    await manage.images.pull(reference('redis:8'), { report });
    expect(await tags()).toContain('redis:8');
    expect(new Set(states.values())).toEqual(new Set(['done']));
    expect(changes).toBeGreaterThan(0);
    stop();
  });

  test('a pull that is cancelled leaves nothing', async () => {
    const controller = new AbortController();
    const pulling = manage.images.pull(reference('redis:8'), { report: QUIET, signal: controller.signal });
    controller.abort();
    await expect(pulling).rejects.toThrow();
    expect(await tags()).not.toContain('redis:8');
  });

  test('that containers use stay, and others go with their last name', async () => {
    await expect(manage.images.remove('nginx:1.29', { force: false })).rejects.toMatchObject({
      hint: expect.stringContaining('shop-proxy-1') as string,
    });
    await manage.images.tag('alpine:3.22', reference('mine:1'));
    await manage.images.remove('alpine:3.22', { force: false });
    expect(await tags()).toContain('mine:1');
    await manage.images.remove('mine:1', { force: false });
    await expect(manage.images.detail('mine:1')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('only unused ones would be pruned', async () => {
    const { items, bytes } = await manage.images.prunePreview({ all: true });
    expect(items.some(({ name }) => name === 'alpine:3.22')).toBe(true);
    expect(items.some(({ name }) => name === 'nginx:1.29')).toBe(false);
    expect(bytes).toBeGreaterThan(0);
  });
});

describe('networks and volumes of the demo', () => {
  const spec = { driver: 'bridge', internal: false, attachable: false, ipv6: false, options: {}, labels: {} };

  test('a name, a subnet or an address that is taken is refused', async () => {
    const { networks } = manage;
    const id = await networks.create({ ...spec, name: 'new', subnets: [{ subnet: '10.9.0.0/24' }] });
    await expect(networks.create({ ...spec, name: 'new', subnets: [] })).rejects.toThrow(/exists/);
    await expect(networks.create({ ...spec, name: 'other', subnets: [{ subnet: '10.9.0.0/24' }] })).rejects.toThrow();
    await networks.connect({ network: id, container: 'shop-web-1', aliases: [], ipv4: '10.9.0.9' });
    await expect(
      networks.connect({ network: id, container: 'shop-db-1', aliases: [], ipv4: '10.9.0.9' }),
    ).rejects.toThrow(/in use/);
    await expect(networks.remove(id)).rejects.toThrow(/active endpoints/);
    await networks.disconnect(id, 'shop-web-1');
    await networks.remove(id);
    expect(driver.topology().networks.map(({ name }) => name)).not.toContain('new');
  });

  test('a volume is backed up and restored into another', async () => {
    const { volumes } = manage;
    const name = await volumes.create({ name: 'copy', driver: 'local', options: {}, labels: {} });
    await volumes.restore(name, await volumes.save('shop_uploads'), { report: QUIET });
    expect(await volumes.list(name, 'data/2026')).toEqual({
      ...(await volumes.list('shop_uploads', 'data/2026')),
      entries: expect.arrayContaining([expect.objectContaining({ name: 'january.csv', kind: 'file' })]) as unknown,
    });
    await expect(
      volumes.restore(name, Readable.from([Buffer.from('no archive '.repeat(200))]), { report: QUIET }),
    ).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(volumes.remove('shop_uploads')).rejects.toThrow(/in use/);
    await volumes.remove(name);
    expect(volumeRows(driver.topology()).map((row) => row.name)).not.toContain('copy');
  });
});
