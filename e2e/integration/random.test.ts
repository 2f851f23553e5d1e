/** Worlds nobody hand-picked: a slice of `npm run truth`, the same at every run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWorlds, isOrdinary } from '../truth/generate.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { expectNames } from './measure-names.ts';
import { VERSIONS } from './world.ts';

/** Its worlds have most of what there is to draw (`generate.test.ts` asks that of many more), and one that is waited for. */
const SEED = 20_261_248;
const COUNT = 6;
/** Without docker-proxy most published ports are answered by rules alone: a few worlds, on one engine that can. */
const UNPROXIED = { version: '28.5', seed: 372, count: 2 } as const;
/** In ordinary worlds; of the cells among containers and the machine (SPEC.md says why those with the outside are counted apart). */
const UNKNOWN_AT_MOST = 0.01;

describe.each(VERSIONS)('on engine %s', (version) => {
  let lab: Lab;
  const worlds = generateWorlds({ seed: SEED, count: COUNT, major: Number.parseInt(version, 10) });
  const sum = { worlds: 0, inside: 0, insideUnknown: 0 };

  beforeAll(async () => {
    lab = await openLab({ version, name: `random-${version}` });
  });
  afterAll(() => lab.close());

  it.each(worlds.map((plan, index) => ({ plan, index })))('world $index', async ({ plan }) => {
    const { cells, disagreements, open, probes, names } = await lab.run(plan);
    sum.worlds += 1;
    if (isOrdinary(plan)) {
      sum.inside += cells.inside;
      sum.insideUnknown += cells.insideUnknown;
    }
    expect(disagreements).toEqual([]);
    // Neither answer is free: a table that is all shut, or all open, proves nothing.
    expect(open).toBeGreaterThan(0);
    expect(open).toBeLessThan(probes);
    expectNames(names);
  });

  it('claims to know nothing of fewer than one cell in a hundred', () => {
    const { inside, insideUnknown } = sum;
    process.stdout.write(`engine ${version}: ${insideUnknown} of ${inside} cells unknown\n`);
    expect(sum.worlds, 'every world counts').toBe(COUNT);
    expect(inside).toBeGreaterThan(100);
    expect(insideUnknown / inside).toBeLessThan(UNKNOWN_AT_MOST);
  });
});

describe.skipIf(!VERSIONS.includes(UNPROXIED.version))(`on engine ${UNPROXIED.version} without docker-proxy`, () => {
  const { version, seed, count } = UNPROXIED;
  const worlds = generateWorlds({ seed, count, major: Number.parseInt(version, 10) });
  const met = new Set<string>();
  let lab: Lab;

  beforeAll(async () => {
    const options = { daemonArgs: ['--userland-proxy=false'] };
    lab = await openLab({ version, name: `random-unproxied-${version}`, options });
  });
  afterAll(() => lab.close());

  it.each(worlds.map((plan, index) => ({ plan, index })))('world $index', async ({ plan }) => {
    const { disagreements, open, probes, rules } = await lab.run(plan);
    for (const rule of rules) met.add(rule);
    expect(disagreements).toEqual([]);
    expect(open).toBeGreaterThan(0);
    expect(open).toBeLessThan(probes);
  });

  it('meets what only such an engine does', () => {
    expect([...met].filter((rule) => rule === 'R206' || rule === 'R211')).not.toEqual([]);
  });
});
