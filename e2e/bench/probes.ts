/** How long verification takes where most is blocked: packets that are dropped answer by running out of time. */
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { openDockerWire } from '../../electron/guard/helper/index.ts';
import { verifyPairs } from '../../electron/guard/index.ts';
import { isContainer, type Topology } from '../../shared/topology/model.ts';
import type { Docker, NetworkSpec } from '../fixture/docker.ts';
import { TEST_IMAGE } from '../fixture/image.ts';
import { rowOf, timed, type Row } from './row.ts';

const SIDE = 9;
const ROUNDS = 3;
const LIMIT_MS = 10_000;

const twoFamilies = (number: number): NetworkSpec => ({
  EnableIPv6: true,
  IPAM: { Config: [{ Subnet: `10.211.${number}.0/24` }, { Subnet: `fd00:b0c:${number}::/64` }] },
});

/** Nine that probe, and nine on two other networks with both families: four addresses each.  One of each side meets. */
export const PROBED = {
  count: SIDE * 2,
  make: async (docker: Docker): Promise<void> => {
    for (const [at, name] of ['probe-from', 'probe-to-1', 'probe-to-2'].entries()) {
      await docker.createNetwork(name, twoFamilies(at + 1));
    }
    const run = async (name: string, networks: readonly string[]): Promise<void> => {
      const [first = '', ...others] = networks;
      const id = await docker.createContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['sleep', '86400'],
        HostConfig: { NetworkMode: first },
      });
      for (const network of others) await docker.connect(network, id);
      await docker.startContainer(id);
    };
    for (let at = 0; at < SIDE; at += 1) {
      await run(`from-${at}`, at === 0 ? ['probe-from', 'probe-to-1'] : ['probe-from']);
      await run(`to-${at}`, ['probe-to-1', 'probe-to-2']);
    }
  },
};

export async function probeRows(engine: { readonly url: string }): Promise<Row[]> {
  const driver = await createDockerDriver({ address: engine.url, openWire: openDockerWire });
  try {
    // The helper is there in an app that runs; a first one would be built and started here.
    await driver.openWire({});
    const pairs = pairsOf(driver.topology());
    const measured: number[] = [];
    const serial: number[] = [];
    let told = { probes: 0, blocked: 0 };
    for (let round = 0; round < ROUNDS; round += 1) {
      const times: number[] = [];
      let blocked = 0;
      measured.push(
        await timed(async () => {
          const { agree, disagree, errors } = await verifyPairs({
            driver,
            denials: () => [],
            pairs,
            onProbe: ({ ms, measured: outcome }) => {
              times.push(ms);
              if (outcome === 'blocked') blocked += 1;
            },
          });
          if (disagree + errors > 0 || agree !== SIDE * SIDE * 4) {
            throw new Error(`${agree} agree, ${disagree} disagree, ${errors} could not be tried.`);
          }
        }),
      );
      serial.push(times.reduce((sum, ms) => sum + ms, 0));
      told = { probes: times.length, blocked };
    }
    const name = `verify ${pairs.length} pairs × 4 addresses (${told.blocked} of ${told.probes} blocked)`;
    const baselineName = 'the same probes one after the other, by their own times';
    return [rowOf({ name, measured, baseline: serial, baselineName, limits: { median: { atMost: LIMIT_MS } } })];
  } finally {
    await driver.close();
  }
}

function pairsOf({ endpoints }: Topology): { readonly from: string; readonly to: string }[] {
  const named = (start: string): string[] =>
    endpoints.filter(isContainer).flatMap(({ id, name }) => (name.startsWith(start) ? [id] : []));
  const targets = named('to-');
  return named('from-').flatMap((from) => targets.map((to) => ({ from, to })));
}
