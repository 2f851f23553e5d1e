/** The leak test's world: peers that all try to reach each other from their first moment, by every way there is. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Docker, type ContainerSpec } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { Causes } from './causes.ts';

export const VAULT = { name: 'vault', v4: '10.240.1', v6: 'fd00:240:1:' } as const;
export const FRONT = { name: 'front', v4: '10.240.2', v6: 'fd00:240:2:' } as const;

export interface Peer {
  readonly name: string;
  readonly network: typeof VAULT | typeof FRONT;
  /** The last part of its addresses, and of its hardware address. */
  readonly host: number;
  readonly publishes?: boolean;
  /** Sends frames as if it were `web`. */
  readonly spoofs?: boolean;
}

export const PEERS: readonly Peer[] = [
  { name: 'web', network: VAULT, host: 10 },
  { name: 'db', network: VAULT, host: 11, publishes: true },
  { name: 'intruder', network: VAULT, host: 12 },
  { name: 'spoofer', network: VAULT, host: 13, spoofs: true },
  { name: 'outsider', network: FRONT, host: 10 },
];

/** One thing that came through: when (Unix time, seconds), from whom, by which way, to whom. */
export interface Arrival {
  readonly at: number;
  readonly from: string;
  readonly way: string;
  readonly to: string;
}

const macOf = (host: number): string => `02:42:0a:f0:01:${host.toString(16).padStart(2, '0')}`;

export class World {
  readonly engine: RunningEngine;
  readonly docker: Docker;
  readonly causes: Causes;
  readonly #folder: string;

  private constructor(engine: RunningEngine, folder: string) {
    this.engine = engine;
    this.docker = new Docker(engine.socket);
    this.causes = new Causes(engine.socket);
    this.#folder = folder;
  }

  /** @param folder on the machine, seen by the engine under the same path. */
  static async open(engine: RunningEngine, folder: string): Promise<World> {
    const world = new World(engine, folder);
    await mkdir(join(folder, 'log'), { recursive: true });
    await copyFile(join(import.meta.dirname, 'peer.pl'), join(folder, 'peer.pl'));
    await writeFile(join(folder, 'targets'), targets());
    await importTestImage(engine);
    for (const { name, v4, v6 } of [VAULT, FRONT]) {
      await world.docker.createNetwork(name, {
        EnableIPv6: true,
        IPAM: { Config: [{ Subnet: `${v4}.0/24` }, { Subnet: `${v6}:/64` }] },
      });
    }
    for (const peer of PEERS) await world.run(peer);
    // The machine itself and the world outside only send: what would arrive there is theirs to receive.
    for (const [place, name] of [
      ['host', 'machine'],
      ['outside', 'beyond'],
    ] as const) {
      const script = `perl ${join(folder, 'peer.pl')} ${name} - ${join(folder, 'targets')} </dev/null >/dev/null 2>&1 &`;
      await engine.exec(['sh', '-c', script], { place });
    }
    return world;
  }

  /** Makes and starts a peer, under its own addresses unless others are given. */
  async run(peer: Peer, host = peer.host): Promise<void> {
    await this.docker.runContainer(peer.name, this.#spec(peer, host));
  }

  addresses(network: Peer['network'], host: number): object {
    return {
      IPAMConfig: { IPv4Address: `${network.v4}.${String(host)}`, IPv6Address: `${network.v6}:${String(host)}` },
    };
  }

  async remove(name: string): Promise<void> {
    await this.docker.removeContainer(name);
  }

  /** Brings back who a perturbation that failed half way has left aside. */
  async mend(): Promise<void> {
    const astray: Peer[] = [];
    for (const peer of PEERS) {
      const found = await this.docker.inspectContainer(peer.name).catch(() => null);
      const address = found?.NetworkSettings.Networks[peer.network.name]?.IPAddress;
      if (found?.State.Running === true && address === `${peer.network.v4}.${String(peer.host)}`) continue;
      astray.push(peer);
      if (found) await this.remove(peer.name);
    }
    await this.remove('replica-1').catch(() => undefined);
    // Only when all of them are gone: one may have another's address.
    for (const peer of astray) await this.run(peer);
  }

  /** Everything that arrived anywhere so far. */
  async arrivals(): Promise<readonly Arrival[]> {
    const all = await Promise.all(
      [...PEERS.map(({ name }) => name), 'replica'].map(async (to) => {
        const text = await readFile(join(this.#folder, 'log', to), 'utf8').catch(() => '');
        return text.split('\n').flatMap((line): Arrival[] => {
          const [at, from, way] = line.split(' ');
          return at && from && way ? [{ at: Number(at), from, way, to }] : [];
        });
      }),
    );
    return all.flat();
  }

  #spec({ name, network, publishes, spoofs }: Peer, host: number): ContainerSpec {
    const log = name.replace(/-\d+$/, '');
    const spoofing = spoofs ? ['spoof', 'eth0', macOf(10), `${VAULT.v4}.10`, macOf(11), `${VAULT.v4}.11`] : [];
    return {
      Image: TEST_IMAGE,
      Cmd: ['/usr/bin/perl', '/leak/peer.pl', name, `/leak/log/${log}`, '/leak/targets', ...spoofing],
      Labels: { 'com.docker.compose.project': 'leak', 'com.docker.compose.service': log },
      ExposedPorts: { '5432/tcp': {}, '5433/udp': {} },
      HostConfig: {
        NetworkMode: network.name,
        // The programs of the machine: the image has no Perl.
        Binds: [
          '/usr:/usr:ro',
          '/usr/lib:/lib:ro',
          '/usr/lib64:/lib64:ro',
          '/etc/perl:/etc/perl:ro',
          `${this.#folder}:/leak`,
        ],
        ...(publishes
          ? {
              PortBindings: {
                '5432/tcp': [{ HostPort: '15432' }],
                '5433/udp': [{ HostPort: '15433' }],
              },
            }
          : {}),
      },
      MacAddress: macOf(host),
      NetworkingConfig: {
        EndpointsConfig: { [network.name]: { ...this.addresses(network, host), MacAddress: macOf(host) } },
      },
    };
  }
}

/** Everything that anybody tries: own addresses, names, and published ports by every address of the machine. */
function targets(): string {
  const lines: string[] = [];
  const add = (address: string): void => {
    lines.push(`tcp ${address} 5432`, `tcp ${address} 5433`, `udp ${address} 5433`, `icmp ${address} 0`);
  };
  for (const host of [10, 11, 12, 13, 14]) {
    add(`${VAULT.v4}.${String(host)}`);
    add(`${VAULT.v6}:${String(host)}`);
  }
  lines.push('udp db 5433', 'udp web 5433');
  for (const address of [`${VAULT.v4}.1`, `${FRONT.v4}.1`, `${VAULT.v6}:1`, ADDRESSES.host, ADDRESSES.host6]) {
    lines.push(`tcp ${address} 15432`, `udp ${address} 15433`);
  }
  return `${lines.join('\n')}\n`;
}
