/** Labels of 10 MB on a real engine: what carries one is seen at once, told in short, and keeps it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { networkRows } from '../../electron/app/network-rows.ts';
import { openDriver } from '../../electron/app/open-driver.ts';
import { matrixFrame } from '../../electron/app/views.ts';
import { volumeRows } from '../../electron/app/volume-rows.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { LONGEST_TEXT } from '../../electron/lib/short-texts.ts';
import type { EventsNews } from '../../shared/contract/engine.ts';
import type { GuardState } from '../../shared/contract/schemas.ts';
import { EMPTY_POLICY } from '../../shared/policy/model.ts';
import { evaluate } from '../../shared/reachability/index.ts';
import { COMPOSE_PROJECT_LABEL, isContainer, type ContainerEndpoint } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker } from '../fixture/docker.ts';
import { dockerRequest } from '../fixture/docker-http.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { tar } from '../fixture/tar.ts';

const HUGE = 'x'.repeat(10_000_000);
/** More characters than this are too many for what is told again with every change. */
const FEW = 20_000;

const NO_GUARD: GuardState = { phase: 'idle', denied: 0, held: 0, impossible: 0, error: null };

let engine: RunningEngine;
let driver: EngineDriver;
let docker: Docker;

const find = (name: string): ContainerEndpoint | undefined =>
  driver
    .topology()
    .endpoints.filter(isContainer)
    .find((one) => one.name === name);
/** Resolves as soon as the driver tells of it, with no listing that was asked for. */
const seen = (name: string): Promise<ContainerEndpoint> =>
  new Promise((resolve) => {
    let stop = (): void => undefined;
    const look = (): void => {
      const found = find(name);
      if (!found) return;
      stop();
      resolve(found);
    };
    stop = driver.onTopology(look);
    look();
  });

beforeAll(async () => {
  engine = await startEngine({
    version: process.env['BULKHEAD_TEST_VERSIONS']?.split(/\s+/)[0] || '28.5',
    name: `daily-large-${process.pid}`,
  });
  docker = new Docker(engine.socket);
  await importTestImage(engine);
  driver = await openDriver(engine.url);
});
afterAll(async () => {
  await driver.close();
  await engine.stop();
});

describe('labels of 10 MB', () => {
  it('of a container that is only made, and joins nothing, hide it from nobody', async () => {
    await docker.createContainer('huge', {
      Image: TEST_IMAGE,
      Cmd: ['sleep', '3600'],
      Labels: { HUGE, [COMPOSE_PROJECT_LABEL]: HUGE, [`${HUGE}-name`]: 'as a name' },
      HostConfig: { NetworkMode: 'none' },
    });
    // The event of its making alone tells of it, and is 30 MB long.
    expect(await seen('huge')).toMatchObject({ name: 'huge', state: 'created', project: '' });
    await docker.removeContainer('huge');
    await docker.createContainer('after', { Image: TEST_IMAGE, Cmd: ['true'], HostConfig: { NetworkMode: 'none' } });
    expect((await seen('after')).name, 'nor what comes next').toBe('after');
    expect(find('huge')).toBeUndefined();
  }, 120_000);

  it('are not in what is told again and again', async () => {
    await docker.runContainer('huge', { Image: TEST_IMAGE, Cmd: ['sleep', '3600'], Labels: { HUGE } });
    await docker.createNetwork('huge-net', { Labels: { HUGE } });
    await docker.createVolume('huge-vol', { HUGE });
    const topology = await driver.refresh();
    const matrix = evaluate(topology, []);
    const told = [
      networkRows(topology),
      volumeRows(topology),
      matrixFrame(1, topology, matrix, NO_GUARD, EMPTY_POLICY),
    ];
    for (const one of told) expect(JSON.stringify(one).length).toBeLessThan(FEW);
    const label = networkRows(topology).find(({ name }) => name === 'huge-net')?.labels['HUGE'];
    expect(label, 'it is seen to be cut').toBe(`${'x'.repeat(LONGEST_TEXT)}…`);
  });

  it('are told in short with what happens, and of an image', async () => {
    const news: EventsNews[] = [];
    let stop = (): void => undefined;
    const heard = new Promise<void>((resolve) => {
      stop = driver.manage.engine.follow((one) => {
        news.push(one);
        if (one.kind === 'events' && one.events.some(({ action, name }) => action === 'start' && name === 'huge')) {
          resolve();
        }
      });
    });
    await heard;
    stop();
    expect(JSON.stringify(news).length).toBeLessThan(FEW * 5);
    await dockerRequest(engine.socket, {
      method: 'POST',
      path: '/build',
      query: { t: 'huge:1' },
      // A line of a Dockerfile may not be that long: the engine takes labels with the request as well.
      body: tar([{ name: 'Dockerfile', content: `FROM ${TEST_IMAGE}\nLABEL long="${'y'.repeat(60_000)}"\n` }]),
    });
    const { labels } = await driver.manage.images.detail('huge:1');
    expect(labels['long']).toBe(`${'y'.repeat(LONGEST_TEXT)}…`);
  });

  it('are kept by another that is made after it, though nobody can be shown them', async () => {
    const { containers } = driver.manage;
    const spec = await containers.specOf('huge');
    expect([spec.labels, await containers.untold('huge')]).toEqual([[], 1]);
    await containers.create({ ...spec, name: 'huge-copy', labels: [{ name: 'a', value: 'b' }] }, { like: 'huge' });
    const { Labels } = (await docker.inspectContainer('huge-copy')).Config;
    expect(Object.keys(Labels ?? {}).toSorted()).toEqual(['HUGE', 'a']);
    expect(Labels?.['HUGE']).toHaveLength(HUGE.length);
  });
});
