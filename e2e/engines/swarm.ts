/** Several private engines as nodes of one Swarm, each in its own namespaces, joined by a switch in another. */
import { dockerJson } from '../fixture/docker-http.ts';
import { startEngine, type RunningEngine } from './engine.ts';
import type { Progress } from './packages.ts';
import { runOk } from './run.ts';
import { nodeNames } from './state.ts';

/** What to start. */
export interface SwarmOptions {
  /** A version of `versions.ts`, e.g. `28.5`: the same for every node. */
  readonly version: string;
  /** The nodes are engines called `NAME-1`, `NAME-2`, … */
  readonly name: string;
  /** 1 to 9; the first one is the manager. */
  readonly nodes: number;
  readonly daemonArgs?: readonly string[];
  readonly detached?: boolean;
  readonly progress?: Progress;
}

/** One node: an engine with its place in the Swarm. */
export interface SwarmNode extends RunningEngine {
  /** The Swarm's id of the node, as placement constraints name it. */
  readonly nodeId: string;
  /** Its address on the switch, where the other nodes reach it. */
  readonly address: string;
}

/** A Swarm whose nodes are all ready. */
export interface RunningSwarm {
  readonly manager: SwarmNode;
  /** All nodes, the manager first. */
  readonly nodes: readonly SwarmNode[];
  /** Ends every node as `RunningEngine.stop` does; the switch goes with the first. */
  stop(): Promise<void>;
}

/** The interface by which each node hangs on the switch. */
export const SWARM_LINK = 'swarm';

/** The address of a node, counted from 1. */
export function nodeAddress(number: number): string {
  return `198.51.101.${String(number)}`;
}

const SWITCH = `ip netns add switch
ip -n switch link add name switch type bridge
ip -n switch link set switch up`;

const READY_WITHIN_MS = 30_000;

/** Starts the engines, joins them by wire and as a Swarm, and waits until the manager finds every node ready. */
export async function startSwarm({ nodes: count, name, ...options }: SwarmOptions): Promise<RunningSwarm> {
  const started = await Promise.allSettled(nodeNames(name, count).map((one) => startEngine({ ...options, name: one })));
  const engines = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const stop = async (): Promise<void> => {
    await Promise.all(engines.map((engine) => engine.stop()));
  };
  try {
    for (const one of started) if (one.status === 'rejected') throw one.reason;
    await joinByWire(engines);
    const nodes = await joinSwarm(engines);
    const [manager] = nodes;
    if (!manager) throw new Error('A Swarm has at least one node.');
    return { manager, nodes, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * One bridge in a namespace of its own, held by the first engine as it holds `outside`, with a port for each node.
 * Not in an engine's own namespace: its firewall would see what other nodes say to each other.
 */
async function joinByWire(engines: readonly RunningEngine[]): Promise<void> {
  const [first] = engines;
  if (!first) return;
  const made = await first.exec(['sh', '-ec', SWITCH]);
  if (made.code !== 0) throw new Error(`The switch cannot be made: ${made.stderr}`);
  // Only the network is the switch's: the nodes' processes are named by their numbers on the machine.
  const inSwitch = ['nsenter', `--net=/proc/${String(first.namespace.anchor.pid)}/root/run/netns/switch`, '--'];
  for (const [index, engine] of engines.entries()) {
    const port = `port${String(index + 1)}`;
    const address = nodeAddress(index + 1);
    const peer = ['peer', 'name', SWARM_LINK, 'netns', String(engine.namespace.anchor.pid)];
    await runOk([...inSwitch, 'ip', 'link', 'add', port, 'type', 'veth', ...peer]);
    await runOk([...inSwitch, 'ip', 'link', 'set', port, 'master', 'switch', 'up']);
    const { code, stderr } = await engine.exec([
      'sh',
      '-ec',
      `ip addr add ${address}/24 dev ${SWARM_LINK}; ip link set ${SWARM_LINK} up`,
    ]);
    if (code !== 0) throw new Error(`A node's link cannot be set up: ${stderr}`);
  }
}

async function joinSwarm(engines: readonly RunningEngine[]): Promise<readonly SwarmNode[]> {
  const nodes: SwarmNode[] = [];
  let token = '';
  for (const [index, engine] of engines.entries()) {
    const address = nodeAddress(index + 1);
    const own = { ListenAddr: `${address}:2377`, AdvertiseAddr: address, DataPathAddr: address };
    const body = index === 0 ? own : { ...own, RemoteAddrs: [`${nodeAddress(1)}:2377`], JoinToken: token };
    const path = index === 0 ? '/swarm/init' : '/swarm/join';
    await dockerJson(engine.socket, { method: 'POST', path, body });
    if (index === 0) {
      const swarm = await dockerJson<{ JoinTokens: { Worker: string } }>(engine.socket, {
        method: 'GET',
        path: '/swarm',
      });
      token = swarm.JoinTokens.Worker;
    }
    const info = await dockerJson<{ Swarm: { NodeID: string } }>(engine.socket, { method: 'GET', path: '/info' });
    // The engine's getters (its pid) must stay alive.
    nodes.push(
      Object.defineProperties(
        {},
        {
          ...Object.getOwnPropertyDescriptors(engine),
          nodeId: { value: info.Swarm.NodeID, enumerable: true },
          address: { value: address, enumerable: true },
        },
      ) as SwarmNode,
    );
  }
  await allReady(nodes);
  return nodes;
}

/** The manager learns of a worker's readiness a moment after it has joined; the API has no event to wait for on 20.10. */
async function allReady(nodes: readonly SwarmNode[]): Promise<void> {
  const [manager] = nodes;
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const listed = await dockerJson<readonly { ID: string; Status: { State: string } }[]>(manager?.socket ?? '', {
      method: 'GET',
      path: '/nodes',
    });
    if (listed.filter(({ Status }) => Status.State === 'ready').length >= nodes.length) return;
    if (Date.now() > deadline) throw new Error(`Not every node became ready: ${JSON.stringify(listed)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
