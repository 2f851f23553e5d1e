/** Worlds nobody hand-picked: a slice of `npm run truth`, the same at every run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWorlds } from '../truth/generate.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { VERSIONS } from './world.ts';

const SEED = 20_261_125;
const COUNT = 6;
/** Of the cells among containers and the machine (SPEC.md says why those with the outside are counted apart). */
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
    const { cells, disagreements, open, probes } = await lab.run(plan);
    sum.worlds += 1;
    sum.inside += cells.inside;
    sum.insideUnknown += cells.insideUnknown;
    expect(disagreements).toEqual([]);
    // Neither answer is free: a table that is all shut, or all open, proves nothing.
    expect(open).toBeGreaterThan(0);
    expect(open).toBeLessThan(probes);
  });

  it('claims to know nothing of fewer than one cell in a hundred', () => {
    const { inside, insideUnknown } = sum;
    process.stdout.write(`engine ${version}: ${insideUnknown} of ${inside} cells unknown\n`);
    expect(sum.worlds, 'every world counts').toBe(COUNT);
    expect(inside).toBeGreaterThan(100);
    expect(insideUnknown / inside).toBeLessThan(UNKNOWN_AT_MOST);
  });
});
