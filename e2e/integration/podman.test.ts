/** Podman, predicted against measured; Docker's drivers are among the fixtures that run on every version. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PODMAN } from '../engines/versions.ts';
import { PODMAN_WORLD } from '../truth/fixtures/drivers.ts';
import { openLab, type Lab } from '../truth/lab.ts';

describe('on Podman', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await openLab({ version: PODMAN.version, name: 'podman-truth' });
  });
  afterAll(() => lab.close());

  it('every pair and way is as predicted, and every rule of its own takes part', async () => {
    const { disagreements, open, agree, probes, rules } = await lab.run(PODMAN_WORLD);
    expect(disagreements).toEqual([]);
    expect(open).toBeGreaterThan(100);
    expect(agree).toBe(probes);
    expect(['R870', 'R871', 'R872', 'R873', 'R874'].filter((rule) => !rules.has(rule))).toEqual([]);
  });
});
