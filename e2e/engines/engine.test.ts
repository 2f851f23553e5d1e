import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Docker } from '../fixture/docker.ts';
import { buildFixture, type Fixture } from '../fixture/topology.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import { ADDRESSES, type Place } from './namespace.ts';
import { cgroupHierarchies, cgroupName, destroyEngine, isAlive, listEngines } from './state.ts';
import { ENGINE_VERSIONS } from './versions.ts';

describe.each(ENGINE_VERSIONS)('a private engine $version', ({ version, bridgeNetfilter }) => {
  const name = `test-${version}-${String(process.pid)}`;
  let engine: RunningEngine;
  let docker: Docker;
  let fixture: Fixture;

  beforeAll(async () => {
    engine = await startEngine({ version, name });
    docker = new Docker(engine.socket);
    fixture = await buildFixture(engine);
  });
  afterAll(() => engine.stop());

  const address = (container: string, network: string): string => {
    const found = fixture.container(container).attachments[network];
    if (found === undefined) throw new Error(`${container} is not on ${network}`);
    return found.IPAddress;
  };
  const echoFrom = async (from: string, host: string, port: number): Promise<string> => {
    const { stdout } = await docker.exec(from, ['sh', '-c', `echo ahoy | nc -w 2 ${host} ${String(port)}`]);
    return stdout.trim();
  };
  const echoAt = async (place: Place, host: string, port: number): Promise<string> => {
    const { stdout } = await engine.exec(['busybox', 'nc', '-w', '2', host, String(port)], { place, input: 'ahoy\n' });
    return stdout.trim();
  };

  it('answers with its version', async () => {
    const answer = await docker.version();
    expect(answer.Version.startsWith(`${version}.`)).toBe(true);
  });

  it('is listed as running', () => {
    const listed = listEngines().find((candidate) => candidate.name === name);
    expect(listed).toMatchObject({ version, url: engine.url, alive: true });
  });

  it('lets containers of one network talk by address and by name', async () => {
    expect(await echoFrom('web', address('proxy', 'front'), 80)).toBe('ahoy');
    expect(await echoFrom('web', 'proxy', 443)).toBe('ahoy');
    expect(await echoFrom('proxy', fixture.container('web').attachments['front']?.GlobalIPv6Address ?? '', 8000)).toBe(
      'ahoy',
    );
  });

  it('keeps containers of different networks apart', async () => {
    expect(await echoFrom('proxy', address('db', 'data'), 5432)).toBe('');
  });

  it('publishes ports to the machine and, where asked, to the world outside', async () => {
    expect(await echoAt('host', '127.0.0.1', 9000)).toBe('ahoy');
    expect(await echoAt('outside', ADDRESSES.host, 9000)).toBe('');
    expect(await echoAt('outside', ADDRESSES.host, 8080)).toBe('ahoy');
  });

  it('has a way out to the addresses that play the world', async () => {
    await engine.namespace.listen('outside', 443);
    expect(await echoFrom('worker', ADDRESSES.internet, 443)).toBe('ahoy');
    expect(await echoFrom('proxy', ADDRESSES.internet6, 443)).toBe('ahoy');
    for (const target of [ADDRESSES.gateway, ADDRESSES.lan, ADDRESSES.internet]) {
      expect((await docker.exec('worker', ['ping', '-c', '1', '-W', '2', target])).code).toBe(0);
    }
    expect((await docker.exec('proxy', ['ping6', '-c', '1', '-W', '2', ADDRESSES.internet6])).code).toBe(0);
  });

  it('starts with bridged packets where this version has them', async () => {
    const { stdout, code } = await engine.exec(['sysctl', '-n', 'net.bridge.bridge-nf-call-iptables']);
    // A kernel without br_netfilter has no such setting.
    if (code === 0) expect(stdout.trim()).toBe(bridgeNetfilter ? '1' : '0');
  });

  it('shows its helpers the pids that inspect reports', async () => {
    const { Pid } = (await docker.inspectContainer('db')).State;
    const command = await engine.exec(['cat', `/proc/${String(Pid)}/cmdline`]);
    expect(command.stdout).toContain('nc -ll -p 5432');
  });

  it('comes back after a restart with its containers', async () => {
    const before = engine.pid;
    await engine.restart();
    expect(engine.pid).not.toBe(before);
    await docker.startContainer('db');
    expect((await docker.inspectContainer('db')).State.Running).toBe(true);
  });

  it('loses the whole fixture when asked', async () => {
    await fixture.remove();
    expect(await docker.listContainers()).toEqual([]);
    expect((await docker.listNetworks()).map((network) => network.Name).sort()).toEqual(['bridge', 'host', 'none']);
  });

  it('leaves no process, mount, namespace or file behind', async () => {
    const folder = dirname(engine.socket);
    const namespaces = namespacesOf(engine.namespace.anchor.pid);
    expect(tracesOf(folder, namespaces)).not.toEqual([]);
    await engine.stop();
    expect(tracesOf(folder, namespaces)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
    expect(cgroupHierarchies().filter((path) => existsSync(join(path, cgroupName(name))))).toEqual([]);
  });
});

describe('an engine that cannot start', () => {
  it('is reported with the words of dockerd and leaves nothing', async () => {
    const name = `test-broken-${String(process.pid)}`;
    const start = startEngine({ version: '28.5', name, daemonArgs: ['--storage-driver=nonsense'] });
    await expect(start).rejects.toThrow(/dockerd 28\.5 ended with 1\..*driver not supported: nonsense$/s);
    expect(listEngines().map((engine) => engine.name)).not.toContain(name);
  });
});

describe('an engine whose owner dies', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s dies too', async (signal) => {
    const name = `test-owner-${String(process.pid)}`;
    const cli = fileURLToPath(new URL('cli.ts', import.meta.url));
    const owner = spawn(process.execPath, ['--import', 'tsx', cli, 'run', '28.5', '--name', name], { stdio: 'pipe' });
    const [url] = (await once(owner.stdout, 'data')) as [Buffer];
    const engine = listEngines().find((candidate) => candidate.name === name);
    expect(engine).toMatchObject({ alive: true, url: url.toString().trim() });
    owner.kill(signal);
    await once(owner, 'exit');
    const anchor = engine?.anchor ?? expect.fail('no engine');
    await vi.waitFor(() => expect(isAlive(anchor)).toBe(false), { timeout: 20_000 });
    // Nobody could clean up after SIGKILL: the next one who looks sees a stale engine and can take it down.
    const left = listEngines().filter((candidate) => candidate.name === name);
    expect(left.map(({ alive }) => alive)).toEqual(signal === 'SIGKILL' ? [false] : []);
    expect(destroyEngine(name)).toBe(signal === 'SIGKILL');
    expect(existsSync(dirname(url.toString().trim().slice('unix://'.length)))).toBe(false);
  });
});

const NAMESPACES = ['net', 'mnt', 'pid'];

function namespacesOf(pid: number | string): string[] {
  return NAMESPACES.map((kind) => readlinkSync(`/proc/${String(pid)}/ns/${kind}`));
}

/** Processes that live in one of the namespaces, or that name the folder or have mounts in it. */
function tracesOf(folder: string, namespaces: readonly string[]): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      const texts = ['cmdline', 'mountinfo'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8'));
      return namespacesOf(pid).some((one) => namespaces.includes(one)) || texts.some((text) => text.includes(folder));
    } catch {
      return false;
    }
  });
}
