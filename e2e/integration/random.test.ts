/** Worlds nobody hand-picked: a slice of `npm run truth`, the same at every run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateWorlds } from '../truth/generate.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { VERSIONS } from './world.ts';

const SEED = 20_261_125;
const COUNT = 6;

describe.each(VERSIONS)('on engine %s', (version) => {
  let lab: Lab;
  const worlds = generateWorlds({ seed: SEED, count: COUNT, major: Number.parseInt(version, 10) });

  beforeAll(async () => {
    lab = await openLab({ version, name: `random-${version}` });
  });
  afterAll(() => lab.close());

  it.each(worlds.map((plan, index) => ({ plan, index })))('world $index', async ({ plan }) => {
    const { disagreements, probes } = await lab.run(plan);
    expect(probes).toBeGreaterThan(0);
    expect(disagreements).toEqual([]);
  });
});
