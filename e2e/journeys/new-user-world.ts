/** What a new user's engine may look like: a shop, and some containers that can do more than they should. */
import { join } from 'node:path';
import type { RunningEngine } from '../engines/engine.ts';
import { ADDRESSES } from '../engines/namespace.ts';
import { Docker } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { listenCommand, waitForListeners } from '../fixture/topology.ts';

const NETWORK = 'shop_default';
const service = (name: string) => ({
  'com.docker.compose.project': 'shop',
  'com.docker.compose.service': name,
  'com.docker.compose.container-number': '1',
});

/** In the order in which the overview is to rank what is wrong with them. */
export const RANKED = [
  ['engine-socket', 'watcher'],
  ['privileged', 'builder'],
  ['database', 'shop-db-1'],
  ['host-network', 'exporter'],
  ['published', 'shop-web-1'],
] as const;

const CONTAINERS = [
  { name: 'shop-web-1', labels: service('web'), mode: NETWORK, listens: [80], published: { 8080: 80 } },
  { name: 'shop-db-1', labels: service('db'), mode: NETWORK, listens: [5432], published: { 15432: 5432 } },
  { name: 'shop-api-1', labels: service('api'), mode: NETWORK, listens: [9000], published: {} },
  { name: 'watcher', labels: {}, mode: 'bridge', listens: [], published: {}, binds: ['/var/run/docker.sock:/s:ro'] },
  { name: 'builder', labels: {}, mode: 'bridge', listens: [], published: {}, privileged: true },
  { name: 'exporter', labels: {}, mode: 'host', listens: [9100], published: {} },
] as const;

export interface NewUserWorld {
  readonly docker: Docker;
  /** Whether a word sent from inside the container comes back. */
  reaches(from: string, to: string, port: number): Promise<boolean>;
  /** The same from a machine of the same local network, to a port of the engine's machine. */
  lanReaches(port: number): Promise<boolean>;
  /** Everything of the engine and its machine that `clear` is to leave as it was. */
  snapshot(): Promise<unknown>;
}

export async function buildNewUserWorld(engine: RunningEngine): Promise<NewUserWorld> {
  const docker = new Docker(engine.socket);
  await importTestImage(engine);
  await docker.createNetwork(NETWORK, {});
  for (const one of CONTAINERS) {
    const ports = one.listens.map((port) => `${String(port)}/tcp`);
    await docker.runContainer(one.name, {
      Image: TEST_IMAGE,
      Cmd: one.listens.length > 0 ? listenCommand(one.listens) : ['sleep', '86400'],
      Labels: one.labels,
      ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
      HostConfig: {
        NetworkMode: one.mode,
        Privileged: 'privileged' in one,
        Binds: 'binds' in one ? [...one.binds] : [],
        PortBindings: Object.fromEntries(
          Object.entries<number>(one.published).map(([host, inside]) => [
            `${String(inside)}/tcp`,
            [{ HostIp: '0.0.0.0', HostPort: host }],
          ]),
        ),
      },
    });
    await waitForListeners(docker, one.name, one.listens);
  }
  const run = async (argv: readonly string[]): Promise<string> => (await engine.exec(argv)).stdout;
  return {
    docker,
    reaches: async (from, to, port) => {
      const { NetworkSettings } = await docker.inspectContainer(to);
      const address = NetworkSettings.Networks[NETWORK]?.IPAddress ?? '';
      const script = `[ "$(echo hello | timeout 5 nc -w 2 ${address} ${String(port)} 2>/dev/null)" = hello ]`;
      return (await docker.exec(from, ['sh', '-c', script])).code === 0;
    },
    lanReaches: async (port) => {
      const argv = ['perl', join(import.meta.dirname, 'knock.pl'), ADDRESSES.lan, ADDRESSES.host, String(port)];
      const { code, stdout, stderr } = await engine.exec(argv, { place: 'outside' });
      if (code !== 0) throw new Error(`Knocking failed: ${stderr}`);
      return stdout.trim() === 'open';
    },
    // Handles and counts are another thing after every load; what is the engine's own stays to the byte.
    snapshot: async () => ({
      host: await run(['nft', '-s', 'list', 'ruleset']),
      containers: await run(['docker', 'ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.State}}']),
      images: await run(['docker', 'images', '--all', '--quiet', '--no-trunc']),
      networks: await run(['docker', 'network', 'ls', '--quiet', '--no-trunc']),
      volumes: await run(['docker', 'volume', 'ls', '--quiet']),
      inside: await Promise.all(
        CONTAINERS.map(async ({ name }) => {
          const { State } = await docker.inspectContainer(name);
          return run(['nsenter', '-t', String(State.Pid), '-n', 'nft', '-s', 'list', 'ruleset']);
        }),
      ),
    }),
  };
}
