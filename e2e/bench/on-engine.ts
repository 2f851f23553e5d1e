/** What needs a real engine: a private one with many containers. */
import { mapLimited } from '../../electron/lib/limit.ts';
import { startEngine } from '../engines/engine.ts';
import { Docker, type ContainerSpec } from '../fixture/docker.ts';
import { importTestImage, TEST_IMAGE } from '../fixture/image.ts';
import { inventoryRows, mustList } from './inventory.ts';
import { PROBED, probeRows } from './probes.ts';
import type { Row } from './row.ts';

const CONTAINERS = 300;
/** The engine is asked the same of those that only exist; making all of them run takes minutes. */
const RUNNING = 60;
const NETWORKS = 12;
/** The engine makes containers hardly faster by more at once. */
const AT_ONCE = 4;

export async function engineRows(options: {
  readonly version: string;
  readonly progress: (text: string) => void;
}): Promise<Row[]> {
  const { version, progress } = options;
  progress(`Starting engine ${version} …`);
  const engine = await startEngine({ version, name: `bench-${process.pid}`, daemonArgs: [] });
  try {
    await importTestImage(engine);
    const docker = new Docker(engine.socket);
    progress(`Making ${CONTAINERS} containers …`);
    await PROBED.make(docker);
    await makeOthers(docker, CONTAINERS - PROBED.count);
    await mustList(engine.url, CONTAINERS);
    progress('Listing …');
    const listed = await inventoryRows(engine);
    progress('Probing …');
    return [...listed, ...(await probeRows(engine))];
  } finally {
    await engine.stop();
  }
}

async function makeOthers(docker: Docker, count: number): Promise<void> {
  const networks = Array.from({ length: NETWORKS }, (_, at) => `bench-${at}`);
  for (const name of networks) await docker.createNetwork(name);
  await mapLimited(
    Array.from({ length: count }, (_, at) => at),
    AT_ONCE,
    async (at) => {
      const network = networks[at % NETWORKS] ?? '';
      const spec: ContainerSpec = {
        Image: TEST_IMAGE,
        Cmd: ['sleep', '86400'],
        Env: ['PATH=/bin', 'GREETING=hello'],
        ExposedPorts: { '80/tcp': {} },
        Labels: { 'com.docker.compose.project': `project-${at % 20}`, 'com.docker.compose.service': `service-${at}` },
        HostConfig: { NetworkMode: network, Binds: [`volume-${at % 40}:/data`], CapAdd: ['NET_RAW'] },
        NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [`alias-${at}`] } } },
      };
      const id = await docker.createContainer(`bench-${at}`, spec);
      if (at < RUNNING) await docker.startContainer(id);
    },
  );
}
