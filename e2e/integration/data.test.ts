/** What A writes, B reads: predicted, and tried with a file in every mount of every container. */
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { explain } from '../../shared/reachability/index.ts';
import type { Topology } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { dockerRequest } from '../fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { takeCensus } from '../truth/census.ts';
import { claimOf, compareData } from '../truth/data.ts';
import { VERSIONS } from './world.ts';

interface Plan {
  readonly name: string;
  readonly binds?: readonly string[];
  readonly host?: Readonly<Record<string, unknown>>;
}

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let docker: Docker;
  let driver: EngineDriver;
  let folder: string;
  let plans: readonly Plan[];

  beforeAll(async () => {
    engine = await startEngine({ version, name: `data-${version}` });
    await importTestImage(engine);
    docker = new Docker(engine.socket);
    folder = await mkdtemp(join(tmpdir(), 'bulkhead-data-'));
    for (const name of ['kept', 'other', 'deep/below']) await mkdir(join(folder, name), { recursive: true });
    await makeVolume('plain', {});
    await makeVolume('bound', { type: 'none', o: 'bind', device: join(folder, 'kept') });
    await makeVolume('memory', { type: 'tmpfs', device: 'tmpfs' });
    await docker.runContainer('seed', {
      Image: TEST_IMAGE,
      Cmd: ['mkdir', '-p', '/v/one/in', '/v/two'],
      HostConfig: { Binds: ['plain:/v'] },
    });
    await docker.waitContainer('seed');
    const { Mountpoint } = await inspectVolume('plain');
    plans = [
      { name: 'writer', binds: ['plain:/m/plain', 'bound:/m/bound', 'memory:/m/memory'] },
      { name: 'reader', binds: ['plain:/m/plain:ro', 'memory:/m/memory:ro'] },
      { name: 'heir', host: { VolumesFrom: ['writer:ro'] } },
      {
        name: 'uncopied',
        host: { Mounts: [{ Type: 'volume', Source: 'plain', Target: '/m/v', VolumeOptions: { NoCopy: true } }] },
      },
      { name: 'part', host: { Mounts: [subpath('plain', 'one')] } },
      { name: 'other-part', host: { Mounts: [subpath('plain', 'two')] } },
      { name: 'deep-part', host: { Mounts: [subpath('plain', 'one/in')] } },
      { name: 'peeper', binds: [`${Mountpoint}:/m/kept:ro`] },
      { name: 'parent', binds: [`${join(Mountpoint, '../..')}:/m/all`] },
      { name: 'folder', binds: [`${join(folder, 'kept')}:/m/kept`] },
      { name: 'above', binds: [`${folder}/:/m/above:ro`] },
      { name: 'below', binds: [`${join(folder, 'deep/below')}:/m/below`] },
      { name: 'beside', binds: [`${join(folder, 'other')}:/m/other`] },
      { name: 'fleeting', host: { Tmpfs: { '/m/tmp': '' } } },
      { name: 'fleeting-too', host: { Tmpfs: { '/m/tmp': '' } } },
      { name: 'bare' },
    ];
    for (const { name, binds = [], host = {} } of plans) {
      await docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['sleep', '100000'],
        HostConfig: { Binds: binds, ...host },
      });
    }
    driver = await openDriver(engine.url);
  });
  afterAll(async () => {
    await driver?.close();
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const makeVolume = (Name: string, DriverOpts: object): Promise<unknown> =>
    dockerRequest(engine.socket, { method: 'POST', path: '/volumes/create', body: { Name, DriverOpts } });
  const inspectVolume = async (name: string): Promise<{ readonly Mountpoint: string }> =>
    JSON.parse(String(await dockerRequest(engine.socket, { method: 'GET', path: `/volumes/${name}` }))) as {
      Mountpoint: string;
    };

  it('predicts for every ordered pair whether data can pass', async () => {
    const topology = driver.topology();
    const idOf = (name: string): string => topology.endpoints.find((one) => one.name === name)?.id ?? 'none';
    let unknown = 0;
    const compared = await compareData(engine, await takeCensus(engine, docker), (from, to) => {
      const claim = claimOf(explain(topology, [], idOf(from), idOf(to)));
      if (claim === null) unknown += 1;
      return claim;
    });
    expect(compared.disagreements).toEqual([]);
    // All but the one that has nothing mounted have something to lose.
    expect(compared.compared + unknown).toBe(plans.length * (plans.length - 1));
    // R614 alone, of engines before 25, leaves some open.
    expect(unknown > 0).toBe(Number.parseInt(version, 10) < 25);
    expect(unknown).toBeLessThan(compared.compared / 5);
    expect(compared.passed).toBeGreaterThan(30);
    const left = await engine.exec(['find', folder, '-name', '.bulkhead-*']);
    expect(left).toMatchObject({ code: 0, stdout: '' });
    expect(dataRules(topology, idOf('writer'), idOf('reader'))).toEqual(['R611', 'R611']);
    expect(dataRules(topology, idOf('folder'), idOf('above'))).toEqual(['R612']);
    expect(dataRules(topology, idOf('folder'), idOf('writer'))).toEqual(['R613']);
  });

  it('follows volumes as they come and go', async () => {
    const names = (): string[] => (driver.topology().volumes ?? []).map(({ name }) => name);
    expect(names()).toEqual(['bound', 'memory', 'plain']);
    await changed(
      driver,
      () => makeVolume('fresh', {}),
      () => names().includes('fresh'),
    );
    await changed(
      driver,
      () => docker.removeVolume('fresh'),
      () => !names().includes('fresh'),
    );
  });
});

/** A folder of a volume; engines before 26 know no such thing, and mount the whole. */
function subpath(Source: string, Subpath: string): object {
  return { Type: 'volume', Source, Target: '/m/part', VolumeOptions: { Subpath } };
}

function dataRules(topology: Topology, from: string, to: string): string[] {
  return explain(topology, [], from, to).channels.flatMap(({ layer, rules }) => (layer === 'data' ? rules : []));
}

/** Resolves when `holds` after `act`, told by the topology; the test's own time is the bound. */
async function changed(driver: EngineDriver, act: () => Promise<unknown>, holds: () => boolean): Promise<void> {
  const held = new Promise<void>((resolve) => {
    const stop = driver.onTopology(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
  await act();
  await held;
}
