/** Ports, zones, isolation and guarded networks on a real engine: open before, shut after, and shut with no app running. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import type { EngineDriver } from '../../electron/engine/driver.ts';
import { openDockerWire } from '../../electron/guard/helper/index.ts';
import { createGuard, type Guard } from '../../electron/guard/index.ts';
import { createSignal, type Signal } from '../../electron/lib/signal.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');
const LISTEN = 'nc -ll -p 81 -e cat & exec nc -ll -p 80 -e cat';
const VAULT = { subnet: '172.40.0.0/24', gateway: '172.40.0.1' };
const OUT_PORT = 7300;

/** The engine as it comes, and where it redirects published ports instead of relaying them. */
const KINDS = VERSIONS.flatMap((version) => [
  { version, flags: [] },
  { version, flags: ['--userland-proxy=false'] },
]);

describe.each(KINDS)('on engine $version $flags', ({ version, flags }) => {
  let engine: RunningEngine;
  let docker: Docker;
  let driver: EngineDriver;
  let guard: Guard;
  let policy: Signal<Policy>;

  const run = (name: string, networks: readonly string[], more: object = {}, endpoint: object = {}): Promise<string> =>
    docker
      .createContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['sh', '-c', LISTEN],
        ExposedPorts: { '80/tcp': {} },
        HostConfig: { NetworkMode: networks[0] ?? 'bridge', ...more },
        NetworkingConfig: { EndpointsConfig: { [networks[0] ?? 'bridge']: endpoint } },
      })
      .then(async (id) => {
        for (const network of networks.slice(1)) await docker.connect(network, id);
        await docker.startContainer(id);
        return id;
      });

  beforeAll(async () => {
    engine = await startEngine({ version, name: `walls-${version}-${flags.length}`, daemonArgs: flags });
    docker = new Docker(engine.socket);
    await importTestImage(docker);
    await docker.createNetwork('shop');
    await docker.createNetwork('vault', { IPAM: { Config: [{ Subnet: VAULT.subnet, Gateway: VAULT.gateway }] } });
    await run('web', ['shop']);
    await run('db', ['shop'], { PortBindings: { '80/tcp': [{ HostPort: '18094' }] } });
    await run('api', ['vault'], {}, { IPAMConfig: { IPv4Address: '172.40.0.10' } });
    await run('safe', ['vault'], {}, { IPAMConfig: { IPv4Address: '172.40.0.11' } });
    await engine.namespace.listen('outside', OUT_PORT);
    await engine.namespace.listen('host', OUT_PORT);
    policy = createSignal<Policy>(EMPTY_POLICY);
    await open();
  });
  afterAll(async () => {
    await closeApp();
    await engine.stop();
  });

  const open = async (): Promise<void> => {
    driver = await createDockerDriver({ address: engine.url, openWire: openDockerWire });
    guard = createGuard({ driver, policy });
  };
  const closeApp = async (): Promise<void> => {
    await guard.close();
    await driver.close();
  };

  /** `from address port` lines, `from` a container, `host` or `outside`: what came back. */
  const measure = async (lines: readonly string[]): Promise<Record<string, string>> => {
    const found = await Promise.all(
      [...new Set(lines.map((line) => line.split(' ')[0] ?? ''))].map(async (from) => {
        const own = lines.filter((line) => line.startsWith(`${from} `));
        const input = own.map((line, at) => `${at} ${line.split(' ').slice(1).join(' ')}\n`).join('');
        const place = from === 'outside' ? 'outside' : 'host';
        const enter =
          from === 'outside' || from === 'host'
            ? []
            : ['nsenter', '-t', String((await docker.inspectContainer(from)).State.Pid), '-n'];
        const { stdout } = await engine.exec([...enter, 'perl', PROBER], { input, place });
        const answered = new Set(stdout.split('\n').filter((line) => line !== ''));
        return own.map((line, at) => [line, answered.has(String(at)) ? 'open' : 'blocked'] as const);
      }),
    );
    return Object.fromEntries(found.flat());
  };
  const address = async (name: string, network: string): Promise<string> =>
    (await docker.inspectContainer(name)).NetworkSettings.Networks[network]?.IPAddress ?? '';
  const idOf = async (name: string): Promise<string> => (await docker.inspectContainer(name)).Id;
  const expectShut = async (
    wanted: Partial<Policy>,
    shut: readonly string[],
    kept: readonly string[],
  ): Promise<void> => {
    const all = (lines: readonly string[], answer: string): Record<string, string> =>
      Object.fromEntries(lines.map((line) => [line, answer]));
    policy.set(EMPTY_POLICY);
    await guard.ensure();
    expect(await measure([...shut, ...kept]), 'the positive control').toEqual(all([...shut, ...kept], 'open'));
    policy.set({ ...EMPTY_POLICY, ...wanted });
    await guard.ensure();
    expect(guard.denials().filter(({ state }) => state !== 'held' && state !== 'impossible')).toEqual([]);
    expect(await measure([...shut, ...kept])).toEqual({ ...all(kept, 'open'), ...all(shut, 'blocked') });
  };
  const gateway = async (): Promise<string> =>
    (await docker.inspectContainer('web')).NetworkSettings.Networks['shop']?.Gateway ?? '';

  it('shuts one port with its side door, or all but one', async () => {
    const [web, db, gate] = [await address('web', 'shop'), await address('db', 'shop'), await gateway()];
    const others = [`db ${web} 80`, `host ${db} 80`, `outside ${ADDRESSES.host} 18094`];
    await expectShut(
      { rules: [{ from: 'web', to: 'db', action: 'deny', ports: ['tcp/80'] }] },
      [`web ${db} 80`, `web ${gate} 18094`],
      [`web ${db} 81`, ...others],
    );
    await expectShut(
      {
        rules: [
          { from: 'web', to: 'db', action: 'deny' },
          { from: 'web', to: 'db', action: 'allow', ports: ['tcp/80'] },
        ],
      },
      [`web ${db} 81`],
      [`web ${db} 80`, `web ${gate} 18094`, ...others],
    );
  });

  it('shuts zones, each way', async () => {
    const [web, db, gate] = [await address('web', 'shop'), await address('db', 'shop'), await gateway()];
    const others = [`web ${db} 80`, `db ${web} 80`, `db ${ADDRESSES.internet} ${OUT_PORT}`];
    const to = {
      internet: [`web ${ADDRESSES.internet} ${OUT_PORT}`],
      lan: [`web ${ADDRESSES.lan} ${OUT_PORT}`],
      host: [`web ${gate} ${OUT_PORT}`, `web ${ADDRESSES.host} ${OUT_PORT}`],
    };
    for (const zone of ['internet', 'lan', 'host'] as const) {
      const rest = (['internet', 'lan', 'host'] as const)
        .filter((other) => other !== zone)
        .flatMap((other) => to[other]);
      const kept = [...rest, ...others, `web ${gate} 18094`, `host ${web} 80`];
      await expectShut({ rules: [{ from: 'web', to: zone, action: 'deny' }] }, to[zone], kept);
    }
    const back = [`outside ${ADDRESSES.host} 18094`];
    const around = [...others, ...to.internet, ...to.host, `web ${gate} ${OUT_PORT}`];
    // The far end calls by its address on the uplink, which is one of the internet.
    await expectShut({ rules: [{ from: 'internet', to: 'db', action: 'deny' }] }, back, [...around, `host ${db} 80`]);
    await expectShut({ rules: [{ from: 'lan', to: 'db', action: 'deny' }] }, [], [...around, ...back]);
    await expectShut({ rules: [{ from: 'host', to: 'db', action: 'deny' }] }, [`host ${db} 80`], [...around, ...back]);
  });

  it('isolates a container from everybody', async () => {
    const [web, db, gate] = [await address('web', 'shop'), await address('db', 'shop'), await gateway()];
    await expectShut(
      { isolated: ['db'] },
      [`web ${db} 80`, `db ${web} 80`, `host ${db} 80`, `outside ${ADDRESSES.host} 18094`, `web ${gate} 18094`].concat(
        `db ${ADDRESSES.internet} ${OUT_PORT}`,
        `db ${gate} ${OUT_PORT}`,
      ),
      [`web ${gate} ${OUT_PORT}`, `web ${ADDRESSES.internet} ${OUT_PORT}`, `host ${web} 80`],
    );
  });

  it('counts as many packets as it refuses, also when another table takes the place', async () => {
    const [id, to, db] = [await idOf('web'), await idOf('db'), await address('db', 'shop')];
    const send = async (count: number): Promise<void> => {
      const program = `use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0); send $s, 'x', 0, pack_sockaddr_in(7777, inet_aton('${db}')) for 1 .. ${count}`;
      const pid = String((await docker.inspectContainer('web')).State.Pid);
      await engine.exec(['nsenter', '-t', pid, '-n', 'perl', '-e', program]);
    };
    policy.set(EMPTY_POLICY);
    await guard.ensure();
    policy.set({ ...EMPTY_POLICY, rules: [{ from: 'web', to: 'db', action: 'deny' }] });
    await guard.ensure();
    await send(700);
    await guard.count([id, to]);
    expect(guard.traffic(id, to)?.refused).toMatchObject({ packets: 700, bytes: 700 * 29 });
    await send(40);
    // The next table of `web` begins at nought: what the last one had counted is read before it goes.
    policy.set({
      ...EMPTY_POLICY,
      rules: [
        { from: 'web', to: 'db', action: 'deny' },
        { from: 'web', to: 'safe', action: 'deny' },
      ],
    });
    await guard.ensure();
    await send(2);
    await guard.count(null);
    expect(guard.traffic(id, to)?.refused).toMatchObject({ packets: 742, bytes: 742 * 29 });
    expect(guard.hits()).toEqual([expect.objectContaining({ from: id, to })]);
    expect(guard.traffic(to, id)?.refused.packets).toBe(0);
  });

  it('guards a network, also while no app runs', async () => {
    const guarded: Partial<Policy> = {
      guarded: ['network:vault'],
      rules: [{ from: 'api', to: 'safe', action: 'allow', ports: ['tcp/80'] }],
    };
    const ways = ['api 172.40.0.11 80'];
    const shut = ['api 172.40.0.11 81', 'safe 172.40.0.10 80', 'host 172.40.0.11 80', `api 172.40.0.1 ${OUT_PORT}`];
    await expectShut(guarded, [...shut, `api ${ADDRESSES.internet} ${OUT_PORT}`], ways);
    await closeApp();
    expect(await measure([...ways, ...shut]), 'with no app').toEqual({
      ...Object.fromEntries(ways.map((line) => [line, 'open'])),
      ...Object.fromEntries(shut.map((line) => [line, 'blocked'])),
    });
    const { MacAddress } = (await docker.inspectContainer('safe')).NetworkSettings.Networks['vault'] ?? {};
    await docker.removeContainer('safe');
    await run('safe', ['vault'], {}, { IPAMConfig: { IPv4Address: '172.40.0.11' }, MacAddress });
    await run('late', ['vault'], {}, { IPAMConfig: { IPv4Address: '172.40.0.12' } });
    const nobody = [
      ...[
        'api 172.40.0.11 80',
        'api 172.40.0.12 80',
        'late 172.40.0.11 80',
        'late 172.40.0.10 80',
        'safe 172.40.0.12 81',
      ],
      ...['host 172.40.0.11 80', 'host 172.40.0.12 80', `late 172.40.0.1 ${OUT_PORT}`, `safe 172.40.0.1 ${OUT_PORT}`],
      ...[`late ${ADDRESSES.internet} ${OUT_PORT}`, `safe ${ADDRESSES.host} ${OUT_PORT}`],
    ];
    expect(await measure(nobody), 'a new start and another’s addresses').toEqual(
      Object.fromEntries(nobody.map((line) => [line, 'blocked'])),
    );
    await open();
    await guard.ensure();
    expect(await measure(nobody), 'with an app again').toEqual({
      ...Object.fromEntries(nobody.map((line) => [line, 'blocked'])),
      'api 172.40.0.11 80': 'open',
    });
  });

  it('leaves no table when cleared', async () => {
    policy.set(EMPTY_POLICY);
    await guard.clear();
    for (const name of ['', 'web', 'db', 'api', 'safe', 'late']) {
      const enter = name === '' ? [] : ['nsenter', '-t', String((await docker.inspectContainer(name)).State.Pid), '-n'];
      expect((await engine.exec([...enter, 'nft', 'list', 'tables'])).stdout).not.toContain('bulkhead');
    }
    expect(await measure(['late 172.40.0.11 80', 'host 172.40.0.12 80'])).toEqual({
      'late 172.40.0.11 80': 'open',
      'host 172.40.0.12 80': 'open',
    });
  });
});
