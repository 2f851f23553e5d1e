/** A thousand starts and stops leave nothing behind: not in this process, not on the engine. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TEST_IMAGE } from '../fixture/image.ts';
import { openWorld, until, VERSIONS, type World } from './world.ts';

const [NEWEST = '28.5'] = [...VERSIONS].sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
/** Each start of a command that ends by itself is two events: `start` and `die`. */
const STARTS = 500;
const RUNNERS = 4;

let world: World;
beforeAll(async () => {
  world = await openWorld(NEWEST, 'leak');
});
afterAll(() => world.close());

/** What this process keeps open, by kind: sockets, timers, watchers, children. */
function held(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

it(`follows ${2 * STARTS} start and stop events with a rule in force, and holds no more than before`, async () => {
  const { session, fixture } = world;
  const { docker } = fixture;
  await session.apply({ action: 'block', from: world.endpoint('api').id, to: world.endpoint('cache').id }, {});
  const names = Array.from({ length: RUNNERS }, (_, index) => `runner${index}`);
  for (const name of names) {
    await docker.createContainer(name, { Image: TEST_IMAGE, Cmd: ['true'], HostConfig: { NetworkMode: 'none' } });
  }
  await session.driver.refresh();
  const before = held();
  let frames = 0;
  const stop = session.onChange(() => (frames += 1));

  await Promise.all(
    names.map(async (name) => {
      for (let round = 0; round < STARTS / RUNNERS; round += 1) {
        await docker.startContainer(name);
        await docker.waitContainer(name);
      }
    }),
  );
  await until(session, 'the last stop of every runner is seen', () =>
    names.every((name) => world.endpoint(name).state === 'exited'),
  );
  await session.driver.refresh();
  stop();

  expect(frames, 'it did follow').toBeGreaterThan(0);
  expect(frames, 'events that came together were answered together').toBeLessThan(8 * STARTS);
  const after = held();
  const grown = Object.entries(after).filter(([kind, count]) => count > (before[kind] ?? 0) + 8);
  expect(grown).toEqual([]);
  const helpers = (await docker.listContainers()).filter(({ Labels }) => 'dev.bulkhead' in Labels);
  expect(helpers).toHaveLength(1);
  expect(session.guardState()).toMatchObject({ phase: 'holding', denied: 1, held: 1 });
});
