/**
 * Who knows whom by which names: predicted, and asked of the engine's own DNS, hosts files and environments, for every
 * ordered pair and every name that anybody has, those included that must not be found.
 */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { namesFor, type KnownName } from '../../shared/reachability/index.ts';
import { isContainer, type ContainerEndpoint } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { takeCensus, type Census } from '../truth/census.ts';
import { compareNames, measureNames, type NamesMeasured } from '../truth/names.ts';
import { buildNames, type NamesFixture } from './names-fixture.ts';
import { VERSIONS } from './world.ts';

/** What nobody may be called, besides what every comparison asks for. */
const NOBODY = ['localhost.naa', 'tasks.web', 'nowhere.naa', 'both.bridge', 'base.bridge', 'za-entry.naa'];

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let fixture: NamesFixture;
  let driver: EngineDriver;
  let containers: ReadonlyMap<string, ContainerEndpoint>;
  let census: Census;
  let measured: NamesMeasured;

  beforeAll(async () => {
    engine = await startEngine({ version, name: `names-${version}` });
    await importTestImage(engine);
    fixture = await buildNames(engine);
    driver = await openDriver(engine.url);
    containers = new Map(
      driver
        .topology()
        .endpoints.filter(isContainer)
        .map((one) => [one.name, one]),
    );
    census = await takeCensus(engine, fixture.docker);
    const { id = '' } = containers.get('web') ?? {};
    measured = await measureNames(engine, census, [...NOBODY, id, id.slice(0, 8)]);
  });
  afterAll(async () => {
    await driver?.close();
    // A frozen process cannot be ended, and would hold the engine's namespaces.
    await fixture?.docker.unpauseContainer('frozen');
    await engine?.stop();
  });

  const predicted = (from: string, to: string, how: KnownName['how']): KnownName[] =>
    namesFor(driver.topology(), idOf(from), idOf(to)).filter((known) => known.how === how);
  const idOf = (name: string): string => containers.get(name)?.id ?? 'none';

  it('predicts every name that the DNS answers, hosts files hold and links inject, and no other', () => {
    const { compared, known, neighbours, disagreements } = compareNames(driver.topology(), census, measured);
    expect(disagreements).toEqual([]);
    expect(known).toBeGreaterThan(300);
    expect(known).toBeGreaterThanOrEqual(neighbours);
    expect(compared).toBeGreaterThan(10_000);
    const askers = fixture.running.filter((name) => name !== 'frozen');
    expect([...measured.hosts.keys()].sort()).toEqual(askers.sort());
    const six = [...measured.dns.values()]
      .flatMap((answers) => [...answers.values()].flat())
      .filter((one) => one.includes(':'));
    expect(six.length).toBeGreaterThan(5);
  });

  it('says of a name whether others share it', () => {
    for (const [name, owners] of [
      ['pool', ['web', 'db']],
      ['www', ['web']],
    ] as const) {
      expect(measured.dns.get('aa')?.get(name)).toHaveLength(owners.length);
      for (const owner of owners) {
        const known = predicted('aa', owner, 'dns').find((one) => one.name === name);
        expect(known?.shared ?? false).toBe(owners.length > 1);
      }
    }
  });

  it('predicts what hosts files hold', async () => {
    const machine = (await lines(fixture, 'told', ['cat', '/etc/hosts'])).map((line) => line.split(/\s+/));
    expect(machine.some(([, name]) => name === 'up')).toBe(true);
    expect(namesFor(driver.topology(), idOf('told'), 'host')).toEqual([{ name: 'up', via: '', how: 'hosts' }]);
    const linked = new Set(predicted('legacy', 'base', 'hosts').map(({ name }) => name));
    expect([...linked].sort()).toEqual(['b', 'base', 'basehost', 'the-base']);
    expect(predicted('told', 'za', 'hosts').map(({ name }) => name)).toEqual(['za-entry']);
  });

  it('predicts the variables that a legacy link injects', () => {
    expect(measured.variables.get('legacy')).toContain('THE_BASE_ENV_PASSWORD');
    expect(measured.variables.get('side-legacy')).toEqual([]);
    expect(predicted('legacy', 'base', 'env').map(({ name }) => name)).toContain('THE_BASE_ENV_PASSWORD');
  });

  it('knows a stopped target by no name, though its hosts entries stay, and one that is back by all', async () => {
    const entries = async (): Promise<string[]> =>
      (await hostsFile(fixture, 'legacy')).filter((line) => line.includes('the-base'));
    await fixture.docker.stopContainer('base', 0);
    await driver.refresh();
    expect(await entries()).not.toEqual([]);
    expect(namesFor(driver.topology(), idOf('legacy'), idOf('base'))).toEqual([]);
    // Somebody else takes the address that the entries still hold.
    await fixture.docker.runContainer('squatter', { Image: TEST_IMAGE, Cmd: ['sleep', '100000'] });
    await fixture.docker.startContainer('base');
    await driver.refresh();
    const { NetworkSettings } = await fixture.docker.inspectContainer('base');
    const { IPAddress = '', GlobalIPv6Address = '' } = NetworkSettings.Networks['bridge'] ?? {};
    const current = [IPAddress, GlobalIPv6Address].filter((address) => address !== '');
    expect((await entries()).some((line) => current.includes(line.split(/\s+/)[0] ?? ''))).toBe(true);
    expect(predicted('legacy', 'base', 'hosts')).not.toEqual([]);
  });
});

/** A container's hosts file, read from outside: an engine refuses to run a command while a linked container is stopped. */
async function hostsFile({ docker }: NamesFixture, container: string): Promise<string[]> {
  const { HostsPath } = await docker.inspectContainer(container);
  return (await readFile(HostsPath, 'utf8')).split('\n');
}

async function lines({ docker }: NamesFixture, container: string, argv: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await docker.exec(container, argv);
  if (code !== 0) throw new Error(`${argv[0]} in ${container}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
