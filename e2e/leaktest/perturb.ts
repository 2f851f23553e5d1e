/** What is done to the world while nothing may leak. */
import { setTimeout as pause } from 'node:timers/promises';
import { reloadFirewalld } from './firewalld.ts';
import { FRONT, VAULT } from './places.ts';
import { PEERS, type Peer, type World } from './world.ts';

export interface App {
  /** `kill -9`; it is started again by `ensure`. */
  kill(): Promise<void>;
  ensure(): Promise<void>;
  /** Until the wire is what the policy wants for what the engine says now; `idle`: nothing, since it was taken away. */
  settled(phase?: 'holding' | 'idle'): Promise<void>;
}

/** On the machine; those of port admission are there only where a network is guarded. */
const MACHINE_TABLES = ['inet bulkhead', 'inet bulkhead_gate', 'bridge bulkhead'] as const;
const NFT_DELETE = 'nft delete table';

export interface Perturbation {
  readonly name: string;
  /** How often, beside the others. */
  readonly weight: number;
  /** Only in a world that has it. */
  readonly needs?: 'firewalld';
  readonly run: (world: World, app: App, random: () => number) => Promise<void>;
}

const INSIDE = PEERS.filter(({ network }) => network === VAULT);
const pick = <T>(items: readonly T[], random: () => number): T => {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('Nothing to pick from.');
  return item;
};

async function pidOf(world: World, name: string): Promise<number> {
  return (await world.docker.inspectContainer(name)).State.Pid;
}

/** Both leave the network and come back under each other's addresses. */
async function swap(world: World, one: Peer, other: Peer): Promise<void> {
  for (const peer of [one, other]) await world.docker.disconnect(VAULT.name, peer.name);
  await world.join(VAULT, one.name, other.host);
  await world.join(VAULT, other.name, one.host);
}

async function home(world: World, ...peers: readonly Peer[]): Promise<void> {
  // All gone first: one may have another's address.
  for (const { name } of peers) await world.remove(name);
  for (const peer of peers) await world.run(peer);
}

