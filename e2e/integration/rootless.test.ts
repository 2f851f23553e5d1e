/** Rootless Docker: what is predicted of it, what it lets the product block, and what the product refuses there with the reason. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorldPlan } from '../truth/plan.ts';
import { BULKHEAD_LABEL } from '../../shared/topology/model.ts';
import { openLab, type Lab } from '../truth/lab.ts';
import { realise, type Realised } from '../truth/realise.ts';
import { restarted, waysBetween } from './ways.ts';

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
    // A way that names no address, because nobody told it, speaks of every one: from outside of loopback too.
    const told = disagreements.filter((line) => !/^(?:lan|internet) → \S+ \w+ (?:127\.0\.0\.1|\[::1\]):/.test(line));
    expect(told).toEqual([]);
    expect(open).toBeGreaterThan(20);
    expect(probes - agree).toBe(disagreements.length);
  });

  it('the product finds by its own probes what it predicts', async () => {
    const odd: unknown[] = [];
    const tally = await lab.session.verify({}, { onProbe: (one) => one.measured !== one.predicted && odd.push(one) });
    expect(odd).toEqual([]);
    expect(tally).toMatchObject({ disagree: 0, errors: 0 });
  });

  const both = (): Promise<readonly string[]> => waysBetween(lab, 'web', 'api');

  it('holds a block of one direction inside its network, over a restart too', async () => {
    const { session } = lab;
    expect(await both()).toEqual(['open', 'open']);
    const tally = await session.apply({ action: 'block', from: 'web', to: 'api' }, {});
    expect(tally).toMatchObject({ disagree: 0, errors: 0 });
    expect(tally.agree).toBeGreaterThan(0);
    expect(await both()).toEqual(['blocked', 'open']);
    await restarted(lab, 'api');
    expect(await both()).toEqual(['blocked', 'open']);
    await session.apply({ action: 'allow', from: 'web', to: 'api' }, {});
    expect(await both()).toEqual(['open', 'open']);
  });

  it('shuts a guarded network, and leaves nothing when it is cleared', async () => {
    const { session } = lab;
    await session.apply({ action: 'guard', name: 'network:front' }, {});
    expect(await both()).toEqual(['blocked', 'blocked']);
    await session.apply({ action: 'clear' }, {});
    expect(await both()).toEqual(['open', 'open']);
    expect((await lab.docker.listContainers()).filter(({ Labels }) => BULKHEAD_LABEL in Labels)).toEqual([]);
  });

  it('tells that the machine around it is out of reach, and refuses what would rest on it', async () => {
    const { session } = lab;
    const ids = (from: string, to: string): readonly [string, string] => {
      const idOf = (name: string): string => session.topology().endpoints.find((one) => one.name === name)?.id ?? '';
      return [idOf(from), idOf(to)];
    };
    const refused = await session.plan({ action: 'block', from: 'lan', to: 'db' });
    expect({ possible: refused.possible, rules: refused.obstacles.map(({ rule }) => rule) }).toEqual({
      possible: false,
      rules: ['S1'],
    });
    const { obstacles } = await session.plan({ action: 'block', from: 'web', to: 'db' });
    expect(obstacles.map(({ rule }) => rule)).toContain('W6');
    await session.apply({ action: 'block', from: 'web', to: 'db' }, {});
    const { verdict, reasons } = session.explain(...ids('web', 'db'));
    expect(verdict).toBe('unknown');
    expect(reasons.map(({ rule }) => rule)).toEqual(expect.arrayContaining(['R901', 'R813']));
    await session.clear();
  });
});
