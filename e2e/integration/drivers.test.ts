/** Network drivers and gateway settings: predicted against measured, every pair and way, on every version of the rig. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DRIVERS } from '../truth/fixtures/drivers.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { VERSIONS } from './world.ts';

const DAEMONS = [...new Set(DRIVERS.map(({ daemonArgs = [] }) => daemonArgs.join(' ')))];

describe.each(VERSIONS)('on engine %s', (version) => {
  describe.each(DAEMONS)('run with "%s"', (flags) => {
    let lab: Lab;
    beforeAll(async () => {
      const daemonArgs = flags === '' ? [] : flags.split(' ');
      lab = await openLab({ version, name: `drivers-${version}-${String(DAEMONS.indexOf(flags))}`, daemonArgs });
    });
    afterAll(() => lab.close());

    const fixtures = DRIVERS.filter(
      ({ daemonArgs = [], since = 0 }) => daemonArgs.join(' ') === flags && Number.parseInt(version, 10) >= since,
    );
    it.each(fixtures)('a world with $about is as predicted', async ({ plan }) => {
      const { disagreements, open, agree, probes } = await lab.run(plan);
      expect(disagreements).toEqual([]);
      // Neither everything open nor everything shut proves anything.
      expect(open).toBeGreaterThan(5);
      expect(agree - open).toBeGreaterThan(5);
      expect(agree).toBe(probes);
    });
  });
});
