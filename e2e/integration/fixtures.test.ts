/** Truth tables: every fixture on every engine, every pair, way and protocol, predicted and measured. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REASONS } from '../../shared/reachability/index.ts';
import { batchesFor, FIXTURES, skippedFor, type Batch } from '../truth/fixtures/index.ts';
import { kernelFeatures } from '../truth/kernel.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { containersOf } from '../truth/plan.ts';
import { UNTOUCHED } from '../truth/untouched.ts';
import { ENGINE_VERSIONS } from '../engines/versions.ts';
import { expectNames } from './measure-names.ts';
import { VERSIONS } from './world.ts';

const touched = new Set<string>();
const features = await kernelFeatures();
const batches = (version: string): readonly (Batch & { readonly flags: string })[] =>
  batchesFor(version, features).map((batch) => ({ ...batch, flags: batch.daemonArgs.join(' ') || 'no flags' }));

describe.each(VERSIONS)('on engine %s', (version) => {
  it.skip.each(skippedFor(version, features))('%s', () => undefined);

  describe.each(batches(version))('run with $flags', ({ daemonArgs, worlds }) => {
    let lab: Lab;
    beforeAll(async () => {
      lab = await openLab({ version, name: `fixtures-${version}`, options: { daemonArgs } });
    });
    afterAll(() => lab.close());

    it.each(worlds)('$name', async ({ plan }) => {
      const { disagreements, open, probes, rules, names, data } = await lab.run(plan);
      for (const rule of rules) touched.add(rule);
      expect(disagreements).toEqual([]);
      // Neither answer is free: a table that is all shut, or all open, proves nothing.
      expect(open).toBeGreaterThan(0);
      expect(open).toBeLessThan(probes);
      expectNames(names);
      const holders = containersOf(plan).filter(
        ([, { mounts = [], state }]) => mounts.length > 0 && state === undefined,
      );
      if (holders.length > 1) expect(data?.passed).toBeGreaterThan(0);
    });
  });
});

it('has forty worlds and more', () => {
  expect(FIXTURES.length).toBeGreaterThanOrEqual(40);
  expect(new Set(FIXTURES.map(({ name }) => name)).size).toBe(FIXTURES.length);
});

it.skipIf(VERSIONS.length < ENGINE_VERSIONS.length)('touches every rule of the predictor', () => {
  const missing = Object.keys(REASONS).filter((rule) => !touched.has(rule));
  expect(missing.filter((rule) => !(rule in UNTOUCHED))).toEqual([]);
});

it('excuses only rules that there are', () => {
  expect(Object.keys(UNTOUCHED).filter((rule) => !(rule in REASONS))).toEqual([]);
});
