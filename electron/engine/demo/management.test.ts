import { describe, expect, it } from 'vitest';
import { EMPTY_SPEC } from '../../../shared/containers/run-spec.ts';
import { isContainer } from '../../../shared/topology/model.ts';
import { createDemoDriver } from './driver.ts';

describe("the demo's containers", () => {
  it('are run, renamed, made anew and looked into as on a real engine', async () => {
    const driver = await createDemoDriver();
    const { containers } = driver.manage;
    const spec = {
      ...EMPTY_SPEC,
      image: 'nginx:1.29',
      name: 'mine',
      ports: [{ address: '', hostPort: 9000, port: 80, protocol: 'tcp' } as const],
      networks: [{ name: 'shop_app', aliases: [], ipv4: '' }],
    };
    const id = await containers.create(spec);
    await containers.start(id);
    const shown = driver
      .topology()
      .endpoints.filter(isContainer)
      .find((one) => one.id === id);
    expect(shown).toMatchObject({ name: 'mine', state: 'running', publishedPorts: [{ hostPort: 9000 }] });
    expect(shown?.attachments[0]?.ipv4).toMatch(/^172\.19\.0\./);
    expect(await containers.specOf(id)).toMatchObject({ image: 'nginx:1.29', name: 'mine', ports: spec.ports });

    await containers.rename(id, 'yours');
    await expect(containers.rename(id, 'shop-db-1')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const next = await containers.replace(
      'yours',
      { ...spec, name: 'yours', image: 'nginx:1.30' },
      { keep: () => Promise.resolve() },
    );
    expect(await containers.inspect(next)).toMatchObject({ Name: '/yours', State: { Running: true } });
    await expect(containers.inspect(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await containers.top('yours')).rows.length).toBeGreaterThan(0);
  });

  it('refuses what an engine refuses', async () => {
    const { containers } = (await createDemoDriver()).manage;
    const spec = { ...EMPTY_SPEC, image: 'x', name: 'shop-db-1' };
    await expect(containers.create(spec)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    const ports = [{ address: '', hostPort: 5432, port: 1, protocol: 'tcp' } as const];
    await expect(containers.create({ ...spec, name: 'a', ports })).rejects.toMatchObject({ code: 'ENGINE_REFUSED' });
    const networks = [{ name: 'nowhere', aliases: [], ipv4: '' }];
    await expect(containers.create({ ...spec, name: 'a', networks })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tell what they use until they stop', async () => {
    const { containers } = (await createDemoDriver()).manage;
    const leaving = new AbortController();
    const seen: number[] = [];
    await containers.stats('shop-web-1', {
      signal: leaving.signal,
      onSample: ({ cpu }) => {
        seen.push(cpu);
        leaving.abort();
      },
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toBeGreaterThan(0);
  });
});
