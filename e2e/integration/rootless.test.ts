/** Rootless Docker: what is predicted of it, what it lets the product block, and what the product refuses there with the reason. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldPlan } from '../truth/plan.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { realise, type Realised } from '../truth/realise.ts';

const WORLD: WorldPlan = {
  networks: { front: { ipv6: true }, back: {}, quiet: { internal: true } },
  containers: {
    web: { on: 'front', publish: ['8080:80'] },
    api: 'front',
    db: { on: 'back', publish: ['8081:80', '8053:53/udp'] },
    calm: 'quiet',
    still: 'quiet',
    agent: 'host',
  },
};

describe('on rootless Docker', () => {
  let lab: Lab;
  let world: Realised;
  beforeAll(async () => {
    lab = await openLab({ version: '28.5', name: 'rootless', options: { rootless: true } });
    world = await realise(lab.docker, WORLD);
    await lab.session.driver.refresh();
  });
  afterAll(async () => {
    await world.remove();
    await lab.close();
  });

  it('every pair and way is as predicted', async () => {
    const { disagreements, open, agree, probes } = await lab.compare();
    expect(disagreements).toEqual([]);
    expect(open).toBeGreaterThan(20);
    expect(agree).toBe(probes);
  });

  it('the product finds by its own probes what it predicts', async () => {
    const odd: unknown[] = [];
    const tally = await lab.session.verify({}, { onProbe: (one) => one.measured !== one.predicted && odd.push(one) });
    expect(odd).toEqual([]);
    expect(tally).toMatchObject({ disagree: 0, errors: 0 });
  });
});
