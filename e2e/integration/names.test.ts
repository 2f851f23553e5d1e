/**
 * Who knows whom by which names: predicted, and asked of the engine's own DNS, hosts files and environments, for every
 * ordered pair and every name that anybody has, those included that must not be found.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { namesFor, type KnownName } from '../../shared/reachability/index.ts';
import { isContainer, type ContainerEndpoint, type Network } from '../../shared/topology/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { buildNames, type NamesFixture } from './names-fixture.ts';
import { VERSIONS } from './world.ts';

/** What nobody may be called, whatever exists. */
const NOBODY = ['nobody', 'localhost.naa', 'tasks.web', 'nowhere.naa', 'both.bridge', 'base.bridge', 'za-entry.naa'];

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let fixture: NamesFixture;
  let driver: EngineDriver;
  let containers: ReadonlyMap<string, ContainerEndpoint>;

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
  });
  afterAll(async () => {
    await driver?.close();
    // A frozen process cannot be ended, and would hold the engine's namespaces.
    await fixture?.docker.unpauseContainer('frozen');
    await engine?.stop();
  });

  /** Those that can be asked: paused ones run nothing. */
  const askers = (): string[] => fixture.running.filter((name) => name !== 'frozen');
  const predicted = (from: string, to: string, how: KnownName['how']): KnownName[] =>
    namesFor(driver.topology(), idOf(from), idOf(to)).filter((known) => known.how === how);
  const idOf = (name: string): string => containers.get(name)?.id ?? 'none';
  const addressesOf = (name: string): string[] =>
    (containers.get(name)?.attachments ?? []).flatMap(({ ipv4 }) => (ipv4 === null ? [] : [ipv4]));

  it('predicts every name that the DNS answers, and no other', async () => {
    const wanted = everyName([...containers.values()], driver.topology().networks);
    const answers = new Map(
      await Promise.all(askers().map(async (from) => [from, await ask({ engine, fixture }, from, wanted)] as const)),
    );
    const others = [...fixture.running, ...fixture.stopped];
    let found = 0;
    const wrong = askers().flatMap((from) =>
      others.flatMap((to) => {
        if (from === to) return [];
        // Who joined a stack has the addresses of its owner, under whose names it is known.
        const owner = to === 'side' ? 'web' : to === 'side-legacy' ? 'legacy' : to;
        const addresses = addressesOf(owner);
        const measured = wanted.filter((name) =>
          answers
            .get(from)
            ?.get(name)
            ?.some((one) => addresses.includes(one)),
        );
        const told = predicted(from, to, 'dns').map(({ name }) => name);
        found += measured.length;
        return difference(`${from} → ${to}`, told, measured);
      }),
    );
    expect(wrong).toEqual([]);
    expect(found).toBeGreaterThan(300);
  });

  it('says of a name whether others share it', async () => {
    for (const [name, owners] of [
      ['pool', ['web', 'db']],
      ['www', ['web']],
    ] as const) {
      const addresses = (await ask({ engine, fixture }, 'aa', [name])).get(name);
      expect(addresses).toHaveLength(owners.length);
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
    const wrong = await Promise.all(
      askers().map(async (from) => {
        const entries = (await lines(fixture, from, ['cat', '/etc/hosts'])).map((line) => line.split(/\s+/));
        return [...containers.keys()].flatMap((to) => {
          // Its own names are no news.
          if (to === from || to === 'agent' || sameStack(from, to)) return [];
          const addresses = addressesOf(to === 'side' ? 'web' : to === 'side-legacy' ? 'legacy' : to);
          const measured = entries.flatMap(([address = '', ...names]) => (addresses.includes(address) ? names : []));
          return difference(
            `${from} → ${to}`,
            predicted(from, to, 'hosts').map(({ name }) => name),
            [...new Set(measured)],
          );
        });
      }),
    );
    expect(wrong.flat()).toEqual([]);
    const linked = new Set(predicted('legacy', 'base', 'hosts').map(({ name }) => name));
    expect([...linked].sort()).toEqual(['b', 'base', 'basehost', 'the-base']);
    expect(predicted('told', 'za', 'hosts').map(({ name }) => name)).toEqual(['za-entry']);
  });

  it('predicts the variables that a legacy link injects', async () => {
    for (const from of ['legacy', 'side-legacy', 'linker']) {
      const variables = (await lines(fixture, from, ['env'])).map((line) => line.split('=')[0] ?? '');
      const usual = ['PATH', 'HOSTNAME', 'HOME'];
      const measured = variables.filter((name) => !usual.includes(name));
      const told = [...containers.keys()]
        .flatMap((to) => (to === from ? [] : predicted(from, to, 'env')))
        .map(({ name }) => name);
      expect([...new Set(told)].sort()).toEqual(measured.sort());
    }
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

function sameStack(a: string, b: string): boolean {
  return [a, b].sort().join() === 'side,web' || [a, b].sort().join() === 'legacy,side-legacy';
}

function difference(pair: string, predicted: readonly string[], measured: readonly string[]): string[] {
  const missing = measured
    .filter((name) => !predicted.includes(name))
    .map((name) => `${pair}: "${name}" is known, not predicted`);
  const extra = predicted
    .filter((name) => !measured.includes(name))
    .map((name) => `${pair}: "${name}" is predicted, not known`);
  return [...missing, ...extra];
}

/**
 * Every name that any container has anywhere, plain, with each of its networks behind it and with one that is not its
 * own; and some that nobody has.
 */
function everyName(containers: readonly ContainerEndpoint[], networks: readonly Network[]): string[] {
  const names = containers.flatMap(({ name, id, hostname = '', attachments, links }) => {
    const own = networks.filter((network) => attachments.some(({ networkId }) => networkId === network.id));
    const foreign = networks.find((network) => !own.includes(network) && network.name.startsWith('n'));
    const plain = [
      name,
      id.slice(0, 12),
      hostname,
      ...attachments.flatMap(({ aliases }) => aliases),
      ...links.map(({ alias }) => alias),
    ];
    const behind = [...own, ...(foreign ? [foreign] : [])];
    return plain
      .filter((one) => one !== '')
      .flatMap((one) => [one, ...behind.map((network) => `${one}.${network.name}`)]);
  });
  const ids = containers.filter(({ name }) => name === 'web').flatMap(({ id }) => [id, id.slice(0, 8)]);
  return [...new Set([...names, ...NOBODY, ...ids])];
}

const PROBER = join(import.meta.dirname, 'dns-prober.pl');

/** IPv4 addresses by name, as the embedded DNS answers inside a container. */
async function ask(
  { engine, fixture }: { readonly engine: RunningEngine; readonly fixture: NamesFixture },
  from: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string[]>> {
  const { State } = await fixture.docker.inspectContainer(from);
  const argv = ['nsenter', '-t', String(State.Pid), '-n', 'perl', PROBER];
  const { code, stdout, stderr } = await engine.exec(argv, { input: names.map((name) => `${name}\n`).join('') });
  if (code !== 0) throw new Error(`Asking from ${from} failed: ${stderr}`);
  const answers = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    answers.map((line) => {
      const [name = '', ...addresses] = line.split(' ');
      return [name, addresses];
    }),
  );
}

/** A container's hosts file, read from outside: an engine refuses to run a command while a linked container is stopped. */
async function hostsFile({ docker }: NamesFixture, container: string): Promise<string[]> {
  const { HostsPath } = (await docker.inspectContainer(container)) as unknown as { readonly HostsPath: string };
  return (await readFile(HostsPath, 'utf8')).split('\n');
}

async function lines({ docker }: NamesFixture, container: string, argv: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await docker.exec(container, argv);
  if (code !== 0) throw new Error(`${argv[0]} in ${container}: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}
