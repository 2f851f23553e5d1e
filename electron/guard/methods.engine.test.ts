/** Separate networks and removed links on a real engine: what they close is shut, what they keep is kept, and back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEngine, type RunningEngine } from '../../e2e/engines/engine.ts';
import { Docker } from '../../e2e/fixture/docker.ts';
import { importTestImage } from '../../e2e/fixture/image.ts';
import { realise } from '../../e2e/truth/realise.ts';
import { openDriver } from '../app/open-driver.ts';
import type { EngineDriver } from '../engine/driver.ts';
import { planMethod } from '../../shared/methods/plan.ts';
import { EMPTY_POLICY } from '../../shared/policy/model.ts';
import { evaluate } from '../../shared/reachability/index.ts';
import { VERDICTS } from '../../shared/reachability/model.ts';
import type { Topology } from '../../shared/topology/model.ts';
import { runMethod, undoMethod, type MethodRun } from './methods.ts';

const VERSIONS = process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/).filter((one) => one !== '') ?? ['20.10', '28.5'];

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let docker: Docker;
  let driver: EngineDriver;
  beforeAll(async () => {
    engine = await startEngine({ version, name: `methods-${version}`, daemonArgs: ['--icc=false'] });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
    driver = await openDriver(engine.url);
    // Whether bridges pass what they carry to the machine's rules, only the wire tells.
    await driver.openWire({});
  }, 120_000);
  afterAll(async () => {
    await driver.close();
    await engine.stop();
  });

  const run = (): MethodRun => {
    const { rebuild } = driver;
    if (!rebuild) throw new Error('A real engine can be rebuilt.');
    const names = new Map(driver.topology().endpoints.map(({ id, name }) => [id, name]));
    // As in the app: with it, who is made anew has a name of its own at first.
    return { rebuild, nameOf: (id) => names.get(id) ?? id, keep: () => Promise.resolve() };
  };
  /** `a > b` → verdict, of all containers. */
  const table = (topology: Topology): Readonly<Record<string, string>> => {
    const { ids, size, verdicts } = evaluate(topology, []);
    const names = new Map(topology.endpoints.map(({ id, name }) => [id, name]));
    return Object.fromEntries(
      ids.flatMap((from, row) =>
        ids.map((to, column) => [
          `${names.get(from) ?? ''} > ${names.get(to) ?? ''}`,
          VERDICTS[verdicts[row * size + column] ?? 3] ?? '',
        ]),
      ),
    );
  };
  /** What a user would call the same: everything but ids of what was made anew, and its start. */
  const settingsOf = async (name: string): Promise<unknown> => {
    const { Config, HostConfig, NetworkSettings, Mounts, Image } = (await docker.inspectContainer(
      name,
    )) as unknown as Record<string, Record<string, unknown>>;
    const { Hostname: _h, ...config } = Config ?? {};
    const networks = Object.entries(
      (NetworkSettings?.['Networks'] ?? {}) as Record<string, Record<string, unknown>>,
    ).map(([network, one]) => [network, one['IPAMConfig'] ?? null, one['Links'] ?? null, one['IPAddress']]);
    // The engine gives links in no order.
    const links = [...((HostConfig?.['Links'] ?? []) as string[])].sort();
    return { config, HostConfig: { ...HostConfig, Links: links }, networks, Mounts, Image };
  };

  it('takes two apart by networks alone, as planned, and puts them back', { timeout: 120_000 }, async () => {
    const world = await realise(docker, {
      networks: { front: { ipv6: true } },
      containers: {
        web: 'front',
        api: 'front',
        db: { on: 'front', aliases: ['store'], publish: ['5432:5432'] },
      },
    });
    try {
      const before = await driver.refresh();
      const former = table(before);
      expect(former['web > db']).toBe('open');
      const formerSettings = await settingsOf('db');
      const planned = planMethod(before, [], EMPTY_POLICY, { method: 'network', from: 'web', to: 'db' });
      expect(planned.plan.possible).toBe(true);
      const undo = await runMethod(planned.steps, run());
      const now = table(await driver.refresh());
      // The published port still leads there through the machine, and the plan has said so.
      expect(now['web > db']).toBe('partial');
      expect(planned.effect?.stays.map(({ kind }) => kind)).toContain('published');
      const changed = Object.keys(former).filter((cell) => former[cell] !== now[cell]);
      expect(changed.sort()).toEqual(['db > web', 'web > db']);
      await undoMethod(JSON.parse(JSON.stringify(undo)) as typeof undo, run());
      expect(table(await driver.refresh())).toEqual(former);
      expect(driver.topology().networks.map(({ name }) => name)).not.toContain('front-apart');
      expect(await settingsOf('db')).toEqual(formerSettings);
    } finally {
      await world.remove();
    }
  });

  it('leaves nothing behind where a step fails', { timeout: 120_000 }, async () => {
    const world = await realise(docker, { containers: { web: 'front', db: 'front', api: 'front' } });
    try {
      const before = await driver.refresh();
      const { steps } = planMethod(before, [], EMPTY_POLICY, { method: 'network', from: 'web', to: 'db' });
      const last = steps.at(-1);
      const broken = last && 'container' in last ? [...steps.slice(0, -1), { ...last, container: 'nobody' }] : [];
      await expect(runMethod(broken, run())).rejects.toMatchObject({ code: 'NOT_FOUND' });
      const after = await driver.refresh();
      expect(table(after)).toEqual(table(before));
      expect(after.networks).toHaveLength(before.networks.length);
    } finally {
      await world.remove();
    }
  });

  it(
    'removes a link by making its container anew, with everything else as it was, and puts it back',
    { timeout: 120_000 },
    async () => {
      const world = await realise(docker, {
        containers: {
          db: { on: 'bridge', expose: ['5432'] },
          other: { on: 'bridge', expose: ['80'] },
          web: {
            on: 'bridge',
            links: ['db:database', 'other:second'],
            mounts: ['files:/srv/files'],
            publish: ['8080:80'],
            env: { A: 'b c' },
            labels: { 'my.label': 'x' },
          },
        },
      });
      try {
        const before = await driver.refresh();
        const former = table(before);
        expect(former['web > db']).toBe('partial');
        const settings = await settingsOf('web');
        const { steps, plan } = planMethod(before, [], EMPTY_POLICY, { method: 'unlink', from: 'web', to: 'db' });
        expect(plan.steps.map(({ kind }) => kind)).toEqual(['unlink', 'verify']);
        expect(await run().rebuild.obstacleToRecreate('web')).toBeNull();
        const undo = await runMethod(steps, run());
        const now = await driver.refresh();
        expect(table(now)['web > db']).toBe('blocked');
        expect(table(now)['web > other']).toBe('partial');
        expect(now.endpoints.filter(({ kind }) => kind === 'container').map(({ name }) => name)).toEqual([
          'db',
          'other',
          'web',
        ]);
        const without = (await settingsOf('web')) as { HostConfig: { Links: unknown } };
        expect(without.HostConfig.Links).toEqual(['/other:/web/second']);
        await undoMethod(JSON.parse(JSON.stringify(undo)) as typeof undo, run());
        expect(table(await driver.refresh())).toEqual(former);
        expect(await settingsOf('web')).toEqual(settings);
      } finally {
        // Made anew, it is none that this world knows.
        await docker.removeContainer('web');
        await world.remove();
      }
    },
  );

  it('refuses to make a container anew that would lose files of its own', { timeout: 60_000 }, async () => {
    const world = await realise(docker, {
      containers: { db: 'bridge', web: { on: 'bridge', links: ['db:database'] } },
    });
    try {
      const { pid } = (await driver.refresh()).endpoints.find(({ name }) => name === 'web') as unknown as {
        pid: number;
      };
      await engine.exec([
        'sh',
        '-c',
        `echo kept > /proc/${String(pid)}/root/notes && echo kept > /proc/${String(pid)}/root/etc/mine`,
      ]);
      expect(await run().rebuild.obstacleToRecreate('web')).toEqual({
        rule: 'T7',
        params: { name: 'web', files: '2' },
      });
    } finally {
      await world.remove();
    }
  });
});
