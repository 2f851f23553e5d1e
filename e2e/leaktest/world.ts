/** The leak test's world: peers that all try to reach each other from their first moment, by every way there is. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Docker, type ContainerSpec } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { Arrivals } from './arrivals.ts';
import { bindsOf, FRONT, VAULT } from './places.ts';
import { Causes } from './causes.ts';
import { startFirewalld, type FirewalldBackend } from './firewalld.ts';
import { openServices, type Services } from './services.ts';

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

/** Every sender has source ports of its own, by which a connection's first packet is known. */
const SENDERS = [...PEERS.map(({ name }) => name), 'replica', 'worker', 'task', 'machine', 'beyond'] as const;
const FIRST_PORT = 16_000;
const PORTS_EACH = 1201;

const macOf = (host: number): string => `02:42:0a:f0:01:${host.toString(16).padStart(2, '0')}`;

export class World {
  readonly engine: RunningEngine;
  readonly docker: Docker;
  readonly causes: Causes;
  readonly arrivals: Arrivals;
  /** What Compose and Swarm run. */
  readonly services: Services;
  /** Whether firewalld runs beside the engine. */
  readonly firewalld: boolean;
  readonly #folder: string;

  private constructor(engine: RunningEngine, folder: string, firewalld: boolean) {
    this.firewalld = firewalld;
    this.engine = engine;
    this.docker = new Docker(engine.socket);
    this.causes = new Causes(engine.socket);
    this.arrivals = new Arrivals(join(folder, 'log'));
    this.services = openServices(engine, folder);
    this.#folder = folder;
  }

  /**
   * @param folder on the machine, seen by the engine under the same path.
   * @param firewalld how firewalld, which runs beside the engine, filters; null: there is none.
   */
  static async open(engine: RunningEngine, folder: string, firewalld: FirewalldBackend | null): Promise<World> {
    if (firewalld) await startFirewalld(engine, firewalld);
    const world = new World(engine, folder, firewalld !== null);
    await mkdir(join(folder, 'log'), { recursive: true });
    for (const program of ['peer.pl', 'capture.pl']) {
      await copyFile(join(import.meta.dirname, program), join(folder, program));
    }
    await writeFile(join(folder, 'targets'), targets());
    const senders = SENDERS.map((name, at) => `${name} ${String(FIRST_PORT + PORTS_EACH * at)}\n`);
    await writeFile(join(folder, 'senders'), senders.join(''));
    await importTestImage(engine);
    for (const { name, v4, v6 } of [VAULT, FRONT]) {
      await world.docker.createNetwork(name, {
        EnableIPv6: true,
        // What the engine chooses itself, for Compose, is never one of the peers' own addresses.
        IPAM: {
          Config: [
            { Subnet: `${v4}.0/24`, IPRange: `${v4}.128/25`, Gateway: `${v4}.1` },
            { Subnet: `${v6}:/64`, IPRange: `${v6}:8000/113`, Gateway: `${v6}:1` },
          ],
        },
      });
    }
    // Before anybody has a port.
    await world.#capturePorts();
    for (const peer of PEERS) await world.run(peer);
    await world.services.start();
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

  /** Gives a running peer a way into a network. */
  async join(network: Peer['network'], name: string, host: number): Promise<void> {
    this.causes.joining(name);
    await this.docker.connect(network.name, name, this.#addresses(network, host));
  }

  #addresses(network: Peer['network'], host: number): object {
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
      // Who could not be asked for may be there all the same.
      await this.remove(peer.name);
    }
    await this.remove('replica').catch(() => undefined);
    // Only when all of them are gone: one may have another's address.
    for (const peer of astray) await this.run(peer);
  }

  /** Captures what the machine gives to containers' ports, for the engine's whole life. */
  async #capturePorts(): Promise<void> {
    const [program, log, senders] = ['capture.pl', 'log/ports', 'senders'].map((file) => join(this.#folder, file));
    await this.engine.exec(['sh', '-c', `perl ${program} - ${log} ${senders} </dev/null >/dev/null 2>&1 &`]);
  }

  #spec({ name, network, publishes, spoofs }: Peer, host: number): ContainerSpec {
    const addressesOf = (one: number): string[] => [`${VAULT.v4}.${String(one)}`, `${VAULT.v6}:${String(one)}`];
    const [asWeb, toDb] = [10, 11].map((one) => [macOf(one), ...addressesOf(one)]);
    const spoofing = spoofs ? ['eth0', ...(asWeb ?? []), ...(toDb ?? []), ...addressesOf(host)] : [];
    return {
      Image: TEST_IMAGE,
      Cmd: ['/usr/bin/perl', '/leak/peer.pl', name, `/leak/log/${name}`, '/leak/targets', ...spoofing],
      Labels: { 'com.docker.compose.project': 'leak', 'com.docker.compose.service': name },
      ExposedPorts: { '5432/tcp': {}, '5433/udp': {} },
      HostConfig: {
        NetworkMode: network.name,
        Binds: bindsOf(this.#folder),
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
        EndpointsConfig: { [network.name]: { ...this.#addresses(network, host), MacAddress: macOf(host) } },
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
  for (const name of ['db', 'web', 'worker']) {
    lines.push(`tcp ${name} 5432`, `udp ${name} 5433`, `icmp ${name} 0`);
  }
  for (const address of [`${VAULT.v4}.1`, `${FRONT.v4}.1`, `${VAULT.v6}:1`, ADDRESSES.host, ADDRESSES.host6]) {
    lines.push(`tcp ${address} 15432`, `udp ${address} 15433`);
  }
  return `${lines.join('\n')}\n`;
}
