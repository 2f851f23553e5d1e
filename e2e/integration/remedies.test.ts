/** Containers run again without what makes them a risk, on a real engine: it is gone, nothing else is, and it comes back exactly. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDriver } from '../../electron/app/open-driver.ts';
import { overviewOf } from '../../electron/app/overview.ts';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import type { Change } from '../../shared/contract/schemas.ts';
import type { Power } from '../../shared/methods/model.ts';
import { ensureCompose } from '../engines/compose.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { Docker, type ContainerSpec } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

type Json = Readonly<Record<string, unknown>>;
const SOCKET = '/var/run/docker.sock';
const SLEEP: ContainerSpec = { Image: TEST_IMAGE, Cmd: ['sleep', '100000'] };

/** Engines before 23 ask for every capability they know of, where later ones ask for those the machine has to give. */
const NOT_WHOLE = 'This machine may not give all capabilities, and this engine asks for them all.';
const asksForAll = ({ Privileged, CapAdd }: Json): boolean =>
  Privileged === true || (Array.isArray(CapAdd) && CapAdd.includes('ALL'));

describe.each(VERSIONS)('on engine %s', (version) => {
  let engine: RunningEngine;
  let docker: Docker;
  let configDir: string;
  let session: Session;
  let isWhole: boolean;
  beforeAll(async () => {
    engine = await startEngine({ version, name: `remedy-${version}` });
    docker = new Docker(engine.socket);
    await importTestImage(engine);
    await docker.createNetwork('shop', { IPAM: { Config: [{ Subnet: '172.45.0.0/24' }] } });
    isWhole = await docker.runContainer('whole', { ...SLEEP, HostConfig: { Privileged: true } }).then(
      () => true,
      (thrown: unknown) => {
        if (String(thrown).includes('unable to apply caps')) return false;
        throw thrown;
      },
    );
    await docker.removeContainer('whole');
    configDir = await mkdtemp(join(tmpdir(), 'bulkhead-remedies-'));
    session = await openSession({
      driver: await openDriver(engine.url),
      store: createPolicyStore({ configDir }),
      follow: false,
    });
  });
  afterEach(async () => {
    for (const { Id } of await docker.listContainers()) await docker.removeContainer(Id);
    await docker.removeVolume('files');
  });
  afterAll(async () => {
    await session.close();
    await engine.stop();
    await rm(configDir, { recursive: true, force: true });
  });

  const inspect = async (name: string): Promise<Json> => (await docker.inspectContainer(name)) as unknown as Json;
  const part = async (name: string, key: string): Promise<Json> => (await inspect(name))[key] as Json;
  /** All that somebody asked for of it: what is left out is new with each container, or chosen by the engine. */
  const asked = async (name: string): Promise<unknown> => {
    const { Config, HostConfig, NetworkSettings, Mounts, Image, Path, Args, State } = (await inspect(name)) as Record<
      string,
      Json
    >;
    const { Hostname, ...config } = Config ?? {};
    const id = String((await inspect(name))['Id']);
    const networks = Object.entries((NetworkSettings?.['Networks'] ?? {}) as Record<string, Json>).map(
      ([network, one]) => [network, one['IPAMConfig'] ?? null, one['Aliases'] ?? null],
    );
    return {
      config,
      hostname: id.startsWith(String(Hostname)) ? 'its id' : Hostname,
      HostConfig,
      networks: version.startsWith('20.') ? networks.map(([network, ipam]) => [network, ipam]) : networks,
      // Engines tell them in no order.
      Mounts: (Mounts as unknown as Json[]).toSorted((a, b) =>
        String(a['Destination']).localeCompare(String(b['Destination'])),
      ),
      Image,
      Path,
      Args,
      running: State?.['Running'],
    };
  };
  const risks = (): readonly string[] => overviewOf(session).risks.map(({ kind, name }) => `${name} ${kind}`);
  const rerun = (name: string, without: Power, publish?: true): Change => ({
    action: 'rerun',
    name,
    without,
    ...(publish ? { publish } : {}),
  });
  const entry = async (): Promise<string> => (await session.journal())[0]?.id ?? '';
  const status = async (name: string): Promise<string> => (await docker.exec(name, ['cat', '/proc/1/status'])).stdout;
  const capabilities = async (name: string): Promise<bigint> =>
    BigInt(`0x${/CapEff:\s*(\w+)/.exec(await status(name))?.[1] ?? ''}`);
  const NET_ADMIN = 1n << 12n;
  const SYS_ADMIN = 1n << 21n;

  const CASES: readonly {
    readonly power: Power;
    readonly given: Json;
    /** Whether the wire of the container really has it. */
    readonly has: (name: string) => Promise<boolean>;
  }[] = [
    {
      power: 'engine-socket',
      given: {
        NetworkMode: 'shop',
        Binds: ['files:/data', `${SOCKET}:/engine.sock:ro`, '/tmp:/in:ro'],
        Mounts: [
          { Type: 'bind', Source: '/var/run', Target: '/machine/run' },
          { Type: 'tmpfs', Target: '/scratch' },
        ],
      },
      has: async (name) => {
        const { stdout } = await docker.exec(name, ['sh', '-c', 'ls /engine.sock /machine/run/docker.sock; true']);
        return stdout.includes('.sock');
      },
    },
    {
      power: 'privileged',
      given: { NetworkMode: 'shop', Privileged: true, Binds: ['files:/data'], CapAdd: ['SYS_TIME'] },
      has: async (name) => ((await capabilities(name)) & SYS_ADMIN) !== 0n,
    },
    {
      power: 'host-processes',
      given: { NetworkMode: 'shop', PidMode: 'host', Binds: ['files:/data'] },
      has: async (name) => (await docker.exec(name, ['ps'])).stdout.includes('dockerd'),
    },
    {
      power: 'host-network',
      given: { NetworkMode: 'host', Binds: ['files:/data'] },
      has: async (name) => (await docker.exec(name, ['ls', '/sys/class/net'])).stdout.includes('docker0'),
    },
    {
      power: 'net-admin',
      given: { NetworkMode: 'shop', CapAdd: ['SYS_TIME', 'NET_ADMIN'], Binds: ['files:/data'] },
      has: async (name) => ((await capabilities(name)) & NET_ADMIN) !== 0n,
    },
    {
      power: 'net-admin',
      given: { NetworkMode: 'shop', CapAdd: ['ALL'], CapDrop: ['MKNOD'], Binds: ['files:/data'] },
      has: async (name) => ((await capabilities(name)) & NET_ADMIN) !== 0n,
    },
  ];

  it.for(CASES)('takes away $power ($given), and gives it back exactly', async ({ power, given, has }, { skip }) => {
    if (asksForAll(given)) skip(!isWhole, NOT_WHOLE);
    await docker.runContainer('tool', {
      ...SLEEP,
      Env: ['SECRET=x'],
      Labels: { 'my.label': 'y' },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { ...given, RestartPolicy: { Name: 'unless-stopped' } },
    });
    await session.driver.refresh();
    const before = await asked('tool');
    expect(await has('tool')).toBe(true);
    expect(risks()).toContain(`tool ${power}`);

    const plan = await session.plan(rerun('tool', power));
    expect(plan.possible).toBe(true);
    await session.apply(rerun('tool', power), {});
    expect(await has('tool')).toBe(false);
    expect(risks()).not.toContain(`tool ${power}`);
    const without = (await asked('tool')) as Record<string, Json>;
    expect(without).not.toEqual(before);
    expect(without).toMatchObject({ config: { Env: expect.arrayContaining(['SECRET=x']) }, running: true });
    expect(JSON.stringify(without['HostConfig']?.['Binds'])).toContain('files:/data');
    const kept = await session.journal();
    expect(JSON.stringify(kept)).not.toContain('SECRET');

    await session.apply({ action: 'undo', entry: await entry() }, {});
    expect(await has('tool')).toBe(true);
    expect(risks()).toContain(`tool ${power}`);
    expect(await asked('tool')).toEqual(before);
    expect((await docker.listContainers()).length).toBe(1);
    expect((await docker.listNetworks()).map(({ Name }) => Name)).not.toContain('tool-own');
  });

  it('hides the machine’s paths again from one that was privileged', async ({ skip }) => {
    skip(!isWhole, NOT_WHOLE);
    await docker.runContainer('tool', { ...SLEEP, HostConfig: { Privileged: true } });
    await docker.runContainer('plain', { ...SLEEP, HostConfig: {} });
    await session.driver.refresh();
    await session.apply(rerun('tool', 'privileged'), {});
    const [host, plain] = [await part('tool', 'HostConfig'), await part('plain', 'HostConfig')];
    expect([host['MaskedPaths'], host['ReadonlyPaths'], host['SecurityOpt']]).toEqual([
      plain['MaskedPaths'],
      plain['ReadonlyPaths'],
      plain['SecurityOpt'],
    ]);
    expect(plain['MaskedPaths']).toContain('/proc/kcore');
  });

  it('publishes what it declares where that is wanted, and says what is not published otherwise', async () => {
    await docker.runContainer('web', {
      Image: TEST_IMAGE,
      Cmd: ['nc', '-ll', '-p', '8473', '-e', 'cat'],
      ExposedPorts: { '8473/tcp': {} },
      HostConfig: { NetworkMode: 'host' },
    });
    await session.driver.refresh();
    const [silent, heard] = [
      await session.plan(rerun('web', 'host-network')),
      await session.plan(rerun('web', 'host-network', true)),
    ];
    expect(silent.ports).toEqual(['tcp/8473']);
    expect(silent.obstacles.map(({ rule }) => rule)).toEqual(['T17', 'T18']);
    expect(heard.obstacles.map(({ rule }) => rule)).toEqual(['T17']);
    await session.apply(rerun('web', 'host-network', true), {});
    const answer = await engine.exec(['sh', '-c', 'echo hello | timeout 10 busybox nc 127.0.0.1 8473']);
    expect(answer.stdout).toContain('hello');
    const { Networks } = (await part('web', 'NetworkSettings')) as { readonly Networks: Json };
    expect(Object.keys(Networks)).toEqual(['web-own']);
    await session.apply({ action: 'undo', entry: await entry() }, {});
  });

  it('refuses where something would be lost, and changes nothing', async () => {
    const id = await docker.runContainer('tool', { ...SLEEP, HostConfig: { Binds: [`${SOCKET}:${SOCKET}`] } });
    await docker.exec('tool', ['sh', '-c', 'echo mine > /root/notes']);
    await session.driver.refresh();
    const plan = await session.plan(rerun('tool', 'engine-socket'));
    expect(plan).toMatchObject({ possible: false, steps: [], obstacles: [{ rule: 'T7', params: { files: '1' } }] });
    await expect(session.apply(rerun('tool', 'engine-socket'), {})).rejects.toMatchObject({ code: 'CANNOT_ENFORCE' });
    expect((await inspect('tool'))['Id']).toBe(id);
  });

  it('refuses to go back where that would lose something', async ({ skip }) => {
    skip(!isWhole, NOT_WHOLE);
    await docker.runContainer('tool', { ...SLEEP, HostConfig: { Privileged: true } });
    await session.driver.refresh();
    await session.apply(rerun('tool', 'privileged'), {});
    const undo: Change = { action: 'undo', entry: await entry() };
    await docker.exec('tool', ['sh', '-c', 'echo mine > /root/notes']);
    expect((await session.plan(undo)).obstacles.map(({ rule }) => rule)).toEqual(['T7']);
    await expect(session.apply(undo, {})).rejects.toMatchObject({ code: 'CANNOT_ENFORCE' });
    expect((await part('tool', 'HostConfig'))['Privileged']).toBe(false);
    await docker.exec('tool', ['rm', '/root/notes']);
  });

  it('refuses a socket that came with another container’s volumes, and one that others rest on', async () => {
    await docker.runContainer('first', { ...SLEEP, HostConfig: { Binds: [`${SOCKET}:${SOCKET}`] } });
    await docker.runContainer('second', { ...SLEEP, HostConfig: { VolumesFrom: ['first'] } });
    await docker.runContainer('third', { ...SLEEP, HostConfig: { NetworkMode: 'container:first' } });
    await session.driver.refresh();
    const rules = async (name: string): Promise<readonly string[]> =>
      (await session.plan(rerun(name, 'engine-socket'))).obstacles.map(({ rule }) => rule);
    expect(await rules('second')).toEqual(['T12']);
    expect(await rules('first')).toEqual(['T11']);
  });

  it('can run one again that joins another’s network', async ({ skip }) => {
    skip(!isWhole, NOT_WHOLE);
    await docker.runContainer('first', SLEEP);
    await docker.runContainer('side', { ...SLEEP, HostConfig: { NetworkMode: 'container:first', Privileged: true } });
    await session.driver.refresh();
    await session.apply(rerun('side', 'privileged'), {});
    expect(await part('side', 'HostConfig')).toMatchObject({ Privileged: false });
    expect(risks()).toEqual([]);
  });

  it('leaves all as it was where the engine refuses the new one', async () => {
    await docker.runContainer('web', {
      ...SLEEP,
      ExposedPorts: { '8474/tcp': {} },
      HostConfig: { NetworkMode: 'host' },
    });
    await docker.runContainer('other', {
      ...SLEEP,
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: '8474' }] } },
    });
    await session.driver.refresh();
    const before = await asked('web');
    await expect(session.apply(rerun('web', 'host-network', true), {})).rejects.toThrow();
    expect(await asked('web')).toEqual(before);
    expect((await docker.listNetworks()).map(({ Name }) => Name)).not.toContain('web-own');
    expect((await docker.listContainers()).length).toBe(2);
  });

  it('stays as it is while Compose finds the file as it was, and is made as the file says when Compose makes it anew', async () => {
    const file = join(configDir, 'compose.yaml');
    const common = `image: "${TEST_IMAGE}", command: sleep 100000, stop_signal: SIGKILL, pull_policy: never`;
    const tool = `tool: { ${common}, cap_add: [NET_ADMIN], volumes: ["${SOCKET}:/s"] }`;
    await writeFile(file, `services:\n  ${tool}\n  agent: { ${common}, network_mode: host }\n`);
    const program = await ensureCompose();
    const up = async (...more: readonly string[]): Promise<void> => {
      const args = ['-p', 'made', '-f', file, 'up', '-d', ...more];
      await promisify(execFile)(program, args, { env: { ...process.env, DOCKER_HOST: engine.url } });
      await session.driver.refresh();
    };
    const given = ['made-tool-1 engine-socket', 'made-agent-1 host-network', 'made-tool-1 net-admin'];
    await up();
    expect(risks()).toEqual(given);
    const plan = await session.plan(rerun('made-tool-1', 'net-admin'));
    expect(plan.obstacles.at(-1)).toMatchObject({
      rule: 'T20',
      params: { name: 'made-tool-1', service: 'tool', file, line: 'cap_add: NET_ADMIN' },
    });
    await session.apply(rerun('made-tool-1', 'engine-socket'), {});
    await session.apply(rerun('made-tool-1', 'net-admin'), {});
    await session.apply(rerun('made-agent-1', 'host-network'), {});
    expect(risks()).toEqual([]);
    await up();
    expect(risks()).toEqual([]);
    await up('--force-recreate');
    expect(risks()).toEqual(given);
  });
});