export const PERTURBATIONS: readonly Perturbation[] = [
  {
    name: 'restart',
    weight: 8,
    run: (world, _app, random) => world.docker.restartContainer(pick(PEERS, random).name),
  },
  {
    name: 'make anew',
    weight: 6,
    run: (world, _app, random) => home(world, pick(PEERS, random)),
  },
  {
    name: 'swap addresses',
    weight: 4,
    run: async (world, _app, random) => {
      const [one, other] = random() < 0.5 ? ['web', 'intruder'] : ['db', 'spoofer'];
      const peers = PEERS.filter(({ name }) => name === one || name === other);
      const [a, b] = peers;
      if (!a || !b) return;
      await swap(world, a, b);
      await pause(200 + random() * 400);
      await home(world, a, b);
    },
  },
  {
    name: 'reuse an address',
    weight: 4,
    run: async (world) => {
      const [web, intruder] = [INSIDE[0], INSIDE[2]];
      if (!web || !intruder) return;
      await world.remove(web.name);
      await world.remove(intruder.name);
      await world.run(intruder, web.host);
      await pause(300);
      await world.remove(intruder.name);
      await world.run(web);
      await world.run(intruder);
    },
  },
  {
    name: 'leave and join the network',
    weight: 5,
    run: async (world, _app, random) => {
      const peer = pick(INSIDE, random);
      await world.docker.disconnect(VAULT.name, peer.name);
      await world.join(VAULT, peer.name, peer.host);
    },
  },
  {
    name: 'join a second network',
    weight: 4,
    run: async (world, _app, random) => {
      const [name, network, host] = pick(
        [
          ['intruder', FRONT, 20],
          ['outsider', VAULT, 14],
        ] as const,
        random,
      );
      await world.join(network, name, host);
      await pause(200 + random() * 300);
      await world.docker.disconnect(network.name, name);
    },
  },
  {
    name: 'scale up and down',
    weight: 4,
    run: async (world, _app, random) => {
      const replica: Peer = { name: 'replica', network: VAULT, host: 14 };
      await world.run(replica);
      await pause(200 + random() * 500);
      await world.remove(replica.name);
    },
  },
  {
    name: 'recreate by Compose',
    weight: 3,
    run: (world) => world.services.composeUp('--force-recreate'),
  },
  {
    name: 'scale up by Compose, and down',
    weight: 3,
    run: async (world, _app, random) => {
      await world.services.composeUp('--scale', `worker=${String(2 + Math.floor(random() * 2))}`);
      await pause(200 + random() * 500);
      await world.services.composeUp('--scale', 'worker=1');
    },
  },
  {
    name: 'scale up by Swarm, and down',
    weight: 2,
    run: async (world, _app, random) => {
      await world.services.scaleSwarm(2 + Math.floor(random() * 2));
      await pause(200 + random() * 500);
      await world.services.scaleSwarm(1);
    },
  },
  {
    name: 'kill the app, which is not there for a while',
    weight: 2,
    run: async (world, app, random) => {
      await world.causes.whileAway(async () => {
        await app.kill();
        await world.docker.restartContainer(pick(INSIDE, random).name);
        await home(world, pick(INSIDE, random));
        await pause(300);
      });
      await app.ensure();
    },
  },
  {
    name: 'kill the helper',
    weight: 3,
    run: async (world) => {
      const ours = (await world.docker.listContainers()).filter(({ Labels }) => 'dev.bulkhead' in Labels);
      for (const { Id } of ours) await world.docker.removeContainer(Id).catch(() => undefined);
    },
  },
  {
    name: 'flush our tables somewhere',
    weight: 3,
    run: async (world, app, random) => {
      // One fault at a time: who was started while no app ran has but the machine's tables until one runs again.
      await app.settled();
      const name = pick(INSIDE, random).name;
      const pid = await pidOf(world, name);
      const where = random() < 0.5 && pid > 0 ? `nsenter -t ${String(pid)} -n ` : '';
      const table = where === '' ? pick(MACHINE_TABLES, random) : 'inet bulkhead';
      world.causes.taken();
      // The app hears of it from the kernel; the next thing happens when it has put it back.
      const { stdout } = await world.engine.exec([
        'sh',
        '-c',
        `${where}nft list table ${table} >/dev/null 2>&1 || exit 0; ${where}${NFT_DELETE} ${table}; i=0; ` +
          `until ${where}nft list table ${table} >/dev/null 2>&1 || [ $i = 300 ]; do sleep 0.1; i=$((i + 1)); done; echo $i`,
      ]);
      if (stdout.trim() === '300') throw new Error(`${table} was not put back within 30 s`);
      await app.settled();
    },
  },
  {
    name: 'reload firewalld',
    weight: 3,
    needs: 'firewalld',
    run: async (world, app) => {
      // Nobody is on the way out meanwhile.
      await app.settled();
      await reloadFirewalld(world.engine, world.docker);
    },
  },
  {
    name: 'replace the machine’s iptables rules',
    weight: 2,
    run: async (world) => {
      await world.engine.exec(['sh', '-c', 'iptables-save > /run/rules && iptables-restore < /run/rules']);
    },
  },
  {
    name: 'restart the engine',
    weight: 0.3,
    run: async (world, app) => {
      await world.engine.restart();
      for (const { name } of PEERS) await world.docker.startContainer(name);
      await world.services.composeUp();
      await app.ensure();
    },
  },
];

/** One of those that this world can have, by weight. */
export function drawn(world: World, random: () => number): Perturbation {
  const possible = PERTURBATIONS.filter(({ needs }) => needs !== 'firewalld' || world.firewalld);
  const total = possible.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const one of possible) {
    left -= one.weight;
    if (left <= 0) return one;
  }
  return pick(possible, random);
}
