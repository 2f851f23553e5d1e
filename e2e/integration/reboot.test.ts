/**
 * A guarded network on a machine that is started anew: the kernel has forgotten every table, no app runs, and the engine
 * starts containers by itself.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession, type Session } from '../../electron/app/session.ts';
import { createPolicyStore } from '../../electron/store/policy-store.ts';
import { createDockerDriver } from '../../electron/engine/docker/index.ts';
import { createGuard } from '../../electron/guard/index.ts';
import { openDockerWire } from '../../electron/guard/helper/index.ts';
import { createSignal } from '../../electron/lib/signal.ts';
import { EMPTY_POLICY, type Policy } from '../../shared/policy/model.ts';
import { startEngine, type RunningEngine } from '../engines/engine.ts';
import { podmanCommand } from '../engines/podman.ts';
import { PODMAN } from '../engines/versions.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { VERSIONS } from './world.ts';

const PROBER = join(import.meta.dirname, 'prober.pl');
const GUARDED: Policy = { ...EMPTY_POLICY, guarded: ['network:vault'] };
const [API, SAFE] = ['172.40.0.10', '172.40.0.11'];
const WAYS = [`api ${SAFE}`, `safe ${API}`, `host ${SAFE}`];

/** Podman's own service starts after the machine whatever is to be restarted, at once (podman-restart.service). */
const RESTART = ['start', '--all', '--filter', 'restart-policy=always'];

describe.each([...VERSIONS, PODMAN.version])('after the machine of engine %s was started anew', (version) => {
  const isPodman = version === PODMAN.version;
  let engine: RunningEngine;
  let docker: Docker;
  beforeAll(async () => {
    engine = await startEngine({ version, name: `reboot-${version}` });
    docker = new Docker(engine.socket);
    await importTestImage(docker);
    await docker.createNetwork('vault', { IPAM: { Config: [{ Subnet: '172.40.0.0/24' }] } });
    for (const [name, address] of [
      ['api', API],
      ['safe', SAFE],
    ] as const) {
      await docker.runContainer(name, {
        Image: TEST_IMAGE,
        Cmd: ['nc', '-ll', '-p', '80', '-e', 'cat'],
        HostConfig: { NetworkMode: 'vault', RestartPolicy: { Name: 'always' } },
        NetworkingConfig: { EndpointsConfig: { vault: { IPAMConfig: { IPv4Address: address } } } },
      });
    }
  });
  afterAll(() => engine.stop());

  const measure = (): Promise<Record<string, string>> =>
    Promise.all(
      WAYS.map(async (way) => {
        const [from = '', to = ''] = way.split(' ');
        const enter =
          from === 'host' ? [] : ['nsenter', '-t', String((await docker.inspectContainer(from)).State.Pid), '-n'];
        const { stdout } = await engine.exec([...enter, 'perl', PROBER], { input: `0 ${to} 80\n` });
        return [way, stdout.trim() === '0' ? 'open' : 'blocked'] as const;
      }),
    ).then((rows) => Object.fromEntries(rows));
  const every = (answer: string): Record<string, string> => Object.fromEntries(WAYS.map((way) => [way, answer]));
  const ours = async (): Promise<readonly string[]> =>
    (await docker.listContainers()).filter(({ Labels }) => 'dev.bulkhead' in Labels).map(({ Names }) => Names[0] ?? '');
  const running = async (): Promise<readonly string[]> =>
    (await docker.listContainers()).filter(({ State }) => State === 'running').map(({ Names }) => Names[0] ?? '');
  const podman = async (words: readonly string[]): Promise<void> => {
    const { code, stderr } = await engine.exec(podmanCommand(engine.name, words));
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
  };
  /** All that a machine forgets: the engine's containers start again because they are to. */
  const reboot = async (): Promise<void> => {
    if (isPodman) await podman(['stop', '--all', '--time', '1']);
    await engine.stopDaemon();
    await engine.exec(['sh', '-c', 'nft list tables | grep bulkhead | while read -r line; do nft delete $line; done']);
    await engine.startDaemon();
    if (isPodman) await podman(RESTART);
    await expect.poll(running, { timeout: 60_000 }).toEqual(expect.arrayContaining(['/api', '/safe']));
  };
  /** An app that makes the wire what the policy wants, and ends. */
  const appOnce = async (policy: Policy): Promise<void> => {
    const driver = await createDockerDriver({ address: engine.url, openWire: openDockerWire });
    const guard = createGuard({ driver, policy: createSignal(policy), follow: false });
    await guard.ensure();
    await guard.close();
    await driver.close();
  };

  it('stays shut, by a container of ours that the engine starts, until nobody wants it', async () => {
    expect(await measure(), 'the positive control').toEqual(every('open'));
    await appOnce(GUARDED);
    expect(await measure()).toEqual(every('blocked'));
    expect(await ours()).toEqual(['/bulkhead-keeper']);
    await reboot();
    const tables = async (): Promise<string> => (await engine.exec(['nft', 'list', 'tables'])).stdout;
    await expect.poll(tables, { timeout: 60_000 }).toContain('bridge bulkhead');
    expect(await measure(), 'with no app since').toEqual(every('blocked'));
    await appOnce(GUARDED);
    expect(await ours(), 'the same one goes on').toEqual(['/bulkhead-keeper']);
    await appOnce(EMPTY_POLICY);
    expect(await ours()).toEqual([]);
    expect(await measure()).toEqual(every('open'));
  });

  it('would be open without it', async () => {
    await appOnce(GUARDED);
    await docker.removeContainer('bulkhead-keeper');
    await reboot();
    expect(await measure()).toEqual(every('open'));
    await appOnce(GUARDED);
    expect(await ours(), 'it is put back by the next app').toEqual(['/bulkhead-keeper']);
    await appOnce(EMPTY_POLICY);
  });

  it.skipIf(isPodman)('goes with clear, as everything else of ours does', async () => {
    /** Handles and counts are another thing after every load; what is the engine's own stays to the byte. */
    const left = async (): Promise<unknown> => ({
      ruleset: (await engine.exec(['nft', '-s', 'list', 'ruleset'])).stdout,
      containers: (await docker.listContainers()).map(({ Names }) => Names[0]).sort(),
      networks: (await docker.listNetworks()).map(({ Name }) => Name).sort(),
      images: (await engine.exec(['docker', 'images', '--all', '--quiet'])).stdout.split('\n').sort(),
    });
    const configDir = await mkdtemp(join(tmpdir(), 'bulkhead-reboot-'));
    const open = async (): Promise<Session> =>
      openSession({
        driver: await createDockerDriver({ address: engine.url, openWire: openDockerWire }),
        store: createPolicyStore({ configDir }),
        follow: false,
      });
    const first = await open();
    await first.clear();
    const before = await left();
    await first.apply({ action: 'guard', name: 'network:vault' }, {});
    expect(await ours()).toContain('/bulkhead-keeper');
    await first.close();
    const second = await open();
    await second.clear();
    await second.close();
    expect(await left()).toEqual(before);
    expect(await measure()).toEqual(every('open'));
    await rm(configDir, { recursive: true });
  });
});
