/** Predicted against measured: every ordered pair of the fixture, every way, on every engine version of the rig. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate, probeTargets } from '../../shared/reachability/index.ts';
import { VERDICTS } from '../../shared/reachability/model.ts';
import type { ProbeView } from '../../shared/contract/schemas.ts';
import { everyTarget, key, measureAll, type Table, type Target } from './measure.ts';
import { openWorld, VERSIONS, type World } from './world.ts';

describe.each(VERSIONS)('on engine %s', (version) => {
  let world: World;
  let targets: Target[];
  let measured: Table;

  beforeAll(async () => {
    world = await openWorld(version, `truth-${version}`);
    await world.session.driver.openWire({});
    targets = everyTarget(world.fixture);
    measured = await measureAll(world.fixture, world.engine, targets);
  });
  afterAll(() => world.close());

  const running = (): string[] => world.fixture.containers.filter((one) => one.running).map(({ name }) => name);
  const pairs = (): [string, string][] =>
    running().flatMap((from) =>
      running()
        .filter((to) => to !== from)
        .map((to): [string, string] => [from, to]),
    );

  it('finds both open and shut ways, so that neither answer is free', () => {
    const answers = [...measured.values()];
    expect(answers.filter((answer) => answer === 'open').length).toBeGreaterThan(20);
    expect(answers.filter((answer) => answer === 'blocked').length).toBeGreaterThan(20);
  });

  it('predicts every pair as it is: reachable by some way, or by none', () => {
    const topology = world.session.topology();
    const matrix = evaluate(topology, []);
    const verdict = (from: string, to: string): string => {
      const index = (name: string): number => matrix.ids.indexOf(world.endpoint(name).id);
      return VERDICTS[matrix.verdicts[index(from) * matrix.size + index(to)] ?? -1] ?? 'none';
    };
    const wrong = pairs().flatMap(([from, to]) => {
      const ways = targets.filter((target) => target.to === to);
      const reached = ways.some((target) => measured.get(key(from, target)) === 'open');
      const predicted = verdict(from, to);
      const right = reached ? predicted === 'open' || predicted === 'partial' : predicted === 'blocked';
      // Same stack: the one way is localhost, which is not among the targets.
      const sameStack = from === 'side' ? to === 'web' : to === 'side' && from === 'web';
      return right || (sameStack && predicted === 'open')
        ? []
        : [`${from} → ${to}: predicted ${predicted}, reached ${String(reached)}`];
    });
    expect(wrong).toEqual([]);
    expect(pairs()).toHaveLength(72);
  });

  it('predicts every way it names as it is', () => {
    const topology = world.session.topology();
    let compared = 0;
    const wrong = pairs().flatMap(([from, to]) =>
      probeTargets(topology, [], world.endpoint(from).id, world.endpoint(to).id).flatMap(
        ({ address, port, way, predicted }) => {
          const ports =
            port === 0 ? targets.filter((one) => one.to === to && one.address === address) : [{ to, address, port }];
          return ports.flatMap((target) => {
            const answer = measured.get(key(from, target));
            if (answer === undefined) return [];
            compared += 1;
            return answer === predicted
              ? []
              : [`${key(from, target)} (${way}): predicted ${predicted}, measured ${answer}`];
          });
        },
      ),
    );
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });

  it('agrees with itself: the product verifies every pair with its own probes', async () => {
    const probes: ProbeView[] = [];
    const tally = await world.session.verify({}, { onProbe: (probe) => probes.push(probe) });
    const odd = probes.filter(({ predicted, measured: answer }) => predicted !== answer);
    expect(odd).toEqual([]);
    expect(tally).toMatchObject({ agree: probes.length, disagree: 0, errors: 0 });
    const probed = new Set(probes.map(({ from, to }) => `${from} ${to}`));
    const missing = pairs().filter(([from, to]) => !probed.has(`${from} ${to}`));
    // A pair without any address in common has nothing to try but the direct address, which is always tried.
    expect(missing).toEqual([]);
  });
});
