/**
 * How a packet travels on the demo's machine: bridges, gateways, the engine's own isolation, docker-proxy, and our tables.
 *
 * Written from what was measured on real engines, and on purpose without `shared/reachability`: the demo's probes are a
 * second opinion about the prediction, as on a real wire.
 */
import { parseTable, passes, type Packet, type Table } from './nft.ts';
import type { DemoContainer, DemoNetwork, DemoWorld } from './world.ts';

/** A network stack: the machine's own, or one container's. */
export type Stack = 'host' | DemoContainer;

/** Tables loaded now, by stack: `host` or the container's id. */
export type LoadedTables = ReadonlyMap<string, string>;

export interface Walk {
  readonly world: DemoWorld;
  readonly tables: LoadedTables;
}

/** First ephemeral port of Linux: a client's side of a connection. */
const CLIENT_PORT = 32768;

/** Which stack takes what `from` sends to `address:port`, given that it listens; null when none does. Published is TCP only. */
export function whoAnswers(
  { world, tables }: Walk,
  from: Stack,
  address: string,
  port: number,
  protocol: Packet['protocol'] = 'tcp',
): Stack | null {
  const parsed = new Map([...tables].map(([place, script]): [string, Table] => [place, parseTable(script)]));
  const lets = (stack: Stack, hook: 'input' | 'output' | 'forward', packet: Packet): boolean => {
    const table = parsed.get(stack === 'host' ? 'host' : stack.id);
    return table === undefined || passes(table, hook, packet);
  };
  const up = [...world.containers.values()].filter(({ pid }) => pid !== 0);
  const hostAddresses = [world.hostAddress, ...world.networks.map(({ gateway }) => gateway)];
  const packet = (saddr: string, local: boolean): Packet => ({
    protocol,
    saddr,
    daddr: address,
    sport: CLIENT_PORT,
    dport: port,
    originalDaddr: address,
    originalDport: port,
    translated: false,
    local,
  });

  /** The last step of every way into a container. */
  const enter = (container: DemoContainer, incoming: Packet): Stack | null =>
    lets(container, 'input', { ...incoming, local: true }) ? container : null;

  const fromHost = (): Stack | null => {
    if (address === '127.0.0.1' || hostAddresses.includes(address)) return atHost(packet(address, true), null);
    const network = world.networks.find(({ subnet }) => inSubnet(address, subnet));
    const target = network && up.find((container) => addressOn(container, network) === address);
    if (!network || !target) return null;
    const outgoing = packet(network.gateway, false);
    return lets('host', 'output', outgoing) ? enter(target, outgoing) : null;
  };

  /** The machine itself: a published port's docker-proxy, else its own listeners.  `via` is the bridge it came from. */
  const atHost = (incoming: Packet, via: DemoNetwork | null): Stack | null => {
    if (!lets('host', 'input', incoming)) return null;
    const loopback = address === '127.0.0.1';
    const publisher = (protocol === 'tcp' ? up : []).find(({ described }) =>
      described.published.some(
        (one) =>
          one.hostPort === port &&
          (one.address === '0.0.0.0' || one.address === address || (loopback && one.address === '127.0.0.1')),
      ),
    );
    if (!publisher) return 'host';
    // An internal network's firewall lets nothing through to published ports.
    if (via?.internal) return null;
    const published = publisher.described.published.find((one) => one.hostPort === port);
    const home = homeNetwork(publisher, world);
    const inner = home && addressOn(publisher, home);
    if (!published || !home || inner === undefined) return null;
    // docker-proxy opens a connection of its own: the container sees the gateway as its peer.
    const proxied: Packet = {
      protocol,
      saddr: home.gateway,
      daddr: inner,
      sport: CLIENT_PORT,
      dport: published.port,
      originalDaddr: inner,
      originalDport: published.port,
      translated: false,
      local: false,
    };
    return lets('host', 'output', proxied) ? enter(publisher, proxied) : null;
  };

  if (from === 'host' || from.described.networkMode === 'host') return fromHost();
  if (from.pid === 0) return null;
  if (address === '127.0.0.1') return from;
  const own = world.networks.filter((network) => addressOn(from, network) !== undefined);
  if (own.some((network) => addressOn(from, network) === address)) return from;
  const near = own.find(({ subnet }) => inSubnet(address, subnet));
  const way = near ?? homeNetwork(from, world);
  const source = way && addressOn(from, way);
  if (!way || source === undefined || (!near && way.internal)) return null;
  const local = hostAddresses.includes(address);
  const outgoing = packet(source, false);
  if (!lets(from, 'output', outgoing)) return null;
  if (local) return atHost({ ...outgoing, local: true }, way);
  const target = near && up.find((container) => addressOn(container, near) === address);
  // Everything else would have to cross bridges, which the engine's own firewall drops.
  return target ? enter(target, outgoing) : null;
}

/** The network of the default route: the first by name that is not internal, else the first. */
function homeNetwork(container: DemoContainer, world: DemoWorld): DemoNetwork | undefined {
  const own = world.networks
    .filter((network) => addressOn(container, network) !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return own.find(({ internal }) => !internal) ?? own[0];
}

function addressOn({ described, pid }: DemoContainer, { name }: DemoNetwork): string | undefined {
  return pid === 0 ? undefined : described.networks[name];
}

/** IPv4 only: the demo's world has no other. */
function inSubnet(address: string, subnet: string): boolean {
  const [base = '', bits = '32'] = subnet.split('/');
  const mask = Number(bits) === 0 ? 0 : (~0 << (32 - Number(bits))) >>> 0;
  return (toNumber(address) & mask) >>> 0 === (toNumber(base) & mask) >>> 0;
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}
